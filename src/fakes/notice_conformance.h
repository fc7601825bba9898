// Part of the conformance suite of stores (rows_conformance.h): the outbox of notices to issuers,
// and what operators look for.
#pragma once

#include <algorithm>

#include "fakes/rows_conformance.h"

namespace florin::fakes {

class NoticeRowsTest : public RowsTest {
 protected:
  static constexpr base::Duration kLease{60'000};
  static constexpr std::size_t kMost = 100;

  // put writes the card's next notice and gives its place; nothing when it was dropped.
  std::optional<records::Notice> put(const base::DigitalCardId& card, base::Duration after = {},
                                     std::size_t most = kMost) {
    records::Notice row;
    row.place = {issuer_, card, 0};
    row.noticeId = id<base::NoticeId>();
    row.type = records::NoticeType::kTransaction;
    row.body = R"({"a":1})";
    row.created = row.begun = row.due = now_ + after;
    const auto kept = write([&](ports::Unit& u) -> Result<bool> {
      FLORIN_TRY_ASSIGN(row.place.number, u.notices().nextNumber(issuer_, card));
      return u.notices().put(row, most);
    });
    EXPECT_TRUE(kept.ok());
    if (!kept.ok() || !*kept) return std::nullopt;
    return row;
  }
  std::vector<records::Notice> claim(base::Duration after = {}, std::size_t limit = 10) {
    auto rows = write([&](auto& u) {
      return u.notices().claim(issuer_, now_ + after, now_ + after + kLease, limit);
    });
    EXPECT_TRUE(rows.ok());
    return std::move(rows).value();
  }
  void finish(const records::Notice& row, base::Duration after = {}) {
    ASSERT_TRUE(
        write([&](auto& u) { return u.notices().finish(row, row.due, now_ + after); }).ok());
  }
  void postpone(records::Notice row, base::Duration due) {
    const base::Time lease = row.due;
    row.due = now_ + due;
    row.lastStatus = 503;
    ASSERT_TRUE(write([&](auto& u) { return u.notices().postpone(row, lease); }).ok());
  }
  void park(const records::Notice& row) {
    ASSERT_TRUE(write([&](auto& u) { return u.notices().park(row, row.due, now_); }).ok());
  }
  Status retry(const base::NoticeId& id, base::Duration after = {}) {
    return write([&](auto& u) { return u.notices().retry(id, now_ + after); });
  }
  records::NoticeTotals totals() {
    const auto all = value([&](auto& u) { return u.notices().totals(); });
    EXPECT_LE(all.size(), 1U);
    return all.empty() ? records::NoticeTotals() : all.front();
  }

  const base::TenantId issuer_ = id<base::TenantId>();
  const base::DigitalCardId card_ = id<base::DigitalCardId>();
};

TEST_P(NoticeRowsTest, NoticeIsClaimedOnceUntilItsLeaseEnds) {
  const auto written = put(card_);
  ASSERT_TRUE(written);
  const auto rows = claim();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].place, written->place);
  EXPECT_EQ(rows[0].place.number, 1U);
  EXPECT_EQ(rows[0].noticeId, written->noticeId);
  EXPECT_EQ(rows[0].type, records::NoticeType::kTransaction);
  EXPECT_EQ(rows[0].state, records::NoticeState::kNext);
  EXPECT_EQ(rows[0].body, written->body);
  EXPECT_EQ(rows[0].attempts, 1U);
  EXPECT_EQ(rows[0].created, now_);
  EXPECT_EQ(rows[0].begun, now_);
  EXPECT_EQ(rows[0].due, now_ + kLease);
  EXPECT_TRUE(claim(kLease - base::Duration(1)).empty());
  const auto again = claim(kLease);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].noticeId, written->noticeId);
  finish(rows[0], kLease);  // the lease was lost: the other's claim stands
  postpone(rows[0], {});
  park(rows[0]);
  EXPECT_TRUE(claim(kLease).empty());
  finish(again[0], kLease);
  EXPECT_TRUE(claim(9 * kLease).empty());
  EXPECT_EQ(totals().waiting, 0U);
}

