#include "sample_issuer.h"

#include <algorithm>

#include "api_view.h"
#include "base/bytes.h"
#include "bounds.h"
#include "codec/json.h"
#include "codec/json_writer.h"
#include "posix/system_clock.h"
#include "proof/webhook_signature.h"

namespace florin::apps {
namespace {

constexpr std::string_view kPath = "/florin";

ports::HttpResponse only(int status) {
  ports::HttpResponse response;
  response.status = status;
  return response;
}

codec::JsonArray methods() {
  codec::JsonArray list;
  list.add(codec::JsonObject()
               .add("id", std::string_view("sms"))
               .add("type", std::string_view("SMS"))
               .add("value", std::string_view("+49 *** 12"))
               .add("otp", true));
  return list;
}

}  // namespace

Outcome<std::unique_ptr<SampleIssuer>> SampleIssuer::start(std::uint16_t port, std::string decision,
                                                           SecretBytes key) {
  std::unique_ptr<SampleIssuer> issuer(new SampleIssuer(std::move(decision), std::move(key)));
  auto receiver = http::PlainReceiver::start(
      port,
      [self = issuer.get()](const ports::HttpRequest& request) { return self->answer(request); });
  if (!receiver.ok()) {
    return Failure{Exit::kLocalState, "cannot listen on 127.0.0.1:" + std::to_string(port) + ": " +
                                          describe(receiver.error()) + "; give another --port"};
  }
  issuer->receiver_ = std::move(*receiver);
  return issuer;
}

std::string SampleIssuer::url() const {
  return "http://127.0.0.1:" + std::to_string(receiver_->port()) + std::string(kPath);
}

ports::HttpResponse SampleIssuer::answer(const ports::HttpRequest& request) {
  if (request.path != kPath) return only(404);
  if (request.method != "POST") return only(405);
  const Status signedByBackend =
      proof::verifyWebhook(key_, posix::SystemClock().now(),
                           {request.header("webhook-id"), request.header("webhook-timestamp"),
                            request.header("webhook-signature")},
                           request.body);
  if (!signedByBackend.ok()) {
    put({.kind = IssuerEvent::Kind::kRefused});
    return only(401);
  }
  auto body = codec::parseJson(base::asText(request.body));
  if (!body.ok()) return only(400);
  const std::string type = textOf(*body, "type");
  IssuerEvent event{.digitalCardId = textOf(*body, "digitalCardId")};
  if (type == "card.send_otp") {
    event.kind = IssuerEvent::Kind::kOtp;
    event.method = textOf(*body, "method");
    event.otp = textOf(*body, "otp");
    put(std::move(event));
    return only(204);
  }
  if (type == "card.check_eligibility") {
    ports::HttpResponse response = only(200);
    response.body = base::toBytes(base::asBytes(codec::JsonObject().add("eligible", true).text()));
    return response;
  }
  if (type == "card.state_changed" || type == "transaction") {
    return only(takeNotice(request.header("webhook-id"), std::move(*body)));
  }
  if (type != "card.decide") return only(400);
  const std::string pan = textOf(*body, "pan");
  event.lastFour = pan.substr(pan.size() - std::min<std::size_t>(pan.size(), 4));
  ports::HttpResponse response = decide();
  put(std::move(event));
  return response;
}

ports::HttpResponse SampleIssuer::decide() {
  codec::JsonObject body;
  body.add("decision", std::string_view(decision_));
  if (decision_ == "yellow") body.add("methods", methods());
  ports::HttpResponse response = only(200);
  response.body = base::toBytes(base::asBytes(body.text()));
  return response;
}

// The backend repeats a notice whose answer it did not get; one that is not shown yet and finds no
// room is to come again.
int SampleIssuer::takeNotice(std::string_view id, codec::JsonValue notice) {
  const std::lock_guard lock(mutex_);
  if (std::ranges::find(noticeIds_, id) != noticeIds_.end()) return 204;
  if (events_.size() == bounds::kPushes) return 503;
  if (noticeIds_.size() == bounds::kPushes) noticeIds_.pop_front();
  noticeIds_.emplace_back(id);
  events_.push_back({.kind = IssuerEvent::Kind::kNotice, .notice = std::move(notice)});
  came_.notify_one();
  return 204;
}

void SampleIssuer::put(IssuerEvent event) {
  const std::lock_guard lock(mutex_);
  if (events_.size() == bounds::kPushes) events_.pop_front();
  events_.push_back(std::move(event));
  came_.notify_one();
}

std::optional<IssuerEvent> SampleIssuer::take(Interrupts& interrupts,
                                              std::chrono::milliseconds atMost) {
  const auto until = std::chrono::steady_clock::now() + atMost;
  std::unique_lock lock(mutex_);
  while (events_.empty()) {
    if (interrupts.pending() || std::chrono::steady_clock::now() > until) return std::nullopt;
    came_.wait_for(lock, bounds::kPoll);
  }
  IssuerEvent event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace florin::apps
