#include "payment.h"

#include <chrono>

#include "posix/system_clock.h"

namespace florin::apps {
namespace {

constexpr std::uint16_t kCountry = 250;  // of the terminal, ISO 3166 numeric

class Recorder : public terminal::TraceSink {
 public:
  std::vector<TracedStep> steps;
  double lastMilliseconds = 0;

  void step(const terminal::TraceStep& step) override { steps.push_back({step, lastMilliseconds}); }
};

Done checkReady(Wallet& wallet, const DigitalizedCard& card) {
  if (card.state == CardState::INACTIVE &&
      wallet.getCardEnrollmentService().isCardActivationPending(card.digitalCardId)) {
    return Failure{Exit::kLocalState,
                   "the issuer of card *" + card.panLastFour +
                       " wants to know the cardholder first: see `florin wallet verify`",
                   "NO_ACTIVE_CARD"};
  }
  if (card.state != CardState::ACTIVE) {
    return Failure{
        Exit::kLocalState,
        "card *" + card.panLastFour +
            " is not active: see `florin wallet cards`, ask the backend with `florin wallet "
            "sync`, or choose another with --card",
        "NO_ACTIVE_CARD"};
  }
  if (card.paymentsLeft > 0) return {};
  return Failure{Exit::kLocalState,
                 "no payment key is left: get new ones with `florin wallet sync`", "NO_KEY_LEFT"};
}

}  // namespace

Outcome<Payment> payAtTerminal(WalletSession& session, const PaymentRequest& request) {
  CardEmulation& card = session.wallet().getCardEmulation();
  FLORIN_TRY(checkReady(session.wallet(), request.card));
  if (const Status next = card.setNextTransactionCard(request.card.tokenizedCardId); !next.ok()) {
    return Failure{Exit::kInternal, "the card cannot be chosen: " + describe(next.error())};
  }
  if (request.authenticated) card.setUserAuthenticated(std::chrono::minutes(1));
  Recorder recorder;
  const auto transceive = [&](ByteView command) -> Result<Bytes> {
    const auto began = std::chrono::steady_clock::now();
    Bytes answer = card.processApdu(command);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    recorder.lastMilliseconds = took.count();
    return answer;
  };
  posix::SystemClock clock;
  auto result = terminal::tap({.amount = request.amount,
                               .country = kCountry,
                               .type = 0,
                               .now = clock.now(),
                               .cardholderVerified = request.pinEntered,
                               .authorities = request.authorities},
                              session.random(), transceive, recorder);
  card.onDeactivated(DeactivationReason::DESELECTED);
  if (!result.ok()) {
    return Failure{Exit::kInput, "the terminal cannot take this payment: " +
                                     describe(result.error()) + "; check --amount and --currency"};
  }
  return Payment{std::move(result).value(), std::move(recorder.steps)};
}

std::optional<DigitalizedCard> defaultCard(Wallet& wallet) {
  auto& cards = wallet.getDigitalizedCardManager();
  const auto id = cards.getDefaultCard();
  return id ? cards.getCard(*id) : std::nullopt;
}

std::uint32_t keysLeft(Wallet& wallet, const std::string& tokenizedCardId) {
  const auto card = wallet.getDigitalizedCardManager().getCard(tokenizedCardId);
  return card ? card->paymentsLeft : 0;
}

bool needsKeys(Wallet& wallet, const std::string& tokenizedCardId) {
  const auto card = wallet.getDigitalizedCardManager().getCard(tokenizedCardId);
  return card && card->needsReplenishment;
}

}  // namespace florin::apps
