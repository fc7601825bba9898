// What the TSP makes of limited-use keys, whatever their device does (D8): the device's own count
// is not to be relied on.
#include "base/limits.h"
#include "base/running_atc.h"
#include "tsp/tsp_fixture.h"

namespace florin::tsp {
namespace {

constexpr std::uint32_t kUses = 3;
constexpr auto kLifetime = std::chrono::hours(100);

struct LimitedUseTest : TspTest {
  static Catalog makeLimited(const base::TenantId& issuer) {
    Program program = *makeCatalog(issuer).program("K2");
    program.card.keys = {.scheme = emv::KeyScheme::kLuk,
                         .stock = 1,
                         .lowWater = 1,
                         .lukUses = kUses,
                         .lukLifetime = kLifetime};
    return Catalog::make({program}, {{issuer, "Test Bank", {{"999900", "999909", "K2"}}}}).value();
  }

  // issueKey makes a key for the device and gives its index; 0: none was due.
  std::uint32_t issueKey(std::uint32_t lastAtc = 0) {
    const auto batch = limited.prepareKeys(issuer, token.tokenId, transport(lastAtc));
    EXPECT_TRUE(batch.ok());
    if (batch->keys.empty()) return 0;
    EXPECT_TRUE(write([&](ports::Unit& unit) { return limited.commitKeys(unit, *batch); }).ok());
    return batch->keys.front().number;
  }
  void arrive() {
    ASSERT_TRUE(
        write([&](ports::Unit& unit) { return limited.keysArrived(unit, token.tokenId); }).ok());
  }

  // reasonOf pays with a key, as a device would that counts as it likes.
  std::string reasonOf(std::uint32_t index, std::uint16_t atc) {
    emv::CryptogramRequest paid = request(token, {.atc = atc});
    paid.input.iad = emv::encodeIssuerData({.scheme = emv::KeyScheme::kLuk,
                                            .asked = paid.type,
                                            .answered = paid.type,
                                            .keyIndex = index});
    paid.cryptogram = emv::applicationCryptogram(limitedKey(index), emv::cryptogramData(paid.input),
                                                 emv::Mac::kRetailPadding2);
    const std::string body = bodyOf(paid);
    const auto answer =
        authorizer.authorize({acquirer, std::to_string(++calls), base::asBytes(body)});
    EXPECT_TRUE(answer.ok());
    const std::size_t from = answer->find("\"reason\":\"") + 10;
    return answer->substr(from, answer->find('"', from) - from);
  }

  SecretBytes limitedKey(std::uint32_t index) {
    const ports::BackendPublicKey backend = custody->transportKey();
    const auto wrapped = custody->wrapPaymentKeys(cardKeyRef(token, openDpan(tsp, token).value()),
                                                  {backend.id,
                                                   deviceKey.publicPoint(),
                                                   device,
                                                   token.tokenId,
                                                   {ports::PaymentKeyKind::kLuk, index},
                                                   1});
    const SecretBytes shared = deviceKey.agree(backend.point).value();
    return crypto::unwrapPaymentKey(shared, {backend.id, device, token.tokenId, 2, index},
                                    wrapped->at(0))
        .value();
  }

