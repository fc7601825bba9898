// SampleIssuer plays an issuer for demonstrations and development: it answers the backend's
// webhooks (docs/issuer-api.md) with one decision, and tells the OTPs that a real one would send
// and the notices that it gets, each once.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "codec/json.h"
#include "http/plain_receiver.h"
#include "interrupts.h"

namespace florin::apps {

// What the issuer was asked or told. An OTP is here only.
struct IssuerEvent {
  enum class Kind : std::uint8_t { kDecided, kOtp, kNotice, kRefused };
  Kind kind = Kind::kDecided;
  std::string digitalCardId = {};
  std::string lastFour = {};     // of the PAN, of kDecided
  std::string method = {};       // of kOtp
  std::string otp = {};          // of kOtp
  codec::JsonValue notice = {};  // of kNotice, as it came
};

class SampleIssuer {
 public:
  // start listens on 127.0.0.1. `decision` is green, yellow or red; `key` that of the webhook. Port
  // 0: any free one.
  static Outcome<std::unique_ptr<SampleIssuer>> start(std::uint16_t port, std::string decision,
                                                      SecretBytes key);

  [[nodiscard]] std::string url() const;

  // take waits for the next event; nothing when the user interrupts or `atMost` is over.
  std::optional<IssuerEvent> take(Interrupts& interrupts, std::chrono::milliseconds atMost);

 private:
  SampleIssuer(std::string decision, SecretBytes key)
      : decision_(std::move(decision)), key_(std::move(key)) {}
  ports::HttpResponse answer(const ports::HttpRequest& request);
  ports::HttpResponse decide();
  void put(IssuerEvent event);
  int takeNotice(std::string_view id, codec::JsonValue notice);

  const std::string decision_;
  const SecretBytes key_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::deque<IssuerEvent> events_;
  std::deque<std::string> noticeIds_;              // of the last ones
  std::unique_ptr<http::PlainReceiver> receiver_;  // last: it ends first
};

}  // namespace florin::apps
