// What a wallet asks about its cards over the whole Florin: how they look, how they are, and what
// became of those that wait for their issuer.
#include <gtest/gtest.h>

#include "crypto/hash.h"
#include "world.h"

namespace florin::test {
namespace {

// Got is the one thing that a listener was given, or why it was not.
template <class Value>
struct Got {
  std::optional<Value> value;
  std::vector<MGErrorCode> errors;
};

template <class Listener, class Value>
class Hearer : public Listener {
 public:
  explicit Hearer(Got<Value>& got) : got_(got) {}
  void onSuccess(const std::string& /*card*/, const Value& value) override { got_.value = value; }
  void onError(const std::string& /*card*/, const MobileGatewayError& error) override {
    got_.errors.push_back(error.code);
  }

 private:
  Got<Value>& got_;
};

struct CardServiceTest : ::testing::Test {
  void SetUp() override {
    tsp::CardFace& face = world.backend.program.offer.face;
    face.background = "#102030";
    face.artType = "image/png";
    face.art = world.backend.random.bytes(9000);
    world.backend.restart();
    world.connect();
    world.open();
    world.backend.addToken("issuer", records::ApiScope::kIssuer);
    world.wse();
  }

  void enroll() {
    card = world.digitize();
    ASSERT_EQ(world.enroll(card.code).completions, 1U);
  }

  Got<MGCardMetadata> metadata(const std::string& id) {
    Got<MGCardMetadata> got;
    world.wallet->getCardMetadataService().getCardMetadata(
        id, std::make_shared<Hearer<MGCardMetadataListener, MGCardMetadata>>(got));
    world.settle();
    return got;
  }
  Got<Bytes> art(const std::string& id) {
    Got<Bytes> got;
    world.wallet->getCardMetadataService().getCardArt(
        id, std::make_shared<Hearer<MGCardArtListener, Bytes>>(got));
    world.settle();
    return got;
  }
  Got<MGCardStatus> status(const std::string& id) {
    Got<MGCardStatus> got;
    world.wallet->getCardLifeCycleManager().getCardStatus(
        id, std::make_shared<Hearer<MGCardStatusListener, MGCardStatus>>(got));
    world.settle();
    return got;
  }
  int issuer(const std::string& step) {
    return world.backend
        .call("POST", "/issuer/v1/cards/" + card.digitalCardId + "/" + step, "issuer")
        .status;
  }

  World world;
  Digitized card;
};

TEST_F(CardServiceTest, FaceAndPictureAreTheProgramsOwn) {
  enroll();
  const auto face = metadata(card.digitalCardId);
  ASSERT_TRUE(face.value);
  EXPECT_EQ(face.value->product, "Test Card");
  EXPECT_EQ(face.value->issuerName, "Test Bank");
  EXPECT_EQ(face.value->background, "#102030");
  EXPECT_EQ(face.value->artType, "image/png");
  const auto picture = art(card.digitalCardId);
  ASSERT_TRUE(picture.value);
  EXPECT_EQ(base::toHex(crypto::sha256(*picture.value)), face.value->artHash);
}

TEST_F(CardServiceTest, OthersCardsAreUnknown) {
  enroll();
  for (const std::string& id : {std::string(32, '0'), std::string("x"), std::string()}) {
    EXPECT_EQ(metadata(id).errors, std::vector{MGErrorCode::UNKNOWN_DIGITAL_CARD_ID}) << id;
    EXPECT_EQ(art(id).errors, std::vector{MGErrorCode::UNKNOWN_DIGITAL_CARD_ID}) << id;
  }
  EXPECT_EQ(status(std::string(32, '0')).errors, std::vector{MGErrorCode::UNKNOWN_DIGITAL_CARD_ID});
}

TEST_F(CardServiceTest, StatusSaysWhoMustResumeBeforeThisDeviceHasHeardOfIt) {
  enroll();
  EXPECT_EQ(status(card.digitalCardId).value->state, "ACTIVE");
  ASSERT_EQ(issuer("suspend"), 200);
  const auto suspended = status(card.digitalCardId);
  ASSERT_TRUE(suspended.value);
  EXPECT_EQ(suspended.value->state, "SUSPENDED");
  EXPECT_EQ(suspended.value->suspendedBy, std::vector<std::string>{"issuer"});
  EXPECT_FALSE(suspended.value->delivered);
  world.synchronize();
  EXPECT_TRUE(status(card.digitalCardId).value->delivered);
}

TEST_F(CardServiceTest, SynchronizingForgetsWhatWaitsForNobodyAnyMore) {
  enroll();
  world.backend.issuers.yellow();
  world.digitizeInto(card, "999900987654321");
  auto& gateway = world.wallet->getCardEnrollmentService();
  world.synchronize();
  ASSERT_TRUE(gateway.isCardActivationPending(card.digitalCardId)) << "it still waits";
  ASSERT_EQ(issuer("delete"), 200);
  EXPECT_TRUE(gateway.isCardActivationPending(card.digitalCardId)) << "nobody has asked yet";
  EXPECT_EQ(world.synchronize().completions, 1U);
  EXPECT_FALSE(gateway.isCardActivationPending(card.digitalCardId));
}

TEST_F(CardServiceTest, EligibilityShowsTermsAndTheirAcceptanceIsKept) {
  world.backend.program.offer.terms.push_back(tsp::makeTerms("en", "text/plain", "Yes?"));
  world.backend.restart();
  world.connect();
  world.open();
  EXPECT_EQ(world.digitize().errors.at(0).code, MGErrorCode::MISSING_REQUIRED_PARAMETER)
      << "the short way has no terms";
  struct Found : MGEligibilityListener {
    void onEligible(const std::shared_ptr<MGDigitizationSession>& found) override {
      session = found;
    }
    void onError(const MobileGatewayError& error) override { ADD_FAILURE() << name(error.code); }
    std::shared_ptr<MGDigitizationSession> session;
  };
  const auto found = std::make_shared<Found>();
  CardInput input;
  const std::string digits = "999900123456789";
  const std::string pan = digits + codec::luhnDigit(base::asBytes(digits)).value();
  input.pan = SecretBytes::copyOf(base::asBytes(pan));
  input.expiry = "1230";
  const std::string correlation = "00112233445566778899aabbccddeeff";
  auto& gateway = world.wallet->getCardEnrollmentService();
  gateway.checkEligibility({std::move(input), "en", correlation}, found);
  world.settle();
  ASSERT_TRUE(found->session);
  EXPECT_EQ(found->session->getTermsAndConditions()->text, "Yes?");
  found->session->acceptTerms();
  gateway.digitizeCard(found->session, {}, std::make_shared<Digitizer>(card));
  world.settle();
  EXPECT_EQ(card.completions, 1U);
  EXPECT_NE(world.backend.log.text().find(correlation), std::string::npos) << "end to end";
}

}  // namespace
}  // namespace florin::test
