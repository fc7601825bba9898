#include <gtest/gtest.h>

#include "wallet/test_wallet.h"

namespace florin::wallet {
namespace {

using Sdk = ProvisioningServiceErrorCode;

class EnrollTest : public testing::Test, public TestWallet {
 protected:
  void expectOneEnrolledDeviceWithOneCard() {
    ASSERT_EQ(status(), EnrollmentStatus::ENROLLMENT_COMPLETE);
    EXPECT_EQ(backend.boundKeys.size(), 1U);
    EXPECT_EQ(backend.triesSpent, 1U);
    EXPECT_EQ(backend.pending(), 0U);
    ASSERT_EQ(cards().size(), 1U);
    EXPECT_EQ(cards()[0].paymentsLeft, 10U);
    EXPECT_EQ(cards()[0].state, CardState::ACTIVE);
    EXPECT_TRUE(cards()[0].isDefault);
  }
};

TEST_F(EnrollTest, GreenFlowEndsWithACardAndItsKeys) {
  ASSERT_EQ(startWse(), "D");
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  const auto listener = enroll(issueCode());
  EXPECT_EQ(listener->events, "SCD");
  expectOneEnrolledDeviceWithOneCard();
  EXPECT_EQ(backend.pushToken, "token");
  EXPECT_EQ(backend.language, "en");
  EXPECT_EQ(transport.paths.back(), "/cps/v1/exchange");
}

TEST_F(EnrollTest, NeedsWalletSecureEnrollmentFirst) {
  const auto listener = enroll("ABCD1234");
  EXPECT_EQ(listener->events, "E");
  EXPECT_EQ(listener->error.sdkCode, Sdk::ENROLLMENT_BLOCKED_SECURE_WALLET_ENROLLMENT_REQUIRED);
  EXPECT_EQ(transport.sent, 0U);
}

TEST_F(EnrollTest, BadInputsAreRefusedWithoutNetwork) {
  ASSERT_EQ(startWse(), "D");
  const std::size_t before = transport.sent;
  auto& service = wallet->getEnrollingBusinessService();
  const std::string id = wallet->getCardEnrollmentService().getWalletId();
  const std::vector<std::array<std::string, 3>> bad = {
      {"", "token", "en"}, {id, "token", ""},    {id, "token", "EN"},
      {id, "HMS:", "en"},  {id, "to ken", "en"}, {std::string(32, '0'), "token", "en"}};
  for (const auto& [walletId, token, language] : bad) {
    const auto listener = std::make_shared<EnrollRecord>();
    service.enroll(walletId, token, language, listener);
    settle();
    EXPECT_EQ(listener->events, "E");
    EXPECT_EQ(listener->error.sdkCode, Sdk::INVALID_ARGUMENT);
  }
  for (const std::string code : {"", "abc", "has space", "123456789012345678901234567890123"}) {
    const auto listener = enroll(code);
    EXPECT_EQ(listener->events, "SCE") << code;
    EXPECT_EQ(listener->error.sdkCode, Sdk::INVALID_ARGUMENT) << code;
  }
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_EQ(transport.sent, before);
}

TEST_F(EnrollTest, CancelledEntryLeavesNothing) {
  ASSERT_EQ(startWse(), "D");
  const auto listener = enroll(std::nullopt);
  EXPECT_EQ(listener->events, "SCE");
  EXPECT_EQ(listener->error.sdkCode, Sdk::CARD_ACTIVATION_ACTIVATION_CODE_ENTRY_CANCELED);
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_NEEDED);
  EXPECT_EQ(enroll(issueCode())->events, "SCD");
}

TEST_F(EnrollTest, WrongTypedCodeIsAskedForAgain) {
  ASSERT_EQ(startWse(), "D");
  backend.addTypedCode("12345678");
  const auto wrong = enroll("87654321");
  EXPECT_EQ(wrong->events, "SCE");
  EXPECT_EQ(wrong->error.sdkCode, Sdk::ENROLLMENT_WRONG_ACTIVATION_CODE);
  EXPECT_EQ(wrong->error.remainingTries, 4U);
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_IN_PROGRESS);
  kill();
  open();
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_IN_PROGRESS);
  EXPECT_EQ(resume("12345678")->events, "SCD");
  EXPECT_EQ(backend.pushToken, "token");
}

