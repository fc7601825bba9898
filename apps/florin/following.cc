#include "following.h"

#include "awaited.h"
#include "base/ids.h"

namespace florin::apps {

Done showOrFollow(Console& console, const Options& options,
                  const std::function<Outcome<codec::JsonValue>(ApiClient&)>& ask,
                  const std::function<void(const codec::JsonValue&)>& print) {
  Interrupts interrupts;
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken, &interrupts));
  std::string shown;
  const auto look = [&]() -> Done {
    FLORIN_TRY_ASSIGN(const codec::JsonValue answer, ask(api));
    std::string text = codec::writeJson(answer);
    if (text == shown) return {};
    if (!shown.empty()) console.line();
    shown = std::move(text);
    print(answer);
    console.result(answer);
    return {};
  };
  return options.follow ? follow(console, interrupts, look) : look();
}

Done checkDevice(const Options& options) {
  if (base::DeviceId::parse(options.deviceId).ok()) return {};
  return Failure{
      Exit::kInput,
      "--device is 32 lowercase hex characters: see `florin ops device find --wallet ID`"};
}

Done checkCard(const Options& options) {
  if (base::DigitalCardId::parse(options.digitalCardId).ok()) return {};
  return Failure{
      Exit::kInput,
      "--digital-card-id is 32 lowercase hex characters, as `florin wallet cards --json` "
      "shows it"};
}

}  // namespace florin::apps
