#include <gtest/gtest.h>

#include "base/bytes.h"
#include "fakes/handler_transport.h"
#include "fakes/manual_executor.h"
#include "fakes/memory_storage.h"
#include "fakes/recording_log.h"
#include "fakes/seeded_random.h"

namespace florin::fakes {
namespace {

using std::chrono_literals::operator""ms;

TEST(SeededRandomTest, SeedDecidesTheBytes) {
  EXPECT_EQ(SeededRandom(5).bytes(100), SeededRandom(5).bytes(100));
  EXPECT_NE(SeededRandom(5).bytes(100), SeededRandom(6).bytes(100));
  SeededRandom random(5);
  EXPECT_NE(random.bytes(32), random.bytes(32));
  for (int i = 0; i < 100; ++i) EXPECT_LT(random.below(3), 3U);
}

TEST(MemoryStorageTest, FailedAppendLeavesAPrefix) {
  MemoryStorage storage;
  ASSERT_TRUE(storage.append(Bytes{1, 2}).ok());
  storage.failWrite(2, 1);
  ASSERT_TRUE(storage.append(Bytes{3}).ok());
  EXPECT_EQ(storage.append(Bytes{4, 5}).error().code(), Code::kUnavailable);
  EXPECT_EQ(**storage.load(), (Bytes{1, 2, 3, 4}));
  EXPECT_TRUE(storage.append(Bytes{6}).ok());
  EXPECT_EQ(storage.writes(), 4U);
}

TEST(MemoryStorageTest, ReplaceIsAllOrNothing) {
  MemoryStorage storage;
  EXPECT_FALSE(*storage.load());
  ASSERT_TRUE(storage.replace(Bytes{1, 2}).ok());
  storage.failWrite(1, 1);
  EXPECT_FALSE(storage.replace(Bytes{3, 4, 5}).ok());
  EXPECT_EQ(storage.content(), (Bytes{1, 2}));
  storage.loseTail(1);
  EXPECT_EQ(storage.content(), Bytes{1});
  ASSERT_TRUE(storage.remove().ok());
  EXPECT_FALSE(storage.content());
}

TEST(ManualExecutorTest, TasksRunInOrderAndNeverInsidePost) {
  FakeClock clock;
  ManualExecutor executor(clock);
  std::vector<int> order;
  executor.post([&] {
    executor.post([&] { order.push_back(3); });
    order.push_back(1);
  });
  executor.post([&] { order.push_back(2); });
  EXPECT_TRUE(order.empty());
  EXPECT_EQ(executor.drain(), 3U);
  EXPECT_EQ(order, (std::vector{1, 2, 3}));
}

TEST(ManualExecutorTest, TimeMovesFromTaskToTask) {
  FakeClock clock;
  ManualExecutor executor(clock);
  std::vector<base::Duration> seen;
  const auto note = [&] { seen.push_back(clock.now() - FakeClock::kStart); };
  executor.postAfter(20ms, note);
  executor.postAfter(10ms, [&] {
    note();
    executor.postAfter(5ms, note);
  });
  executor.postAfter(31ms, note);
  EXPECT_EQ(executor.drain(), 0U);
  EXPECT_EQ(executor.advance(30ms), 3U);
  EXPECT_EQ(seen, (std::vector<base::Duration>{10ms, 15ms, 20ms}));
  EXPECT_EQ(clock.now(), FakeClock::kStart + 30ms);
  EXPECT_EQ(executor.pending(), 1U);
  executor.dropAll();
  EXPECT_EQ(executor.advance(10ms), 0U);
}

TEST(RecordingLogTest, KeepsEventsAndTheirFields) {
  RecordingLog log;
  log.info("store.open", {{"path", PublicText{"/x"}}, {"size", 7}});
  EXPECT_EQ(log.count("store.open"), 1U);
  EXPECT_EQ(log.text(), "store.open path=/x size=7\n");
}

// Echo answers with what it was called with, and counts.
class Echo : public ports::HttpHandler {
 public:
  explicit Echo(int& calls) : calls_(calls) {}
  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    ++calls_;
    std::string body = request.path + "?" + request.query;
    for (const std::string& parameter : request.pathParameters) body += " " + parameter;
    body += " " + std::string(request.header("x-test"));
    return {201,
            "text/plain",
            {{"X-Count", std::to_string(calls_)}},
            base::toBytes(base::asBytes(body))};
  }

 private:
  int& calls_;
};

class HandlerTransportTest : public testing::Test {
 protected:
  std::vector<ports::Route> routes() {
    std::vector<ports::Route> routes;
    routes.push_back({"POST", "/things/{}/finish", 4, std::make_unique<Echo>(calls_)});
    return routes;
  }
  static TransportRequest request(std::string path, std::size_t body = 0) {
    return {"POST", std::move(path), {{"X-Test", "yes"}}, Bytes(body)};
  }
  Result<TransportResponse> send(HandlerTransport& transport, TransportRequest request) {
    std::optional<Result<TransportResponse>> outcome;
    transport.send(std::move(request), 1000ms, [&](auto result) { outcome = std::move(result); });
    return std::move(*outcome);
  }

  int calls_ = 0;
  SeededRandom random_;
};

TEST_F(HandlerTransportTest, RouteGetsItsSegmentsAndHeaders) {
  HandlerTransport transport(routes(), random_);
  const auto response = send(transport, request("/things/seven/finish?a=b"));
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(base::asText(response->body), "/things/seven/finish?a=b seven yes");
  EXPECT_EQ(response->headers.front(), std::pair(std::string("x-count"), std::string("1")));
}

TEST_F(HandlerTransportTest, OtherPathsAndLargeBodiesDoNotReachTheHandler) {
  HandlerTransport transport(routes(), random_);
  for (const char* const path : {"/things//finish", "/things/finish", "/things/7/finish/", "/"}) {
    EXPECT_EQ(send(transport, request(path))->status, 404) << path;
  }
  EXPECT_EQ(send(transport, request("/things/7/finish", 5))->status, 413);
  EXPECT_EQ(calls_, 0);
}

TEST_F(HandlerTransportTest, FaultsLoseAndDoubleRequests) {
  HandlerTransport transport(routes(), random_);
  transport.addFault(NetworkFault::kDropRequest);
  transport.addFault(NetworkFault::kDropResponse);
  transport.addFault(NetworkFault::kDouble);
  const auto next = [&] { return send(transport, request("/things/7/finish")); };
  EXPECT_EQ(next().error().code(), Code::kUnavailable);
  EXPECT_EQ(calls_, 0);
  EXPECT_EQ(next().error().code(), Code::kDeadline);
  EXPECT_EQ(calls_, 1);
  EXPECT_TRUE(next().ok());
  EXPECT_EQ(calls_, 3);
  EXPECT_TRUE(next().ok());
  EXPECT_EQ(calls_, 4);
}

TEST_F(HandlerTransportTest, WithAnExecutorNothingHappensBeforeItRuns) {
  FakeClock clock;
  ManualExecutor executor(clock);
  HandlerTransport transport(routes(), random_, &executor);
  bool done = false;
  transport.send(request("/things/7/finish"), 1000ms, [&](auto result) { done = result.ok(); });
  EXPECT_EQ(calls_, 0);
  EXPECT_TRUE(executor.runOne());
  EXPECT_EQ(calls_, 1);
  EXPECT_FALSE(done);
  executor.drain();
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace florin::fakes
