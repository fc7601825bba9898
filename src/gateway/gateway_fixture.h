// For tests: the gateway's use cases and routes over a CPS fixture, with an issuer who decides as a
// test says.
#pragma once

#include "codec/luhn.h"
#include "cps/card_fixture.h"
#include "fakes/fake_issuers.h"
#include "gateway/routes.h"
#include "messages/mg_status.h"
#include "proof/decision_fixture.h"

namespace florin::gateway {

template <class Cps>
struct GatewayOver : Cps {
  // call answers a request that the wallet's key, or another, has signed.
  ports::HttpResponse call(const std::string& method, const std::string& pattern,
                           const std::string& parameter, const std::string& body,
                           const crypto::P256Key& key) {
    std::string path = pattern;
    if (const std::size_t at = path.find("{}"); at != std::string::npos) {
      path.replace(at, 2, parameter);
    }
    for (const ports::Route& route : routes) {
      if (route.method != method || route.path != pattern) continue;
      auto request = this->signedBy(key, path, base::toBytes(base::asBytes(body)), method);
      request.pathParameters = {parameter};
      return route.handler->handle(request);
    }
    ADD_FAILURE() << "no route " << method << " " << pattern;
    return {};
  }

  fakes::FakeIssuers issuers;
  const crypto::P256Key issuerKey = crypto::P256Key::generate(this->random);
  const std::vector<proof::IssuerKey> issuerKeys = makeKeys();
  cps::CardLifeCycle cards{this->backend, this->operations};
  cps::Devices devices{this->backend, this->operations, cards};
  cps::WalletAuth auth{this->backend};

  Gateway gateway{this->backend, this->codes, cards, this->catalog, &issuers, issuerKeys};
  Captures captures{gateway};
  Eligibility eligibility{gateway};
  Digitization digitization{gateway};
  StepUps stepUps{gateway};
  Histories histories{gateway};
  CardFaces faces{gateway};
  std::vector<ports::Route> routes = makeRoutes(
      {this->backend, auth, eligibility, digitization, stepUps, histories, faces, cards, devices});

 private:
  std::vector<proof::IssuerKey> makeKeys() {
    std::vector<proof::IssuerKey> keys;
    keys.push_back(proof::issuerKeyOf(this->issuer, "2026-a", issuerKey));
    return keys;
  }
};

// A digitization as a wallet asks for it.
struct DigitizingTest : GatewayOver<cps::CpsTest> {
  static std::string pan(const std::string& body) {
    return body + codec::luhnDigit(base::asBytes(body)).value();
  }
  static std::string text(const SecretBytes& secret) {
    return std::string(base::asText(secret.expose()));
  }

  Bytes envelope(const std::string& digits, const std::string& expiry = "1230",
                 const std::string& nonce = "nonce") {
    proof::CardData card;
    card.pan = SecretBytes::copyOf(base::asBytes(digits));
    card.expiry = expiry;
    card.nonce = nonce;
    return proof::sealCardData(this->custody->captureKey(), card).value();
  }
  messages::DigitizeRequest request(const std::string& digits, const std::string& expiry = "1230") {
    messages::DigitizeRequest made;
    made.correlationId = base::CorrelationId::random(random);
    made.card.cardData = envelope(digits, expiry);
    made.language = "en";
    return made;
  }
  messages::DigitizeRequest request() { return request(pan("999900123456789")); }

  Result<SecretBytes> digitize(const messages::DigitizeRequest& message) {
    const SecretBytes body = messages::encodeDigitizeRequest(message);
    return digitization.digitize(wallet, message, body.expose());
  }
  messages::DigitizeReply replyOf(const messages::DigitizeRequest& message) {
    const auto json = digitize(message);
    EXPECT_TRUE(json.ok());
    return messages::decodeDigitizeReply(*json).value();
  }
  std::optional<MGErrorCode> refusalOf(const messages::DigitizeRequest& message) {
    const auto json = digitize(message);
    if (json.ok()) return std::nullopt;
    return messages::mgErrorOf(json.error());
  }
  std::uint32_t cardCount() {
    return store
        .read(
            [&](ports::Unit& unit) { return unit.digitalCards().countOf(tenant, wallet.walletId); })
        .value();
  }
  std::uint32_t openCodes() {
    return store
        .read([&](ports::Unit& unit) { return unit.codes().countOf(tenant, wallet.walletId); })
        .value();
  }
  // offer gives the test's program something else to offer.
  void offer(tsp::CardOffer offered) {
    auto programs = catalog.programs();
    programs.front().offer = std::move(offered);
    catalog = tsp::Catalog::make(std::move(programs), catalog.issuers()).value();
  }
};

}  // namespace florin::gateway
