#include "messages/history.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/limits.h"

namespace florin::messages {
namespace {

SecretBytes secret(std::string_view text) { return SecretBytes::copyOf(base::asBytes(text)); }

constexpr std::string_view kEntry =
    R"({"id":"0102030405060708090a0b0c0d0e0f10","atMs":1,"amountMinorUnits":1250,"currency":978,)"
    R"("outcome":"declined"})";

TEST(HistoryTest, MessagesComeBack) {
  const auto token = decodeAccessTokenReply(
      encodeAccessTokenReply({secret("a.b.c"), base::fromMs(1'700'000'000'000)}));
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(base::toMs(token->expires), 1'700'000'000'000);
  for (const std::optional<base::Time> since : {std::optional<base::Time>(), {base::fromMs(5)}}) {
    const auto request = decodeHistoryRequest(encodeHistoryRequest({secret("a.b.c"), since}));
    ASSERT_TRUE(request.ok());
    EXPECT_EQ(request->since, since);
  }
  const auto reply = decodeHistoryReply("{\"transactions\":[" + std::string(kEntry) + "]}");
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->transactions.at(0).outcome, PaymentOutcome::kDeclined);
  EXPECT_EQ(reply->transactions[0].amount.minorUnits, 1250);
  EXPECT_EQ(encodeHistoryReply(*reply), "{\"transactions\":[" + std::string(kEntry) + "]}");
}

TEST(HistoryTest, WhatHasNotItsFormIsMalformed) {
  std::string many;
  for (std::size_t i = 0; i <= base::limits::kHistoryRecords; ++i) {
    many += (i == 0 ? "" : ",") + std::string(kEntry);
  }
  const std::string entry(kEntry);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string changed = entry;
    return "{\"transactions\":[" + changed.replace(changed.find(from), from.size(), to) + "]}";
  };
  for (const std::string& bad :
       {std::string(), std::string("{}"), std::string("[]"), "{\"transactions\":[" + many + "]}",
        with("declined", "accepted"), with("978", "1000"), with("1250", "-1"),
        with("\"atMs\":1", "\"atMs\":1.5"), with("0102", "01")}) {
    EXPECT_FALSE(decodeHistoryReply(bad).ok()) << bad;
  }
  EXPECT_FALSE(decodeHistoryRequest(secret(R"({"accessToken":""})")).ok());
  EXPECT_FALSE(decodeHistoryRequest(secret(R"({"accessToken":"a","sinceMs":"x"})")).ok());
  EXPECT_FALSE(decodeAccessTokenReply(secret(R"({"accessToken":"a"})")).ok());
}

}  // namespace
}  // namespace florin::messages
