// The terminal's part of offline data authentication (EMV Book 2, 5 and 6; Book 3, 10.3). Inside
// room terminal only.
#pragma once

#include <map>

#include "terminal/terminal.h"

namespace florin::terminal {

using CardData = std::map<std::uint32_t, Bytes>;  // what the card said, by tag

// authorityOf finds the authority that the card names (8F) for its AID's RID; null: not known.
const AuthorityKey* authorityOf(const std::vector<AuthorityKey>& authorities, ByteView aid,
                                const CardData& card);

// hasKeyObjects: the card has what its key is recovered from (Book 2, table 7).
bool hasKeyObjects(const CardData& card);

// recoverCardKey goes from the authority's key by the issuer's to the card's. `staticData` is that
// of the records that the AFL has authenticated. kMalformed: an object has another form; else as
// emv::recoverIssuerKey.
Result<emv::RecoveryPublicKey> recoverCardKey(const AuthorityKey& authority, const CardData& card,
                                              ByteView aip, const SecretBytes& staticData,
                                              base::Time now);

// What the terminal gave and got, over which the card's signature goes.
struct SignedAnswer {
  ByteView pdolData;
  ByteView cdol1Data;
  ByteView answer;  // template 77 with 9F4B
  std::array<std::uint8_t, 4> unpredictableNumber{};
};

// openCda gives the cryptogram that the signature holds. kUnauthenticated: it is not the card's, or
// not over this transaction, or the answer says another CID.
Result<emv::Cryptogram> openCda(const emv::RecoveryPublicKey& card, const SignedAnswer& answered);

}  // namespace florin::terminal
