#include "tsp/reversals.h"

#include "fakes/fake_push_sender.h"
#include "tsp/tsp_fixture.h"

namespace florin::tsp {
namespace {

struct PaymentsTest : TspTest {
  std::string authorize(const records::Token& token, const Tap& tap, const std::string& key) {
    const auto answer =
        authorizations.authorize({acquirer, key, base::asBytes(bodyOf(request(token, tap)))});
    EXPECT_TRUE(answer.ok());
    return answer.ok() ? *answer : "";
  }
  std::string reverse(const std::string& key) {
    const std::string body = "{\"authorization\":\"" + key + "\"}";
    const auto answer = reversals.reverse({acquirer, base::asBytes(body)});
    EXPECT_TRUE(answer.ok());
    return answer.ok() ? *answer : "";
  }
  static bool has(const std::string& json, const std::string& part) {
    return json.find(part) != std::string::npos;
  }
  static bool approved(const std::string& json) { return has(json, "\"outcome\":\"approved\""); }

  // onDevice puts a token's device and digital card beside it.
  records::Token onDevice(const Bytes& sealedPushToken) {
    const records::Token token = active();
    records::DigitalCard card;
    card.tenant = provider;
    card.digitalCardId = digitalCardId;
    card.walletId = wallet;
    card.correlationId = base::CorrelationId::random(random);
    card.issuer = issuer;
    card.tokenId = token.tokenId;
    records::Device row;
    row.tenant = provider;
    row.deviceId = device;
    row.walletId = wallet;
    row.sealedPushToken = sealedPushToken;
    EXPECT_TRUE(write([&](ports::Unit& unit) -> Status {
                  FLORIN_TRY(unit.devices().insert(row));
                  return unit.digitalCards().insert(card);
                }).ok());
    tsp.bell = &bell;
    return token;
  }
  std::vector<records::Push> pushes() {
    std::vector<records::Push> claimed;
    EXPECT_TRUE(write([&](ports::Unit& unit) -> Status {
                  FLORIN_TRY_ASSIGN(claimed, unit.pushes().claim(clock.now(), clock.now(), 10));
                  for (const auto& push : claimed) {
                    FLORIN_TRY(unit.pushes().finish(push, clock.now()));
                  }
                  return {};
                }).ok());
    return claimed;
  }

