#include "payments.h"

#include "base/bytes.h"
#include "base/limits.h"
#include "base/running_atc.h"
#include "codec/json_writer.h"
#include "emv/authorization_data.h"
#include "emv/issuer_data.h"
#include "material.h"
#include "terminal/terminal.h"

namespace florin::sim {
namespace {

class NoTrace : public terminal::TraceSink {
 public:
  void step(const terminal::TraceStep&) override {}
};

std::string textMember(ByteView json, const char* name) {
  const std::string needle = "\"" + std::string(name) + "\":\"";
  const std::string_view text = base::asText(json);
  const std::size_t at = text.find(needle);
  if (at == std::string_view::npos) return {};
  const std::size_t from = at + needle.size();
  return std::string(text.substr(from, text.find('"', from) - from));
}

}  // namespace

void Payments::tap(DeviceHost& device) {
  terminal::TapRequest request;
  request.amount = {static_cast<std::int64_t>(100 + chance_.below(4'000)), 978};
  request.country = 276;
  request.now = world_.clock.now();
  NoTrace trace;
  CardEmulation& card = device.wallet().getCardEmulation();
  const auto result = terminal::tap(
      request, chance_.random(),
      [&](ByteView command) -> Result<Bytes> {
        Bytes answer = card.processApdu(command);
        if (device.disk.dead()) return Error(Code::kUnavailable, "the device is dead");
        return answer;
      },
      trace);
  card.onDeactivated(DeactivationReason::LINK_LOSS);
  if (!result.ok() || !result->request) {
    world_.trace.line("tap", device.index(), "no cryptogram");
    return;
  }
  const emv::CryptogramRequest& made = *result->request;
  // An ATC is one of a DPAN and its PSN.
  const CardAtc use{std::string(base::asText(made.dpan.expose())),
                    base::runningAtc(made.psn, made.input.atc)};
  world_.trace.line("tap", device.index(), "atc", use.second);
  lastShown_ = {use.first, made.expiry};
  const SecretBytes emv = emv::encodeCryptogramRequest(made);
  const std::string body = codec::JsonObject().addHex("emv", emv.expose()).text();
  Booking booking{.use = use,
                  .key = {},
                  .body = base::toBytes(base::asBytes(body)),
                  .idempotencyKey = "booking-" + std::to_string(++keys_),
                  .answer = {},
                  .first = !device.usesRepeat && !device.aheadOfStore};
  const auto iad = emv::issuerDataOf(made);
  verdict_.require(iad.ok(), "I1", "a cryptogram does not say which key made it");
  if (iad.ok() && iad->scheme == emv::KeyScheme::kLuk) {
    booking.key = LimitedKey{use.first, iad->keyIndex};
  }
  const bool isNew = cryptograms_.emplace(use, base::toBytes(made.cryptogram)).second;
  verdict_.require(isNew || device.usesRepeat, "I1", "one ATC made a second cryptogram");
  checkUse(device, booking);
  add(std::move(booking));
}

// checkUse: two keys have no ATC in common, since none comes twice; and a limited-use key makes no
// more cryptograms than its limit (I1, I2).
void Payments::checkUse(const DeviceHost& device, const Booking& booking) {
  unsigned& last = lastAtc_[booking.use.first];
  verdict_.require(booking.use.second > last || device.usesRepeat, "I2",
                   "a card's ATC did not grow");
  last = std::max(last, booking.use.second);
  if (!booking.key) return;
  ++limitedUses_;
  LimitedTrack& track = limited_[*booking.key];
  if (track.firstUse == base::Time()) track.firstUse = world_.clock.now();
  if (!device.usesRepeat) ++track.uses;
  verdict_.require(track.uses <= kLukUses, "I1", "a limited-use key was used over its limit");
}

// checkApproval: whoever has a key, copies of it included, together get no more than its limit and
// its lifetime allow (I2).
void Payments::checkApproval(const Booking& booking) {
  verdict_.require(approved_.insert(booking.use).second, "I2",
                   "a cryptogram was approved a second time");
  if (!booking.key) return;
  LimitedTrack& track = limited_[*booking.key];
  verdict_.require(++track.approved <= kLukUses, "I2",
                   "a limited-use key was approved over its limit");
  verdict_.require(
      world_.clock.now() < track.firstUse + kLukLifetime + base::limits::kReplacedKeyGrace, "I2",
      "a limited-use key was approved after its end");
}

void Payments::add(Booking booking) {
  unanswered_.push_back(bookings_.size());
  bookings_.push_back(std::move(booking));
}

void Payments::repeatOne() {
  if (bookings_.empty()) return;
  Booking& booked = bookings_.at(chance_.below(bookings_.size()));
  if (booked.answer.empty()) return;
  if (chance_.percent(50)) {
    Booking again = booked;
    again.idempotencyKey = "booking-" + std::to_string(++keys_);
    again.answer.clear();
    again.first = false;
    return add(std::move(again));
  }
  send(booked);
}

void Payments::storeWentBack(base::Time to) {
  for (Booking& booking : bookings_) {
    booking.first = false;
    if (booking.answered >= to) booking.forgotten = true;
  }
}

void Payments::work() {
  for (std::size_t left = unanswered_.size(); left > 0; --left) {
    const std::size_t index = unanswered_.front();
    unanswered_.pop_front();
    send(bookings_[index]);
    if (bookings_[index].answer.empty()) unanswered_.push_back(index);
  }
}

void Payments::send(Booking& booking) {
  TransportRequest request{"POST",
                           "/tsp/v1/authorizations",
                           {{"content-type", "application/json"},
                            {"authorization", std::string("Bearer ") + kAcquirerToken},
                            {"idempotency-key", booking.idempotencyKey}},
                           booking.body};
  const auto response = backend_.serve(request);
  world_.trace.line("authorize", booking.idempotencyKey, response ? response->status : -1);
  if (response && response->status == 200) answered(booking, *response);
}

void Payments::answered(Booking& booking, const TransportResponse& response) {
  if (!booking.answer.empty() && !booking.forgotten) {
    verdict_.require(booking.answer == response.body, "I4",
                     "an authorization was answered in two ways");
    return;
  }
  booking.answer = response.body;
  booking.answered = world_.clock.now();
  booking.forgotten = false;
  const std::string reason = textMember(response.body, "reason");
  world_.trace.line("authorized", booking.idempotencyKey, reason);
  if (reason == "approved") {
    checkApproval(booking);
  } else if (booking.first) {
    verdict_.require(reason != "atc_not_issued" && reason != "atc_used" &&
                         reason != "wrong_cryptogram" && reason != "unknown_token" &&
                         reason != "key_not_issued" && reason != "key_used_up",
                     "I2", "the backend does not know a key that it issued");
  }
}

}  // namespace florin::sim
