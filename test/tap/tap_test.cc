// Card and terminal against each other; the cryptogram is verified as the TSP verifies it.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "card/card_session.h"
#include "card/test_cards.h"
#include "crypto/equal.h"
#include "emv/authorization_data.h"
#include "fakes/seeded_random.h"
#include "terminal/terminal.h"

namespace florin {
namespace {

class Recorder : public terminal::TraceSink {
 public:
  void step(const terminal::TraceStep& step) override { steps.push_back(step); }
  std::vector<terminal::TraceStep> steps;
};

// Of every built-in program. TestKeys has SUKs for all of them: the card does not care.
class TapTest : public testing::TestWithParam<const char*> {
 protected:
  Result<terminal::TapResult> tap(std::int64_t amount, bool verified = false) {
    terminal::TapRequest request;
    request.amount = {amount, 978};
    request.country = 276;
    request.now = std::chrono::sys_days(std::chrono::year(2026) / std::chrono::March / 31);
    request.cardholderVerified = verified;
    const terminal::Transceive field = [this](ByteView command) -> Result<Bytes> {
      return session_.process(command);
    };
    auto result = terminal::tap(request, random_, field, recorder_);
    session_.deactivated();
    return result;
  }

  fakes::SeededRandom random_;
  Recorder recorder_;
  [[nodiscard]] std::size_t commands() const {
    return profile_.kernel() == emv::Kernel::k2 ? 7 : 4;
  }

  emv::Profile profile_ = card::testProfile(singleUse(emv::builtInProgram(GetParam()).value()));
  card::TestKeys keys_{3};
  card::TestCardholder cardholder_;
  card::CardSession session_{{{card::testToken(1), &profile_, true}}, keys_, cardholder_};

 private:
  static emv::ProgramTemplate singleUse(emv::ProgramTemplate program) {
    program.keys = {};
    return program;
  }
};
INSTANTIATE_TEST_SUITE_P(Programs, TapTest, testing::Values("K2", "K3", "FLORIN"));

// What the TSP does: read the request, derive the card's key, compute the cryptogram again.
bool verifies(const emv::CryptogramRequest& request) {
  const auto received =
      emv::decodeCryptogramRequest(emv::encodeCryptogramRequest(request).expose());
  if (!received.ok()) return false;
  const SecretBytes key = emv::commonSessionKey(card::testMasterKey(), received->input.atc);
  const emv::Cryptogram expected = emv::applicationCryptogram(
      key, emv::cryptogramData(received->input), emv::Mac::kRetailPadding2);
  return crypto::equal(expected, received->cryptogram);
}

TEST_P(TapTest, CryptogramIsVerifiedByTheIssuersKey) {
  const auto result = tap(1250);
  ASSERT_TRUE(result.ok());
  ASSERT_TRUE(result->request.has_value());
  EXPECT_TRUE(verifies(*result->request));
  EXPECT_EQ(emv::amountOf(result->request->input).value(), (base::Money{1250, 978}));
  EXPECT_EQ(emv::issuerDataOf(*result->request)->asked, emv::CryptogramType::kArqc);
}

TEST_P(TapTest, ChangedRequestDoesNotVerify) {
  auto result = tap(1250);
  ASSERT_TRUE(result.ok() && result->request.has_value());
  emv::CryptogramRequest& request = *result->request;
  request.input.amountAuthorised = {0, 0, 0, 0, 0, 1};
  EXPECT_FALSE(verifies(request));
  request.input.amountAuthorised = {0, 0, 0, 0, 0x12, 0x50};
  EXPECT_TRUE(verifies(request));
  ++request.input.atc;
  EXPECT_FALSE(verifies(request));
}

TEST_P(TapTest, EveryTapHasItsOwnAtcAndCryptogramUntilTheKeysAreUsedUp) {
  std::set<std::string> cryptograms;
  for (std::uint16_t atc = 1; atc <= 3; ++atc) {
    const auto result = tap(100);
    ASSERT_TRUE(result.ok() && result->request.has_value()) << atc;
    EXPECT_EQ(result->request->input.atc, atc);
    EXPECT_TRUE(verifies(*result->request));
    cryptograms.insert(base::toHex(result->request->cryptogram));
  }
  EXPECT_EQ(cryptograms.size(), 3U);
  const auto result = tap(100);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->reason, terminal::DeclineReason::kCardRefused);
  EXPECT_EQ(result->statusWord, 0x6985);
}

TEST_P(TapTest, TapThatIsDeclinedBeforeItsCryptogramSpendsNoKey) {
  const auto result = tap(5001);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->reason, terminal::DeclineReason::kVerificationWanted);
  EXPECT_EQ(cardholder_.wanted, 1U);
  EXPECT_EQ(keys_.spent(), 0U);
}

TEST_P(TapTest, AboveTheLimitTheDeviceOrAPinVerifies) {
  for (const bool pin : {true, false}) {
    cardholder_.verified = !pin;
    const auto result = tap(5001, pin);
    ASSERT_TRUE(result.ok() && result->request.has_value());
    EXPECT_TRUE(verifies(*result->request));
    EXPECT_EQ(emv::issuerDataOf(*result->request)->verifier,
              pin ? emv::Verifier::kOnlinePin : emv::Verifier::kDevice);
  }
}

TEST_P(TapTest, TraceOfATapShowsNeitherCardNumberNorKey) {
  ASSERT_TRUE(tap(1250).ok());
  const SecretBytes sessionKey = emv::commonSessionKey(card::testMasterKey(), 1);
  const std::string key = base::toHex(sessionKey.expose());
  ASSERT_EQ(recorder_.steps.size(), commands());
  for (const terminal::TraceStep& step : recorder_.steps) {
    for (const std::string& text : {step.commandHex, step.responseHex}) {
      EXPECT_EQ(text.find(card::kTestDpan), std::string::npos) << step.name;
      EXPECT_EQ(text.find(key), std::string::npos) << step.name;
    }
  }
}

TEST(TapOfInactiveCardTest, InactiveCardIsNotFound) {
  const emv::Profile profile = card::testProfile();
  card::TestKeys keys;
  card::TestCardholder cardholder;
  card::CardSession session({{card::testToken(1), &profile, false}}, keys, cardholder);
  terminal::TapRequest request;
  request.amount = {100, 978};
  request.country = 276;
  request.now = std::chrono::sys_days(std::chrono::year(2026) / std::chrono::March / 31);
  fakes::SeededRandom random;
  Recorder recorder;
  const auto result = terminal::tap(
      request, random, [&](ByteView command) -> Result<Bytes> { return session.process(command); },
      recorder);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->reason, terminal::DeclineReason::kNoApplication);
}

}  // namespace
}  // namespace florin
