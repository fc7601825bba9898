#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "codec/base64url.h"
#include "crypto/random.h"
#include "fakes/fake_clock.h"
#include "push/fcm.h"
#include "push/hms.h"
#include "push/http_push_sender.h"
#include "push/webhook.h"
#include "push_server.h"

namespace florin::test {
namespace {

using ports::PushOutcome;
using ports::PushProvider;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""min;
using std::string_view_literals::operator""sv;

constexpr std::string_view kHmsSecret = "p&s=s+w%/d";

SecretBytes secret(std::string_view text) { return SecretBytes::copyOf(base::asBytes(text)); }

// One key for all tests: making it takes longer than most of them.
const crypto::RsaKey& accountKey() {
  static const crypto::RsaKey kKey = crypto::RsaKey::generate(2048);
  return kKey;
}

struct PushServicesTest : testing::Test {
  PushServer& serve(PushServer::Options options = {}) {
    if (options.notBefore == base::Time()) options.notBefore = now() - std::chrono::hours(1);
    server.emplace(options, accountKey(), key, random);
    authorities = server->authorities;
    return *server;
  }
  // The TLS library looks at the real time, the adapters at the clock of the test.
  static base::Time now() {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return base::fromMs(time.tv_sec * 1000);
  }

  // open makes a sender with all three; `tokenPath` is where FCM's access token is asked for, and
  // `oauthPath` what comes before the path of HMS's.
  void open(const std::string& tokenPath = "/token", base::Duration deadline = 20s,
            const std::string& oauthPath = {}) {
    push::ServiceAccount account{"florin-test", "florin@test.iam", server->origin + tokenPath,
                                 "key-1",
                                 crypto::RsaKey::fromPrivateDer(accountKey().privateDer()).value()};
    push::Providers providers;
    providers.fcm = std::make_unique<push::Fcm>(std::move(account), server->origin, authorities);
    providers.hms =
        std::make_unique<push::Hms>(push::HmsAccount{"123456", secret(kHmsSecret)},
                                    server->origin + oauthPath, server->origin, authorities);
    providers.webhook = std::make_unique<push::Webhook>(server->origin + "/hook",
                                                        SecretBytes::copyOf(key), authorities);
    sender = push::HttpPushSender::make(std::move(providers), clock, deadline).value();
  }

  void start(PushProvider provider, std::string_view token) {
    sender->start({base::DeviceId::random(random), provider, secret(token), clock.now()});
  }
  ports::PushVerdict verdict() {
    const auto until = std::chrono::steady_clock::now() + 30s;
    std::vector<ports::PushVerdict> verdicts;
    while (verdicts.empty() && std::chrono::steady_clock::now() < until) {
      verdicts = sender->poll(1s);
    }
    EXPECT_EQ(verdicts.size(), 1U);
    return verdicts.empty() ? ports::PushVerdict() : verdicts[0];
  }
  ports::PushVerdict push(PushProvider provider, std::string_view token) {
    start(provider, token);
    return verdict();
  }
  ports::PushVerdict fcm(std::string_view token) { return push(PushProvider::kFcm, token); }
  ports::PushVerdict hms(std::string_view token) {
    return push(PushProvider::kHms, "HMS:" + std::string(token));
  }
  ports::PushVerdict webhook(std::string_view token) { return push(PushProvider::kWebhook, token); }