  Catalog limitedCatalog = makeLimited(issuer);
  Tsp limitedTsp{store, *custody, *sealer, limitedCatalog, clock, random, log};
  Tokens limited{limitedTsp};
  Authorizations authorizer{limitedTsp};
  records::Token token = [this] {
    const records::Token made = put();
    EXPECT_TRUE(step(made, CardEvent::kActivate).ok());
    return made;
  }();
  int calls = 0;
};

TEST_F(LimitedUseTest, KeyIsAcceptedNoMoreOftenThanItsLimit) {
  const std::uint32_t index = issueKey();
  for (const std::uint16_t atc : {1, 2, 3}) EXPECT_EQ(reasonOf(index, atc), "approved");
  EXPECT_EQ(reasonOf(index, 4), "key_used_up");
  EXPECT_EQ(reasonOf(index, 4), "atc_used") << "a cryptogram that verified uses up its ATC";
}

TEST_F(LimitedUseTest, OnlyIndexesThatWereIssuedAreAccepted) {
  const std::uint32_t index = issueKey();
  EXPECT_EQ(reasonOf(index + 1, 1), "key_not_issued");
  EXPECT_EQ(reasonOf(index, 1), "approved");
}

TEST_F(LimitedUseTest, AtcThatItsDeviceCannotHaveReachedIsRefused) {
  const std::uint32_t index = issueKey();
  EXPECT_EQ(reasonOf(index, 2 * kUses + 1), "atc_not_issued");
  EXPECT_EQ(reasonOf(index, 2 * kUses), "approved");
}

TEST_F(LimitedUseTest, LatePaymentIsAcceptedWithinTheWindowOnly) {
  const std::uint32_t first = issueKey();
  arrive();
  const std::uint32_t second = issueKey(40);
  EXPECT_EQ(reasonOf(first, 8), "approved");
  EXPECT_EQ(reasonOf(first, 7), "atc_too_late");
  EXPECT_EQ(reasonOf(second, 41), "approved");
}

TEST_F(LimitedUseTest, ExpiredKeyIsRefusedAfterTheGrace) {
  const std::uint32_t index = issueKey();
  clock.advance(kLifetime + base::limits::kReplacedKeyGrace - base::Duration(1));
  EXPECT_EQ(reasonOf(index, 1), "approved");
  clock.advance(base::Duration(1));
  EXPECT_EQ(reasonOf(index, 2), "key_expired");
}

TEST_F(LimitedUseTest, NextKeyIsMadeWhenTheLastHasArrived) {
  EXPECT_NE(issueKey(), 0U);
  EXPECT_EQ(issueKey(), 0U);
  arrive();
  EXPECT_NE(issueKey(), 0U);
}

TEST_F(LimitedUseTest, KeyThatWillNotArriveMakesPlaceForAnother) {
  const std::uint32_t index = issueKey();
  const std::array names{ports::PaymentKeyName{ports::PaymentKeyKind::kLuk, index}};
  ASSERT_TRUE(write([&](ports::Unit& unit) {
                return limited.voidKeys(unit, issuer, token.tokenId, names);
              }).ok());
  EXPECT_EQ(reasonOf(index, 1), "key_void");
  EXPECT_EQ(issueKey(), index + 1);
}

TEST_F(LimitedUseTest, ClockThatIsPutBackMakesNoOldKeyTheNewest) {
  clock.advance(std::chrono::hours(48));
  const std::uint32_t early = issueKey();
  arrive();
  clock.advance(-std::chrono::hours(48));
  const std::uint32_t index = issueKey();
  EXPECT_EQ(issueKey(), 0U) << "it has not arrived";
  arrive();
  EXPECT_EQ(reasonOf(early, 1), "approved") << "in its grace";
  clock.advance(std::chrono::hours(50));
  EXPECT_EQ(reasonOf(index, 2), "approved");
  EXPECT_EQ(reasonOf(early, 3), "key_replaced");
}

TEST_F(LimitedUseTest, CardOfOneHourHasFewKeys) {
  for (unsigned i = 0; i < base::limits::kKeyIndexesPerHour; ++i) {
    ASSERT_NE(issueKey(), 0U);
    arrive();
  }
  EXPECT_EQ(limited.prepareKeys(issuer, token.tokenId, transport()).error().code(),
            Code::kExhausted);
  clock.advance(std::chrono::hours(1));
  EXPECT_NE(issueKey(), 0U);
}

TEST_F(LimitedUseTest, StoreThatWasPutBackGivesNoIndexTwice) {
  const std::uint32_t lost = issueKey();
  limitedTsp.storeEpoch = 1;
  const auto renewed =
      limited.prepareRenewal(issuer, token.tokenId, transport(), {.unknownAtcs = true});
  ASSERT_TRUE(renewed.ok());
  EXPECT_GE(renewed->keys.front().number, lost + base::limits::kKeyIndexesPerHour);
  EXPECT_EQ(renewed->firstAtc, base::runningAtc(2, 1));
}

TEST_F(LimitedUseTest, UnclaimedCardOfAStoreThatWasPutBackBeginsWithItsOwnPsn) {
  const records::Token unclaimed = put();
  for (const std::uint32_t epoch : {1U, 2U}) {
    tsp.storeEpoch = epoch;
    const auto batch = tokens.prepareKeys(issuer, unclaimed.tokenId, transport());
    ASSERT_TRUE(batch.ok());
    EXPECT_EQ(base::psnOf(batch->firstAtc), 1 + epoch);
  }
}

}  // namespace
}  // namespace florin::tsp
