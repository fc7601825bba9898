#include "device.h"

#include "base/bytes.h"
#include "codec/luhn.h"
#include "messages/digitize.h"
#include "proof/capture.h"
#include "proof/http_signature.h"

namespace florin::bench {
namespace {

constexpr Literal kJson = "application/json";
constexpr Literal kOctets = "application/octet-stream";

// newPan draws a PAN of the demo issuer's range.
Result<std::string> newPan(base::Random& random) {
  std::string pan = "99990";
  for (const std::uint8_t byte : random.bytes(10)) pan += static_cast<char>('0' + byte % 10);
  FLORIN_TRY_ASSIGN(const char digit, codec::luhnDigit(base::asBytes(pan)));
  return pan + digit;
}

}  // namespace

Result<Bytes> Device::postSigned(const World& world, Client& client, const std::string& path,
                                 Literal contentType, ByteView body) const {
  const proof::SignatureParameters parameters{walletId_, world.clock.now(),
                                              world.random.bytes(proof::kNonceSize)};
  FLORIN_TRY_ASSIGN(const auto headers, proof::signRequest({"POST", path, body}, parameters,
                                                           [&](ByteView message) -> Result<Bytes> {
                                                             return walletKey_.sign(message);
                                                           }));
  return client.post(path,
                     {{"content-type", std::string(contentType.view())},
                      {"content-digest", headers.contentDigest},
                      {"signature-input", headers.signatureInput},
                      {"signature", headers.signature}},
                     body);
}

Result<Device> Device::enlist(const World& world, Client& client) {
  Device device(crypto::P256Key::generate(world.random), base::WalletId::random(world.random));
  const std::string request = messages::encodeWseRequest(
      {device.walletId_, device.walletKey_.publicPoint(), "bench", "bench"});
  FLORIN_TRY_ASSIGN(const Bytes reply, device.postSigned(world, client, "/cps/v1/wallets", kJson,
                                                         base::asBytes(request)));
  FLORIN_TRY_ASSIGN(device.backend_, messages::decodeWseReply(base::asText(reply)));
  return device;
}

Result<Device> Device::prepare(const World& world, Client& client) {
  FLORIN_TRY_ASSIGN(Device device, enlist(world, client));
  FLORIN_TRY(device.digitize(world, client));
  return device;
}

Status Device::digitize(const World& world, Client& client) {
  FLORIN_TRY_ASSIGN(const std::string pan, newPan(world.random));
  proof::CardData card;
  card.pan = SecretBytes::copyOf(base::asBytes(pan));
  card.expiry = "1230";
  card.nonce = base::toHex(world.random.bytes(8));
  messages::DigitizeRequest request;
  request.correlationId = base::CorrelationId::random(world.random);
  FLORIN_TRY_ASSIGN(request.card.cardData, proof::sealCardData(backend_.captureKey, card));
  request.language = "en";
  const SecretBytes body = messages::encodeDigitizeRequest(request);
  FLORIN_TRY_ASSIGN(Bytes reply,
                    postSigned(world, client, "/gateway/v1/digitizations", kJson, body.expose()));
  FLORIN_TRY_ASSIGN(auto digitized,
                    messages::decodeDigitizeReply(SecretBytes::take(std::move(reply))));
  code_ = std::move(digitized.activationCode);
  return {};
}

Result<EnrolledDevice> Device::enroll(const World& world, Client& client) const {
  auto deviceKey = crypto::P256Key::generate(world.random);
  const auto transportKey = crypto::P256Key::generate(world.random);
  const std::string path = "/cps/v1/enrollments";
  FLORIN_TRY_ASSIGN(const auto e1,
                    protocol::startEnrollment(code_, walletId_, backend_.backendId, world.random));
  FLORIN_TRY_ASSIGN(const Bytes e2, postSigned(world, client, path, kOctets, e1.e1));
  FLORIN_TRY_ASSIGN(auto answered, protocol::onE2(e1, e2));
  auto* const ready = std::get_if<protocol::ReadyForE3>(&answered);
  if (ready == nullptr) return Error(Code::kInternal, "the backend has another code");

  messages::DeviceFacts facts;
  facts.devicePublicKey = deviceKey.publicPoint();
  facts.transportPublicKey = transportKey.publicPoint();
  facts.language = "en";
  facts.deviceInfo = "florin-bench";
  const auto e3 = protocol::makeE3(std::move(*ready), facts);
  FLORIN_TRY_ASSIGN(const Bytes e4,
                    postSigned(world, client, path + "/" + e3.enrollmentId.toString() + "/finish",
                               kOctets, e3.e3));
  FLORIN_TRY_ASSIGN(auto enrolled, protocol::onE4(e3, e4, backend_.identityKey));
  return EnrolledDevice(backend_.backendId, std::move(deviceKey), std::move(enrolled));
}

}  // namespace florin::bench
