#include "vault/payment_keys.h"

#include <gtest/gtest.h>

#include <set>

#include "vault/test_storage.h"

namespace florin::vault {
namespace {

messages::InstallKeys limited(std::uint32_t index, std::uint32_t uses, base::Time expires,
                              const base::KeyId& transport) {
  return {transport,
          Bytes(65, 4),
          {{messages::KeyKind::kLuk, index, Bytes(24, 7), uses, expires,
            expires - std::chrono::hours(1)}}};
}

class PaymentKeysTest : public testing::Test {
 protected:
  PaymentKeysTest() : card(base::TokenId::random(random)), other(base::TokenId::random(random)) {}

  std::unique_ptr<Vault> open() {
    TestVaultKey key;
    auto vault = Vault::open(storage, key, random);
    EXPECT_TRUE(vault.ok());
    return std::move(*vault);
  }
  messages::InstallKeys keys(std::uint32_t from, std::uint32_t count) {
    messages::InstallKeys install{transport, Bytes(65, 4), {}};
    for (std::uint32_t i = 0; i < count; ++i) {
      install.keys.push_back(
          {messages::KeyKind::kSuk, from + i, Bytes(24, static_cast<std::uint8_t>(from + i))});
    }
    return install;
  }
  static Status install(Vault& vault, const base::TokenId& to, const messages::InstallKeys& what) {
    Transaction transaction;
    FLORIN_TRY(putKeys(transaction, vault, to, what));
    return vault.commit(std::move(transaction));
  }

