#include "http/admissions.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/bytes.h"
#include "fakes/recording_log.h"
#include "http/dispatcher.h"

namespace florin::http {
namespace {

// Counts by name and label.
class CountingMetrics : public base::Metrics {
 public:
  void count(Literal name, Literal label, std::int64_t by) override {
    counts_[std::string(name.view()) + " " + std::string(label.view())] += by;
  }
  void observe(Literal /*name*/, Literal /*label*/, std::chrono::microseconds /*took*/) override {}
  void gauge(Literal /*name*/, std::int64_t /*value*/) override {}
  std::int64_t operator[](const std::string& series) { return counts_[series]; }

 private:
  std::map<std::string, std::int64_t> counts_;
};

using Check = std::function<Status(const ports::HttpRequest&)>;

// Guarded answers 401 when its check says so, and else 200.
class Guarded : public ports::HttpHandler {
 public:
  explicit Guarded(Check check) : check_(std::move(check)) {}
  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    ports::HttpResponse response;
    response.status = check_(request).ok() ? 200 : 401;
    return response;
  }

 private:
  Check check_;
};

struct AdmissionsTest : ::testing::Test {
  // "right" is the token of issuer "bank", "wallet" the key of a wallet; anything else is wrong.
  Status check(const ports::HttpRequest& request) {
    ++checked;
    const std::string_view token = request.header("authorization");
    const std::string_view key = request.header("signature-input");
    if (token == "right") {
      return request.proved({ports::ProvenClient::Kind::kToken, base::asBytes("t"), "bank"});
    }
    if (key == "keyid=\"wallet\"") {
      return request.proved({ports::ProvenClient::Kind::kWallet, base::asBytes("w")});
    }
    request.failed();
    return Error(Code::kUnauthenticated, "wrong");
  }

  void start(ClientPolicy policy) {
    std::vector<ports::Route> routes;
    routes.push_back({"GET", "/guarded", 0,
                      std::make_unique<Guarded>([this](const auto& r) { return check(r); })});
    routes.push_back(
        {"GET", "/open", 0, std::make_unique<Guarded>([](const auto&) { return Status(); })});
    dispatcher = std::make_unique<Dispatcher>(
        std::move(routes),
        [](const ports::HttpRequest&, Refusal, std::chrono::seconds) {
          return ports::HttpResponse();
        },
        log, metrics, std::move(policy));
  }

  using Headers = std::vector<std::pair<std::string, std::string>>;
  ports::HttpResponse ask(const std::string& header, const std::string& value,
                          const std::string& path = "/guarded") {
    return askWith(header.empty() ? Headers() : Headers{{header, value}}, path);
  }
  ports::HttpResponse askWith(Headers headers, const std::string& path = "/guarded") {
    ports::HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.peer = peer;
    request.clientCertificate = certificate;
    request.headers = std::move(headers);
    ports::HttpResponse response = dispatcher->dispatch(request);
    EXPECT_EQ(request.gate, nullptr);
    return response;
  }
  ports::HttpResponse token(const std::string& value) { return ask("authorization", value); }
  ports::HttpResponse wallet(const std::string& id) {
    return ask("signature-input", "keyid=\"" + id + "\"");
  }

  fakes::RecordingLog log;
  CountingMetrics metrics;
  std::unique_ptr<Dispatcher> dispatcher;
  std::string peer = "192.0.2.1";
  Bytes certificate;
  int checked = 0;
};

std::string retryAfter(const ports::HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "Retry-After") return value;
  }
  return "absent";
}

TEST_F(AdmissionsTest, TokenThatIsUsedTooOftenIsTold429) {
  start({.requestsPerSecondPerToken = 1});
  EXPECT_EQ(token("right").status, 200);
  const ports::HttpResponse second = token("right");
  EXPECT_EQ(second.status, 429);
  EXPECT_EQ(retryAfter(second), "1");
  EXPECT_EQ(metrics["http_throttled token"], 1);
  EXPECT_EQ(wallet("wallet").status, 200);
}