TEST_P(NoticeRowsTest, NoticesOfACardGoOneByOneInTheirOrder) {
  const auto other = id<base::DigitalCardId>();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(put(card_, base::Duration(i)));
  ASSERT_TRUE(put(other, base::Duration(9)));
  std::uint64_t number = 0;
  auto rows = claim(base::Duration(9));
  ASSERT_EQ(rows.size(), 2U) << "cards do not wait for each other";
  finish(rows[0].place.digitalCardId == other ? rows[0] : rows[1]);
  records::Notice mine = rows[0].place.digitalCardId == other ? rows[1] : rows[0];
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(mine.place.number, ++number);
    EXPECT_TRUE(claim(base::Duration(9)).empty()) << "one in flight of a card";
    finish(mine, base::Duration(10 + i));
    if (i == 2) break;
    EXPECT_TRUE(claim(base::Duration(9 + i)).empty()) << "due when the one before was taken";
    rows = claim(base::Duration(10 + i));
    ASSERT_EQ(rows.size(), 1U);
    mine = rows[0];
  }
  EXPECT_TRUE(claim(9 * kLease).empty());
  EXPECT_EQ(put(card_)->place.number, 4U) << "numbers outlive their notices";
}

TEST_P(NoticeRowsTest, PostponedNoticeHoldsItsCardBack) {
  ASSERT_TRUE(put(card_));
  ASSERT_TRUE(put(card_));
  const auto first = claim();
  ASSERT_EQ(first.size(), 1U);
  postpone(first[0], base::Duration(100));
  EXPECT_TRUE(claim(base::Duration(99)).empty());
  const auto second = claim(base::Duration(100));
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].noticeId, first[0].noticeId);
  EXPECT_EQ(second[0].attempts, 2U);
  EXPECT_EQ(second[0].lastStatus, 503U);
}

TEST_P(NoticeRowsTest, ParkedNoticeHoldsNothingBackAndComesAgainInItsPlace) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(put(card_));
  const auto first = claim();
  ASSERT_EQ(first.size(), 1U);
  park(first[0]);
  const auto second = claim();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].place.number, 2U);
  EXPECT_EQ(totals().parked, 1U);
  EXPECT_EQ(totals().waiting, 2U);
  EXPECT_EQ(retry(second[0].noticeId).error().code(), Code::kWrongState);
  EXPECT_EQ(retry(id<base::NoticeId>()).error().code(), Code::kNotFound);
  ASSERT_TRUE(retry(first[0].noticeId, base::Duration(5)).ok());
  EXPECT_TRUE(claim(base::Duration(5)).empty()) << "one in flight of a card";
  finish(second[0], base::Duration(6));
  const auto again = claim(base::Duration(6));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].noticeId, first[0].noticeId);
  EXPECT_EQ(again[0].attempts, 1U);
  EXPECT_EQ(again[0].begun, now_ + base::Duration(5));
  EXPECT_EQ(again[0].created, now_);
  finish(again[0], base::Duration(7));
  const auto last = claim(base::Duration(7));
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].place.number, 3U);
}

TEST_P(NoticeRowsTest, FullOutboxDropsAndCounts) {
  ASSERT_TRUE(put(card_, {}, 2));
  ASSERT_TRUE(put(id<base::DigitalCardId>(), {}, 2));
  EXPECT_FALSE(put(card_, {}, 2));
  EXPECT_EQ(totals().dropped, 1U);
  EXPECT_EQ(totals().waiting, 2U);
  const auto rows = claim();
  ASSERT_EQ(rows.size(), 2U);
  park(rows[0]);
  EXPECT_FALSE(put(card_, {}, 2)) << "a parked one takes its room";
  finish(rows[1]);
  const auto next = put(card_, {}, 2);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->place.number, 4U) << "the gap tells of those that were dropped";
}

TEST_P(NoticeRowsTest, IssuersHaveOutboxesOfTheirOwn) {
  ASSERT_TRUE(put(card_));
  const auto others =
      write([&](auto& u) { return u.notices().claim(otherTenant_, now_, now_ + kLease, 10); });
  ASSERT_TRUE(others.ok());
  EXPECT_TRUE(others->empty());
  const auto number = write([&](auto& u) { return u.notices().nextNumber(otherTenant_, card_); });
  ASSERT_TRUE(number.ok());
  EXPECT_EQ(*number, 1U);
}

TEST_P(NoticeRowsTest, ClaimTakesTheOldestFirstAndNoMoreThanAsked) {
  std::vector<records::Notice> written;
  for (int i = 0; i < 3; ++i) {
    written.push_back(*put(id<base::DigitalCardId>(), base::Duration(3 - i)));
  }
  const auto first = claim(base::Duration(3), 1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].noticeId, written[2].noticeId);
  EXPECT_EQ(claim(base::Duration(3)).size(), 2U);
}

