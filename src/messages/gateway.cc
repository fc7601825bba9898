#include "messages/gateway.h"

#include <algorithm>
#include <limits>

#include "base/limits.h"
#include "codec/json.h"
#include "codec/json_reader.h"
#include "codec/json_writer.h"
#include "messages/json_name.h"
#include "messages/json_time.h"

namespace florin::messages {

namespace limits = base::limits;
using codec::JsonObject;
using codec::JsonReader;
using codec::JsonValue;

namespace {

constexpr std::size_t kPointSize = 65;
constexpr std::size_t kSignatureSize = 64;
constexpr std::size_t kKeyCheckValue = 6;
constexpr std::size_t kCaptureKeyMax = 1024;  // RSA-2048 takes 294 bytes
constexpr std::int64_t kRetryAfterMax = 7LL * 24 * 3600 * 1000;

Result<Bytes> fixed(JsonReader& reader, Literal name, std::size_t size) {
  FLORIN_TRY_ASSIGN(Bytes bytes, reader.base64Url(name, size));
  if (bytes.size() != size) return Error(Code::kMalformed, "a field has not its size");
  return bytes;
}

std::int64_t timeMs(base::Time time) { return std::max<std::int64_t>(0, base::toMs(time)); }

}  // namespace

std::string encodeWseRequest(const WseRequest& request) {
  return JsonObject()
      .add("walletId", request.walletId)
      .addBase64Url("walletPublicKey", request.walletPublicKey)
      .add("walletProviderId", request.walletProviderId)
      .add("walletApplicationId", request.walletApplicationId)
      .text();
}

Result<WseRequest> decodeWseRequest(std::string_view json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(json));
  JsonReader reader(document);
  WseRequest request;
  FLORIN_TRY_ASSIGN(request.walletId, reader.id<base::WalletId>("walletId"));
  FLORIN_TRY_ASSIGN(request.walletPublicKey, fixed(reader, "walletPublicKey", kPointSize));
  FLORIN_TRY_ASSIGN(request.walletProviderId, readName(reader, "walletProviderId", 1));
  FLORIN_TRY_ASSIGN(request.walletApplicationId, readName(reader, "walletApplicationId", 1));
  FLORIN_TRY(reader.finish());
  return request;
}

std::string encodeWseReply(const WseReply& reply) {
  return JsonObject()
      .add("backendId", reply.backendId)
      .add("identityKeyId", reply.identityKeyId)
      .addBase64Url("identityKey", reply.identityKey)
      .addBase64Url("captureKey", reply.captureKey)
      .addBase64Url("captureKeySignature", reply.captureKeySignature)
      .add("keyCheckValue", reply.keyCheckValue)
      .add("serverTimeMs", timeMs(reply.serverTime))
      .text();
}

Result<WseReply> decodeWseReply(std::string_view json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(json));
  JsonReader reader(document);
  WseReply reply;
  FLORIN_TRY_ASSIGN(reply.backendId, reader.string("backendId", 1, limits::kDisplayName));
  FLORIN_TRY_ASSIGN(reply.identityKeyId, reader.id<base::KeyId>("identityKeyId"));
  FLORIN_TRY_ASSIGN(reply.identityKey, fixed(reader, "identityKey", kPointSize));
  FLORIN_TRY_ASSIGN(reply.captureKey, reader.base64Url("captureKey", kCaptureKeyMax));
  if (reply.captureKey.empty()) return Error(Code::kMalformed, "no capture key");
  FLORIN_TRY_ASSIGN(reply.captureKeySignature,
                    fixed(reader, "captureKeySignature", kSignatureSize));
  FLORIN_TRY_ASSIGN(reply.keyCheckValue,
                    reader.string("keyCheckValue", kKeyCheckValue, kKeyCheckValue));
  FLORIN_TRY_ASSIGN(reply.serverTime, readTime(reader, "serverTimeMs"));
  FLORIN_TRY(reader.finish());
  return reply;
}

Bytes captureKeyText(ByteView captureKey) {
  return base::concat(base::asBytes("florin capture key/1"), captureKey);
}

std::string encodeErrorBody(const ErrorBody& body) {
  JsonObject out;
  out.add("code", body.code);
  if (body.retryAfterMs > 0) out.add("retryAfterMs", body.retryAfterMs);
  if (body.triesLeft >= 0) out.add("triesLeft", body.triesLeft);
  if (!body.verdict.empty()) out.addBase64Url("verdict", body.verdict);
  return out.add("serverTimeMs", timeMs(body.serverTime))
      .add("correlationId", body.correlationId)
      .text();
}

Result<ErrorBody> decodeErrorBody(std::string_view json) {
  FLORIN_TRY_ASSIGN(const JsonValue document, codec::parseJson(json));
  JsonReader reader(document);
  ErrorBody body;
  FLORIN_TRY_ASSIGN(body.code, reader.integer("code", 1, 9999));
  FLORIN_TRY_ASSIGN(const auto retryAfterMs,
                    reader.optionalInteger("retryAfterMs", 1, kRetryAfterMax));
  body.retryAfterMs = retryAfterMs.value_or(0);
  FLORIN_TRY_ASSIGN(const auto triesLeft,
                    reader.optionalInteger("triesLeft", 0, std::numeric_limits<int>::max()));
  body.triesLeft = triesLeft.value_or(-1);
  if (reader.has("verdict")) {
    FLORIN_TRY_ASSIGN(body.verdict, fixed(reader, "verdict", kSignatureSize));
  }
  FLORIN_TRY_ASSIGN(body.serverTime, readTime(reader, "serverTimeMs"));
  FLORIN_TRY_ASSIGN(body.correlationId, reader.id<base::CorrelationId>("correlationId"));
  FLORIN_TRY(reader.finish());
  return body;
}

Bytes verdictText(std::uint32_t code, const base::DeviceId& deviceId, ByteView requestHash) {
  Bytes text = base::toBytes(base::asBytes("florin verdict/1"));
  base::appendBigEndian(text, code);
  base::append(text, deviceId.view());
  base::append(text, requestHash);
  return text;
}

}  // namespace florin::messages