TEST_F(AdmissionsTest, WalletThatAsksTooOftenIsToldWhenItMayComeBack) {
  start({.requestsPerMinutePerWallet = 2});
  EXPECT_EQ(wallet("wallet").status, 200);
  EXPECT_EQ(wallet("wallet").status, 200);
  const ports::HttpResponse third = wallet("wallet");
  EXPECT_EQ(third.status, 429);
  EXPECT_EQ(retryAfter(third), "30");
  EXPECT_EQ(metrics["http_throttled wallet"], 1);
  EXPECT_EQ(token("right").status, 200);
}

TEST_F(AdmissionsTest, StrangerUsesUpNobodysShare) {
  start({.requestsPerSecondPerToken = 1, .requestsPerMinutePerWallet = 1});
  for (int i = 0; i < 50; ++i) EXPECT_EQ(wallet("victim").status, 401);
  EXPECT_EQ(ask("signature-input", "keyid=\"wallet\"", "/open").status, 200);
  EXPECT_EQ(wallet("wallet").status, 200);
}

TEST_F(AdmissionsTest, RightSignatureProvesNoTokenThatComesWithIt) {
  start({.lockout = {.failures = 5}});
  EXPECT_EQ(askWith({{"authorization", "guess"}, {"signature-input", "keyid=\"wallet\""}}).status,
            200);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(token("wrong" + std::to_string(i)).status, 401);
  EXPECT_EQ(token("guess").status, 429);
  EXPECT_EQ(askWith({{"authorization", "other"}, {"signature-input", "keyid=\"wallet\""}}).status,
            429);
  EXPECT_EQ(wallet("wallet").status, 200) << "it was right before";
}

TEST_F(AdmissionsTest, AddressThatGuessesIsRefusedBeforeAnythingIsChecked) {
  start({.lockout = {.failures = 5}});
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ((i % 2 == 0 ? token("wrong" + std::to_string(i)) : wallet("wrong")).status, 401);
  }
  EXPECT_EQ(checked, 5);
  for (const auto& response : {token("another"), wallet("other"), token("right")}) {
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(retryAfter(response), "1");
  }
  EXPECT_EQ(ask("signature-input", "no key id").status, 429);
  EXPECT_EQ(checked, 5);
  EXPECT_EQ(metrics["http_lockouts address"], 1);
  EXPECT_EQ(metrics["http_throttled lockout"], 4);
  EXPECT_EQ(metrics["http_credentials_refused wrong"], 5);

  EXPECT_EQ(ask("", "").status, 401) << "guesses nothing";
  EXPECT_EQ(ask("", "", "/open").status, 200);
  peer = "192.0.2.2";
  EXPECT_EQ(token("right").status, 200);
}

TEST_F(AdmissionsTest, RequestWithoutCredentialsIsNoGuess) {
  start({.lockout = {.failures = 2}});
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask("", "").status, 401);
  EXPECT_EQ(token("right").status, 200);
}

TEST_F(AdmissionsTest, KnownClientPassesWhileItsAddressIsLocked) {
  start({.lockout = {.failures = 3}});
  EXPECT_EQ(token("right").status, 200);
  EXPECT_EQ(wallet("wallet").status, 200);
  for (int i = 0; i < 3; ++i) token("wrong");
  EXPECT_EQ(token("wrong").status, 429);
  EXPECT_EQ(token("right").status, 200);
  EXPECT_EQ(wallet("wallet").status, 200);
}

TEST_F(AdmissionsTest, IssuersTokenNeedsItsCertificateWhereOneIsNamed) {
  ClientPolicy policy;
  policy.certificates["bank"] = {Bytes(32, 1), Bytes(32, 2)};
  start(policy);
  EXPECT_EQ(token("right").status, 401);
  certificate = Bytes(32, 3);
  EXPECT_EQ(token("right").status, 401);
  EXPECT_EQ(metrics["http_credentials_refused certificate"], 2);
  certificate = Bytes(32, 2);
  EXPECT_EQ(token("right").status, 200);
  EXPECT_EQ(wallet("wallet").status, 200);
}

TEST_F(AdmissionsTest, TokenWithoutItsCertificateUsesUpNothing) {
  ClientPolicy policy{.requestsPerSecondPerToken = 1};
  policy.certificates["bank"] = {Bytes(32, 1)};
  start(policy);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(token("right").status, 401);
  certificate = Bytes(32, 1);
  EXPECT_EQ(token("right").status, 200);
}

}  // namespace
}  // namespace florin::http
