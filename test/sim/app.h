// App is the application and the user of one wallet. What they know survives the application's
// process: codes are in the user's mail. It acts one call at a time, as the situation asks for, or
// against it.
#pragma once

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
};

// What the user does when the code is asked for.
enum class Entry : std::uint8_t { kRight, kWrong, kOfAnotherCard, kMalformed, kCancelled };

class App {
 public:
  struct Call;  // one call of the SDK that has not ended

  App(DeviceHost& device, Payments& payments, Chance& chance, Trace& trace, Verdict& verdict)
      : device_(device), payments_(payments), chance_(chance), trace_(trace), verdict_(verdict) {}

  std::vector<WantedCard> cards;

  [[nodiscard]] bool busy() const { return call_ != nullptr; }

  // died: the process is over, nobody will answer.
  void died() { call_.reset(); }

  // wiped: the wallet is a new one, what was known of the old one is of no use.
  void wiped() {
    for (WantedCard& card : cards) card = {card.pan, {}, {}};
  }

  // actWildly makes one call, sensible or not. The device must be up and the app not busy.
  void actWildly();

  // actSensibly makes the next call that brings the wallet to where the user wants it; false when
  // nothing is left to do.
  bool actSensibly();

  // tap pays with the default card.
  void tap(bool arm);

  // Called by listeners.
  void started(const std::shared_ptr<Call>& call);
  void codeRequired(const std::shared_ptr<Call>& call, CHCodeVerifier& verifier);
  void codeAcquired(const std::shared_ptr<Call>& call, const std::string& digitalCardId,
                    const SecretBytes& code);
  void ended(const std::shared_ptr<Call>& call, const ProvisioningServiceError* error);
  void ended(const std::shared_ptr<Call>& call, const MobileGatewayError& error);
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