  TestStorage storage;
  CountingRandom random;
  base::TokenId card;
  base::TokenId other;
  base::KeyId transport = base::KeyId::random(random);
  const base::Time now = base::fromMs(1'767'225'600'000);
};

TEST_F(PaymentKeysTest, KeysAreTakenInOrderOfTheAtcAndOnceOnly) {
  auto vault = open();
  ASSERT_TRUE(install(*vault, card, keys(254, 4)).ok());
  ASSERT_TRUE(install(*vault, other, keys(1, 1)).ok());
  EXPECT_EQ(stockOf(*vault, card)->uses, 4U);
  for (const std::uint32_t atc : {254U, 255U, 256U, 257U}) {
    const auto key = takeKey(*vault, card, now);
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(key->atc, atc);
    EXPECT_EQ(key->wrapped, Bytes(24, static_cast<std::uint8_t>(atc)));
    EXPECT_EQ(key->transportPoint.size(), 65U);
  }
  EXPECT_EQ(takeKey(*vault, card, now).error().code(), Code::kExhausted);
  EXPECT_EQ(*lastAtc(*vault, card), 257U);
  EXPECT_EQ(stockOf(*vault, other)->uses, 1U);
}

TEST_F(PaymentKeysTest, CardsOwnKeyStaysWithTheTransportKeyThatItNames) {
  auto vault = open();
  EXPECT_FALSE(iccKeyOf(*vault, card)->has_value());
  const messages::IccKey own{base::KeyId::random(random), Bytes(65, 5), 9, Bytes(840, 6)};
  Transaction transaction;
  putIccKey(transaction, card, own);
  ASSERT_TRUE(vault->commit(std::move(transaction)).ok());
  ASSERT_TRUE(install(*vault, card, keys(1, 1)).ok());
  ASSERT_TRUE(install(*vault, other, keys(1, 1)).ok());
  const auto found = iccKeyOf(*vault, card);
  ASSERT_TRUE(found.ok() && found->has_value());
  EXPECT_EQ((*found)->transportKeyId, own.transportKeyId);
  EXPECT_EQ((*found)->transportPublicKey, own.transportPublicKey);
  EXPECT_EQ((*found)->number, own.number);
  EXPECT_EQ((*found)->wrapped, own.wrapped);
  EXPECT_FALSE(iccKeyOf(*vault, other)->has_value());
}

TEST_F(PaymentKeysTest, LateKeyOfAUsedAtcIsNotTakenAgain) {
  auto vault = open();
  ASSERT_TRUE(install(*vault, card, keys(1, 2)).ok());
  ASSERT_EQ(takeKey(*vault, card, now)->atc, 1U);
  ASSERT_TRUE(install(*vault, card, keys(1, 2)).ok());
  EXPECT_EQ(stockOf(*vault, card)->uses, 1U);
  EXPECT_EQ(takeKey(*vault, card, now)->atc, 2U);
}

TEST_F(PaymentKeysTest, VoidKeysGoAndCountAsUsed) {
  auto vault = open();
  ASSERT_TRUE(install(*vault, card, keys(1, 3)).ok());
  ASSERT_TRUE(install(*vault, other, keys(1, 3)).ok());
  auto renewed = keys(11, 2);
  renewed.voidBelow = 11;
  ASSERT_TRUE(install(*vault, card, renewed).ok());
  EXPECT_EQ(*lastAtc(*vault, card), 10U);
  EXPECT_EQ(stockOf(*vault, card)->uses, 2U);
  EXPECT_EQ(stockOf(*vault, other)->uses, 3U);
  EXPECT_EQ(takeKey(*vault, card, now)->atc, 11U);
  renewed.keys.clear();
  ASSERT_TRUE(install(*vault, card, renewed).ok());  // late: nothing goes back
  EXPECT_EQ(*lastAtc(*vault, card), 11U);
  EXPECT_EQ(stockOf(*vault, card)->uses, 1U);
}

TEST_F(PaymentKeysTest, LimitedKeyIsUsedUpUnderGrowingAtcs) {
  auto vault = open();
  const auto later = now + std::chrono::hours(2);
  ASSERT_TRUE(install(*vault, card, limited(6'333'100, 3, later, transport)).ok());
  for (const std::uint32_t atc : {1U, 2U, 3U}) {
    EXPECT_EQ(stockOf(*vault, card)->uses, 4 - atc);
    const auto key = takeKey(*vault, card, now);
    ASSERT_TRUE(key.ok());
    EXPECT_EQ(key->atc, atc);
    EXPECT_EQ(key->kind, messages::KeyKind::kLuk);
    EXPECT_EQ(key->number, 6'333'100U);
    EXPECT_EQ(key->wrapped, Bytes(24, 7));
    vault = open();
  }
  EXPECT_EQ(takeKey(*vault, card, now).error().code(), Code::kExhausted);
  ASSERT_TRUE(install(*vault, card, limited(6'333'101, 3, later, transport)).ok());
  EXPECT_EQ(takeKey(*vault, card, now)->atc, 4U);
}

TEST_F(PaymentKeysTest, NewLimitedKeyTakesThePlaceOfTheOld) {
  auto vault = open();
  const auto later = now + std::chrono::hours(2);
  ASSERT_TRUE(install(*vault, card, limited(6'333'100, 3, later, transport)).ok());
  ASSERT_TRUE(takeKey(*vault, card, now).ok());
  auto next = limited(6'333'101, 5, later, transport);
  next.voidBelow = 40;
  ASSERT_TRUE(install(*vault, card, next).ok());
  EXPECT_EQ(stockOf(*vault, card)->uses, 5U);
  const auto key = takeKey(*vault, card, now);
  EXPECT_EQ(key->number, 6'333'101U);
  EXPECT_EQ(key->atc, 40U);
}

TEST_F(PaymentKeysTest, VoidLimitedKeyGoesThoughNoOtherComes) {
  auto vault = open();
  ASSERT_TRUE(
      install(*vault, card, limited(6'333'100, 3, now + std::chrono::hours(2), transport)).ok());
  auto nothing = keys(1, 0);
  nothing.voidBelow = 40;
  ASSERT_TRUE(install(*vault, card, nothing).ok());
  EXPECT_EQ(stockOf(*vault, card)->uses, 0U);
  EXPECT_EQ(takeKey(*vault, card, now).error().code(), Code::kExhausted);
}

TEST_F(PaymentKeysTest, LimitedKeyEndsWithItsTime) {
  auto vault = open();
  const auto later = now + std::chrono::hours(2);
  ASSERT_TRUE(install(*vault, card, limited(6'333'100, 3, later, transport)).ok());
  const Stock stock = *stockOf(*vault, card);
  EXPECT_FALSE(stock.isShortAt(now, 2));
  EXPECT_TRUE(stock.isShortAt(now + std::chrono::hours(1), 2));  // the next one is due
  EXPECT_TRUE(stock.isShortAt(now, 4));
  EXPECT_EQ(stock.leftAt(later), 0U);
  EXPECT_TRUE(takeKey(*vault, card, later - base::Duration(1)).ok());
  EXPECT_EQ(takeKey(*vault, card, later).error().code(), Code::kExhausted);
  EXPECT_EQ(*lastAtc(*vault, card), 1U);
}

TEST_F(PaymentKeysTest, LimitedKeyStopsBeforeTheAtcWraps) {
  auto vault = open();
  auto keys = limited(6'333'100, 3, now + std::chrono::hours(2), transport);
  keys.voidBelow = 0xFFFF;
  ASSERT_TRUE(install(*vault, card, keys).ok());
  EXPECT_EQ(takeKey(*vault, card, now)->atc, 0xFFFFU);
  EXPECT_EQ(takeKey(*vault, card, now).error().code(), Code::kExhausted);
  EXPECT_EQ(stockOf(*vault, card)->uses, 2U);
}

TEST_F(PaymentKeysTest, TransportKeyIsForgottenWhenNoKeyNamesIt) {
  auto vault = open();
  const base::KeyId first = transport;
  ASSERT_TRUE(install(*vault, card, keys(1, 1)).ok());
  transport = base::KeyId::random(random);
  ASSERT_TRUE(install(*vault, card, keys(2, 1)).ok());
  EXPECT_NE(vault->find(Kind::kTransportKey, first.view()), nullptr);
  ASSERT_TRUE(takeKey(*vault, card, now).ok());
  ASSERT_TRUE(install(*vault, card, keys(3, 1)).ok());
  EXPECT_EQ(vault->find(Kind::kTransportKey, first.view()), nullptr);
  EXPECT_TRUE(takeKey(*vault, card, now).ok());
}

// For every cut of every write that taking keys makes: no ATC is given twice (I1), and at most the
// one that was being taken is lost.
TEST_F(PaymentKeysTest, CrashAtAnyWriteGivesNoKeyTwice) {
  auto prepared = open();
  ASSERT_TRUE(install(*prepared, card, keys(1, 3)).ok());
  const Bytes start = *storage.content;
  const std::size_t frame = 200;  // longer than what takeKey writes
  for (std::size_t write = 0; write < 3; ++write) {
    for (std::size_t keep = 0; keep <= frame; ++keep) {
      storage = {};
      storage.content = start;
      storage.failAt = write;
      storage.keep = keep;
      std::set<std::uint32_t> given;
      auto vault = open();
      while (true) {
        const auto key = takeKey(*vault, card, now);
        if (!key.ok()) break;
        ASSERT_TRUE(given.insert(key->atc).second);
      }
      ASSERT_EQ(given.size(), write);
      storage.failAt = TestStorage::kNever;
      vault = open();
      while (true) {
        const auto key = takeKey(*vault, card, now);
        if (!key.ok()) break;
        ASSERT_TRUE(given.insert(key->atc).second) << "ATC " << key->atc << " twice";
      }
      ASSERT_GE(given.size(), 2U);
    }
  }
}

TEST_F(PaymentKeysTest, RecordOfAnotherFormIsCorruptedAndOfAnotherVersionUnsupported) {
  const SecretBytes good = encodeRecord(PaymentKeyRecord{transport, Bytes(24, 1)});
  EXPECT_TRUE(decodeRecord<PaymentKeyRecord>(good).ok());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(
        decodeRecord<PaymentKeyRecord>(SecretBytes::copyOf(good.expose().first(size))).ok());
  }
  Bytes longer = base::toBytes(good.expose());
  longer.push_back(0);
  EXPECT_EQ(decodeRecord<PaymentKeyRecord>(SecretBytes::copyOf(longer)).error().code(),
            Code::kCorrupted);
  longer[0] = 2;
  EXPECT_EQ(decodeRecord<PaymentKeyRecord>(SecretBytes::copyOf(longer)).error().code(),
            Code::kUnsupported);
}

}  // namespace
}  // namespace florin::vault
