#include "emv/issuer_data.h"

#include "base/bytes.h"

namespace florin::emv {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSize = 11;

Result<CryptogramType> readType(std::uint8_t byte) {
  switch (byte) {
    case 0x00: return CryptogramType::kAac;
    case 0x40: return CryptogramType::kTc;
    case 0x80: return CryptogramType::kArqc;
    default: return Error(Code::kMalformed, "IAD names no type of cryptogram");
  }
}

}  // namespace

Bytes encodeIssuerData(const IssuerData& data) {
  Bytes iad = {kVersion,
               static_cast<std::uint8_t>(data.scheme),
               data.masterKeyVersion,
               static_cast<std::uint8_t>(data.asked),
               static_cast<std::uint8_t>(data.answered),
               static_cast<std::uint8_t>(data.verifier),
               0};
  base::appendBigEndian(iad, data.keyIndex);
  return iad;
}

Result<IssuerData> decodeIssuerData(ByteView iad) {
  if (iad.size() != kSize) return Error(Code::kMalformed, "IAD has another length");
  if (iad[0] != kVersion) return Error(Code::kUnsupported, "IAD has another version", iad[0]);
  if (iad[1] != 1 && iad[1] != 2) return Error(Code::kMalformed, "IAD names no key scheme");
  if (iad[5] > 2 || iad[6] != 0) return Error(Code::kMalformed, "IAD uses reserved bytes");
  IssuerData data;
  data.scheme = static_cast<KeyScheme>(iad[1]);
  data.masterKeyVersion = iad[2];
  FLORIN_TRY_ASSIGN(data.asked, readType(iad[3]));
  FLORIN_TRY_ASSIGN(data.answered, readType(iad[4]));
  data.verifier = static_cast<Verifier>(iad[5]);
  data.keyIndex = static_cast<std::uint32_t>(base::readBigEndian(iad.subspan(7)));
  return data;
}

}  // namespace florin::emv
