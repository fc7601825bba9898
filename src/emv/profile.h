// Profile is all that the emulated card tells a terminal (D8), of no scheme in particular. It goes
// to the device inside InstallCard and rests in the vault. Its records hold the DPAN: treat it as
// secret, and print nothing of it.
//
//   profile = version (1 byte, is 01) field*      the fields are TLV, in this order, each once:
//   field   = C0 scheme (1)       C1 label            C2 AID            C3 application FCI
//           | C4 AIP (2)          C5 AFL              C6 PDOL           C7 CDOL1
//           | C8 IAD template     C9 country (2)      CA currency (2)   CB PSN (1)
//           | CC DPAN last four   CD expiry MMYY      CE CVM limit (8)
//           | [CF options data]   | record*
//   record  = D0 SFI and number (2), then D1 its bytes
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "emv/issuer_data.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::emv {

// Bits of the first AIP byte (EMV Book 3, annex C1).
inline constexpr std::uint8_t kAipSda = 0x40;
inline constexpr std::uint8_t kAipDda = 0x20;
inline constexpr std::uint8_t kAipCardholderVerification = 0x10;
inline constexpr std::uint8_t kAipOnDeviceVerification = 0x02;  // EMV Contactless Book C-2
inline constexpr std::uint8_t kAipCda = 0x01;

// Kernel is the style of terminal that a card is made for: which command makes the cryptogram, and
// how the cardholder's verification is agreed on (EMV Contactless Books C-2 and C-3).
enum class Kernel : std::uint8_t {
  k2 = 2,  // GENERATE AC; CVM list
  k3 = 3,  // GET PROCESSING OPTIONS; terminal and card transaction qualifiers
};

struct ProfileRecord {
  std::uint8_t sfi = 0;     // 1 to 30
  std::uint8_t number = 0;  // from 1
  SecretBytes content;      // as READ RECORD answers it: template 70
};

struct Profile {
  KeyScheme scheme = KeyScheme::kSuk;
  std::string label;
  Bytes aid;
  Bytes fci;  // as SELECT answers it: template 6F
  std::array<std::uint8_t, 2> aip{};
  Bytes afl;
  Bytes pdol;                  // empty: none
  Bytes cdol1;                 // of kernel 2
  Bytes iadTemplate;           // issuer_data.h
  std::uint16_t country = 0;   // ISO 3166 numeric, of the issuer
  std::uint16_t currency = 0;  // ISO 4217 numeric, of cvmLimit
  std::uint8_t psn = 0;        // 0 to 99
  std::string dpanLastFour;
  std::string expiry;          // MMYY, of the token
  std::uint64_t cvmLimit = 0;  // minor units: above it the cardholder must be verified
  SecretBytes optionsData;     // kernel 3: what the answer with the cryptogram holds beside it
  std::vector<ProfileRecord> records;

  // signsCryptograms: the card does CDA.
  [[nodiscard]] bool signsCryptograms() const { return (aip[0] & kAipCda) != 0; }
  [[nodiscard]] Kernel kernel() const { return optionsData.empty() ? Kernel::k2 : Kernel::k3; }
};

// encodeProfile gives the same bytes for the same profile.
SecretBytes encodeProfile(const Profile& profile);

// decodeProfile checks the form of the container; checkProfile its content. kUnsupported: another
// version; kTooLarge: more than limits::kProfileBytes; kMalformed: a field is missing, twice, out
// of order or of another size, or encoding again gives other bytes.
Result<Profile> decodeProfile(ByteView bytes);

// checkProfile tells whether a card can run on this profile: TLV well-formed, AFL covered by
// records and no record outside it, the list for the cryptogram complete and short enough for a
// command, AIP consistent with the data, answers within one short APDU. Run it on everything
// received. kMalformed, one text per reason; kTooLarge where a limit is exceeded.
Status checkProfile(const Profile& profile);

// AFL in parts (EMV Book 3, 10.2): records first..last of file sfi, of which the first
// `authenticated` take part in offline data authentication.
struct AflEntry {
  std::uint8_t sfi = 0;
  std::uint8_t first = 0;
  std::uint8_t last = 0;
  std::uint8_t authenticated = 0;
  friend bool operator==(const AflEntry&, const AflEntry&) = default;
};

// decodeAfl: kMalformed: not groups of 4 bytes, an SFI that is not 1 to 30, record 0, a range
// that runs backwards, more authenticated records than there are, a record named twice.
Result<std::vector<AflEntry>> decodeAfl(ByteView afl);

}  // namespace florin::emv
