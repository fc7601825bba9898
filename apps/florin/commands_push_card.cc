// florin issuer push
#include "api_client.h"
#include "api_view.h"
#include "base/bytes.h"
#include "codec/base64url.h"
#include "codec/json_writer.h"
#include "commands.h"
#include "crypto/random.h"
#include "proof/capture.h"
#include "secrets.h"

namespace florin::apps {
namespace {

constexpr std::size_t kNonce = 16;  // random bytes

// enveloped encrypts the card for the backend, as an issuer's own backend does.
Outcome<std::string> enveloped(ApiClient& api, const proof::CardData& card) {
  FLORIN_TRY_ASSIGN(const auto answer, api.get("/issuer/v1/capture-key"));
  const auto key = codec::fromBase64Url(textOf(answer, "captureKey"));
  auto sealed = key.ok() ? proof::sealCardData(*key, card) : Result<Bytes>(key.error());
  if (!sealed.ok()) {
    return Failure{Exit::kInternal, "the backend's capture key cannot be used: is it a Florin?"};
  }
  return codec::toBase64Url(*sealed);
}

Outcome<proof::CardData> readCard(Console& console, const Options& options) {
  SecretInput input(console);
  FLORIN_TRY_ASSIGN(const SecretBytes pan, input.fromOption("--pan", options.pan));
  crypto::OsRandom random;
  proof::CardData card{
      withoutSpaces(pan),
      options.expiry,
      {},
      options.holderName,
      options.nonce.empty() ? codec::toBase64Url(random.bytes(kNonce)) : options.nonce};
  if (proof::checkCardData(card).ok()) return card;
  return Failure{Exit::kInput,
                 "the card data has not its form: --pan is 12 to 19 digits with a right check "
                 "digit, --exp MMYY, --name at most 64 bytes, --nonce 1 to 50 characters of "
                 "0-9A-Za-z_-",
                 "INVALID_CARD_DATA"};
}

}  // namespace

Done issuerPush(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kIssuerToken));
  FLORIN_TRY_ASSIGN(const proof::CardData card, readCard(console, options));
  FLORIN_TRY_ASSIGN(const std::string cardData, enveloped(api, card));
  const std::string body = codec::JsonObject()
                               .add("cardData", std::string_view(cardData))
                               .add("approved", options.approved)
                               .add("termsAccepted", options.acceptTerms)
                               .text();
  FLORIN_TRY_ASSIGN(const auto made, api.post("/issuer/v1/push-sessions", body));
  console.line("The card waits for a wallet; that ends " + until(numberOf(made, "expiresMs")) +
               ". The session, for the wallet alone:");
  console.line("  " + console.paint(Colour::kBold, textOf(made, "pushSessionId")));
  console.line("Next: florin wallet digitize --push-session -");
  console.result(made);
  return {};
}

}  // namespace florin::apps