TEST_F(EnrollTest, UnknownCodeSpendsATryAndALockedOneEndsTheAttempt) {
  ASSERT_EQ(startWse(), "D");
  issueCode();
  const auto wrong = enroll("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  EXPECT_EQ(wrong->error.sdkCode, Sdk::ENROLLMENT_WRONG_ACTIVATION_CODE);
  EXPECT_EQ(wrong->error.remainingTries, 4U);
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_IN_PROGRESS);
  backend.triesLeft = 0;
  const auto locked = resume("ABCDEFGHIJKLMNOPQRSTUVWXY2");
  EXPECT_EQ(locked->events, "SCE");
  EXPECT_EQ(locked->error.sdkCode, Sdk::ENROLLMENT_TRY_LIMIT_EXCEEDED);
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_NEEDED);
}

TEST_F(EnrollTest, ResumedEnrollmentNeedsNoCode) {
  ASSERT_EQ(startWse(), "D");
  const std::string code = issueCode();
  transport.lose = [](std::size_t) { return Lost::kAnswer; };
  const auto interrupted = enroll(code);
  EXPECT_EQ(interrupted->events, "SCE");
  EXPECT_EQ(interrupted->error.sdkCode, Sdk::COMMON_COMM_TIMEOUT_ERROR);
  EXPECT_TRUE(interrupted->error.retryable);
  transport.lose = nullptr;
  kill();
  open();
  EXPECT_EQ(resume()->events, "SD");
  expectOneEnrolledDeviceWithOneCard();
}

TEST_F(EnrollTest, WrongClockIsLearntOnceAndForAll) {
  backend.clockAhead = std::chrono::hours(9);
  ASSERT_EQ(startWse(), "D");
  EXPECT_EQ(transport.sent, 2U);  // refused with the time, then sent again
  EXPECT_EQ(enroll(issueCode())->events, "SCD");
  EXPECT_EQ(backend.triesSpent, 1U);
}

TEST_F(EnrollTest, WalletThatABackupDoesNotKnowRegistersAgainAndGoesOn) {
  ASSERT_EQ(startWse(), "D");
  const std::string id = wallet->getCardEnrollmentService().getWalletId();
  backend.forgetWallet();
  const std::size_t before = transport.paths.size();
  EXPECT_EQ(enroll(issueCode())->events, "SCD");
  expectOneEnrolledDeviceWithOneCard();
  EXPECT_EQ(backend.walletId.toString(), id);
  const std::vector<std::string> first(transport.paths.begin() + static_cast<long>(before),
                                       transport.paths.begin() + static_cast<long>(before) + 3);
  EXPECT_EQ(first, (std::vector<std::string>{"/cps/v1/enrollments", "/cps/v1/wallets",
                                             "/cps/v1/enrollments"}));
}

TEST_F(EnrollTest, WalletThatIsForgottenBeforeE3GoesOnToo) {
  ASSERT_EQ(startWse(), "D");
  const std::string code = issueCode();
  transport.lose = [this](std::size_t) {
    return transport.sent >= 2 ? Lost::kRequest : Lost::kNothing;  // WSE and E1 arrive
  };
  EXPECT_EQ(enroll(code)->events, "SCE");
  transport.lose = nullptr;
  backend.forgetWallet();
  EXPECT_EQ(resume()->events, "SD");
  expectOneEnrolledDeviceWithOneCard();
}

TEST_F(EnrollTest, OutageBetweenMayPassAndEndsNothing) {
  ASSERT_EQ(startWse(), "D");
  const std::string code = issueCode();
  backend.forgetWallet();
  transport.tamper = [this](TransportResponse& response) {
    if (transport.paths.back() == "/cps/v1/wallets") {
      response = {503, {}, {}};
      backend.forgetWallet();
    }
  };
  const auto failed = enroll(code);
  EXPECT_EQ(failed->error.sdkCode, Sdk::COMMON_SERVER_ERROR);
  EXPECT_TRUE(failed->error.retryable);
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_IN_PROGRESS);
  transport.tamper = nullptr;
  EXPECT_EQ(resume()->events, "SD");
  expectOneEnrolledDeviceWithOneCard();
}

