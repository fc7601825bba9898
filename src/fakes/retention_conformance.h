// Part of the conformance suite of stores (rows_conformance.h): what is replaced, voided or erased.
#pragma once

#include "fakes/rows_conformance.h"

namespace florin::fakes {

TEST_P(RowsTest, TypedCodeIsTheOpenOneOfItsSuite) {
  records::ActivationCode row{tenant_, wallet_,    bytes(8),
                              2,       bytes(142), id<base::DigitalCardId>(),
                              token_,  tenant_,    records::CodeState::kBound,
                              now_};
  const auto typed = [&](auto& unit) { return unit.codes().findTyped(tenant_, wallet_); };
  ASSERT_TRUE(write([&](auto& unit) { return unit.codes().put(row); }).ok());
  EXPECT_FALSE(value(typed));
  EXPECT_TRUE(value(
      [&](auto& unit) { return unit.codes().findByCard(tenant_, wallet_, row.digitalCardId); }));
  EXPECT_FALSE(value([&](auto& unit) {
    return unit.codes().findByCard(otherTenant_, wallet_, row.digitalCardId);
  }));
  row.codeRef = bytes(8);
  row.state = records::CodeState::kOpen;
  ASSERT_TRUE(write([&](auto& unit) { return unit.codes().put(row); }).ok());
  ASSERT_TRUE(value(typed));
  EXPECT_EQ(value(typed)->codeRef, row.codeRef);
  row.suite = 1;
  ASSERT_TRUE(write([&](auto& unit) { return unit.codes().put(row); }).ok());
  EXPECT_FALSE(value(typed));
}

TEST_P(RowsTest, OldRowsAreFoundAndErased) {
  const records::ActivationCode code{tenant_, wallet_,    bytes(8),
                                     1,       bytes(142), id<base::DigitalCardId>(),
                                     token_,  tenant_,    records::CodeState::kOpen,
                                     now_};
  ASSERT_TRUE(write([&](auto& unit) { return unit.codes().put(code); }).ok());
  const auto expired = [&](base::Duration after) {
    return value([&](auto& unit) { return unit.codes().expiredBefore(now_ + after, 10); }).size();
  };
  EXPECT_EQ(expired(std::chrono::milliseconds(0)), 0U);
  EXPECT_EQ(expired(std::chrono::milliseconds(1)), 1U);

  records::Enrollment first = enrollment();
  records::Enrollment second = enrollment();
  second.created = now_ + std::chrono::seconds(1);
  ASSERT_TRUE(write([&](auto& unit) { return unit.enrollments().insert(first); }).ok());
  ASSERT_TRUE(write([&](auto& unit) { return unit.enrollments().insert(second); }).ok());
  const auto oldest = [&](std::size_t limit) {
    return value([&](auto& unit) { return unit.enrollments().oldest(limit); });
  };
  ASSERT_EQ(oldest(1).size(), 1U);
  EXPECT_EQ(oldest(1)[0].enrollmentId, first.enrollmentId);
  EXPECT_EQ(oldest(10).size(), 2U);
  ASSERT_TRUE(write([&](auto& unit) {
                return unit.enrollments().erase(tenant_, first.enrollmentId);
              }).ok());
  EXPECT_EQ(oldest(1)[0].enrollmentId, second.enrollmentId);

  const records::Device row = device();
  ASSERT_TRUE(write([&](auto& unit) { return unit.devices().insert(row); }).ok());
  ASSERT_TRUE(write([&](auto& unit) { return unit.devices().erase(row.deviceId); }).ok());
  EXPECT_FALSE(value([&](auto& unit) { return unit.devices().find(row.deviceId); }));
}

TEST_P(RowsTest, NewestOperationOfATypeIsFoundAndPendingOnesAreVoided) {
  records::Operation row{device_, 1, {}, 0, 8, bytes(60), records::OperationState::kAcked, 0, now_};
  for (const std::uint64_t opSeq : {1U, 2U, 3U}) {
    row.opSeq = opSeq;
    row.type = opSeq == 3 ? 10 : 8;
    row.state = opSeq == 1 ? records::OperationState::kAcked : records::OperationState::kPending;
    ASSERT_TRUE(write([&](auto& unit) { return unit.operations().insert(row); }).ok());
  }
  const auto newest = [&](std::uint8_t type) {
    return value([&](auto& unit) { return unit.operations().newestOfType(device_, type); });
  };
  EXPECT_EQ(newest(8)->opSeq, 2U);
  EXPECT_FALSE(newest(7));
  ASSERT_TRUE(write([&](auto& unit) { return unit.operations().voidPending(device_); }).ok());
  EXPECT_EQ(newest(8)->state, records::OperationState::kVoid);
  EXPECT_EQ(newest(10)->state, records::OperationState::kVoid);
  EXPECT_EQ(value([&](auto& unit) { return unit.operations().find(device_, 1); })->state,
            records::OperationState::kAcked);
}

TEST_P(RowsTest, OldOperationsAreErasedButForTheLast) {
  using records::OperationState;
  const auto card = id<base::TokenId>();
  const auto add = [&](std::uint64_t opSeq, std::uint8_t type, OperationState state,
                       base::Time created) {
    const records::Operation row{device_, opSeq, card, opSeq, type, bytes(60), state, 0, created};
    ASSERT_TRUE(write([&](auto& unit) { return unit.operations().insert(row); }).ok());
  };
  const auto old = now_ - std::chrono::hours(1);
  add(1, 1, OperationState::kAcked, old);    // the only one of its type
  add(2, 2, OperationState::kAcked, old);    // a later one of its type is acknowledged
  add(3, 2, OperationState::kVoid, old);     // a later one is there
  add(4, 2, OperationState::kParked, old);   // an operator has to look
  add(5, 2, OperationState::kPending, old);  // the device has to take it
  add(6, 2, OperationState::kAcked, now_);   // too young
  add(7, 2, OperationState::kAcked, old);
  add(8, 3, OperationState::kVoid, old);  // the last of the card: its number is the highest
  ASSERT_TRUE(write([&](auto& unit) { return unit.operations().eraseOld(device_, now_); }).ok());
  std::vector<std::uint64_t> left;
  for (const auto& row :
       value([&](auto& unit) { return unit.operations().listOf(device_, 0, 100); })) {
    left.push_back(row.opSeq);
  }
  EXPECT_EQ(left, (std::vector<std::uint64_t>{1, 4, 5, 6, 7, 8}));
}

}  // namespace florin::fakes
