#include "emv/program.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/dol.h"
#include "codec/luhn.h"
#include "codec/tlv.h"
#include "codec/wiped_buffer.h"
#include "emv/expiry.h"
#include "emv/numeric.h"
#include "emv/qualifiers.h"

namespace florin::emv {
namespace {

constexpr std::string_view kServiceCode = "221";  // international, on line, no restriction
constexpr std::string_view kCardholder = "FLORIN/CARD";
constexpr std::array<std::uint8_t, 2> kApplicationVersion = {0x00, 0x01};
constexpr std::array<std::uint8_t, 2> kUsage = {0xFF, 0x00};  // 9F07: everywhere but ATMs
constexpr std::array<std::uint8_t, 5> kAlways = {0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
constexpr std::array<std::uint8_t, 5> kNever{};
constexpr std::array<codec::DolEntry, 3> kPdol = {{{0x9F33, 3}, {0x9F1A, 2}, {0x9F35, 1}}};
constexpr codec::DolEntry kVerificationResults = {0x9F34, 3};

Error invalid(Literal text) { return {Code::kInvalidArgument, text}; }

Status checkFacts(const TokenFacts& token) {
  if (token.dpan.size() < 12 || token.dpan.size() > base::limits::kPanDigits) {
    return invalid("DPAN is not 12 to 19 digits");
  }
  if (!codec::luhnValid(token.dpan.expose())) return invalid("DPAN has a wrong check digit");
  if (token.psn > 99) return invalid("PSN is above 99");
  if (!isExpiry(token.expiry)) return invalid("token expiry is not MMYY");
  return {};
}

// 5F24: the last day of the month MMYY.
std::array<std::uint8_t, 3> expiryDate(std::string_view expiry) {
  const auto number = [&](std::size_t at) {
    return static_cast<unsigned>((expiry[at] - '0') * 10 + (expiry[at + 1] - '0'));
  };
  const std::chrono::year_month_day_last last{
      std::chrono::year(static_cast<int>(2000 + number(2))),
      std::chrono::month_day_last(std::chrono::month(number(0)))};
  return bcd<3>(number(2) * 10'000ULL + number(0) * 100ULL + static_cast<unsigned>(last.day()));
}

// 57: DPAN, D, YYMM, service code, F up to whole bytes.
SecretBytes track2(const TokenFacts& token) {
  codec::WipedBuffer text;
  text.append(base::asText(token.dpan.expose()));
  text.append('D');
  text.append(std::string_view(token.expiry).substr(2));
  text.append(std::string_view(token.expiry).substr(0, 2));
  text.append(kServiceCode);
  if (text.view().size() % 2 != 0) text.append('F');
  const ByteView characters = text.view();
  SecretBytes packed(characters.size() / 2);
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const std::uint8_t c = characters[i];
    const auto nibble = static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'A' + 10);
    std::uint8_t& byte = packed.exposeMutable()[i / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | nibble);
  }
  return packed;
}

// 8E (EMV Book 3, 10.5): no verification up to the limit, on line PIN above it.
Bytes cvmList(std::uint64_t limit) {
  Bytes list = base::bigEndian(static_cast<std::uint32_t>(limit + 1));
  base::append(list, Bytes{0, 0, 0, 0, 0x1F, 0x06, 0x02, 0x00});
  return list;
}

// Builds records; their memory never moves while it holds a DPAN.
class RecordWriter {
 public:
  RecordWriter(std::uint8_t sfi, std::uint8_t number) : sfi_(sfi), number_(number) {
    inside_.reserve(base::limits::kApduResponse);
  }
  RecordWriter& add(std::uint32_t tag, ByteView value) {
    codec::appendTlv(inside_, tag, value);
    return *this;
  }
  ProfileRecord finish() {
    const SecretBytes inside = SecretBytes::take(std::move(inside_));
    Bytes content;
    content.reserve(inside.size() + 4);
    codec::appendTlv(content, 0x70, inside.expose());
    return {sfi_, number_, SecretBytes::take(std::move(content))};
  }