TEST_P(NoticeRowsTest, RowOfAClockThatWasPutBackIsDue) {
  constexpr base::Duration kYear = std::chrono::hours(24 * 365);
  ASSERT_TRUE(put(card_, kYear));
  EXPECT_EQ(claim().size(), 1U);
}

TEST_P(NoticeRowsTest, OperatorSeesThemByPlacePageByPage) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(put(card_));
    ASSERT_TRUE(put(id<base::DigitalCardId>()));
  }
  std::vector<records::NoticePlace> seen;
  records::NoticePlace after;
  for (;;) {
    const auto page = value([&](auto& u) { return u.notices().list(after, false, 3); });
    if (page.empty()) break;
    for (const auto& row : page) seen.push_back(row.place);
    after = page.back().place;
  }
  EXPECT_EQ(seen.size(), 4U);
  EXPECT_TRUE(std::ranges::is_sorted(seen));
  EXPECT_TRUE(value([&](auto& u) { return u.notices().list({}, true, 3); }).empty());
  const auto rows = claim({}, 1);
  ASSERT_EQ(rows.size(), 1U);
  park(rows[0]);
  const auto parked = value([&](auto& u) { return u.notices().list({}, true, 3); });
  ASSERT_EQ(parked.size(), 1U);
  EXPECT_EQ(parked[0].noticeId, rows[0].noticeId);
  EXPECT_EQ(parked[0].state, records::NoticeState::kParked);
  EXPECT_EQ(value([&](auto& u) { return u.notices().find(rows[0].noticeId); })->place,
            rows[0].place);
  EXPECT_FALSE(value([&](auto& u) { return u.notices().find(id<base::NoticeId>()); }));
}

TEST_P(NoticeRowsTest, OldOnesAreParkedThenErasedAndHoldNothingBack) {
  ASSERT_TRUE(put(card_));
  ASSERT_TRUE(put(card_, base::Duration(100)));
  const auto parkOld = [&](base::Duration before) {
    return write([&](auto& u) {
             return u.notices().parkOld(now_ + before, now_ + base::Duration(200), 10);
           })
        .value();
  };
  const auto erase = [&](base::Duration before) {
    return write([&](auto& u) { return u.notices().eraseOld(now_ + before, 10); }).value();
  };
  EXPECT_EQ(parkOld({}), 0U);
  EXPECT_EQ(erase(base::Duration(100)), 0U) << "what waits is not erased";
  EXPECT_EQ(parkOld(base::Duration(100)), 1U);
  EXPECT_EQ(totals().parked, 1U);
  const auto rows = claim(base::Duration(200));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].place.number, 2U);
  EXPECT_EQ(parkOld(base::Duration(101)), 0U) << "it is claimed";
  EXPECT_EQ(erase(base::Duration(100)), 1U);
  EXPECT_EQ(totals().parked, 0U);
  EXPECT_EQ(totals().waiting, 1U);
}

TEST_P(NoticeRowsTest, NoticeIsRolledBackWithItsUnit) {
  const Status status = write([&](ports::Unit& u) -> Status {
    records::Notice row;
    row.noticeId = id<base::NoticeId>();
    row.due = now_;
    FLORIN_TRY_ASSIGN(const auto number, u.notices().nextNumber(issuer_, card_));
    row.place = {issuer_, card_, number};
    FLORIN_TRY(u.notices().put(row, kMost));
    return Error(Code::kRefused, "by the test");
  });
  EXPECT_FALSE(status.ok());
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(totals().waiting, 0U);
  EXPECT_EQ(put(card_)->place.number, 1U);
}

TEST_P(NoticeRowsTest, ClaimSurvivesAKillWithItsId) {
  const auto written = put(card_);
  ASSERT_TRUE(written);
  ASSERT_EQ(claim().size(), 1U);
  killAndReopen();
  EXPECT_TRUE(claim().empty());
  const auto rows = claim(kLease);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].noticeId, written->noticeId);
  EXPECT_EQ(rows[0].body, written->body);
}

