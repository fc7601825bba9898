// ProgramTemplate is what all cards of one program share; makeProfile turns it into the profile of
// one token. Programs come from D/programs/*.toml or are built in. Card number ranges are the
// TSP's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "emv/key_derivation.h"
#include "emv/offline_authentication.h"
#include "emv/profile.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::emv {

// How payment keys are stocked on a device (D8).
struct KeyPolicy {
  KeyScheme scheme = KeyScheme::kSuk;
  std::uint32_t stock = 10;       // SUK only: keys on a device
  std::uint32_t lowWater = 3;     // replenish when fewer payments are left
  std::uint32_t lukUses = 0;      // LUK only: cryptograms per key
  base::Duration lukLifetime{0};  // LUK only
};

struct ProgramTemplate {
  Kernel kernel = Kernel::k2;
  std::string name;   // "K2": what cards and custody call the program
  std::string label;  // 50, what a terminal shows: at most 16 characters
  Bytes aid;          // 5 to 16 bytes
  std::array<std::uint8_t, 2> aip{};
  std::uint64_t cvmLimit = 0;  // minor units of `currency`
  std::uint16_t currency = 0;  // ISO 4217 numeric
  std::uint16_t country = 0;   // ISO 3166 numeric
  MasterKeyOption masterKeyOption = MasterKeyOption::kA;
  KeyPolicy keys;
  bool offlineAuthentication = false;  // kernel 2: cards have keys of their own, and do CDA
  std::uint32_t lateWindow = 32;       // how far behind the highest accepted ATC one may still come
};

// IssuerCredentials certify the keys of a program's cards, for offline data authentication.
struct IssuerCredentials {
  std::uint8_t authorityIndex = 0;  // 8F
  KeyCertificate certificate;       // of the issuer's key, by the authority
  RecoveryPublicKey key;
  BlockSigner sign;  // with the issuer's key
};

// CardCredentials: the card's own key, and who certifies it.
struct CardCredentials {
  IssuerCredentials issuer;
  RecoveryPublicKey key;
  std::array<std::uint8_t, 3> serial{};
};

struct TokenFacts {
  SecretBytes dpan;  // ASCII digits, 12 to 19
  std::uint8_t psn = 1;
  std::string expiry;  // MMYY
  std::uint8_t masterKeyVersion = 1;
  std::optional<CardCredentials> credentials = std::nullopt;  // kernel 2: CDA
};

// checkProgram: kInvalidArgument, one text per reason.
Status checkProgram(const ProgramTemplate& program);

// makeProfile gives a profile that checkProfile accepts; with credentials its card can do CDA.
// kInvalidArgument: a fact or a field of the program does not have its form. Errors of the
// issuer's signing as they are.
Result<Profile> makeProfile(const ProgramTemplate& program, const TokenFacts& token);

// The built-in programs, on line only, with AIDs of our own (F0, proprietary and not registered):
// K2 (SUK, GENERATE AC), K3 (LUK, cryptogram in GET PROCESSING OPTIONS), FLORIN (closed loop: as
// K2).
ProgramTemplate programK2();
ProgramTemplate programK3();
ProgramTemplate programFlorin();

// builtInProgram gives one of them by name.
std::optional<ProgramTemplate> builtInProgram(std::string_view name);

}  // namespace florin::emv
