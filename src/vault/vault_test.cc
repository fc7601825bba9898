#include "vault/vault.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "vault/test_storage.h"

namespace florin::vault {
namespace {

SecretBytes text(std::string_view value) { return SecretBytes::copyOf(base::asBytes(value)); }
ByteView id(std::string_view value) { return base::asBytes(value); }

class VaultTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Vault>> open(std::uint8_t keyFill = 0x4B) {
    TestVaultKey key(keyFill);
    return Vault::open(storage, key, random);
  }
  std::unique_ptr<Vault> opened() {
    auto vault = open();
    EXPECT_TRUE(vault.ok()) << (vault.ok() ? "" : vault.error().text());
    return vault.ok() ? std::move(*vault) : nullptr;
  }
  static Status put(Vault& vault, std::string_view name, std::string_view value) {
    Transaction transaction;
    transaction.put(Kind::kCard, id(name), text(value));
    return vault.commit(std::move(transaction));
  }
  static std::string get(const Vault& vault, std::string_view name) {
    const SecretBytes* value = vault.find(Kind::kCard, id(name));
    return value == nullptr ? "-" : std::string(base::asText(value->expose()));
  }
  // Three transactions: a, then a again and b, then a erased.
  void writeThree() {
    auto vault = opened();
    ASSERT_TRUE(put(*vault, "a", "one").ok());
    ends.push_back(storage.content->size());
    Transaction second;
    second.put(Kind::kCard, id("a"), text("two"));
    second.put(Kind::kCard, id("b"), text("bee"));
    ASSERT_TRUE(vault->commit(std::move(second)).ok());
    ends.push_back(storage.content->size());
    Transaction third;
    third.erase(Kind::kCard, id("a"));
    ASSERT_TRUE(vault->commit(std::move(third)).ok());
    ends.push_back(storage.content->size());
  }

  TestStorage storage;
  CountingRandom random;
  std::vector<std::size_t> ends;
};

TEST_F(VaultTest, RecordsSurviveReopening) {
  writeThree();
  const auto vault = opened();
  EXPECT_EQ(get(*vault, "a"), "-");
  EXPECT_EQ(get(*vault, "b"), "bee");
  EXPECT_EQ(vault->generation(), 3U);
}

TEST_F(VaultTest, ListGivesOneKindInOrderOfIds) {
  auto vault = opened();
  ASSERT_TRUE(put(*vault, "b2", "x").ok());
  ASSERT_TRUE(put(*vault, "b1", "y").ok());
  ASSERT_TRUE(put(*vault, "a", "z").ok());
  Transaction other;
  other.put(Kind::kAck, id("b3"), text("w"));
  ASSERT_TRUE(vault->commit(std::move(other)).ok());
  const auto items = vault->list(Kind::kCard, id("b"));
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(base::asText(items[0].id), "b1");
  EXPECT_EQ(base::asText(items[1].id), "b2");
  EXPECT_FALSE(vault->firstOf(Kind::kCard, id("c")).has_value());
}

TEST_F(VaultTest, WrongKeyIsUnauthenticatedAndChangesNothing) {
  writeThree();
  const Bytes before = *storage.content;
  const auto vault = open(0x4C);
  ASSERT_FALSE(vault.ok());
  EXPECT_EQ(vault.error().code(), Code::kUnauthenticated);
  EXPECT_EQ(*storage.content, before);
}

TEST_F(VaultTest, KeyOfAnotherSizeIsRefused) {
  TestVaultKey shortKey(1, 16);
  const auto vault = Vault::open(storage, shortKey, random);
  ASSERT_FALSE(vault.ok());
  EXPECT_EQ(vault.error().code(), Code::kInvalidArgument);
  EXPECT_FALSE(storage.content.has_value());
}

TEST_F(VaultTest, OtherFormatVersionIsUnsupported) {
  writeThree();
  (*storage.content)[9] = 2;
  (*storage.content)[11] = 0xFD;
  const auto vault = open();
  ASSERT_FALSE(vault.ok());
  EXPECT_EQ(vault.error().code(), Code::kUnsupported);
}

TEST_F(VaultTest, EveryFlippedBitIsCorruption) {
  writeThree();
  const Bytes good = *storage.content;
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    storage.content = good;
    (*storage.content)[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto vault = open();
    ASSERT_FALSE(vault.ok()) << "bit " << bit;
    ASSERT_EQ(vault.error().code(), Code::kCorrupted) << "bit " << bit;
  }
}

TEST_F(VaultTest, EveryCutGivesTheTransactionsThatAreWhole) {
  writeThree();
  const Bytes good = *storage.content;
  for (std::size_t length = 0; length < good.size(); ++length) {
    storage.content = Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length));
    const auto vault = open();
    if (length < ends[0]) {  // the file is made with its first transaction
      ASSERT_FALSE(vault.ok());
      ASSERT_EQ(vault.error().code(), Code::kCorrupted) << length;
      continue;
    }
    ASSERT_TRUE(vault.ok()) << length;
    const std::string expected = length < ends[1] ? "one" : "two";
    ASSERT_EQ(get(**vault, "a"), expected) << length;
    ASSERT_TRUE(put(**vault, "c", "sea").ok());
    const auto again = opened();
    ASSERT_EQ(get(*again, "a"), expected) << length;
    ASSERT_EQ(get(*again, "c"), "sea") << length;
  }
}

