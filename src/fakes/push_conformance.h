// Part of the conformance suite of stores (rows_conformance.h): the outbox of pushes.
#pragma once

#include <algorithm>

#include "fakes/rows_conformance.h"

namespace florin::fakes {

class PushRowsTest : public RowsTest {
 protected:
  static constexpr base::Duration kLease{60'000};

  void put(const base::DeviceId& device, base::Duration after = {}) {
    ASSERT_TRUE(
        write([&](auto& u) { return u.pushes().put(tenant_, device, {}, now_ + after); }).ok());
  }
  void postpone(const records::Push& row, base::Duration due, bool holds) {
    ASSERT_TRUE(
        write([&](auto& u) { return u.pushes().postpone(row, now_ + due, 4, holds); }).ok());
  }
  std::vector<records::Push> claim(base::Duration after = {}, std::size_t limit = 10) {
    auto rows = write(
        [&](auto& u) { return u.pushes().claim(now_ + after, now_ + after + kLease, limit); });
    EXPECT_TRUE(rows.ok());
    return std::move(rows).value();
  }
  void finish(const records::Push& row, base::Duration after = {}) {
    ASSERT_TRUE(write([&](auto& u) { return u.pushes().finish(row, now_ + after); }).ok());
  }
};

TEST_P(PushRowsTest, PushIsClaimedOnceUntilItsLeaseEnds) {
  put(device_);
  const auto rows = claim();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].deviceId, device_);
  EXPECT_EQ(rows[0].tenant, tenant_);
  EXPECT_EQ(rows[0].attempts, 1U);
  EXPECT_EQ(rows[0].created, now_);
  EXPECT_EQ(rows[0].due, now_ + kLease);
  EXPECT_TRUE(claim(kLease - base::Duration(1)).empty());
  ASSERT_EQ(claim(kLease).size(), 1U);
  finish(rows[0], kLease);  // the lease was lost: the other's claim stands
  const auto third = claim(2 * kLease);
  ASSERT_EQ(third.size(), 1U);
  EXPECT_EQ(third[0].attempts, 3U);
  finish(third[0], 2 * kLease);
  EXPECT_TRUE(claim(9 * kLease).empty());
}

TEST_P(PushRowsTest, RowOfAClockThatWasPutBackIsDue) {
  constexpr base::Duration kYear = std::chrono::hours(24 * 365);
  put(device_, kYear);
  ASSERT_EQ(claim().size(), 1U);  // written a year ahead
  const auto ahead = claim(kYear);
  ASSERT_EQ(ahead.size(), 1U);
  const auto rows = claim(kLease);
  ASSERT_EQ(rows.size(), 1U);  // claimed a year ahead
  finish(ahead[0], kLease);    // of the lease that does not count any more
  EXPECT_TRUE(claim(kLease + kLease - base::Duration(1)).empty());
  finish(rows[0], kLease);
  EXPECT_TRUE(claim(9 * kLease).empty());
}

TEST_P(PushRowsTest, OneRowStandsForAllThatWaits) {
  put(device_);
  put(device_, base::Duration(5));
  const auto rows = claim(base::Duration(5));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].version, 2U);
  EXPECT_EQ(rows[0].created, now_ + base::Duration(5));
}

TEST_P(PushRowsTest, PushThatWasPutInFlightIsSentAgain) {
  put(device_);
  const auto first = claim();
  ASSERT_EQ(first.size(), 1U);
  put(device_, base::Duration(5));
  EXPECT_TRUE(claim(base::Duration(5)).empty());  // one in flight per device
  finish(first[0], base::Duration(7));
  EXPECT_TRUE(claim(base::Duration(6)).empty());
  const auto second = claim(base::Duration(7));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].attempts, 1U);
  finish(second[0]);
  EXPECT_TRUE(claim(9 * kLease).empty());
}

TEST_P(PushRowsTest, PushThatItsProviderPostponedWaitsAlsoWhenItIsPutAgain) {
  put(device_);
  const auto first = claim();
  ASSERT_EQ(first.size(), 1U);
  postpone(first[0], base::Duration(100), true);
  put(device_, base::Duration(1));
  EXPECT_TRUE(claim(base::Duration(99)).empty());
  const auto second = claim(base::Duration(100));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].attempts, 5U);
}

TEST_P(PushRowsTest, WhatIsNewDoesNotWaitForWhatFailed) {
  put(device_);
  const auto first = claim();
  ASSERT_EQ(first.size(), 1U);
  postpone(first[0], base::Duration(100), false);
  EXPECT_TRUE(claim(base::Duration(50)).empty());
  put(device_, base::Duration(51));
  const auto second = claim(base::Duration(51));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].attempts, 1U) << "all its attempts are before it";
}

TEST_P(PushRowsTest, PaymentsPushThatFailedHoldsTheAskingOneBackOnlyWhenItsProviderSaysSo) {
  const auto card = id<base::DigitalCardId>();
  for (const bool holds : {false, true}) {
    ASSERT_TRUE(write([&](auto& u) { return u.pushes().put(tenant_, device_, card, now_); }).ok());
    const auto payment = claim();
    ASSERT_EQ(payment.size(), 1U);
    postpone(payment[0], base::Duration(100), holds);
    put(device_, base::Duration(1));
    const auto asking = claim(base::Duration(1));
    ASSERT_EQ(asking.size(), holds ? 0U : 1U);
    if (holds) break;
    EXPECT_TRUE(claim(base::Duration(100)).empty()) << "one in flight";
    finish(asking[0]);
    const auto again = claim(base::Duration(100));
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].about, card);
    finish(again[0]);
  }
}

