#include "gateway/gateway_fixture.h"
#include "messages/gateway.h"

namespace florin::gateway {
namespace {

struct CardRoutesTest : GatewayOver<cps::CardTest> {
  ports::HttpResponse ask(const std::string& id, const std::string& what,
                          const crypto::P256Key& key) {
    const std::string method = what == "state" ? "GET" : "POST";
    return call(method, "/gateway/v1/cards/{}/" + what, id, "", key);
  }
  std::string text(const records::ActivationCode& card, const std::string& what) {
    const auto response = ask(card.digitalCardId.toString(), what, walletKey);
    const std::string body(base::asText(response.body));
    const std::size_t at = body.find("\"state\":\"");
    if (response.status == 200 && at != std::string::npos) {
      return body.substr(at + 9, body.find('"', at + 9) - at - 9);
    }
    return std::to_string(response.status) + " " +
           std::to_string(messages::decodeErrorBody(base::asText(response.body))->code);
  }
};

TEST_F(CardRoutesTest, WalletSuspendsResumesAndDeletesItsCard) {
  const auto card = installed();
  EXPECT_EQ(text(card, "state"), "ACTIVE");
  EXPECT_EQ(text(card, "suspend"), "SUSPENDED");
  EXPECT_EQ(text(card, "suspend"), "SUSPENDED");
  EXPECT_EQ(text(card, "resume"), "ACTIVE");
  EXPECT_EQ(text(card, "delete"), "DELETED");
  EXPECT_EQ(text(card, "state"), "DELETED");
}

TEST_F(CardRoutesTest, WalletDoesNotUndoTheIssuersSuspension) {
  const auto card = installed();
  const auto asIssuer = cps::Asker::issuer(issuer);
  ASSERT_TRUE(cards.step(asIssuer, card.digitalCardId, tsp::CardEvent::kSuspend).ok());
  EXPECT_EQ(text(card, "resume"), "409 1020");
  EXPECT_EQ(text(card, "state"), "SUSPENDED");
  ASSERT_TRUE(cards.step(asIssuer, card.digitalCardId, tsp::CardEvent::kDelete).ok());
  EXPECT_EQ(text(card, "suspend"), "409 1020");
}

TEST_F(CardRoutesTest, CardOfAnotherWalletIsUnknown) {
  const auto card = installed();
  const base::WalletId owner = wallet.walletId;
  wallet.walletId = base::WalletId::random(random);
  ASSERT_TRUE(write([&](ports::Unit& unit) { return unit.wallets().insert(wallet); }).ok());
  for (const char* const what : {"state", "suspend", "resume", "delete"}) {
    EXPECT_EQ(text(card, what), "404 1018") << what;
  }
  wallet.walletId = owner;
  EXPECT_EQ(text(card, "state"), "ACTIVE");
}

TEST_F(CardRoutesTest, IdThatIsNoneAndAStrangersSignatureAreRefused) {
  EXPECT_EQ(ask("none", "suspend", walletKey).status, 404);
  const auto card = installed();
  const auto stranger = crypto::P256Key::generate(random);
  EXPECT_EQ(ask(card.digitalCardId.toString(), "delete", stranger).status, 401);
  EXPECT_EQ(text(card, "state"), "ACTIVE");
}

}  // namespace
}  // namespace florin::gateway