class SearchRowsTest : public RowsTest {
 protected:
  records::DigitalCard insert(const base::WalletId& wallet, std::string lastFour) {
    records::DigitalCard row = digitalCard();
    row.walletId = wallet;
    row.panLastFour = std::move(lastFour);
    row.issuer = issuer_;
    EXPECT_TRUE(write([&](auto& u) { return u.digitalCards().insert(row); }).ok());
    return row;
  }
  std::vector<base::DigitalCardId> search(const records::CardSearch& search,
                                          const base::DigitalCardId& after = {},
                                          std::size_t limit = 10) {
    std::vector<base::DigitalCardId> ids;
    for (const auto& row :
         value([&](auto& u) { return u.digitalCards().search(tenant_, search, after, limit); })) {
      ids.push_back(row.digitalCardId);
    }
    EXPECT_TRUE(std::ranges::is_sorted(ids));
    return ids;
  }

  const base::TenantId issuer_ = id<base::TenantId>();
};

TEST_P(SearchRowsTest, CardsAreFoundByWhatIsKnownOfThem) {
  using Ids = std::vector<base::DigitalCardId>;
  const auto one = insert(wallet_, "1111");
  const auto two = insert(wallet_, "2222");
  const auto three = insert(id<base::WalletId>(), "1111");
  Ids all{one.digitalCardId, two.digitalCardId, three.digitalCardId};
  std::ranges::sort(all);
  EXPECT_EQ(search({}), all);
  EXPECT_EQ(search({}, {}, 2), Ids(all.begin(), all.begin() + 2));
  EXPECT_EQ(search({}, all[1]), Ids{all[2]});
  EXPECT_EQ(search({.wallet = three.walletId}), Ids{three.digitalCardId});
  EXPECT_EQ(search({.wallet = wallet_}).size(), 2U);
  EXPECT_EQ(search({.correlation = two.correlationId}), Ids{two.digitalCardId});
  EXPECT_EQ(search({.issuer = issuer_, .lastFour = "1111"}).size(), 2U);
  EXPECT_TRUE(search({.issuer = otherTenant_, .lastFour = "1111"}).empty());
  EXPECT_TRUE(search({.wallet = id<base::WalletId>()}).empty());
  const auto others =
      value([&](auto& u) { return u.digitalCards().search(otherTenant_, {}, {}, 10); });
  EXPECT_TRUE(others.empty());
}

TEST_P(SearchRowsTest, StepsAreKeptInTheirOrderWithinBounds) {
  const auto correlation = id<base::CorrelationId>();
  const auto append = [&](std::string what, base::Duration after) {
    return write([&](auto& u) {
      return u.digitizationSteps().append(
          {tenant_, correlation, 0, now_ + after, wallet_, {}, what, "facts"});
    });
  };
  ASSERT_TRUE(append("asked", {}).ok());
  for (std::size_t i = 1; i < base::limits::kDigitizationSteps + 3; ++i) {
    ASSERT_TRUE(append("again", base::Duration(i)).ok());
  }
  const auto steps = [&](const base::TenantId& tenant) {
    return value([&](auto& u) { return u.digitizationSteps().of(tenant, correlation); });
  };
  const auto mine = steps(tenant_);
  ASSERT_EQ(mine.size(), base::limits::kDigitizationSteps);
  EXPECT_EQ(mine[0].what, "asked");
  EXPECT_EQ(mine[0].at, now_);
  EXPECT_EQ(mine[0].walletId, wallet_);
  EXPECT_EQ(mine[0].facts, "facts");
  EXPECT_EQ(mine[1].at, now_ + base::Duration(1));
  EXPECT_TRUE(steps(otherTenant_).empty());
  const auto erased =
      write([&](auto& u) { return u.digitizationSteps().eraseOld(now_ + base::Duration(5), 3); });
  EXPECT_EQ(*erased, 3U);
  EXPECT_EQ(steps(tenant_).size(), base::limits::kDigitizationSteps - 3);
}

TEST_P(SearchRowsTest, AuditEntriesAreFoundByTheirSubject) {
  for (const std::string subject : {"a", "b", "a", "a"}) {
    records::AuditEntry entry;
    entry.tenant = tenant_;
    entry.at = now_;
    entry.actor = "system";
    entry.action = "x";
    entry.subject = subject;
    ASSERT_TRUE(write([&](auto& u) { return u.audit().append(entry); }).ok());
  }
  const auto of = [&](const base::TenantId& tenant, std::size_t limit) {
    return value([&](auto& u) { return u.audit().ofSubject(tenant, "a", limit); });
  };
  const auto found = of(tenant_, 2);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_LT(found[0].number, found[1].number);
  EXPECT_EQ(of(tenant_, 9).size(), 3U);
  EXPECT_TRUE(of(otherTenant_, 9).empty());
}

}  // namespace florin::fakes