TEST_P(PushRowsTest, ClaimTakesTheOldestFirstAndNoMoreThanAsked) {
  std::vector<base::DeviceId> devices;
  for (int i = 0; i < 3; ++i) {
    devices.push_back(id<base::DeviceId>());
    put(devices.back(), base::Duration(3 - i));
  }
  const auto first = claim(base::Duration(3), 1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].deviceId, devices[2]);
  EXPECT_EQ(claim(base::Duration(3)).size(), 2U);
}

TEST_P(PushRowsTest, OperatorSeesWhatWaitsPageByPageAndByTenantOnly) {
  std::vector<base::DeviceId> devices;
  for (int i = 0; i < 3; ++i) {
    devices.push_back(id<base::DeviceId>());
    put(devices.back(), base::Duration(i));
  }
  std::ranges::sort(devices);
  ASSERT_EQ(claim(base::Duration(0), 1).size(), 1U);
  ASSERT_TRUE(write([&](auto& u) { return u.pushes().put(otherTenant_, device_, {}, now_); }).ok());
  const auto page = [&](const base::DeviceId& after) {
    return value([&](auto& u) { return u.pushes().waiting(tenant_, after, 2); });
  };
  const auto first = page({});
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].deviceId, devices[0]);
  EXPECT_EQ(first[1].deviceId, devices[1]);
  const auto last = page(devices[1]);
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].deviceId, devices[2]);
  const auto counts =
      value([&](auto& u) { return u.pushes().counts(tenant_, now_ + base::Duration(1)); });
  EXPECT_EQ(counts.waiting, 3U);
  EXPECT_EQ(counts.due, 1U);
  EXPECT_EQ(counts.retried, 1U);
  EXPECT_EQ(value([&](auto& u) { return u.pushes().find(devices[2]); })->tenant, tenant_);
  EXPECT_FALSE(value([&](auto& u) { return u.pushes().find(id<base::DeviceId>()); }));
}

TEST_P(PushRowsTest, OfADeviceOneIsInFlightTheAskingOneFirst) {
  const auto card = id<base::DigitalCardId>();
  const auto other = id<base::DigitalCardId>();
  for (const auto& about : {card, other, base::DigitalCardId(), card}) {
    ASSERT_TRUE(write([&](auto& u) { return u.pushes().put(tenant_, device_, about, now_); }).ok());
  }
  std::vector<base::DigitalCardId> sent;
  for (int i = 0; i < 3; ++i) {
    const auto claimed = claim();
    ASSERT_EQ(claimed.size(), 1U) << i;
    EXPECT_TRUE(claim().empty()) << "one in flight";
    sent.push_back(claimed[0].about);
    finish(claimed[0]);
  }
  EXPECT_EQ(sent.front(), base::DigitalCardId());
  EXPECT_NE(sent[1], sent[2]);
  EXPECT_TRUE(claim().empty());
}

TEST_P(PushRowsTest, PaymentsPushStaysWhenTheAskingOneIsWithdrawn) {
  const auto card = id<base::DigitalCardId>();
  for (const auto& about : {card, base::DigitalCardId()}) {
    ASSERT_TRUE(write([&](auto& u) { return u.pushes().put(tenant_, device_, about, now_); }).ok());
  }
  ASSERT_TRUE(write([&](auto& u) { return u.pushes().withdraw(device_); }).ok());
  EXPECT_FALSE(value([&](auto& u) { return u.pushes().find(device_); }));
  EXPECT_TRUE(value([&](auto& u) { return u.pushes().waiting(tenant_, {}, 2); }).empty());
  const auto counts = value([&](auto& u) { return u.pushes().counts(tenant_, now_); });
  EXPECT_EQ(counts.waiting, 1U);
  EXPECT_EQ(counts.payments, 1U);
  const auto claimed = claim();
  ASSERT_EQ(claimed.size(), 1U);
  EXPECT_EQ(claimed[0].about, card);
}

TEST_P(PushRowsTest, ReadingUnitClaimsNothing) {
  put(device_);
  const auto rows = read([&](auto& u) { return u.pushes().claim(now_, now_ + kLease, 10); });
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().code(), Code::kWrongState);
  EXPECT_EQ(claim().size(), 1U);
}

TEST_P(PushRowsTest, PushIsRolledBackWithItsUnit) {
  const Status status = write([&](auto& u) -> Status {
    FLORIN_TRY(u.pushes().put(tenant_, device_, {}, now_));
    return Error(Code::kRefused, "by the test");
  });
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(claim().empty());
}

TEST_P(PushRowsTest, ClaimSurvivesAKill) {
  put(device_);
  ASSERT_EQ(claim().size(), 1U);
  killAndReopen();
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(claim(kLease).size(), 1U);
}

TEST_P(PushRowsTest, PushThatIsWithdrawnIsGoneAlsoInFlight) {
  const auto withdraw = [&] {
    return write([&](auto& u) { return u.pushes().withdraw(device_); }).ok();
  };
  EXPECT_TRUE(withdraw()) << "none is there";
  put(device_);
  const auto first = claim();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_TRUE(withdraw());
  put(device_, base::Duration(1));
  finish(first[0]);
  const auto second = claim(base::Duration(1));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].attempts, 1U);
}

}  // namespace florin::fakes
