#include "gateway/step_ups.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json_reader.h"
#include "cps/digitization_steps.h"
#include "crypto/equal.h"
#include "messages/mg_status.h"

namespace florin::gateway {
namespace {

namespace limits = base::limits;
using messages::IdvPhase;
using messages::IdvState;

Result<IdvState> stateOf(const records::StepUp& row) {
  IdvState state;
  FLORIN_TRY_ASSIGN(state.methods, methodsOf(row));
  const auto chosen = std::ranges::find(state.methods, row.method, &messages::IdvMethod::id);
  if (chosen == state.methods.end()) return state;
  state.method = row.method;
  state.phase = chosen->otp ? IdvPhase::kOtpNeeded : IdvPhase::kIssuerNeeded;
  state.otpExpires = row.otpExpires;
  state.triesLeft = row.triesLeft;
  return state;
}

IdvState activated() {
  IdvState state;
  state.phase = IdvPhase::kActivated;
  return state;
}

// A card and its ID&V; none: the card is approved.
struct Found {
  records::DigitalCard card;
  std::optional<records::StepUp> row;
};

Result<Found> find(ports::Unit& unit, const Gateway& gateway, const base::WalletId& wallet,
                   const base::DigitalCardId& id) {
  Found found;
  FLORIN_TRY_ASSIGN(found.card, findCard(unit, gateway.backend, cps::Asker::wallet(wallet), id));
  switch (found.card.state) {
    case records::DigitizationState::kApproved: return found;
    case records::DigitizationState::kStepUp: break;
    case records::DigitizationState::kDeclined:
    case records::DigitizationState::kEnded:
      return messages::mgRefusal(MGErrorCode::UNKNOWN_DIGITAL_CARD_ID, "the card has ended");
  }
  FLORIN_TRY_ASSIGN(found.row, unit.stepUps().find(found.card.tenant, id));
  if (!found.row) return Error(Code::kCorrupted, "a card's ID&V is missing");
  return found;
}

// guessesOf gives what was tried of the card's PAN within the present window.
Result<records::PanGuesses> guessesOf(ports::Unit& unit, const records::DigitalCard& card,
                                      base::Time now) {
  FLORIN_TRY_ASSIGN(const auto row, unit.panGuesses().find(card.issuer, card.panIndex));
  if (row && row->expires > now) return *row;
  return records::PanGuesses{card.issuer, card.panIndex, 0, 0, now + limits::kPanWindow};
}

SecretBytes drawOtp(base::Random& random) {
  SecretBytes otp(limits::kOtpDigits);
  for (std::uint8_t& digit : otp.exposeMutable()) {
    std::uint8_t byte = 255;
    while (byte >= 250) random.fill({&byte, 1});  // no digit is likelier than another
    digit = static_cast<std::uint8_t>('0' + byte % 10);
  }
  return otp;
}

}  // namespace

Result<std::vector<messages::IdvMethod>> methodsOf(const records::StepUp& row) {
  FLORIN_TRY_ASSIGN(const codec::JsonValue document,
                    codec::parseJson("{\"methods\":" + row.methods + "}"));
  codec::JsonReader reader(document);
  return messages::readMethods(reader, "methods");
}

Result<Bytes> StepUps::tagOf(const base::DigitalCardId& id, const SecretBytes& otp) {
  const SecretBytes both = SecretBytes::take(base::concat(id.view(), otp.expose()));
  return gateway_.backend.sealer.blindIndex("otp", both);
}

Result<IdvState> StepUps::state(const base::WalletId& wallet, const base::DigitalCardId& id) {
  return gateway_.backend.store.read([&](ports::Unit& unit) -> Result<IdvState> {
    FLORIN_TRY_ASSIGN(const Found found, find(unit, gateway_, wallet, id));
    return found.row ? stateOf(*found.row) : activated();
  });
}

// An OTP counts from the moment at which the issuer has taken it; until then the one before does.
// A send counts when it is begun, or a slow issuer would be made to send without end.
Result<IdvState> StepUps::choose(const base::WalletId& wallet, const base::DigitalCardId& id,
                                 const messages::ChooseMethod& choice) {
  cps::Backend& backend = gateway_.backend;
  Chosen chosen;
  FLORIN_TRY_ASSIGN(chosen, backend.store.write(
                                [&](ports::Unit& unit) { return take(unit, wallet, id, choice); }));
  if (!chosen.number) return chosen.state;
  SecretBytes otp = drawOtp(backend.random);
  FLORIN_TRY_ASSIGN(const Bytes tag, tagOf(id, otp));
  const base::Time expires = backend.clock.now() + limits::kOtpLifetime;
  const Status sent = gateway_.issuers == nullptr
                          ? Status(Error(Code::kUnavailable, "no issuer can be asked"))
                          : gateway_.issuers->sendOtp({chosen.issuer, id, choice.method,
                                                       *chosen.number, std::move(otp), expires});
  if (!sent.ok()) {
    FLORIN_TRY(backend.store.write(
        [&](ports::Unit& unit) { return takeBack(unit, wallet, id, choice, sent.error()); }));
    return messages::mgRefusal(MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE, "no OTP could be sent");
  }
  return backend.store.write([&](ports::Unit& unit) -> Result<IdvState> {
    FLORIN_TRY_ASSIGN(Found found, find(unit, gateway_, wallet, id));
    if (!found.row) return activated();
    found.row->method = choice.method;
    found.row->choiceId = choice.choiceId;
    found.row->otpTag = tag;
    found.row->triesLeft = limits::kOtpTries;
    found.row->otpExpires = expires;
    FLORIN_TRY(unit.stepUps().put(*found.row));
    return stateOf(*found.row);
  });
}

// take counts a send, or chooses a method that needs none.
Result<StepUps::Chosen> StepUps::take(ports::Unit& unit, const base::WalletId& wallet,
                                      const base::DigitalCardId& id,
                                      const messages::ChooseMethod& choice) {
  FLORIN_TRY_ASSIGN(Found found, find(unit, gateway_, wallet, id));
  if (!found.row) return Chosen{activated(), {}, {}};
  records::StepUp& row = *found.row;
  Chosen chosen;
  chosen.issuer = found.card.issuer;
  if (row.choiceId == choice.choiceId) {
    FLORIN_TRY_ASSIGN(chosen.state, stateOf(row));
    return chosen;
  }
  FLORIN_TRY_ASSIGN(const auto methods, methodsOf(row));
  const auto wanted = std::ranges::find(methods, choice.method, &messages::IdvMethod::id);
  if (wanted == methods.end()) {
    return messages::mgRefusal(MGErrorCode::UNKNOWN_IDV_METHOD, "no such method");
  }
  if (!wanted->otp) {
    row.method = choice.method;
    row.choiceId = choice.choiceId;
  } else {
    FLORIN_TRY_ASSIGN(auto guesses, guessesOf(unit, found.card, gateway_.backend.clock.now()));
    // A new window has new sends: an outage of the issuer must not end ID&V for ever.
    if (guesses.sent == 0 && guesses.wrong == 0) row.sendsLeft = limits::kOtpSends;
    if (row.sendsLeft == 0 || guesses.sent >= limits::kOtpsPerPan ||
        guesses.wrong >= limits::kWrongPerPan) {
      return messages::mgRefusal(MGErrorCode::IDV_METHOD_NOT_AVAILABLE,
                                 "no further OTP is sent for this card");
    }
    ++guesses.sent;
    FLORIN_TRY(unit.panGuesses().put(guesses));
    --row.sendsLeft;
    row.choiceId = choice.choiceId;  // the same choice at the same time is on its way already
    chosen.number = limits::kOtpSends - row.sendsLeft;
  }
  FLORIN_TRY(unit.stepUps().put(row));
  // An OTP counts as sent from here on, whether the issuer takes it or not.
  FLORIN_TRY(
      cps::noteStep(unit, gateway_.backend, found.card,
                    {wanted->otp ? Literal("otp_ordered") : "method_chosen", choice.method}));
  FLORIN_TRY_ASSIGN(chosen.state, stateOf(row));
  return chosen;
}

// takeBack lets the same choice be made again. A send that the issuer cannot have carried out does
// not count: it was not asked, or has answered that it did not.
Status StepUps::takeBack(ports::Unit& unit, const base::WalletId& wallet,
                         const base::DigitalCardId& id, const messages::ChooseMethod& choice,
                         const Error& why) {
  FLORIN_TRY_ASSIGN(Found found, find(unit, gateway_, wallet, id));
  if (!found.row) return {};
  records::StepUp& row = *found.row;
  if (row.choiceId == choice.choiceId) row.choiceId = {};
  const bool silent = why.code() == Code::kUnavailable && why.detail() == 0;
  if (!silent) {
    FLORIN_TRY_ASSIGN(auto guesses, guessesOf(unit, found.card, gateway_.backend.clock.now()));
    if (guesses.sent > 0) --guesses.sent;
    FLORIN_TRY(unit.panGuesses().put(guesses));
    row.sendsLeft = std::min(row.sendsLeft + 1, limits::kOtpSends);
  }
  return unit.stepUps().put(row);
}

Result<Activation> StepUps::activate(const base::WalletId& wallet, const base::DigitalCardId& id,
                                     const SecretBytes& otp) {
  cps::Backend& backend = gateway_.backend;
  FLORIN_TRY_ASSIGN(const Bytes tag, tagOf(id, otp));
  return backend.store.write([&](ports::Unit& unit) -> Result<Activation> {
    FLORIN_TRY_ASSIGN(Found found, find(unit, gateway_, wallet, id));
    if (!found.row) return Activation{activated(), {}};
    records::StepUp& row = *found.row;
    if (row.otpTag.empty()) {
      return messages::mgRefusal(MGErrorCode::CARD_STATE_DOES_NOT_ALLOW_REQUESTED_OPERATION,
                                 "no OTP was sent");
    }
    const auto refused = [&](MGErrorCode code) -> Result<Activation> {
      FLORIN_TRY(unit.stepUps().put(row));
      FLORIN_TRY(
          cps::noteStep(unit, backend, found.card, {"otp_refused", std::string(name(code))}));
      FLORIN_TRY_ASSIGN(IdvState state, stateOf(row));
      return Activation{std::move(state), code};
    };
    if (backend.clock.now() >= row.otpExpires) return refused(MGErrorCode::OTP_EXPIRED);
    FLORIN_TRY_ASSIGN(auto guesses, guessesOf(unit, found.card, backend.clock.now()));
    if (row.triesLeft == 0 || guesses.wrong >= limits::kWrongPerPan) {
      row.triesLeft = 0;
      return refused(MGErrorCode::INCORRECT_OTP_MAX_TRY_EXCEEDED);
    }
    --row.triesLeft;
    if (!crypto::equal(row.otpTag, tag)) {
      ++guesses.wrong;
      FLORIN_TRY(unit.panGuesses().put(guesses));
      return refused(row.triesLeft == 0 ? MGErrorCode::INCORRECT_OTP_MAX_TRY_EXCEEDED
                                        : MGErrorCode::INCORRECT_OTP);
    }
    FLORIN_TRY(gateway_.cards.approve(unit, found.card, {records::Suspender::kWallet}));
    return Activation{activated(), {}};
  });
}

}  // namespace florin::gateway