  base::TenantId provider = base::TenantId::random(random);
  base::WalletId wallet = base::WalletId::random(random);
  base::DigitalCardId digitalCardId = base::DigitalCardId::random(random);
  fakes::FakePushSender bell{clock};
};

TEST_F(PaymentsTest, ReversalIsAnsweredAlikeEachTimeAndKeepsTheAtcUsed) {
  const records::Token token = active();
  EXPECT_TRUE(approved(authorize(token, {.atc = 1}, "one")));
  const std::string first = reverse("one");
  EXPECT_TRUE(has(first, "\"booked\":true")) << first;
  EXPECT_EQ(reverse("one"), first);
  EXPECT_TRUE(has(authorize(token, {.atc = 1}, "again"), "atc_used"));
  EXPECT_TRUE(approved(authorize(token, {.atc = 1}, "one"))) << "the stored answer stays";
}

TEST_F(PaymentsTest, ReversalOfADeclineBooksNothing) {
  const records::Token token = active();
  EXPECT_FALSE(approved(authorize(token, {.atc = 1, .currency = 840}, "one")));
  EXPECT_TRUE(has(reverse("one"), "\"booked\":false"));
}

TEST_F(PaymentsTest, AuthorizationThatComesAfterItsReversalIsDeclined) {
  const records::Token token = active();
  EXPECT_TRUE(has(reverse("late"), "\"booked\":false"));
  EXPECT_TRUE(has(authorize(token, {.atc = 1}, "late"), "\"reason\":\"reversed\""));
  EXPECT_TRUE(approved(authorize(token, {.atc = 1}, "other"))) << "it spent nothing";
}

TEST_F(PaymentsTest, ReversalIsTheAcquirersOwn) {
  const records::Token token = active();
  EXPECT_TRUE(approved(authorize(token, {.atc = 1}, "one")));
  acquirer = base::TenantId::random(random);
  EXPECT_TRUE(has(reverse("one"), "\"booked\":false")) << "another acquirer's key is another key";
}

TEST_F(PaymentsTest, BodyMustHaveItsForm) {
  for (const std::string& body :
       {std::string(), std::string("{}"), std::string("[]"), std::string(R"({"authorization":""})"),
        std::string(R"({"authorization":1})"), std::string(R"({"authorization":"a","x":1})"),
        R"({"authorization":")" + std::string(65, 'a') + "\"}"}) {
    EXPECT_EQ(reversals.reverse({acquirer, base::asBytes(body)}).error().code(), Code::kMalformed)
        << body;
  }
}

TEST_F(PaymentsTest, DailyLimitsHoldForAnyDay) {
  Program program = catalog.programs().front();
  program.dailyPayments = 3;
  program.dailyAmount = 5000;
  catalog = Catalog::make({program}, {{issuer, "Test Bank", {{"999900", "999909", "K2"}}}}).value();
  const records::Token token = active();
  EXPECT_TRUE(approved(authorize(token, {.atc = 1, .amount = 3000}, "1")));
  EXPECT_TRUE(has(authorize(token, {.atc = 2, .amount = 2001}, "2"), "daily_amount_over_limit"));
  EXPECT_TRUE(approved(authorize(token, {.atc = 3, .amount = 2000}, "3")));
  reverse("3");
  EXPECT_TRUE(approved(authorize(token, {.atc = 4, .amount = 1000}, "4")));
  EXPECT_TRUE(approved(authorize(token, {.atc = 5, .amount = 1000}, "5")));
  EXPECT_TRUE(has(authorize(token, {.atc = 6, .amount = 0}, "6"), "too_many_payments"));
  clock.advance(std::chrono::hours(24) + base::Duration(1));
  EXPECT_TRUE(approved(authorize(token, {.atc = 7, .amount = 5000}, "7")));
}

TEST_F(PaymentsTest, PaymentAndItsReversalAreTold) {
  const records::Token token = onDevice({1, 2, 3});
  EXPECT_TRUE(approved(authorize(token, {.atc = 1}, "one")));
  const auto told = pushes();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].deviceId, device);
  EXPECT_EQ(told[0].tenant, provider);
  EXPECT_EQ(told[0].about, digitalCardId);
  EXPECT_EQ(bell.rings, 1U);
  authorize(token, {.atc = 1}, "one");
  EXPECT_TRUE(pushes().empty()) << "the stored answer is no payment";
  reverse("one");
  EXPECT_EQ(pushes().size(), 1U);
  reverse("one");
  EXPECT_TRUE(pushes().empty());
}

TEST_F(PaymentsTest, NobodyIsToldWhatIsNoPayment) {
  const records::Token token = onDevice({1, 2, 3});
  emv::CryptogramRequest forged = request(token, {.atc = 1});
  forged.cryptogram[0] ^= 1;
  ASSERT_TRUE(authorizations.authorize({acquirer, "forged", base::asBytes(bodyOf(forged))}).ok());
  EXPECT_FALSE(approved(authorize(token, {.atc = 2, .currency = 840}, "declined")));
  EXPECT_TRUE(has(reverse("declined"), "\"booked\":false"));
  EXPECT_TRUE(pushes().empty());
}

TEST_F(PaymentsTest, DeviceWithoutAPushTokenIsNotTold) {
  EXPECT_TRUE(approved(authorize(onDevice({}), {.atc = 1}, "one")));
  EXPECT_TRUE(pushes().empty());
}

}  // namespace
}  // namespace florin::tsp
