#include "advice.h"

#include <gtest/gtest.h>

#include "messages/mg_status.h"
#include "messages/status.h"

namespace florin::apps {
namespace {

// expectAdvice: one line, what happened and then what to do, and an exit status that scripts know.
void expectAdvice(const Advice& advice) {
  EXPECT_NE(advice.text.find(": "), std::string_view::npos) << advice.text;
  EXPECT_EQ(advice.text.find('\n'), std::string_view::npos) << advice.text;
  EXPECT_FALSE(advice.text.ends_with('.')) << advice.text;
  EXPECT_LE(advice.text.size(), 160U) << advice.text;
}

// forEach calls `check` with each enumerator, found by its name; gives how many there are.
template <class Enum, class Check>
int forEach(int first, int last, Check check) {
  int found = 0;
  for (int number = first; number <= last; ++number) {
    const auto code = static_cast<Enum>(number);
    if (name(code) == "UNKNOWN") continue;
    SCOPED_TRACE(name(code));
    check(code);
    ++found;
  }
  return found;
}

TEST(AdviceTest, EverySdkCodeHasALineThatSaysWhatToDo) {
  const int found = forEach<ProvisioningServiceErrorCode>(0, 255, [](auto code) {
    ProvisioningServiceError error;
    error.sdkCode = code;
    expectAdvice(adviceOn(error));
    const bool success = code == ProvisioningServiceErrorCode::COMMON_SUCCESS;
    EXPECT_EQ(adviceOn(error).exit == Exit::kOk, success);
  });
  EXPECT_GT(found, 30);
}

TEST(AdviceTest, EveryGatewayCodeHasALineThatSaysWhatToDo) {
  const int found = forEach<MGErrorCode>(0, 2000, [](auto code) {
    MobileGatewayError error;
    error.code = code;
    expectAdvice(adviceOn(error));
    EXPECT_EQ(adviceOn(error).exit == Exit::kOk, code == MGErrorCode::COMMON_SUCCESS);
    EXPECT_FALSE(messages::factsOf(code).retryable && adviceOn(error).exit == Exit::kRefused);
  });
  EXPECT_GT(found, 30);
}

// What the SDK makes of each CPS code, and of a refusal that has none.
TEST(AdviceTest, EveryCpsCodeHasALineThatSaysWhatToDo) {
  int found = 0;
  for (int number = 1; number < 1000; ++number) {
    const auto status = messages::cpsStatusFrom(number);
    if (!status) continue;
    SCOPED_TRACE(number);
    const auto& facts = messages::factsOf(*status);
    ProvisioningServiceError error;
    error.sdkCode = facts.sdkCode;
    error.httpStatus = facts.httpStatus;
    error.cpsCode = number;
    error.retryable = facts.retryable;
    expectAdvice(adviceOn(error));
    ++found;
  }
  EXPECT_GT(found, 20);
}

// Every problem type of docs/issuer-api.md and docs/operations.md, and answers that have none.
TEST(AdviceTest, EveryProblemHasALineThatSaysWhatToDo) {
  const Advice none = adviceOnProblem(404, "");
  expectAdvice(none);
  EXPECT_EQ(none.exit, Exit::kRefused);
  for (const char* const type :
       {"unauthorized", "malformed", "unknown-card", "unknown-device", "unknown-operation",
        "suspended-by-others", "card-deleted", "card-retired", "wrong-expiry", "wrong-state",
        "not-parked", "reason", "unknown-token", "own-token", "too-many-tokens"}) {
    SCOPED_TRACE(type);
    expectAdvice(adviceOnProblem(400, type));
    EXPECT_NE(adviceOnProblem(400, type).text, none.text);
  }
  for (const char* const type : {"unavailable", "internal", ""}) {
    expectAdvice(adviceOnProblem(503, type));
    EXPECT_EQ(adviceOnProblem(503, type).exit, Exit::kUnreachable) << type;
  }
  EXPECT_EQ(adviceOnProblem(429, "").exit, Exit::kUnreachable);
}

TEST(AdviceTest, OutageIsToldFromARefusal) {
  ProvisioningServiceError error;
  error.sdkCode = ProvisioningServiceErrorCode::COMMON_SERVER_ERROR;
  error.httpStatus = 400;
  EXPECT_EQ(adviceOn(error).exit, Exit::kRefused);
  error.httpStatus = 502;
  error.retryable = true;
  EXPECT_EQ(adviceOn(error).exit, Exit::kUnreachable);
}

// Codes of their own meaning do not hide behind the line of the SDK code that they share.
TEST(AdviceTest, CpsCodeSaysMoreThanTheSdkCodeItShares) {
  ProvisioningServiceError error;
  error.sdkCode = ProvisioningServiceErrorCode::COMMON_SERVER_ERROR;
  error.httpStatus = 401;
  const Advice without = adviceOn(error);
  error.cpsCode = static_cast<int>(messages::CpsStatus::kClockSkew);
  EXPECT_NE(adviceOn(error).text, without.text);
  EXPECT_NE(adviceOn(error).text.find("clock"), std::string_view::npos);
}

}  // namespace
}  // namespace florin::apps
