// For tests: a server on a free port, with handlers that can be held.
#pragma once

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "base/bytes.h"
#include "crypto/x509.h"
#include "fakes/fake_clock.h"
#include "fakes/recording_log.h"
#include "fakes/seeded_random.h"
#include "http/server.h"
#include "http/tls_client.h"

namespace florin::http {

// Gate holds handlers until it is opened.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void awaitWaiting(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

// Echo answers with the request's body, or with its path where there is none; "/held" waits.
class Echo : public ports::HttpHandler {
 public:
  explicit Echo(Gate* gate = nullptr) : gate_(gate) {}
  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    if (gate_ != nullptr) gate_->pass();
    ports::HttpResponse response;
    response.contentType = "text/plain";
    response.body =
        request.body.empty() ? base::toBytes(base::asBytes(request.path)) : request.body;
    return response;
  }

 private:
  Gate* gate_;
};

// Whose answers with the hash of the certificate that the client proved.
class Whose : public ports::HttpHandler {
 public:
  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    ports::HttpResponse response;
    response.contentType = "text/plain";
    response.body = base::toBytes(base::asBytes(base::toHex(request.clientCertificate)));
    return response;
  }
};

struct ServerTest : ::testing::Test {
  static constexpr std::size_t kMaxBody = 1000;

  ServerTest() { options.certificate = newCertificate(); }

  // A handler that a failed test left in the gate would keep the server from stopping.
  ~ServerTest() override { gate.open(); }

  Certificate newCertificate() {
    auto made = crypto::makeServerCertificate({"localhost", "127.0.0.1"}, fakes::FakeClock::kStart,
                                              3650, random);
    return {made->certificatePem, std::move(made->privateKeyPem)};
  }

  void start() {
    caPem = options.certificate.chainPem;
    auto started = Server::start(std::move(options), dispatcher, clock, random, log, metrics);
    ASSERT_TRUE(started.ok()) << started.error().text();
    server = std::move(started).value();
  }

  std::unique_ptr<TlsClient> connect() { return TlsClient::connect(server->port()); }

  static std::string get(const std::string& path, const std::string& headers = {}) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
  }
  static std::string post(const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  // lives tells whether the server still answers.
  bool lives() {
    const auto client = connect();
    return client != nullptr && client->send(get("/ping")) && client->receive().status == 200;
  }

  // say writes the refusal's status as its body.
  static ports::HttpResponse say(const ports::HttpRequest& /*request*/, Refusal refusal,
                                 std::chrono::seconds /*retryAfter*/) {
    ports::HttpResponse response;
    response.contentType = "text/plain";
    response.body = base::toBytes(base::asBytes(std::to_string(static_cast<int>(refusal))));
    return response;
  }

  std::vector<ports::Route> routes() {
    std::vector<ports::Route> all;
    all.push_back({"GET", "/ping", 0, std::make_unique<Echo>()});
    all.push_back({"POST", "/echo", kMaxBody, std::make_unique<Echo>()});
    all.push_back({"GET", "/held", 0, std::make_unique<Echo>(&gate)});
    all.push_back({"GET", "/whose", 0, std::make_unique<Whose>()});
    return all;
  }

  Gate gate;
  fakes::FakeClock clock;
  fakes::SeededRandom random;
  fakes::RecordingLog log;
  fakes::NullMetrics metrics;
  Dispatcher dispatcher{routes(), &ServerTest::say, log, metrics};
  ServerOptions options;
  std::string caPem;
  std::unique_ptr<Server> server;
};

}  // namespace florin::http
