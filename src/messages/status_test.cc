#include "messages/status.h"

#include <gtest/gtest.h>

#include <set>

#include "messages/mg_status.h"

namespace florin::messages {
namespace {

const std::vector<CpsStatus> kAllCps = {
#define FLORIN_CPS(name, code, http, sdk, retryable) CpsStatus::name,
#include "messages/status.def"
#undef FLORIN_CPS
};
const std::vector<MGErrorCode> kAllMg = {
#define FLORIN_MG(name, number, http, retryable) MGErrorCode::name,
#include "messages/mg_status.def"
#undef FLORIN_MG
};

TEST(CpsStatusTest, WrongCodeIs554) {
  const CpsStatusFacts& facts = factsOf(CpsStatus::kCodeWrong);
  EXPECT_EQ(static_cast<int>(facts.status), 554);
  EXPECT_EQ(facts.httpStatus, 403);
  EXPECT_EQ(facts.sdkCode, ProvisioningServiceErrorCode::ENROLLMENT_WRONG_ACTIVATION_CODE);
  EXPECT_FALSE(facts.retryable);
}

TEST(CpsStatusTest, EveryNumberIsReadBack) {
  for (const CpsStatus status : kAllCps) {
    EXPECT_EQ(cpsStatusFrom(static_cast<std::int64_t>(status)), status);
    EXPECT_EQ(statusOf(refusal(status, "no")), status);
  }
}

TEST(CpsStatusTest, NumbersThatAreNotInTheTableAreNothing) {
  for (const std::int64_t code : {-1, 1, 522, 1'001, 65'536 + 554}) {
    EXPECT_FALSE(cpsStatusFrom(code).has_value()) << code;
  }
}

TEST(CpsStatusTest, OtherErrorsAreNoRefusals) {
  EXPECT_FALSE(statusOf(Error(Code::kInternal, "x", 554)).has_value());
}

TEST(CpsStatusTest, RetryIsForWhatMayPass) {
  for (const CpsStatus status : kAllCps) {
    const CpsStatusFacts& facts = factsOf(status);
    EXPECT_TRUE(facts.httpStatus < 500 || facts.retryable) << static_cast<int>(status);
  }
}

TEST(MgStatusTest, EveryNumberIsReadBack) {
  for (const MGErrorCode code : kAllMg) {
    EXPECT_EQ(mgErrorCodeFrom(static_cast<std::int64_t>(code)), code);
    EXPECT_EQ(mgErrorOf(mgRefusal(code, "no")), code);
    EXPECT_FALSE(statusOf(mgRefusal(code, "no")).has_value());
  }
  EXPECT_FALSE(mgErrorCodeFrom(554).has_value());
  EXPECT_FALSE(mgErrorOf(Error(Code::kInternal, "x", 1001)).has_value());
}

TEST(MgStatusTest, FactsAreTheTables) {
  EXPECT_EQ(factsOf(MGErrorCode::INCORRECT_CVV).httpStatus, 403);
  EXPECT_TRUE(factsOf(MGErrorCode::SERVER_ERROR).retryable);
  EXPECT_EQ(factsOf(MGErrorCode::NO_INTERNET).httpStatus, 0);
}

TEST(ErrorNamesTest, NamesAreTheEnumeratorsSpelling) {
  EXPECT_EQ(name(ProvisioningServiceErrorCode::ENROLLMENT_WRONG_ACTIVATION_CODE),
            "ENROLLMENT_WRONG_ACTIVATION_CODE");
  EXPECT_EQ(name(MGErrorCode::INCORRECT_CVV), "INCORRECT_CVV");
  EXPECT_EQ(name(MGErrorCode::COMMON_SUCCESS), "COMMON_SUCCESS");
  EXPECT_EQ(name(static_cast<MGErrorCode>(9999)), "UNKNOWN");
}

TEST(ErrorNamesTest, NamesDiffer) {
  std::set<std::string_view> names;
  for (const MGErrorCode code : kAllMg) names.insert(name(code));
  EXPECT_EQ(names.size(), kAllMg.size());
}

}  // namespace
}  // namespace florin::messages
