#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/tlv.h"
#include "crypto/equal.h"
#include "emv/profile.h"

namespace florin::emv {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kObjectOverhead = 4;  // tag and the longest length field

enum Tag : std::uint32_t {
  kScheme = 0xC0,
  kLabel,
  kAid,
  kFci,
  kAip,
  kAfl,
  kPdol,
  kCdol1,
  kIadTemplate,
  kCountry,
  kCurrency,
  kPsn,
  kDpanLastFour,
  kExpiry,
  kCvmLimit,
  kOptionsData,
  kRecordName = 0xD0,
  kRecordContent,
};

// Room for everything, so that the buffer never moves and leaves a copy of the DPAN behind.
std::size_t upperBound(const Profile& profile) {
  std::size_t size = 1 + 17 * kObjectOverhead + 32 + profile.optionsData.size() +
                     profile.label.size() + profile.aid.size() + profile.fci.size() +
                     profile.afl.size() + profile.pdol.size() + profile.cdol1.size() +
                     profile.iadTemplate.size() + profile.dpanLastFour.size() +
                     profile.expiry.size();
  for (const ProfileRecord& record : profile.records) {
    size += 2 * kObjectOverhead + 2 + record.content.size();
  }
  return size;
}

// FieldReader hands out the fields in the one order that they may have.
class FieldReader {
 public:
  explicit FieldReader(std::vector<codec::TlvView> fields) : fields_(std::move(fields)) {}

  [[nodiscard]] bool atEnd() const { return next_ == fields_.size(); }
  [[nodiscard]] bool isNext(std::uint32_t tag) const {
    return !atEnd() && fields_[next_].tag == tag;
  }

  Result<ByteView> take(std::uint32_t tag) {
    if (atEnd() || fields_[next_].tag != tag) {
      return Error(Code::kMalformed, "profile lacks a field or has it elsewhere", tag);
    }
    return fields_[next_++].value;
  }

  Result<std::uint64_t> takeNumber(std::uint32_t tag, std::size_t size) {
    FLORIN_TRY_ASSIGN(const ByteView value, take(tag));
    if (value.size() != size) return Error(Code::kMalformed, "profile field has no size", tag);
    return base::readBigEndian(value);
  }

  Status takeBytes(std::uint32_t tag, Bytes& to) {
    FLORIN_TRY_ASSIGN(const ByteView value, take(tag));
    to = base::toBytes(value);
    return {};
  }

  Status takeText(std::uint32_t tag, std::string& to) {
    FLORIN_TRY_ASSIGN(const ByteView value, take(tag));
    to = base::asText(value);
    return {};
  }

