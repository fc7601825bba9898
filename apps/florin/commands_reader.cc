// florin card
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
      : console_(console), wallet_(wallet), trace_(trace), left_(keysLeft(wallet)) {}

  Bytes command(ByteView apdu) override {
    Bytes answer = wallet_.getCardEmulation().processApdu(apdu);
    ++commands_;
    if (trace_) show(apdu, answer);
    return answer;
  }

  void removed() override {
    if (commands_ == 0) return;
    wallet_.getCardEmulation().onDeactivated(DeactivationReason::DESELECTED);
    const std::uint32_t left = keysLeft(wallet_);
    if (left != left_ || trace_) {
      console_.line(std::to_string(commands_) +
                    " commands, payments left: " + std::to_string(left) +
                    (needsKeys(wallet_) ? " (low: end this, then run `florin wallet sync`)" : ""));
      console_.result(codec::JsonObject().add("commands", commands_).add("paymentsLeft", left));
    }
    left_ = left;
    commands_ = 0;
  }

 private:
  void show(ByteView apdu, ByteView answer) {
    const ByteView data = answer.first(answer.size() - 2);
    const terminal::TraceStep step{"command", base::toHex(apdu), terminal::maskedHex(data),
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
  WalletCard inReader(console, session->wallet(), options.trace);
  FLORIN_TRY(reader.serve(inReader, interrupts));
  if (!interrupts.pending()) console.line("The reader took the card out.");
  return {};
}

}  // namespace florin::apps