 private:
  std::uint8_t sfi_;
  std::uint8_t number_;
  Bytes inside_;
};

Bytes applicationFci(const ProgramTemplate& program, ByteView pdol) {
  codec::TlvWriter proprietary;
  proprietary.add(0x50, base::asBytes(program.label)).add(0x87, Bytes{0x01}).add(0x9F38, pdol);
  return codec::encodeTlv(
      0x6F, codec::TlvWriter().add(0x84, program.aid).add(0xA5, proprietary.bytes()).bytes());
}

// The list of what the cryptogram covers, with what the card needs beside it.
Bytes cryptogramList(const codec::DolEntry& beside) {
  const auto required = requiredTerminalData();
  std::vector<codec::DolEntry> list(required.begin(), required.end());
  list.push_back(beside);
  return codec::encodeDol(list);
}

ProfileRecord track2Record(const TokenFacts& token) {
  return RecordWriter(1, 1)
      .add(0x57, track2(token).expose())
      .add(0x5F20, base::asBytes(kCardholder))
      .add(0x9F08, kApplicationVersion)
      .finish();
}

Result<ProfileRecord> cardRecord(const ProgramTemplate& program, const TokenFacts& token,
                                 std::uint8_t sfi) {
  FLORIN_TRY_ASSIGN(const SecretBytes dpan, packDigits(token.dpan));
  RecordWriter record(sfi, 1);
  record.add(0x5A, dpan.expose())
      .add(0x5F24, expiryDate(token.expiry))
      .add(0x5F28, bcd<2>(program.country));
  // Kernel 3 has it in the answer with the cryptogram.
  if (program.kernel == Kernel::k2) record.add(0x5F34, bcd<1>(token.psn));
  return record.add(0x9F07, kUsage).add(0x9F42, bcd<2>(program.currency)).finish();
}

ProfileRecord rulesRecord(const ProgramTemplate& program, ByteView cdol1) {
  RecordWriter rules(2, 2);
  rules.add(0x8C, cdol1).add(0x9F0D, kAlways).add(0x9F0E, kNever).add(0x9F0F, kAlways);
  if ((program.aip[0] & kAipCardholderVerification) != 0) {
    rules.add(0x8E, cvmList(program.cvmLimit));
  }
  return rules.finish();
}

// Certificates of the card's key, in file 3, over all that file 2 says: who the card is, and the
// rules that a terminal must not be talked out of.
Status addCredentials(const TokenFacts& token, Profile& profile) {
  const CardCredentials& credentials = *token.credentials;
  const IssuerCredentials& issuer = credentials.issuer;
  profile.aip[0] |= kAipCda;
  profile.afl[7] = 2;  // both records of file 2
  FLORIN_TRY_ASSIGN(const ByteView card, authenticatedPart(2, profile.records[1].content.expose()));
  FLORIN_TRY_ASSIGN(const ByteView rules,
                    authenticatedPart(2, profile.records[2].content.expose()));
  const SecretBytes staticData = SecretBytes::take(base::concat(card, rules, profile.aip));
  FLORIN_TRY_ASSIGN(
      const KeyCertificate certificate,
      certifyCardKey(issuer.sign, issuer.key.modulus.size(), token.dpan,
                     {token.expiry, credentials.serial, credentials.key}, staticData.expose()));
  profile.records.push_back(RecordWriter(3, 1).add(0x90, issuer.certificate.certificate).finish());
  RecordWriter keys(3, 2);
  keys.add(0x8F, Bytes{issuer.authorityIndex}).add(0x9F32, issuer.key.exponent);
  if (!issuer.certificate.remainder.empty()) keys.add(0x92, issuer.certificate.remainder);
  keys.add(0x9F47, credentials.key.exponent);
  if (!certificate.remainder.empty()) keys.add(0x9F48, certificate.remainder);
  profile.records.push_back(keys.add(0x9F4A, Bytes{0x82}).finish());
  profile.records.push_back(RecordWriter(3, 3).add(0x9F46, certificate.certificate).finish());
  base::append(profile.afl, Bytes{0x18, 0x01, 0x03, 0x00});
  return {};
}

// The cryptogram comes from GENERATE AC, for which CDOL1 asks.
Status addKernel2(const ProgramTemplate& program, const TokenFacts& token, Profile& profile) {
  profile.pdol = codec::encodeDol(kPdol);
  profile.afl = {0x08, 0x01, 0x01, 0x00, 0x10, 0x01, 0x02, 0x00};
  profile.cdol1 = cryptogramList(kVerificationResults);
  profile.records.push_back(track2Record(token));
  FLORIN_TRY_ASSIGN(ProfileRecord card, cardRecord(program, token, 2));
  profile.records.push_back(std::move(card));
  profile.records.push_back(rulesRecord(program, profile.cdol1));
  return token.credentials ? addCredentials(token, profile) : Status();
}

// The cryptogram comes with the processing options, for which the PDOL asks.
Status addKernel3(const ProgramTemplate& program, const TokenFacts& token, Profile& profile) {
  profile.pdol = cryptogramList(kTerminalQualifiers);
  profile.afl = {0x08, 0x01, 0x01, 0x00};
  Bytes options;
  options.reserve(base::limits::kApduResponse);
  codec::appendTlv(options, 0x57, track2(token).expose());
  codec::appendTlv(options, 0x5F34, bcd<1>(token.psn));
  profile.optionsData = SecretBytes::take(std::move(options));
  FLORIN_TRY_ASSIGN(ProfileRecord card, cardRecord(program, token, 1));
  profile.records.push_back(std::move(card));
  return {};
}

}  // namespace

Status checkProgram(const ProgramTemplate& program) {
  if (program.name.empty() || program.name.size() > 16) {
    return invalid("program name is not 1 to 16 characters");
  }
  if (program.label.empty() || program.label.size() > 16) {
    return invalid("program label is not 1 to 16 characters");
  }
  if (program.aid.size() < 5 || program.aid.size() > 16) {
    return invalid("program AID is not 5 to 16 bytes");
  }
  if (program.cvmLimit >= 0xFFFF'FFFF) return invalid("program CVM limit is above 32 bits");
  if (program.currency == 0 || program.currency > 999) return invalid("program has no currency");
  if (program.country == 0 || program.country > 999) return invalid("program has no country");
  if (program.offlineAuthentication && program.kernel != Kernel::k2) {
    return invalid("program of another kernel than 2 does no CDA");
  }
  const KeyPolicy& keys = program.keys;
  switch (keys.scheme) {
    case KeyScheme::kSuk:
      if (keys.stock == 0 || keys.stock > base::limits::kKeysPerOperation) {
        return invalid("program key stock is zero or more than one operation holds");
      }
      if (keys.lowWater >= keys.stock) return invalid("program low water is not below its stock");
      break;
    case KeyScheme::kLuk:
      if (keys.lukUses == 0 || keys.lukLifetime <= base::Duration(0)) {
        return invalid("program of limited-use keys sets no limit");
      }
      if (keys.lowWater >= keys.lukUses) {
        return invalid("program low water is not below its keys' uses");
      }
      break;
  }
  return {};
}

Result<Profile> makeProfile(const ProgramTemplate& program, const TokenFacts& token) {
  FLORIN_TRY(checkProgram(program));
  FLORIN_TRY(checkFacts(token));
  Profile profile;
  profile.scheme = program.keys.scheme;
  profile.label = program.label;
  profile.aid = program.aid;
  profile.aip = program.aip;
  IssuerData iad;
  iad.scheme = program.keys.scheme;
  iad.masterKeyVersion = token.masterKeyVersion;
  profile.iadTemplate = encodeIssuerData(iad);
  profile.country = program.country;
  profile.currency = program.currency;
  profile.psn = token.psn;
  profile.dpanLastFour = base::asText(token.dpan.expose().last(4));
  profile.expiry = token.expiry;
  profile.cvmLimit = program.cvmLimit;
  switch (program.kernel) {
    case Kernel::k2: FLORIN_TRY(addKernel2(program, token, profile)); break;
    case Kernel::k3: FLORIN_TRY(addKernel3(program, token, profile)); break;
  }
  profile.fci = applicationFci(program, profile.pdol);
  FLORIN_TRY(checkProfile(profile));
  return profile;
}

namespace {

// F0: proprietary, not registered. Then "FLORIN", and the program's number.
ProgramTemplate builtIn(std::string_view name, std::string_view label, std::uint8_t number) {
  ProgramTemplate program;
  program.name = name;
  program.label = label;
  program.aid = {0xF0, 0x00, 0x46, 0x4C, 0x4F, 0x52, 0x49, 0x4E, number};
  program.cvmLimit = 5000;
  program.currency = 978;
  program.country = 276;
  return program;
}

ProgramTemplate builtInKernel2(std::string_view name, std::string_view label, std::uint8_t number) {
  ProgramTemplate program = builtIn(name, label, number);
  // EMV mode, no offline data authentication.
  program.aip = {kAipCardholderVerification | kAipOnDeviceVerification, 0x80};
  return program;
}

}  // namespace

ProgramTemplate programK2() { return builtInKernel2("K2", "FLORIN K2", 2); }

ProgramTemplate programFlorin() { return builtInKernel2("FLORIN", "FLORIN", 1); }

ProgramTemplate programK3() {
  ProgramTemplate program = builtIn("K3", "FLORIN K3", 3);
  program.kernel = Kernel::k3;
  program.keys = {.scheme = KeyScheme::kLuk,
                  .lowWater = 5,
                  .lukUses = 20,
                  .lukLifetime = std::chrono::days(30)};
  return program;
}

std::optional<ProgramTemplate> builtInProgram(std::string_view name) {
  for (auto* const make : {programK2, programK3, programFlorin}) {
    ProgramTemplate program = make();
    if (program.name == name) return program;
  }
  return std::nullopt;
}

}  // namespace florin::emv