// Whoever answers in the backend's place gets the wallet's public key once, and nothing else.
TEST_F(EnrollTest, RegistersAgainWithThePinnedBackendOnlyAndOnce) {
  ASSERT_EQ(startWse(), "D");
  TwinBackend other(clock, random);
  transport.tamper = [&](TransportResponse& response) {
    if (transport.paths.back() == "/cps/v1/wallets") response = other.handle(transport.last);
  };
  backend.forgetWallet();
  const std::size_t before = transport.sent;
  const auto refused = enroll(issueCode());
  EXPECT_EQ(refused->events, "SCE");
  EXPECT_EQ(refused->error.sdkCode, Sdk::RE_ENROLLMENT_REQUIRED);
  EXPECT_EQ(transport.sent - before, 2U);  // E1 and WSE
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_NEEDED);
}

TEST_F(EnrollTest, BackendThatKeepsForgettingIsAskedTwice) {
  ASSERT_EQ(startWse(), "D");
  transport.tamper = [this](TransportResponse&) { backend.forgetWallet(); };
  backend.forgetWallet();
  const std::size_t before = transport.sent;
  EXPECT_EQ(enroll(issueCode())->error.sdkCode, Sdk::RE_ENROLLMENT_REQUIRED);
  EXPECT_EQ(transport.sent - before, 3U);  // E1, WSE, E1
}

// The last byte of E2 is triesLeft, which the device learns only from the seal's associated data to
// be changed: the backend refuses E3, for good.
TEST_F(EnrollTest, ChangedE2CostsTheAttemptAndNothingElse) {
  ASSERT_EQ(startWse(), "D");
  const std::string code = issueCode();
  transport.tamper = [this](TransportResponse& response) {
    if (transport.paths.back() == "/cps/v1/enrollments") response.body.back() ^= 1;
  };
  const auto changed = enroll(code);
  EXPECT_EQ(changed->events, "SCE");
  EXPECT_EQ(changed->error.sdkCode, Sdk::ENROLLMENT_WRONG_CREDENTIALS);
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_IN_PROGRESS);
  transport.tamper = nullptr;
  EXPECT_EQ(resume(code)->events, "SCD");
}

TEST_F(EnrollTest, ChangedE4OrReplyIsReportedAndLeavesTheStateAsItWas) {
  ASSERT_EQ(startWse(), "D");
  const std::string code = issueCode();
  const auto flip = [](TransportResponse& response) {
    response.body[response.body.size() / 2] ^= 1;
  };
  transport.tamper = [&](TransportResponse& response) {
    if (transport.paths.back().ends_with("/finish")) flip(response);
  };
  const auto changed = enroll(code);
  EXPECT_EQ(changed->events, "SCE");
  EXPECT_EQ(changed->error.sdkCode, Sdk::INVALID_SERVER_RESPONSE);
  transport.tamper = [&](TransportResponse& response) {
    if (transport.paths.back() == "/cps/v1/exchange") flip(response);
  };
  EXPECT_EQ(resume()->events, "SE");
  EXPECT_EQ(status(), EnrollmentStatus::ENROLLMENT_IN_PROGRESS);
  transport.tamper = nullptr;
  EXPECT_EQ(resume()->events, "SD");
  expectOneEnrolledDeviceWithOneCard();
}

