// What an application does with pushes: a new token goes to the backend, a message to the SDK.
#include "get_card.h"

namespace example {

class Pushed : public Synchronizing {
 public:
  void onUnsupportedPushContent(const std::map<std::string, std::string>& /*bundle*/) override {
    std::puts("the application's own");
    end.complete();
  }
};

// onNewToken is called by the platform, at the start and whenever the token changes.
bool onNewToken(florin::Wallet& wallet, PushService service, const std::string& token) {
  const auto listener = std::make_shared<Pushed>();
  wallet.getProvisioningBusinessService().updatePushToken(pushTokenOf(service, token), listener);
  return succeeds(listener->end);
}

// onMessages gives the SDK what came before the wallet was open, and what comes from then on.
bool onMessages(florin::Wallet& wallet, florin::PushInbox& inbox) {
  bool done = true;
  for (const auto& bundle : inbox.take()) {
    const auto listener = std::make_shared<Pushed>();
    wallet.getProvisioningBusinessService().processIncomingMessage(bundle, listener);
    done = succeeds(listener->end) && done;
  }
  return done;
}

// onSchedule is what the platform's scheduler runs: WorkManager, background fetch, a timerfd. It
// gives how long the scheduler may sleep; nothing is to be polled before the card's enrollment.
std::optional<std::chrono::milliseconds> onSchedule(florin::Wallet& wallet) {
  auto& provisioning = wallet.getProvisioningBusinessService();
  const auto listener = std::make_shared<Pushed>();
  provisioning.poll(listener);
  succeeds(listener->end);  // a failure has its turn: nextPoll is a minute to an hour then
  return provisioning.nextPoll();
}

}  // namespace example

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: push FOLDER URL CA-FILE [KEY=VALUE ...]\n", stderr);
    return 2;
  }
  florin::PushInbox inbox;
  std::map<std::string, std::string> bundle;
  for (int i = 4; i < argc; ++i) {
    const std::string pair = argv[i];
    const std::size_t equals = std::min(pair.find('='), pair.size() - 1);
    bundle[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  inbox.put(bundle);
  example::OpenWallet wallet({argv[1], argv[2], argv[3]});
  if (!example::onNewToken(*wallet, example::PushService::kHms, "a-new-token")) return 1;
  if (!example::onMessages(*wallet, inbox)) return 1;
  return example::onSchedule(*wallet).has_value() ? 0 : 1;
}