  crypto::OsRandom random;
  fakes::FakeClock clock;
  Bytes key = Bytes(32, 0x5A);
  std::string authorities;
  std::optional<PushServer> server;
  std::unique_ptr<push::HttpPushSender> sender;
};

// One line of an error table: token, outcome, advice in seconds (-1: none), status.
struct Row {
  const char* token;
  PushOutcome outcome;
  int adviceSeconds;
  std::int64_t status;
};

void PrintTo(const Row& row, std::ostream* out) { *out << row.token; }

void expectRow(const Row& row, const ports::PushVerdict& verdict) {
  EXPECT_EQ(verdict.outcome, row.outcome);
  EXPECT_EQ(verdict.status, row.status);
  if (row.adviceSeconds < 0) {
    EXPECT_FALSE(verdict.retryAfter);
  } else {
    ASSERT_TRUE(verdict.retryAfter);
    EXPECT_EQ(*verdict.retryAfter, std::chrono::seconds(row.adviceSeconds));
  }
}

std::string nameOf(const testing::TestParamInfo<Row>& info) {
  std::string name = info.param.token;
  std::ranges::replace_if(name, [](char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

struct FcmRows : PushServicesTest, testing::WithParamInterface<Row> {};
struct HmsRows : PushServicesTest, testing::WithParamInterface<Row> {};
struct WebhookRows : PushServicesTest, testing::WithParamInterface<Row> {};

TEST_P(FcmRows, HasItsOutcome) {
  serve();
  open();
  expectRow(GetParam(), fcm(GetParam().token));
}

// The rows of docs/push.md, "What each answer does", in their order; then what no manual has.
INSTANTIATE_TEST_SUITE_P(
    Fcm, FcmRows,
    testing::Values(Row{"good", PushOutcome::kDelivered, -1, 200},
                    Row{"UNREGISTERED", PushOutcome::kTokenDead, -1, 404},
                    Row{"SENDER_ID_MISMATCH", PushOutcome::kTokenDead, -1, 403},
                    Row{"EXPIRED_ONCE", PushOutcome::kDelivered, -1, 200},
                    Row{"EXPIRED_ALWAYS", PushOutcome::kRetry, -1, 401},
                    Row{"QUOTA_EXCEEDED", PushOutcome::kRetry, 60, 429},
                    Row{"QUOTA_SHORT", PushOutcome::kRetry, 60, 429},
                    Row{"QUOTA_LONG", PushOutcome::kRetry, 120, 429},
                    Row{"UNAVAILABLE", PushOutcome::kRetry, 17, 503},
                    Row{"INTERNAL", PushOutcome::kRetry, -1, 500},
                    Row{"INVALID_ARGUMENT", PushOutcome::kFatal, -1, 400},
                    Row{"THIRD_PARTY_AUTH_ERROR", PushOutcome::kFatal, -1, 401},
                    Row{"PERMISSION_DENIED", PushOutcome::kFatal, -1, 403},
                    Row{"NOT_FOUND", PushOutcome::kFatal, -1, 404},
                    Row{"malformed", PushOutcome::kRetry, -1, 200},
                    Row{"nothing", PushOutcome::kRetry, -1, 200},
                    Row{"huge", PushOutcome::kRetry, -1, 0},
                    Row{"redirect", PushOutcome::kRetry, -1, 307},
                    Row{"truncated", PushOutcome::kRetry, -1, 0},
                    Row{"reset", PushOutcome::kRetry, -1, 0},
                    Row{"lost_once", PushOutcome::kDelivered, -1, 200},
                    Row{"bad_gateway", PushOutcome::kRetry, -1, 502},
                    Row{"error_without_words", PushOutcome::kFatal, -1, 400},
                    Row{"error_of_another_form", PushOutcome::kFatal, -1, 404},
                    Row{"later", PushOutcome::kRetry, 3600, 503}),
    nameOf);

TEST_P(HmsRows, HasItsOutcome) {
  serve();
  open();
  expectRow(GetParam(), hms(GetParam().token));
}

INSTANTIATE_TEST_SUITE_P(
    Hms, HmsRows,
    testing::Values(Row{"good", PushOutcome::kDelivered, -1, 80'000'000},
                    Row{"80300007", PushOutcome::kTokenDead, -1, 80'300'007},
                    Row{"80100000", PushOutcome::kTokenDead, -1, 80'100'000},
                    Row{"refresh_80200001", PushOutcome::kDelivered, -1, 80'000'000},
                    Row{"refresh_80200003", PushOutcome::kDelivered, -1, 80'000'000},
                    Row{"80200001@401", PushOutcome::kRetry, -1, 80'200'001},
                    Row{"80200003", PushOutcome::kRetry, -1, 80'200'003},
                    Row{"81000001", PushOutcome::kRetry, -1, 81'000'001},
                    Row{"81000001@500", PushOutcome::kRetry, -1, 81'000'001},
                    Row{"80600003", PushOutcome::kRetry, -1, 80'600'003},
                    Row{"bad_gateway", PushOutcome::kRetry, -1, 502},
                    Row{"unavailable", PushOutcome::kRetry, -1, 503},
                    Row{"80300008@400", PushOutcome::kFatal, -1, 80'300'008},
                    Row{"80300008", PushOutcome::kFatal, -1, 80'300'008},
                    Row{"80100001@400", PushOutcome::kFatal, -1, 80'100'001},
                    Row{"80100002@400", PushOutcome::kFatal, -1, 80'100'002},
                    Row{"80100003@400", PushOutcome::kFatal, -1, 80'100'003},
                    Row{"80100004", PushOutcome::kFatal, -1, 80'100'004},
                    Row{"80999999", PushOutcome::kRetry, -1, 80'999'999},
                    Row{"80000000@503", PushOutcome::kRetry, -1, 80'000'000},
                    Row{"malformed", PushOutcome::kRetry, -1, 200},
                    Row{"nothing", PushOutcome::kRetry, -1, 200},
                    Row{"huge", PushOutcome::kRetry, -1, 0},
                    Row{"redirect", PushOutcome::kRetry, -1, 307},
                    Row{"truncated", PushOutcome::kRetry, -1, 0},
                    Row{"reset", PushOutcome::kRetry, -1, 0},
                    Row{"lost_once", PushOutcome::kDelivered, -1, 80'000'000},
                    Row{"error_without_words", PushOutcome::kFatal, -1, 400},
                    Row{"later", PushOutcome::kRetry, 3600, 503}),
    nameOf);

TEST_P(WebhookRows, HasItsOutcome) {
  serve();
  open();
  expectRow(GetParam(), webhook(GetParam().token));
}

INSTANTIATE_TEST_SUITE_P(
    Webhook, WebhookRows,
    testing::Values(
        Row{"good", PushOutcome::kDelivered, -1, 204}, Row{"200", PushOutcome::kDelivered, -1, 200},
        Row{"410", PushOutcome::kTokenDead, -1, 410}, Row{"400", PushOutcome::kFatal, -1, 400},
        Row{"401", PushOutcome::kFatal, -1, 401}, Row{"404", PushOutcome::kFatal, -1, 404},
        Row{"408", PushOutcome::kRetry, -1, 408}, Row{"429", PushOutcome::kRetry, -1, 429},
        Row{"500", PushOutcome::kRetry, -1, 500}, Row{"redirect", PushOutcome::kRetry, -1, 307},
        Row{"huge", PushOutcome::kRetry, -1, 0}, Row{"truncated", PushOutcome::kRetry, -1, 0},
        Row{"malformed", PushOutcome::kDelivered, -1, 200},
        Row{"later", PushOutcome::kRetry, 3600, 503}, Row{"reset", PushOutcome::kRetry, -1, 0},
        Row{"lost_once", PushOutcome::kDelivered, -1, 204}),
    nameOf);

TEST_F(PushServicesTest, SpeaksHttp2AndAsksForOneAccessToken) {
  serve();
  open();
  start(PushProvider::kFcm, "a");
  start(PushProvider::kFcm, "b");
  std::size_t verdicts = 0;
  for (int i = 0; i < 30 && verdicts < 2; ++i) verdicts += sender->poll(1s).size();
  EXPECT_EQ(verdicts, 2U);
  EXPECT_EQ(server->next().path, "/token");
  for (int i = 0; i < 2; ++i) {
    const auto request = server->next();
    EXPECT_EQ(request.path, "/v1/projects/florin-test/messages:send");
    EXPECT_EQ(request.version, "2.0");
    EXPECT_EQ(request.authorization, "Bearer fcm-1");
  }
  EXPECT_TRUE(server->isQuiet());
}

TEST_F(PushServicesTest, FallsBackToHttp1) {
  serve({.mode = "h1", .hosts = {"127.0.0.1"}, .notBefore = {}});
  open();
  EXPECT_EQ(fcm("good").outcome, PushOutcome::kDelivered);
  EXPECT_EQ(server->next().version, "1.1");
  EXPECT_EQ(hms("good").outcome, PushOutcome::kDelivered);
  EXPECT_EQ(fcm("truncated").status, 0);
}

TEST_F(PushServicesTest, AccessTokenIsRenewedAtFourFifthsOfItsLife) {
  serve();
  open();
  EXPECT_EQ(fcm("good").outcome, PushOutcome::kDelivered);
  clock.advance(47min);
  EXPECT_EQ(fcm("good").outcome, PushOutcome::kDelivered);
  EXPECT_EQ(server->next().path, "/token");
  server->next();
  EXPECT_EQ(server->next().authorization, "Bearer fcm-1");
  clock.advance(2min);
  EXPECT_EQ(fcm("good").outcome, PushOutcome::kDelivered);  // with the old one
  sender->poll(base::Duration(200));
  EXPECT_EQ(fcm("good").outcome, PushOutcome::kDelivered);
  std::vector<std::string> seen = {server->next().path, server->next().path};
  std::ranges::sort(seen);
  EXPECT_EQ(seen.front(), "/token");
  EXPECT_EQ(server->next().authorization, "Bearer fcm-2");
}

TEST_F(PushServicesTest, OldAccessTokenServesWhileTheNewOneIsRefused) {
  serve();
  open("/token/once");
  EXPECT_EQ(fcm("good").outcome, PushOutcome::kDelivered);
  clock.advance(50min);
  EXPECT_EQ(fcm("good").outcome, PushOutcome::kDelivered);
  clock.advance(11min);
  const auto late = fcm("good");
  EXPECT_EQ(late.outcome, PushOutcome::kRetry);
  EXPECT_EQ(late.status, 500);
}

// What an access token's server may answer instead of one.
constexpr const char* kNoToken[] = {"malformed", "nothing",   "huge",        "redirect",
                                    "reset",     "truncated", "bad_gateway", "error_without_words"};

TEST_F(PushServicesTest, AccessTokenThatCannotBeUsedIsNotUsed) {
  serve();
  std::vector<std::string> wishes = {"control", "forever", "refused"};
  wishes.insert(wishes.end(), std::begin(kNoToken), std::end(kNoToken));
  for (const std::string& wish : wishes) {
    open("/token/" + wish);
    EXPECT_EQ(fcm("good").outcome, PushOutcome::kRetry) << wish;
    EXPECT_EQ(server->next().path, "/token/" + wish);
    EXPECT_TRUE(server->isQuiet()) << wish;
  }
}

TEST_F(PushServicesTest, AccessTokenOfHmsThatCannotBeUsedIsNotUsed) {
  serve();
  for (const std::string wish : kNoToken) {
    open("/token", 20s, "/" + wish);
    EXPECT_EQ(hms("good").outcome, PushOutcome::kRetry) << wish;
    EXPECT_EQ(server->next().path, "/" + wish + "/oauth2/v3/token");
    EXPECT_TRUE(server->isQuiet()) << wish;
  }
}

TEST_F(PushServicesTest, AccessTokenThatDoesNotComeHoldsNothingUpForEver) {
  serve();
  open("/token/slow", base::Duration(1500), "/slow");
  expectRow({"", PushOutcome::kRetry, -1, 0}, fcm("good"));
  expectRow({"", PushOutcome::kRetry, -1, 0}, hms("good"));
  EXPECT_EQ(webhook("good").outcome, PushOutcome::kDelivered);
}

TEST_F(PushServicesTest, AdviceOfTheTokenServerIsHandedOn) {
  serve();
  open("/token/unavailable");
  expectRow({"", PushOutcome::kRetry, 7, 503}, fcm("good"));
}

TEST_F(PushServicesTest, DeviceTokenWithControlCharactersIsDeadAndNeverSent) {
  serve();
  open();
  for (const std::string_view token : {"a\r\nX: y"sv, "a b"sv, "a\0b"sv, ""sv, "\xC3\xA9"sv}) {
    EXPECT_EQ(fcm(token).outcome, PushOutcome::kTokenDead);
  }
  EXPECT_EQ(hms("").outcome, PushOutcome::kTokenDead);
  EXPECT_TRUE(server->isQuiet());
}

TEST_F(PushServicesTest, ProviderIsChosenByThePrefix) {
  serve();
  open();
  EXPECT_EQ(sender->providerOf(secret("HMS:x")), PushProvider::kHms);
  EXPECT_EQ(sender->providerOf(secret("hms:x")), PushProvider::kFcm);
  push::Providers none;
  none.unprefixed = PushProvider::kWebhook;
  const auto poor = push::HttpPushSender::make(std::move(none), clock).value();
  EXPECT_FALSE(poor->providerOf(secret("x")));
  EXPECT_FALSE(poor->providerOf(secret("HMS:x")));
}

TEST_F(PushServicesTest, SilentServerIsLeftAtTheDeadline) {
  serve();
  open("/token", base::Duration(1500));
  expectRow({"", PushOutcome::kRetry, -1, 0}, webhook("slow"));
  expectRow({"", PushOutcome::kRetry, -1, 0}, fcm("slow"));
  expectRow({"", PushOutcome::kRetry, -1, 0}, hms("slow"));
  EXPECT_EQ(webhook("good").outcome, PushOutcome::kDelivered);
}

TEST_F(PushServicesTest, CertificateOfAnotherAuthorityIsRefused) {
  serve();
  const auto other = crypto::makeServerCertificate({"127.0.0.1"}, now() - 1min, 30, random);
  authorities = other->certificatePem;
  open();
  expectRow({"", PushOutcome::kRetry, -1, 0}, webhook("good"));
  authorities.clear();  // the machine's
  open();
  expectRow({"", PushOutcome::kRetry, -1, 0}, webhook("good"));
  EXPECT_TRUE(server->isQuiet());
}

TEST_F(PushServicesTest, CertificateForAnotherHostIsRefused) {
  serve({.mode = "h2", .hosts = {"push.example"}, .notBefore = {}});
  open();
  expectRow({"", PushOutcome::kRetry, -1, 0}, fcm("good"));
  EXPECT_TRUE(server->isQuiet());
}

TEST_F(PushServicesTest, ExpiredCertificateIsRefused) {
  serve({.mode = "h2", .hosts = {"127.0.0.1"}, .notBefore = now() - std::chrono::hours(24 * 40)});
  open();
  expectRow({"", PushOutcome::kRetry, -1, 0}, hms("good"));
  EXPECT_TRUE(server->isQuiet());
}

TEST_F(PushServicesTest, ServerWithoutTlsIsRefused) {
  serve({.mode = "plain", .hosts = {"127.0.0.1"}, .notBefore = {}});
  open();
  expectRow({"", PushOutcome::kRetry, -1, 0}, webhook("good"));
}

TEST_F(PushServicesTest, NobodyListening) {
  serve();
  open();
  server.reset();
  expectRow({"", PushOutcome::kRetry, -1, 0}, fcm("good"));
}

TEST_F(PushServicesTest, WebhookIsSignedAndItsIdOutlivesTheAttempt) {
  serve();
  open();
  const auto device = base::DeviceId::random(random);
  const base::Time written = clock.now();
  for (int i = 0; i < 2; ++i) {
    sender->start({device, PushProvider::kWebhook, secret("to\"ken"), written});
    EXPECT_EQ(verdict().outcome, PushOutcome::kDelivered);
    clock.advance(1min);
  }
  const auto first = server->next();
  EXPECT_EQ(
      first.body,
      R"({"token":"to\"ken","data":{"sender":"CPS"},"collapseKey":"cps","ttlSeconds":86400})");
  EXPECT_EQ(server->next().id, first.id);
}

TEST_F(PushServicesTest, BellEndsAPoll) {
  serve();
  open();
  const auto before = std::chrono::steady_clock::now();
  sender->ring();
  EXPECT_TRUE(sender->poll(std::chrono::seconds(25)).empty());
  EXPECT_LT(std::chrono::steady_clock::now() - before, 20s);
}

TEST_F(PushServicesTest, BellOfAnotherThreadEndsPolls) {
  serve();
  open();
  start(PushProvider::kWebhook, "slow");  // nothing else ends a poll
  std::atomic<bool> ended = false;
  std::thread ringer([&] {
    while (!ended) sender->ring();
  });
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(sender->poll(std::chrono::seconds(25)).empty());
  ended = true;
  ringer.join();
}

}  // namespace
}  // namespace florin::test