TEST_F(VaultTest, ReplayedSwappedOrMissingTransactionIsCorruption) {
  writeThree();
  const Bytes good = *storage.content;
  const auto part = [&](std::size_t from, std::size_t to) {
    return ByteView(good).subspan(from, to - from);
  };
  const ByteView head = part(0, kHeaderSize);
  const ByteView first = part(kHeaderSize, ends[0]);
  const ByteView second = part(ends[0], ends[1]);
  const ByteView third = part(ends[1], ends[2]);
  const std::vector<Bytes> wrong = {base::concat(head, first, second, third, second),
                                    base::concat(head, first, first),
                                    base::concat(head, second, first),
                                    base::concat(head, first, third), base::concat(head, third)};
  for (const Bytes& file : wrong) {
    storage.content = file;
    const auto vault = open();
    ASSERT_FALSE(vault.ok());
    EXPECT_EQ(vault.error().code(), Code::kCorrupted);
  }
}

TEST_F(VaultTest, TransactionOfAnotherFileIsCorruption) {
  writeThree();
  const Bytes mine = *storage.content;
  storage.content.reset();
  ends.clear();
  writeThree();  // same key, other file id
  const Bytes other = *storage.content;
  storage.content = base::concat(ByteView(mine).first(ends[0]), ByteView(other).subspan(ends[0]));
  const auto vault = open();
  ASSERT_FALSE(vault.ok());
  EXPECT_EQ(vault.error().code(), Code::kCorrupted);
}

TEST_F(VaultTest, FailedCommitChangesNoRecordAndTheNextOneMendsTheFile) {
  for (const std::size_t keep : {0U, 1U, 23U, 24U, 40U, 1000U}) {
    storage = {};
    auto vault = opened();
    ASSERT_TRUE(put(*vault, "a", "one").ok());
    storage.failAt = storage.writes;
    storage.oneFailure = true;
    storage.keep = keep;
    EXPECT_FALSE(put(*vault, "a", "two").ok());
    EXPECT_EQ(get(*vault, "a"), "one");
    ASSERT_TRUE(put(*vault, "b", "bee").ok());
    const auto again = opened();
    EXPECT_EQ(get(*again, "a"), "one");
    EXPECT_EQ(get(*again, "b"), "bee");
  }
}

TEST_F(VaultTest, ShredLeavesNothingErasedInTheFile) {
  writeThree();
  auto vault = opened();
  const std::size_t before = storage.content->size();
  Transaction shred;
  shred.shred();
  ASSERT_TRUE(vault->commit(std::move(shred)).ok());
  EXPECT_LT(storage.content->size(), before);
  EXPECT_GT(vault->generation(), 3U);
  EXPECT_EQ(get(*opened(), "b"), "bee");
}

TEST_F(VaultTest, CompactionIsOldOrNewWhenItCrashes) {
  for (const std::size_t keep : {0U, 1U}) {
    storage = {};
    auto vault = opened();
    ASSERT_TRUE(put(*vault, "a", "one").ok());
    storage.failAt = storage.writes;
    storage.keep = keep;
    Transaction change;
    change.put(Kind::kCard, id("a"), text("two"));
    change.shred();
    EXPECT_FALSE(vault->commit(std::move(change)).ok());
    storage.failAt = TestStorage::kNever;
    EXPECT_EQ(get(*opened(), "a"), keep == 0 ? "one" : "two");
  }
}

TEST_F(VaultTest, FileIsCompactedWhenItGrows) {
  auto vault = opened();
  const std::string value(1000, 'v');
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(put(*vault, "a", value).ok());
  EXPECT_LT(storage.content->size(), base::limits::kVaultRewrite + 4096);
  const auto again = opened();
  EXPECT_EQ(get(*again, "a"), value);
  EXPECT_EQ(again->generation(), vault->generation());
  EXPECT_GE(again->generation(), 1000U);
}

TEST_F(VaultTest, SnapshotOfManyTransactionsIsReadBack) {
  auto vault = opened();
  const std::string value(400'000, 'v');
  for (const std::string name : {"a", "b", "c", "d", "e"}) {
    ASSERT_TRUE(put(*vault, name, value).ok());
  }
  Transaction shred;
  shred.shred();
  ASSERT_TRUE(vault->commit(std::move(shred)).ok());
  const auto again = opened();
  for (const std::string name : {"a", "b", "c", "d", "e"}) EXPECT_EQ(get(*again, name), value);
}

TEST_F(VaultTest, TooLargeTransactionIsRefused) {
  auto vault = opened();
  const Status status = put(*vault, "a", std::string(base::limits::kVaultTransaction, 'v'));
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), Code::kTooLarge);
  EXPECT_TRUE(put(*vault, "a", "small").ok());
}

TEST_F(VaultTest, DestroyedVaultTakesNothing) {
  auto vault = opened();
  ASSERT_TRUE(vault->destroy().ok());
  EXPECT_FALSE(storage.content.has_value());
  EXPECT_EQ(put(*vault, "a", "one").error().code(), Code::kWrongState);
}

}  // namespace
}  // namespace florin::vault
