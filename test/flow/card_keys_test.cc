// Cards with keys of their own over the whole Florin (D8): the backend makes and certifies them,
// the device signs with them, a terminal that knows the authority believes the card.
#include <gtest/gtest.h>

#include <thread>

#include "vault/records.h"
#include "world.h"

namespace florin::test {
namespace {

using terminal::OfflineAuthentication;

struct CardKeysTest : ::testing::Test {
  void SetUp() override {
    world.backend.doCda();
    world.backend.restart();
    world.connect();
    world.open();
    world.wse();
    ASSERT_EQ(world.enroll(world.digitize().code).completions, 1U);
  }

  // authorities is what the backend tells acquirers.
  std::vector<terminal::AuthorityKey> authorities() {
    std::vector<terminal::AuthorityKey> keys;
    for (const tsp::CardAuthority& one : world.backend.services().cardKeys().authorities()) {
      keys.push_back({one.rid, one.issuer.authorityIndex, one.key});
    }
    return keys;
  }

  OfflineAuthentication pay() {
    const auto result = world.atTerminal(authorities());
    EXPECT_TRUE(result.ok() && result->request) << terminal::reasonName(result->reason);
    return result->authentication;
  }

  // ownKey is the key of the one card as it lies in the vault.
  Bytes wrappedKey() {
    world.wallet.reset();
    const auto vault = vault::Vault::open(world.storage, world.vaultKey, world.backend.random);
    const auto cards = (*vault)->list(vault::Kind::kIccKey);
    const Bytes bytes = cards.empty() ? Bytes() : base::toBytes(cards[0].value->expose());
    world.open();
    return bytes;
  }

  World world;
};

TEST_F(CardKeysTest, TerminalProvesTheCardArmedOrNot) {
  EXPECT_EQ(pay(), OfflineAuthentication::kDone);
  ASSERT_TRUE(world.wallet->getCardEmulation().arm().ok());
  EXPECT_EQ(pay(), OfflineAuthentication::kDone);
  EXPECT_EQ(world.cards().at(0).paymentsLeft, 8U);
}

TEST_F(CardKeysTest, PaymentUnderTheCardsSignatureIsAuthorized) {
  const auto result = world.atTerminal(authorities());
  ASSERT_TRUE(result.ok() && result->request);
  const SecretBytes emv = emv::encodeCryptogramRequest(*result->request);
  const std::string body = codec::JsonObject().addHex("emv", emv.expose()).text();
  EXPECT_EQ(member(world.backend.call("POST", "/tsp/v1/authorizations", "acquirer",
                                      base::toBytes(base::asBytes(body))),
                   "reason"),
            "approved");
}

TEST_F(CardKeysTest, AcquirersAreToldTheAuthorities) {
  const auto answer = world.backend.call("GET", "/tsp/v1/authorities", "acquirer");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(member(answer, "program"), "K2");
  EXPECT_EQ(member(answer, "rid"), "f000464c4f");
  EXPECT_EQ(member(answer, "modulus"), base::toHex(authorities().at(0).key.modulus));
  EXPECT_EQ(member(answer, "exponent"), "03");
  EXPECT_EQ(world.backend.call("GET", "/tsp/v1/authorities", "other").status, 401);
}

TEST_F(CardKeysTest, CertificatesAreTheSameAfterARestart) {
  const auto before = world.backend.services().cardKeys().authorityOf("K2")->issuer.certificate;
  world.backend.restart();
  world.connect();
  world.open();
  const auto after = world.backend.services().cardKeys().authorityOf("K2")->issuer.certificate;
  EXPECT_EQ(after.certificate, before.certificate);
  EXPECT_EQ(after.remainder, before.remainder);
  EXPECT_EQ(pay(), OfflineAuthentication::kDone);
}

TEST_F(CardKeysTest, RenewalBringsAnotherKey) {
  world.backend.addToken("issuer", records::ApiScope::kIssuer);
  const Bytes before = wrappedKey();
  ASSERT_FALSE(before.empty());
  ASSERT_TRUE(world.wallet->getCardEmulation().arm().ok());
  const auto answer = world.backend.call(
      "POST", "/issuer/v1/cards/" + world.cards().at(0).digitalCardId + "/renew", "issuer");
  ASSERT_EQ(answer.status, 200);
  world.synchronize();
  EXPECT_EQ(pay(), OfflineAuthentication::kDone) << "what was armed went with its key";
  EXPECT_NE(wrappedKey(), before);
}

TEST_F(CardKeysTest, RenewalDuringATapSpendsNoKey) {
  world.backend.addToken("issuer", records::ApiScope::kIssuer);
  const std::string path = "/issuer/v1/cards/" + world.cards().at(0).digitalCardId + "/renew";
  bool renewed = false;
  terminal::TapRequest request;
  request.amount = {1250, 978};
  request.country = 276;
  request.now = world.backend.clock.now();
  request.authorities = authorities();
  NoTrace trace;
  const auto result = terminal::tap(
      request, world.backend.random,
      [&](ByteView command) -> Result<Bytes> {
        if (command[1] == 0xAE && !renewed) {
          renewed = true;
          EXPECT_EQ(world.backend.call("POST", path, "issuer").status, 200);
          world.synchronize();
        }
        return world.wallet->getCardEmulation().processApdu(command);
      },
      trace);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->statusWord, 0x6985);
  EXPECT_EQ(world.cards().at(0).paymentsLeft, 10U);
  EXPECT_EQ(pay(), OfflineAuthentication::kDone);
}

TEST_F(CardKeysTest, ProgramThatStopsItTakesTheKeyWithTheNextProfile) {
  world.backend.addToken("issuer", records::ApiScope::kIssuer);
  world.backend.program.card.offlineAuthentication = false;
  const auto known = authorities();
  world.backend.restart();
  world.connect();
  world.open();
  ASSERT_EQ(world.backend
                .call("POST", "/issuer/v1/cards/" + world.cards().at(0).digitalCardId + "/renew",
                      "issuer")
                .status,
            200);
  world.synchronize();
  const auto result = world.atTerminal(known);
  ASSERT_TRUE(result.ok() && result->request);
  EXPECT_EQ(result->authentication, OfflineAuthentication::kNotDone);
  EXPECT_TRUE(wrappedKey().empty());
}

TEST_F(CardKeysTest, CardOfAnotherRangeThanTodaysIsCertifiedForItsOwn) {
  world.backend.addToken("issuer", records::ApiScope::kIssuer);
  world.backend.program.dpanPrefix = "999988";
  world.backend.restart();
  world.connect();
  world.open();
  ASSERT_EQ(world.backend
                .call("POST", "/issuer/v1/cards/" + world.cards().at(0).digitalCardId + "/renew",
                      "issuer")
                .status,
            200);
  world.synchronize();
  EXPECT_EQ(pay(), OfflineAuthentication::kDone);
}

TEST_F(CardKeysTest, StockIsFilledUntilItIsToldToStop) {
  tsp::CardKeys& keys = world.backend.services().cardKeys();
  std::set<Bytes> moduli;
  {
    const std::jthread maker(
        [&](const std::stop_token& stop) { keys.keepStocked(stop, world.backend.log); });
    for (int i = 0; i < 3; ++i) {
      const auto key = keys.take();
      ASSERT_TRUE(key.ok());
      moduli.insert(key->publicKey.modulus);
    }
  }
  EXPECT_EQ(moduli.size(), 3U);
}

}  // namespace
}  // namespace florin::test
