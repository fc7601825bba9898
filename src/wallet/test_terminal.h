// TestTerminal pays at a test wallet with the commands of a terminal, without judging the card. For
// tests only.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "codec/dol.h"
#include "emv/program.h"
#include "florin/card_emulation.h"

namespace florin::wallet {

// Response is the answer of one command, taken apart.
struct Response {
  static constexpr std::uint16_t kOk = 0x9000;
  [[nodiscard]] bool ok() const { return sw == kOk; }

  Bytes data;
  std::uint16_t sw = 0;
};

class TestTerminal {
 public:
  explicit TestTerminal(CardEmulation& card) : card_(card) {}

  // tap makes one payment and gives the ATC of its cryptogram, or nothing when the card declines.
  std::optional<unsigned> tap() {
    if (!select(base::asBytes("2PAY.SYS.DDF01")).ok() || !select(emv::programK2().aid).ok() ||
        !gpo().ok()) {
      card_.onDeactivated(DeactivationReason::LINK_LOSS);
      return std::nullopt;
    }
    const Response ac = generateAc();
    card_.onDeactivated(DeactivationReason::DESELECTED);
    if (!ac.ok()) return std::nullopt;
    return static_cast<unsigned>(base::readBigEndian(find(ac.data, 0x9F36)));
  }

  Response select(ByteView name) {
    Bytes command{0x00, 0xA4, 0x04, 0x00, static_cast<std::uint8_t>(name.size())};
    base::append(command, name);
    command.push_back(0);
    return send(command);
  }
  Response gpo() {
    const Bytes data = nothing(profile().pdol);
    const auto size = static_cast<std::uint8_t>(data.size());
    const auto all = static_cast<std::uint8_t>(size + 2);
    return send(base::concat(Bytes{0x80, 0xA8, 0x00, 0x00, all, 0x83, size}, data, Bytes{0}));
  }
  Response generateAc() {
    const Bytes data = nothing(profile().cdol1);
    const auto size = static_cast<std::uint8_t>(data.size());
    return send(base::concat(Bytes{0x80, 0xAE, 0x80, 0x00, size}, data, Bytes{0}));
  }

  // nothing is what a terminal gives for a list of the card's when it costs nothing, in euros.
  static Bytes nothing(ByteView dol) { return *codec::fillDol(dol, {{0x5F2A, {0x09, 0x78}}}); }
  static emv::Profile profile() {
    emv::TokenFacts facts;
    facts.dpan = SecretBytes::copyOf(base::asBytes("4111111111111111"));
    facts.expiry = "1230";
    return *emv::makeProfile(emv::programK2(), facts);
  }
  // find gives the value of a two-byte tag, wherever it stands.
  static Bytes find(const Bytes& data, std::uint16_t tag) {
    for (std::size_t i = 0; i + 3 < data.size(); ++i) {
      if (base::readBigEndian(ByteView(data).subspan(i, 2)) != tag) continue;
      return base::toBytes(ByteView(data).subspan(i + 3, data[i + 2]));
    }
    return {};
  }

 private:
  Response send(const Bytes& command) {
    Bytes answer = card_.processApdu(command);
    if (answer.size() < 2) return {};
    const auto sw = base::readBigEndian(ByteView(answer).last(2));
    answer.resize(answer.size() - 2);
    return {std::move(answer), static_cast<std::uint16_t>(sw)};
  }

  CardEmulation& card_;
};

}  // namespace florin::wallet
