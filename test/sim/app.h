// App is the application and the user of one wallet. What they know survives the application's
// process: codes are in the user's mail. It acts one call at a time, as the situation asks for, or
// against it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device_host.h"
#include "payments.h"
#include "verdict.h"

namespace florin::sim {

// WantedCard is a card that the user wants in the wallet.
struct WantedCard {
  std::string pan;
  std::string digitalCardId;  // empty until it is known
  std::string code;           // empty: none, or known to be of no use
  bool wanted = true;         // not any more, when the user deleted it
  bool seen = false;          // in the wallet: its code is used up
};

// What the user does when the code is asked for.
enum class Entry : std::uint8_t { kRight, kWrong, kOfAnotherCard, kMalformed, kCancelled };

class App {
 public:
  struct Call;  // one call of the SDK that has not ended

  App(DeviceHost& device, Payments& payments, Chance& chance, Trace& trace, Verdict& verdict)
      : device_(device), payments_(payments), chance_(chance), trace_(trace), verdict_(verdict) {}

  std::vector<WantedCard> cards;
  std::string pushToken;  // empty: none

  [[nodiscard]] bool busy() const { return call_ != nullptr; }

  // died: the process is over, nobody will answer.
  void died() { call_.reset(); }

  // wiped: the wallet is a new one, what was known of the old one is of no use.
  void wiped() {
    for (WantedCard& card : cards) card = {card.pan, {}, {}};
  }

  // actWildly makes one call, sensible or not. The device must be up and the app not busy.
  void actWildly();

  // lookAgain forgets how far actSensibly came: it begins with a synchronization.
  void lookAgain();

  // actSensibly makes the next call that brings the wallet to where the user wants it; false when
  // nothing is left to do.
  bool actSensibly();

  // poll asks for what waits, and for keys of the cards that are short of them. The device must be
  // up; an app that is busy does not.
  void poll();

  // takePushToken: the platform has another token for the application, which tells the backend.
  void takePushToken(std::string token);

  // pushed is a push that the platform gives to the application, at any time.
  void pushed(const std::map<std::string, std::string>& bundle);

  // change asks the backend to suspend, resume or delete one of the cards, for the cardholder.
  enum class Change : std::uint8_t { kSuspend, kResume, kDelete };
  void change(std::size_t card, Change what);

  // tap pays with the default card; chooseDefault makes another one that.
  void tap(bool arm);
  void chooseDefault(std::size_t card);

  // Called by listeners.
  void started(const std::shared_ptr<Call>& call);
  void codeRequired(const std::shared_ptr<Call>& call, CHCodeVerifier& verifier);
  void codeAcquired(const std::shared_ptr<Call>& call, const std::string& digitalCardId,
                    const SecretBytes& code);
  void ended(const std::shared_ptr<Call>& call, const ProvisioningServiceError* error);
  void ended(const std::shared_ptr<Call>& call, const MobileGatewayError& error);
  void unsupported(const std::shared_ptr<Call>& call);
  [[nodiscard]] std::string describeCall() const;

 private:
  std::shared_ptr<Call> begin(const char* name, Entry entry = Entry::kRight);
  void startWse();
  void digitize(std::size_t card);
  void enroll(Entry entry);
  void resume(Entry entry);
  void activate(Entry entry);
  void synchronize();
  void retry();
  void replenish(const std::string& card, bool force);
  Entry wildEntry();
  std::string codeFor(Entry entry);
  bool inWallet(const WantedCard& card);
  void lookAtCards();
  void wipeGhosts();
  bool takesCode(const WantedCard& card);
  [[nodiscard]] bool replenishSensibly();

  DeviceHost& device_;
  Payments& payments_;
  Chance& chance_;
  Trace& trace_;
  Verdict& verdict_;
  std::shared_ptr<Call> call_;
  std::size_t entered_ = 0;    // index of the card whose code was entered last
  bool synchronized_ = false;  // since the last change
  unsigned digitizations_ = 0;
  std::size_t nextToDigitize_ = 0;  // in this round
};

}  // namespace florin::sim