 private:
  std::vector<codec::TlvView> fields_;
  std::size_t next_ = 0;
};

Status readHead(FieldReader& fields, Profile& profile) {
  FLORIN_TRY_ASSIGN(const std::uint64_t scheme, fields.takeNumber(kScheme, 1));
  if (scheme != 1 && scheme != 2) return Error(Code::kMalformed, "profile has no key scheme");
  profile.scheme = static_cast<KeyScheme>(scheme);
  FLORIN_TRY(fields.takeText(kLabel, profile.label));
  FLORIN_TRY(fields.takeBytes(kAid, profile.aid));
  FLORIN_TRY(fields.takeBytes(kFci, profile.fci));
  FLORIN_TRY_ASSIGN(const std::uint64_t aip, fields.takeNumber(kAip, 2));
  profile.aip = {static_cast<std::uint8_t>(aip >> 8), static_cast<std::uint8_t>(aip)};
  FLORIN_TRY(fields.takeBytes(kAfl, profile.afl));
  FLORIN_TRY(fields.takeBytes(kPdol, profile.pdol));
  FLORIN_TRY(fields.takeBytes(kCdol1, profile.cdol1));
  FLORIN_TRY(fields.takeBytes(kIadTemplate, profile.iadTemplate));
  FLORIN_TRY_ASSIGN(const std::uint64_t country, fields.takeNumber(kCountry, 2));
  profile.country = static_cast<std::uint16_t>(country);
  FLORIN_TRY_ASSIGN(const std::uint64_t currency, fields.takeNumber(kCurrency, 2));
  profile.currency = static_cast<std::uint16_t>(currency);
  FLORIN_TRY_ASSIGN(const std::uint64_t psn, fields.takeNumber(kPsn, 1));
  profile.psn = static_cast<std::uint8_t>(psn);
  FLORIN_TRY(fields.takeText(kDpanLastFour, profile.dpanLastFour));
  FLORIN_TRY(fields.takeText(kExpiry, profile.expiry));
  FLORIN_TRY_ASSIGN(profile.cvmLimit, fields.takeNumber(kCvmLimit, 8));
  if (!fields.isNext(kOptionsData)) return {};
  FLORIN_TRY_ASSIGN(const ByteView options, fields.take(kOptionsData));
  profile.optionsData = SecretBytes::copyOf(options);
  return {};
}

Status readRecords(FieldReader& fields, Profile& profile) {
  while (!fields.atEnd()) {
    FLORIN_TRY_ASSIGN(const std::uint64_t name, fields.takeNumber(kRecordName, 2));
    FLORIN_TRY_ASSIGN(const ByteView content, fields.take(kRecordContent));
    if (profile.records.size() == base::limits::kProfileRecords) {
      return Error(Code::kTooLarge, "profile has too many records");
    }
    profile.records.push_back({static_cast<std::uint8_t>(name >> 8),
                               static_cast<std::uint8_t>(name), SecretBytes::copyOf(content)});
  }
  return {};
}

}  // namespace

SecretBytes encodeProfile(const Profile& profile) {
  Bytes out;
  out.reserve(upperBound(profile));
  out.push_back(kVersion);
  const auto put = [&out](std::uint32_t tag, ByteView value) { codec::appendTlv(out, tag, value); };
  put(kScheme, Bytes{static_cast<std::uint8_t>(profile.scheme)});
  put(kLabel, base::asBytes(profile.label));
  put(kAid, profile.aid);
  put(kFci, profile.fci);
  put(kAip, profile.aip);
  put(kAfl, profile.afl);
  put(kPdol, profile.pdol);
  put(kCdol1, profile.cdol1);
  put(kIadTemplate, profile.iadTemplate);
  put(kCountry, base::bigEndian(profile.country));
  put(kCurrency, base::bigEndian(profile.currency));
  put(kPsn, Bytes{profile.psn});
  put(kDpanLastFour, base::asBytes(profile.dpanLastFour));
  put(kExpiry, base::asBytes(profile.expiry));
  put(kCvmLimit, base::bigEndian(profile.cvmLimit));
  if (!profile.optionsData.empty()) put(kOptionsData, profile.optionsData.expose());
  for (const ProfileRecord& record : profile.records) {
    put(kRecordName, Bytes{record.sfi, record.number});
    put(kRecordContent, record.content.expose());
  }
  return SecretBytes::take(std::move(out));
}

Result<Profile> decodeProfile(ByteView bytes) {
  if (bytes.size() > base::limits::kProfileBytes) {
    return Error(Code::kTooLarge, "profile is too large");
  }
  if (bytes.empty()) return Error(Code::kMalformed, "profile is empty");
  if (bytes[0] != kVersion) return Error(Code::kUnsupported, "profile has another version");
  FLORIN_TRY_ASSIGN(std::vector<codec::TlvView> objects, codec::decodeTlv(bytes.subspan(1)));
  FieldReader fields(std::move(objects));
  Profile profile;
  FLORIN_TRY(readHead(fields, profile));
  FLORIN_TRY(readRecords(fields, profile));
  if (!crypto::equal(encodeProfile(profile).expose(), bytes)) {
    return Error(Code::kMalformed, "profile is not in its one form");
  }
  return profile;
}

}  // namespace florin::emv
