// HttpPushSender is the PushSender of florind: one lane per configured provider over one HttpMulti,
// with the provider's access token kept, renewed early and asked for once at a time.
#pragma once

#include <array>
#include <map>

#include "push/provider.h"

namespace florin::push {

// Providers that are configured; those that are not are null.
struct Providers {
  std::unique_ptr<Provider> fcm;
  std::unique_ptr<Provider> hms;
  std::unique_ptr<Provider> webhook;
  // Who carries the tokens without "HMS:" in front.
  ports::PushProvider unprefixed = ports::PushProvider::kFcm;
};

class HttpPushSender : public ports::PushSender {
 public:
  // make: kInternal: libcurl does not start. `clock` must outlive the sender.
  static Result<std::unique_ptr<HttpPushSender>> make(
      Providers providers, base::Clock& clock,
      base::Duration deadline = base::limits::kPushDeadline);

  void ring() override;
  std::optional<ports::PushProvider> providerOf(const SecretBytes& token) override;
  void start(ports::PushMessage message) override;
  std::vector<ports::PushVerdict> poll(base::Duration atMost) override;

 private:
  struct Pending {
    ports::PushMessage message;
    std::uint64_t accessNumber = 0;  // of the access token that it was sent with
    bool refreshed = false;
    bool repeated = false;  // at once, because its stream was lost
  };
  // Access is the token of a lane: good until `ends`, to be renewed from `renew` on.
  struct Access {
    SecretBytes token;
    base::Time renew;
    base::Time ends;
  };
  struct Lane {
    std::unique_ptr<Provider> provider;
    std::optional<Access> access;
    std::uint64_t accessNumber = 0;  // counts the tokens
    bool asking = false;
    std::vector<Pending> waiting;  // for the token that was asked for
  };

  HttpPushSender(Providers providers, base::Clock& clock, std::unique_ptr<HttpMulti> http);
  Lane& laneOf(const Pending& push) { return laneAt(push.message.provider); }
  Lane& laneAt(ports::PushProvider provider) { return lanes_[static_cast<std::size_t>(provider)]; }
  void send(Pending push);
  void sendWith(Lane& lane, Pending push, const SecretBytes& access);
  void ask(ports::PushProvider provider, HttpCall call);
  void onAccess(ports::PushProvider provider, const HttpAnswer& answer);
  void onAnswer(std::uint64_t number, const HttpAnswer& answer);
  void end(const Pending& push, const Judgement& judgement);

  std::array<Lane, ports::kPushProviders> lanes_;  // calls in flight borrow their authorities
  const ports::PushProvider unprefixed_;
  base::Clock& clock_;
  std::map<std::uint64_t, Pending> inFlight_;
  std::uint64_t nextNumber_ = 0;
  std::vector<ports::PushVerdict> verdicts_;
  std::unique_ptr<HttpMulti> http_;
};

}  // namespace florin::push
