// FakeIssuers decides as a test says, and keeps what it was told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "ports/issuers.h"

namespace florin::fakes {

class FakeIssuers : public ports::Issuers {
 public:
  Result<ports::DecisionAnswer> decide(const ports::DecisionQuestion& question) override {
    asked.push_back(question.correlationId);
    cards.push_back(question.digitalCardId);
    lastFour = base::asText(question.pan.expose().last(4));
    if (silent) return Error(Code::kUnavailable, "silent");
    return answer;
  }
  Result<bool> isEligible(const ports::DecisionQuestion& question) override {
    eligibilityAsked.push_back(question.digitalCardId);
    if (silent) return Error(Code::kUnavailable, "silent");
    return eligible;
  }
  Status sendOtp(const ports::OtpOrder& order) override {
    if (silent) return Error(Code::kUnavailable, "silent");
    otps.emplace_back(base::asText(order.otp.expose()));
    methods.push_back(order.method);
    return {};
  }

  // yellow offers an SMS and the issuer's own application.
  void yellow() {
    answer = {ports::IssuerDecision::kYellow,
              {{"sms", "SMS", "+49 *** 12", true}, {"app", "APP", "", false}}};
  }

  ports::DecisionAnswer answer;  // green
  bool eligible = true;
  bool silent = false;
  std::vector<base::CorrelationId> asked;
  std::vector<base::DigitalCardId> cards;
  std::vector<base::DigitalCardId> eligibilityAsked;
  std::string lastFour;
  std::vector<std::string> otps;
  std::vector<std::string> methods;
};

}  // namespace florin::fakes
