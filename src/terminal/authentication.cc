#include "terminal/authentication.h"

#include <algorithm>

#include "base/bytes.h"
#include "codec/tlv.h"
#include "emv/numeric.h"

namespace florin::terminal {
namespace {

constexpr std::size_t kRid = 5;

ByteView objectOf(const CardData& card, std::uint32_t tag) {
  const auto found = card.find(tag);
  return found == card.end() ? ByteView() : ByteView(found->second);
}

// The list of tags beside the records: it may name the AIP and nothing else (Book 3, 10.3).
Result<SecretBytes> signedData(const CardData& card, ByteView aip, const SecretBytes& staticData) {
  const ByteView list = objectOf(card, 0x9F4A);
  const bool named = list.size() == 1 && list[0] == 0x82;
  if (!list.empty() && !named) return Error(Code::kMalformed, "9F4A names more than the AIP");
  return SecretBytes::take(base::concat(staticData.expose(), named ? aip : ByteView()));
}

}  // namespace

bool hasKeyObjects(const CardData& card) {
  constexpr std::uint32_t kNeeded[] = {0x8F, 0x90, 0x9F32, 0x9F46, 0x9F47};
  return std::ranges::none_of(kNeeded,
                              [&](std::uint32_t tag) { return objectOf(card, tag).empty(); });
}

const AuthorityKey* authorityOf(const std::vector<AuthorityKey>& authorities, ByteView aid,
                                const CardData& card) {
  const ByteView index = objectOf(card, 0x8F);
  if (index.size() != 1 || aid.size() < kRid) return nullptr;
  const auto found = std::ranges::find_if(authorities, [&](const AuthorityKey& key) {
    return key.index == index[0] && std::ranges::equal(key.rid, aid.first(kRid));
  });
  return found == authorities.end() ? nullptr : &*found;
}

Result<emv::RecoveryPublicKey> recoverCardKey(const AuthorityKey& authority, const CardData& card,
                                              ByteView aip, const SecretBytes& staticData,
                                              base::Time now) {
  const auto certificate = [&](std::uint32_t tag, std::uint32_t remainder) {
    return emv::KeyCertificate{base::toBytes(objectOf(card, tag)),
                               base::toBytes(objectOf(card, remainder))};
  };
  FLORIN_TRY_ASSIGN(const SecretBytes pan, emv::unpackDigits(objectOf(card, 0x5A)));
  FLORIN_TRY_ASSIGN(const emv::RecoveryPublicKey issuer,
                    emv::recoverIssuerKey(authority.key, certificate(0x90, 0x92),
                                          objectOf(card, 0x9F32), pan, now));
  FLORIN_TRY_ASSIGN(const SecretBytes covered, signedData(card, aip, staticData));
  return emv::recoverCardKey(issuer, certificate(0x9F46, 0x9F48), objectOf(card, 0x9F47), pan,
                             covered.expose(), now);
}

Result<emv::Cryptogram> openCda(const emv::RecoveryPublicKey& card, const SignedAnswer& answered) {
  FLORIN_TRY_ASSIGN(const ByteView inside, codec::findTlv(answered.answer, {0x77}));
  FLORIN_TRY_ASSIGN(const std::vector<codec::TlvView> objects, codec::decodeTlv(inside));
  Bytes rest;  // as the card wrote it
  ByteView signature;
  ByteView information;
  const std::uint8_t* begin = inside.data();
  for (const codec::TlvView& object : objects) {
    const std::uint8_t* const end = object.value.data() + object.value.size();
    if (object.tag == 0x9F4B) {
      signature = object.value;
    } else {
      rest.insert(rest.end(), begin, end);
    }
    if (object.tag == 0x9F27) information = object.value;
    begin = end;
  }
  FLORIN_TRY_ASSIGN(const emv::DynamicData data,
                    emv::recoverDynamicData(card, signature, answered.unpredictableNumber));
  const bool sameType = information.size() == 1 && information[0] == data.cryptogramInformation;
  const auto hash = emv::transactionHash(answered.pdolData, answered.cdol1Data, rest);
  if (!sameType || hash != data.transactionHash) {
    return Error(Code::kUnauthenticated, "the signature is over another transaction");
  }
  return data.cryptogram;
}

}  // namespace florin::terminal
