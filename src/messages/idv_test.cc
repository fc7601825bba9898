#include "messages/idv.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/json.h"

namespace florin::messages {
namespace {

IdvState state(IdvPhase phase) {
  IdvState made;
  made.phase = phase;
  made.methods = {{"sms", "SMS", "+49 *** 12", true}, {"app", "APP", "", false}};
  made.method = "sms";
  made.otpExpires = base::fromMs(1'700'000'000'000);
  made.triesLeft = 4;
  return made;
}

std::optional<Code> refusal(std::string_view json) {
  const auto read = decodeIdvState(json);
  return read.ok() ? std::nullopt : std::optional(read.error().code());
}

TEST(IdvTest, EveryPhaseComesBack) {
  for (const auto phase : {IdvPhase::kMethodNotSelected, IdvPhase::kOtpNeeded,
                           IdvPhase::kIssuerNeeded, IdvPhase::kActivated}) {
    const std::string json = encodeIdvState(state(phase));
    const auto read = decodeIdvState(json);
    ASSERT_TRUE(read.ok()) << json;
    EXPECT_EQ(read->phase, phase);
    EXPECT_EQ(read->methods.size(), phase == IdvPhase::kActivated ? 0U : 2U);
    EXPECT_EQ(encodeIdvState(*read), json);
  }
}

TEST(IdvTest, OtpsTimeAndTriesAreKept) {
  const auto read = decodeIdvState(encodeIdvState(state(IdvPhase::kOtpNeeded)));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->method, "sms");
  EXPECT_EQ(read->otpExpires, base::fromMs(1'700'000'000'000));
  EXPECT_EQ(read->triesLeft, 4U);
  EXPECT_EQ(read->methods[0].value, "+49 *** 12");
  EXPECT_TRUE(read->methods[0].otp);
}

TEST(IdvTest, MethodsHaveTheirForm) {
  const auto with = [](std::string_view methods) {
    return refusal(R"({"phase":"IDV_METHOD_NOT_SELECTED","methods":)" + std::string(methods) + "}");
  };
  EXPECT_EQ(with(R"([{"id":"a","type":"T","value":"","otp":true}])"), std::nullopt);
  for (const std::string_view wrong :
       {"[]", "{}", R"([{"id":"","type":"T","value":"","otp":true}])",
        R"([{"id":"a b","type":"T","value":"","otp":true}])",
        R"([{"id":"a","type":"","value":"","otp":true}])",
        R"([{"id":"a","type":"T","value":"\u0007","otp":true}])",
        R"([{"id":"a","type":"T","value":"","otp":1}])", R"([{"id":"a","type":"T","value":""}])",
        R"([{"id":"a","type":"T","value":"","otp":true,"more":1}])",
        R"([{"id":"a","type":"T","value":"","otp":true},)"
        R"({"id":"a","type":"U","value":"","otp":true}])"}) {
    EXPECT_EQ(with(wrong), Code::kMalformed) << wrong;
  }
  std::string many = "[";
  for (std::size_t i = 0; i <= base::limits::kIdvMethods; ++i) {
    many += (i == 0 ? "" : ",") + std::string(R"({"id":")") + std::to_string(i) +
            R"(","type":"T","value":"","otp":true})";
  }
  EXPECT_EQ(with(many + "]"), Code::kMalformed);
}

TEST(IdvTest, RequestsHaveTheirForm) {
  const base::ChoiceId id = base::ChoiceId::fromBytes(Bytes(16, 7)).value();
  EXPECT_EQ(decodeChooseMethod(encodeChooseMethod({"sms", id}))->method, "sms");
  EXPECT_EQ(decodeChooseMethod(encodeChooseMethod({"sms", id}))->choiceId, id);
  const std::string choice = ",\"choiceId\":\"" + id.toString() + "\"}";
  ASSERT_TRUE(decodeChooseMethod("{\"method\":\"sms\"" + choice).ok());
  for (const std::string& wrong :
       {std::string(), std::string("{}"), std::string(R"({"method":"sms"})"),
        R"({"method":"")" + choice, R"({"method":"a/b")" + choice,
        R"({"method":"a","more":1)" + choice, std::string(R"({"method":"a","choiceId":"7"})")}) {
    EXPECT_FALSE(decodeChooseMethod(wrong).ok()) << wrong;
  }
  const SecretBytes otp = SecretBytes::copyOf(base::asBytes("123456"));
  const auto read = decodeActivateCard(encodeActivateCard({otp.clone()}));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(base::asText(read->otp.expose()), "123456");
  for (const std::string_view wrong :
       {"{}", R"({"otp":""})", R"({"otp":123456})", R"({"otp":"12345678901234567"})"}) {
    EXPECT_FALSE(decodeActivateCard(SecretBytes::copyOf(base::asBytes(wrong))).ok()) << wrong;
  }
}

}  // namespace
}  // namespace florin::messages
