// A phone at the terminal: commands come as lines of hex on standard input, answers go out
// likewise.
#include <iostream>
#include <string>

#include "open_wallet.h"

namespace example {

florin::Bytes fromHex(const std::string& text) {
  florin::Bytes bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(text.substr(at, 2), nullptr, 16)));
  }
  return bytes;
}

void showHex(const florin::Bytes& bytes) {
  for (const std::uint8_t byte : bytes) std::printf("%02x", byte);
  std::puts("");
}

// serve does what a platform's NFC service does. arm() before the phone is presented, so that the
// answers need no I/O; processApdu for each command; onDeactivated when the field is gone.
void serve(florin::CardEmulation& card) {
  const auto armed = card.arm();
  if (!armed.ok()) std::puts("not armed: no active default card, or no payment left");
  for (std::string line; std::getline(std::cin, line);) showHex(card.processApdu(fromHex(line)));
  card.onDeactivated(florin::DeactivationReason::LINK_LOSS);
}

}  // namespace example

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: tap FOLDER URL CA-FILE\n", stderr);
    return 2;
  }
  example::OpenWallet wallet({argv[1], argv[2], argv[3]});
  example::serve(wallet->getCardEmulation());
  return 0;
}
