// florin issuer card show | activate | suspend | resume | renew | delete, and the same under florin
// ops card
#include "api_client.h"
#include "api_view.h"
#include "awaited.h"
#include "codec/json_writer.h"
#include "commands.h"
#include "following.h"

namespace florin::apps {
namespace {

// The same cards by two APIs: an issuer sees its own, an operator all.
struct CardApi {
  std::string root;
  const TokenKind& token;
};

CardApi apiOf(const Options& options) {
  if (options.api == Api::kOperator) return {"/admin/v1/cards/", kOperatorToken};
  return {"/issuer/v1/cards/", kIssuerToken};
}

std::string pathOf(const Options& options) { return apiOf(options).root + options.digitalCardId; }

// waitForDevice follows a card until its device has acknowledged everything; nothing: too late.
Outcome<std::optional<codec::JsonValue>> waitForDevice(Console& console, ApiClient& api,
                                                       const std::string& path,
                                                       const Options& options,
                                                       Interrupts& interrupts) {
  std::optional<codec::JsonValue> card;
  const auto delivered = [&]() -> Outcome<bool> {
    FLORIN_TRY_ASSIGN(auto now, api.get(path));
    const bool there = isTrue(now, "delivered");
    card = std::move(now);
    return there;
  };
  FLORIN_TRY_ASSIGN(const bool there,
                    awaitThat(console, interrupts, "for the card's device to acknowledge",
                              std::chrono::seconds(options.deadlineSeconds), delivered));
  if (!there) card.reset();
  return card;
}

Failure notAcknowledged(const Options& options) {
  return {Exit::kUnreachable,
          "the backend has done it, but the card's device has not acknowledged within " +
              std::to_string(options.deadlineSeconds) +
              " s: it does with its next exchange; look again with `show`, or wait longer with "
              "--deadline"};
}

Done show(Console& console, const codec::JsonValue& card) {
  showCard(console, card);
  console.result(card);
  return {};
}

Done change(Console& console, const Options& options, const char* step,
            const std::string& body = "") {
  FLORIN_TRY(checkCard(options));
  const std::string path = pathOf(options);
  Interrupts interrupts;
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, apiOf(options).token, &interrupts));
  FLORIN_TRY_ASSIGN(const auto card, api.post(path + "/" + step, body));
  if (!options.wait || isTrue(card, "delivered")) return show(console, card);
  FLORIN_TRY_ASSIGN(const auto then, waitForDevice(console, api, path, options, interrupts));
  if (!then) return notAcknowledged(options);
  return show(console, *then);
}

}  // namespace

Done cardShow(Console& console, const Options& options) {
  FLORIN_TRY(checkCard(options));
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, apiOf(options).token));
  FLORIN_TRY_ASSIGN(const auto card, api.get(pathOf(options)));
  return show(console, card);
}

Done cardActivate(Console& console, const Options& options) {
  return change(console, options, "activate");
}

Done cardSuspend(Console& console, const Options& options) {
  return change(console, options, "suspend");
}

Done cardResume(Console& console, const Options& options) {
  return change(console, options, "resume");
}

Done cardRenew(Console& console, const Options& options) {
  if (options.expiry.empty()) return change(console, options, "renew");
  return change(console, options, "renew",
                codec::JsonObject().add("panExpiry", options.expiry).text());
}

Done cardDelete(Console& console, const Options& options) {
  if (!options.yes) {
    return Failure{Exit::kInput, "the card would be gone for ever: add --yes to mean it"};
  }
  return change(console, options, "delete");
}

}  // namespace florin::apps
