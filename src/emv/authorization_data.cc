#include "emv/authorization_data.h"

#include <algorithm>
#include <map>

#include "base/bytes.h"
#include "base/check.h"
#include "base/limits.h"
#include "codec/tlv.h"
#include "crypto/equal.h"
#include "emv/numeric.h"

namespace florin::emv {
namespace {

using Objects = std::map<std::uint32_t, ByteView>;

Result<ByteView> take(const Objects& objects, std::uint32_t tag) {
  const auto found = objects.find(tag);
  if (found == objects.end()) {
    return Error(Code::kMalformed, "cryptogram request lacks an object", tag);
  }
  return found->second;
}

template <std::size_t N>
Status takeArray(const Objects& objects, std::uint32_t tag, std::array<std::uint8_t, N>& out) {
  FLORIN_TRY_ASSIGN(const ByteView value, take(objects, tag));
  if (value.size() != N) {
    return Error(Code::kMalformed, "cryptogram request has an object of another length", tag);
  }
  std::copy(value.begin(), value.end(), out.begin());
  return {};
}

Result<std::uint8_t> takeByte(const Objects& objects, std::uint32_t tag) {
  std::array<std::uint8_t, 1> byte{};
  FLORIN_TRY(takeArray(objects, tag, byte));
  return byte[0];
}

// All objects by tag: what comes twice would have two readings.
Result<Objects> collect(ByteView bytes) {
  if (bytes.size() > base::limits::kCryptogramRequest) {
    return Error(Code::kTooLarge, "cryptogram request is too large");
  }
  FLORIN_TRY_ASSIGN(const std::vector<codec::TlvView> list, codec::decodeTlv(bytes));
  Objects objects;
  for (const codec::TlvView& object : list) {
    if (!objects.emplace(object.tag, object.value).second) {
      return Error(Code::kMalformed, "cryptogram request has an object twice", object.tag);
    }
  }
  return objects;
}

Result<CryptogramInput> takeInput(const Objects& objects) {
  CryptogramInput input;
  FLORIN_TRY(takeArray(objects, 0x9F02, input.amountAuthorised));
  if (objects.count(0x9F03) != 0) FLORIN_TRY(takeArray(objects, 0x9F03, input.amountOther));
  FLORIN_TRY(takeArray(objects, 0x9F1A, input.terminalCountry));
  FLORIN_TRY(takeArray(objects, 0x95, input.tvr));
  FLORIN_TRY(takeArray(objects, 0x5F2A, input.currency));
  FLORIN_TRY(takeArray(objects, 0x9A, input.date));
  FLORIN_TRY_ASSIGN(input.type, takeByte(objects, 0x9C));
  FLORIN_TRY(takeArray(objects, 0x9F37, input.unpredictableNumber));
  FLORIN_TRY(takeArray(objects, 0x82, input.aip));
  std::array<std::uint8_t, 2> atc{};
  FLORIN_TRY(takeArray(objects, 0x9F36, atc));
  input.atc = static_cast<std::uint16_t>(base::readBigEndian(atc));
  FLORIN_TRY_ASSIGN(const ByteView iad, take(objects, 0x9F10));
  if (iad.size() > base::limits::kIssuerData) {
    return Error(Code::kMalformed, "IAD is longer than 32 bytes");
  }
  input.iad = base::toBytes(iad);
  return input;
}

Result<SecretBytes> takeDpan(const Objects& objects) {
  const auto pan = objects.find(0x5A);
  const auto track2 = objects.find(0x57);
  if (pan == objects.end() && track2 == objects.end()) {
    return Error(Code::kMalformed, "cryptogram request names no card");
  }
  if (track2 == objects.end()) return unpackDigits(pan->second);
  FLORIN_TRY_ASSIGN(SecretBytes fromTrack2, track2Digits(track2->second));
  if (pan == objects.end()) return fromTrack2;
  FLORIN_TRY_ASSIGN(const SecretBytes fromPan, unpackDigits(pan->second));
  if (!crypto::equal(fromPan.expose(), fromTrack2.expose())) {
    return Error(Code::kMalformed, "cryptogram request names two cards");
  }
  return fromTrack2;
}

// MMYY of 5F24. The day is not used: a card is good until its month ends.
Result<std::string> takeExpiry(const Objects& objects) {
  std::array<std::uint8_t, 3> date{};
  FLORIN_TRY(takeArray(objects, 0x5F24, date));
  FLORIN_TRY_ASSIGN(const std::uint64_t number, readBcd(date));
  const std::uint64_t month = number / 100 % 100;
  if (month < 1 || month > 12) return Error(Code::kMalformed, "expiry names no month");
  const std::string digits = base::toHex(date);
  return digits.substr(2, 2) + digits.substr(0, 2);
}

}  // namespace

SecretBytes encodeCryptogramRequest(const CryptogramRequest& request) {
  const CryptogramInput& input = request.input;
  const auto dpan = packDigits(request.dpan);
  FLORIN_CHECK(dpan.ok() && request.psn <= 99 && request.expiry.size() == 4);
  FLORIN_CHECK(input.iad.size() <= base::limits::kIssuerData);
  const auto expiry = base::fromHex(request.expiry.substr(2) + request.expiry.substr(0, 2) + "31");
  FLORIN_CHECK(expiry.ok());
  Bytes out;
  out.reserve(base::limits::kCryptogramRequest);
  const auto put = [&out](std::uint32_t tag, ByteView value) { codec::appendTlv(out, tag, value); };
  put(0x5A, dpan->expose());
  put(0x82, input.aip);
  put(0x95, input.tvr);
  put(0x9A, input.date);
  put(0x9C, Bytes{input.type});
  put(0x5F24, *expiry);
  put(0x5F2A, input.currency);
  put(0x5F34, bcd<1>(request.psn));
  put(0x9F02, input.amountAuthorised);
  put(0x9F03, input.amountOther);
  put(0x9F10, input.iad);
  put(0x9F1A, input.terminalCountry);
  put(0x9F26, request.cryptogram);
  put(0x9F27, Bytes{static_cast<std::uint8_t>(request.type)});
  put(0x9F36, base::bigEndian(input.atc));
  put(0x9F37, input.unpredictableNumber);
  return SecretBytes::take(std::move(out));
}

Result<CryptogramRequest> decodeCryptogramRequest(ByteView bytes) {
  FLORIN_TRY_ASSIGN(const Objects objects, collect(bytes));
  CryptogramRequest request;
  FLORIN_TRY_ASSIGN(request.input, takeInput(objects));
  FLORIN_TRY(takeArray(objects, 0x9F26, request.cryptogram));
  FLORIN_TRY_ASSIGN(const std::uint8_t cid, takeByte(objects, 0x9F27));
  FLORIN_TRY_ASSIGN(const IssuerData issuerData, decodeIssuerData(request.input.iad));
  if (cid != static_cast<std::uint8_t>(issuerData.answered)) {
    return Error(Code::kMalformed, "CID is not what the IAD says was answered", cid);
  }
  request.type = issuerData.answered;
  FLORIN_TRY_ASSIGN(request.dpan, takeDpan(objects));
  std::array<std::uint8_t, 1> psn{};
  FLORIN_TRY(takeArray(objects, 0x5F34, psn));
  FLORIN_TRY_ASSIGN(const std::uint64_t number, readBcd(psn));
  request.psn = static_cast<std::uint8_t>(number);
  FLORIN_TRY_ASSIGN(request.expiry, takeExpiry(objects));
  return request;
}

Result<IssuerData> issuerDataOf(const CryptogramRequest& request) {
  return decodeIssuerData(request.input.iad);
}

}  // namespace florin::emv
