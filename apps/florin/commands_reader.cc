// florin card
#include <algorithm>
#include <chrono>

#include "base/bytes.h"
#include "commands.h"
#include "payment.h"
#include "terminal/trace.h"
#include "virtual_reader.h"

namespace florin::apps {
namespace {

// WalletCard is the wallet as a card in the reader. What it tells is what the terminal did between
// two powers, when there was something.
class WalletCard : public ReaderEvents {
 public:
  WalletCard(Console& console, Wallet& wallet, bool trace)
      : console_(console), wallet_(wallet), trace_(trace), left_(stock()) {}

  Bytes command(ByteView apdu) override {
    Bytes answer = wallet_.getCardEmulation().processApdu(apdu);
    ++commands_;
    if (trace_) show(apdu, answer);
    return answer;
  }

  void removed() override {
    if (commands_ == 0) return;
    wallet_.getCardEmulation().onDeactivated(DeactivationReason::DESELECTED);
    const std::uint32_t left = stock();
    if (left != left_ || trace_) {
      console_.line(std::to_string(commands_) +
                    " commands, payments left: " + std::to_string(left) +
                    (isLow() ? " (low: end this, then run `florin wallet sync`)" : ""));
      console_.result(codec::JsonObject().add("commands", commands_).add("paymentsLeft", left));
    }
    left_ = left;
    commands_ = 0;
  }

 private:
  // Of all cards: the terminal chooses which one pays.
  [[nodiscard]] std::uint32_t stock() const {
    std::uint32_t left = 0;
    for (const auto& card : wallet_.getDigitalizedCardManager().getAllCards()) {
      left += card.paymentsLeft;
    }
    return left;
  }
  [[nodiscard]] bool isLow() const {
    const auto cards = wallet_.getDigitalizedCardManager().getAllCards();
    return std::ranges::any_of(cards, &DigitalizedCard::needsReplenishment);
  }
  static std::string nameOf(ByteView apdu) {
    if (apdu.size() < 2) return "command";
    switch (apdu[1]) {
      case 0xA4: return "SELECT";
      case 0xA8: return "GET PROCESSING OPTIONS";
      case 0xAE: return "GENERATE AC";
      case 0xB2: return "READ RECORD";
      default: return "command";
    }
  }
  void show(ByteView apdu, ByteView answer) {
    const ByteView data = answer.first(answer.size() - 2);
    const terminal::TraceStep step{nameOf(apdu), base::toHex(apdu), terminal::maskedHex(data),
                                   static_cast<std::uint16_t>(base::readBigEndian(answer.last(2))),
                                   terminal::describeTlv(data)};
    for (const std::string& line : terminal::describe(step)) console_.line(line);
  }

  Console& console_;
  Wallet& wallet_;
  const bool trace_;
  std::uint32_t left_;
  std::uint32_t commands_ = 0;
};

}  // namespace

Done card(Console& console, const Options& options) {
  Interrupts interrupts;
  FLORIN_TRY_ASSIGN(const auto session, WalletSession::open({options.vault}, &interrupts));
  FLORIN_TRY_ASSIGN(VirtualReader reader, VirtualReader::connect(options.virtualReader));
  console.line("The wallet is a card in the reader at " + options.virtualReader +
               "; Ctrl-C takes it out.");
  console.result(
      codec::JsonObject().add("reader", options.virtualReader).addHex("atr", VirtualReader::atr()));
  if (options.authenticated) {
    session->wallet().getCardEmulation().setUserAuthenticated(std::chrono::minutes(5));
  }
  WalletCard inReader(console, session->wallet(), options.trace);
  FLORIN_TRY(reader.serve(inReader, interrupts));
  if (!interrupts.pending()) console.line("The reader took the card out.");
  return {};
}

}  // namespace florin::apps