// The process ends at each message, before it arrives or after: nothing but the message is lost
// (I9).
TEST_F(EnrollTest, KilledAtAnyMessageItEndsAlike) {
  for (const Lost what : {Lost::kRequest, Lost::kAnswer}) {
    for (std::size_t at = 0;; ++at) {
      SCOPED_TRACE(testing::Message()
                   << "message " << at << (what == Lost::kRequest ? " out" : " in"));
      TestWallet other;
      bool killed = false;
      other.transport.lose = [&](std::size_t number) {
        killed = killed || number >= at;
        return killed ? what : Lost::kNothing;
      };
      other.startWse();
      std::string code;
      if (!killed) {
        code = other.issueCode();
        other.enroll(code);
      }
      if (!killed) break;  // it has no more messages
      other.kill();
      other.transport.lose = nullptr;
      other.open();
      ASSERT_NE(other.wallet, nullptr);
      ASSERT_EQ(other.startWse(), "D");
      if (code.empty()) code = other.issueCode();
      if (other.status() == EnrollmentStatus::ENROLLMENT_NEEDED) {
        ASSERT_EQ(other.enroll(code)->events, "SCD");
      } else if (other.status() == EnrollmentStatus::ENROLLMENT_IN_PROGRESS) {
        ASSERT_EQ(other.resume()->events, "SD");
      }
      ASSERT_EQ(other.synchronize()->events, "D");
      EXPECT_EQ(other.backend.boundKeys.size(), 1U);
      EXPECT_EQ(other.backend.triesSpent, 1U);
      EXPECT_EQ(other.backend.pending(), 0U);
      ASSERT_EQ(other.cards().size(), 1U);
      EXPECT_EQ(other.cards()[0].paymentsLeft, 10U);
    }
  }
}

// The power fails at each durable write, after none, some or all of its bytes.
TEST_F(EnrollTest, KilledAtAnyWriteItEndsAlike) {
  for (const std::size_t keep : {0U, 30U, 1'000'000U}) {
    for (std::size_t write = 1;; ++write) {
      SCOPED_TRACE(testing::Message() << "write " << write << " keeps " << keep);
      TestWallet other;
      const std::size_t before = other.storage.writes();
      other.storage.failWrite(write, keep);
      std::string code;
      if (other.startWse() == "D") {
        code = other.issueCode();
        other.enroll(code);
      }
      const bool reached = other.storage.writes() >= before + write;
      if (!reached) break;
      other.kill();
      other.open();
      ASSERT_NE(other.wallet, nullptr);
      ASSERT_EQ(other.startWse(), "D");
      if (code.empty()) code = other.issueCode();
      if (other.status() == EnrollmentStatus::ENROLLMENT_NEEDED) {
        ASSERT_EQ(other.enroll(code)->events, "SCD");
      } else if (other.status() == EnrollmentStatus::ENROLLMENT_IN_PROGRESS) {
        ASSERT_EQ(other.resume()->events, "SD");
      }
      ASSERT_EQ(other.synchronize()->events, "D");
      EXPECT_EQ(other.backend.boundKeys.size(), 1U);
      EXPECT_EQ(other.backend.triesSpent, 1U);
      ASSERT_EQ(other.cards().size(), 1U);
      EXPECT_EQ(other.cards()[0].paymentsLeft, 10U);
    }
  }
}

TEST_F(EnrollTest, NoSecretIsLogged) {
  ASSERT_EQ(startWse(), "D");
  const std::string code = issueCode();
  enroll(code);
  EXPECT_EQ(log.text().find(code), std::string::npos);
}

struct Thrower : EnrollRecord {
  void onCodeRequired(std::shared_ptr<CHCodeVerifier>) override { throw 1; }
};

TEST_F(EnrollTest, ExceptionOfTheApplicationEndsInOneError) {
  ASSERT_EQ(startWse(), "D");
  const auto listener = std::make_shared<Thrower>();
  wallet->getEnrollingBusinessService().enroll(wallet->getCardEnrollmentService().getWalletId(), "",
                                               "en", listener);
  settle();
  EXPECT_EQ(listener->events, "SE");
  EXPECT_EQ(listener->error.sdkCode, Sdk::SDK_INTERNAL_COMPONENT_ERROR);
  EXPECT_EQ(enroll(issueCode())->events, "SCD");  // the next conversation is not blocked
}

struct EarlyThrower : EnrollRecord {
  void onStarted() override { throw 1; }
};

TEST_F(EnrollTest, ListenerThatThrowsAtOnceDoesNotBlockTheNextConversation) {
  ASSERT_EQ(startWse(), "D");
  const auto listener = std::make_shared<EarlyThrower>();
  wallet->getEnrollingBusinessService().enroll(wallet->getCardEnrollmentService().getWalletId(), "",
                                               "en", listener);
  settle();
  EXPECT_EQ(listener->events, "E");
  EXPECT_EQ(enroll(issueCode())->events, "SCD");
}

}  // namespace
}  // namespace florin::wallet
