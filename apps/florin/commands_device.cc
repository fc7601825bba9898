// florin ops device show | find | suspend | resume | revoke | wipe
#include "api_client.h"
#include "api_view.h"
#include "awaited.h"
#include "base/ids.h"
#include "bounds.h"
#include "commands.h"
#include "following.h"

namespace florin::apps {
namespace {

using codec::JsonValue;

std::string pathOf(const Options& options) { return "/admin/v1/devices/" + options.deviceId; }

// everything gives a device with its cards and what it has not acknowledged, as one object.
Outcome<JsonValue> everything(ApiClient& api, const Options& options) {
  FLORIN_TRY_ASSIGN(const JsonValue device, api.get(pathOf(options)));
  FLORIN_TRY_ASSIGN(const JsonValue cards, api.get(pathOf(options) + "/cards"));
  FLORIN_TRY_ASSIGN(const JsonValue open,
                    api.get("/admin/v1/operations?device=" + options.deviceId + "&state=open"));
  codec::JsonObject all;
  all.add("device", device);
  if (const auto* list = cards.find("cards")) all.add("cards", *list);
  if (const auto* list = open.find("operations")) all.add("operations", *list);
  auto joined = codec::parseJson(all.text(), bounds::kDeviceAnswers);
  if (joined.ok()) return std::move(joined).value();
  return Failure{Exit::kInternal, "the answers do not go together: " + describe(joined.error())};
}

void print(Console& console, const JsonValue& all) {
  showDevice(console, *all.find("device"));
  console.line();
  showCards(console, membersOf(all, "cards"));
  console.line();
  showOperations(console, membersOf(all, "operations"));
}

Done showChanged(Console& console, const JsonValue& device) {
  showDevice(console, device);
  console.result(device);
  return {};
}

Outcome<std::string> bodyOf(const Options& options) {
  if (options.reason.empty()) return std::string();
  return codec::JsonObject().add("reason", options.reason).text();
}

Done change(Console& console, const Options& options, const char* step) {
  FLORIN_TRY(checkDevice(options));
  FLORIN_TRY_ASSIGN(const std::string body, bodyOf(options));
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  FLORIN_TRY_ASSIGN(const JsonValue device, api.post(pathOf(options) + "/" + step, body));
  return showChanged(console, device);
}

// end is for good; with --wait it ends when the device has said that it erased everything.
Done end(Console& console, const Options& options, const char* step) {
  FLORIN_TRY(checkDevice(options));
  if (!options.yes) {
    return Failure{Exit::kInput,
                   "the device's cards and keys would be gone for ever: add --yes to mean it"};
  }
  if (!options.wait) return change(console, options, step);
  Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const std::string body, bodyOf(options));
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken, &interrupts));
  FLORIN_TRY_ASSIGN(JsonValue device, api.post(pathOf(options) + "/" + step, body));
  const auto wiped = [&]() -> Outcome<bool> {
    FLORIN_TRY_ASSIGN(device, api.get(pathOf(options)));
    return textOf(device, "state") == "wiped";
  };
  FLORIN_TRY_ASSIGN(const bool there,
                    awaitThat(console, interrupts, "for the device to say that it is wiped",
                              std::chrono::seconds(options.deadlineSeconds), wiped));
  if (there) return showChanged(console, device);
  return Failure{Exit::kUnreachable,
                 "the device is revoked, but has not said within " +
                     std::to_string(options.deadlineSeconds) +
                     " s that it is wiped: it is with its next exchange; look again with `show`"};
}

Outcome<std::string> deviceOfCard(ApiClient& api, const Options& options) {
  FLORIN_TRY_ASSIGN(const JsonValue card, api.get("/admin/v1/cards/" + options.digitalCardId));
  std::string device = textOf(card, "deviceId");
  if (!device.empty()) return device;
  return Failure{Exit::kRefused,
                 "no device has claimed this card yet: its activation code is to be entered"};
}

}  // namespace

Done deviceShow(Console& console, const Options& options) {
  FLORIN_TRY(checkDevice(options));
  return showOrFollow(
      console, options, [&](ApiClient& api) { return everything(api, options); },
      [&](const JsonValue& all) { print(console, all); });
}

Done deviceFind(Console& console, const Options& options) {
  if (options.walletId.empty()) FLORIN_TRY(checkCard(options));
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  if (options.walletId.empty()) {
    FLORIN_TRY_ASSIGN(const std::string id, deviceOfCard(api, options));
    FLORIN_TRY_ASSIGN(const JsonValue device, api.get("/admin/v1/devices/" + id));
    return showChanged(console, device);
  }
  if (!base::WalletId::parse(options.walletId).ok()) {
    return Failure{Exit::kInput,
                   "--wallet is 32 lowercase hex characters, as `florin wallet status` shows it"};
  }
  FLORIN_TRY_ASSIGN(const JsonValue found, api.get("/admin/v1/devices?wallet=" + options.walletId));
  const auto& devices = membersOf(found, "devices");
  if (!devices.empty()) return showChanged(console, devices.front());
  return Failure{Exit::kRefused,
                 "this wallet has no device: it is not known here, or was never enrolled"};
}

Done deviceSuspend(Console& console, const Options& options) {
  return change(console, options, "suspend");
}

Done deviceResume(Console& console, const Options& options) {
  return change(console, options, "resume");
}

Done deviceRevoke(Console& console, const Options& options) {
  return end(console, options, "revoke");
}

Done deviceWipe(Console& console, const Options& options) { return end(console, options, "wipe"); }

}  // namespace florin::apps
