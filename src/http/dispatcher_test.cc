#include "http/dispatcher.h"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <stdexcept>
#include <thread>

#include "base/bytes.h"
#include "fakes/recording_log.h"
#include "http/response_writer.h"
#include "http/worker_pool.h"

namespace florin::http {
namespace {

class Handler : public ports::HttpHandler {
 public:
  using Function = std::function<ports::HttpResponse(const ports::HttpRequest&)>;
  explicit Handler(Function function) : function_(std::move(function)) {}
  ports::HttpResponse handle(const ports::HttpRequest& request) override {
    return function_(request);
  }

 private:
  Function function_;
};

ports::Route route(std::string method, std::string path, std::string name) {
  return {std::move(method), std::move(path), 10,
          std::make_unique<Handler>([name](const ports::HttpRequest& request) {
            ports::HttpResponse response;
            std::string text = name;
            for (const std::string& parameter : request.pathParameters) text += " " + parameter;
            response.body = base::toBytes(base::asBytes(text));
            return response;
          })};
}

std::vector<ports::Route> routes() {
  std::vector<ports::Route> all;
  all.push_back(route("GET", "/cards/{}", "one"));
  all.push_back(route("GET", "/cards/new", "new"));
  all.push_back(route("DELETE", "/cards/{}", "delete"));
  all.push_back(route("POST", "/cards/{}/keys/{}", "key"));
  all.push_back(route("GET", "/", "root"));
  all.push_back(route("POST", "/json", "json"));
  all.back().contentType = "application/json";
  all.push_back({"GET", "/throws", 0, std::make_unique<Handler>([](const ports::HttpRequest&) {
                   if (true) throw std::runtime_error("4000-secret");
                   return ports::HttpResponse{};
                 })});
  return all;
}

struct DispatcherTest : ::testing::Test {
  fakes::RecordingLog log;
  fakes::NullMetrics metrics;
  Dispatcher dispatcher{
      routes(),
      [](const ports::HttpRequest& request, Refusal refusal, std::chrono::seconds) {
        ports::HttpResponse response;
        response.status = 1;  // not the writer's to say
        const std::string text = request.path + " " + std::to_string(static_cast<int>(refusal));
        response.body = base::toBytes(base::asBytes(text));
        return response;
      },
      log, metrics};

  ports::HttpResponse ask(std::string method, std::string path, std::size_t body = 0) {
    ports::HttpRequest request;
    request.method = std::move(method);
    request.path = std::move(path);
    request.query = "query=secret";
    request.headers = {{"authorization", "secret"}};
    request.body = Bytes(body, 's');
    return dispatcher.dispatch(request);
  }
  std::string text(std::string method, std::string path) {
    const ports::HttpResponse response = ask(std::move(method), std::move(path));
    return std::to_string(response.status) + " " + std::string(base::asText(response.body));
  }
};

TEST_F(DispatcherTest, AnotherContentTypeThanTheRoutesIsRefused) {
  const auto statusOf = [this](const char* type) {
    ports::HttpRequest request;
    request.method = "POST";
    request.path = "/json";
    if (type != nullptr) request.headers = {{"content-type", type}};
    return dispatcher.dispatch(request).status;
  };
  for (const char* type : {"application/json", "Application/JSON", "application/json ; a=b"}) {
    EXPECT_EQ(statusOf(type), 200) << type;
  }
  for (const char* type : {"", ";", "application/jso", "application/jsonl", "text/plain"}) {
    EXPECT_EQ(statusOf(type), 415) << type;
  }
  EXPECT_EQ(statusOf(nullptr), 415);
}

TEST_F(DispatcherTest, FindsTheRouteAndItsParameters) {
  EXPECT_EQ(text("GET", "/cards/7"), "200 one 7");
  EXPECT_EQ(text("DELETE", "/cards/7"), "200 delete 7");
  EXPECT_EQ(text("POST", "/cards/7/keys/8"), "200 key 7 8");
  EXPECT_EQ(text("GET", "/"), "200 root");
}

TEST_F(DispatcherTest, WordWinsOverAnySegment) { EXPECT_EQ(text("GET", "/cards/new"), "200 new"); }

TEST_F(DispatcherTest, OtherPathsAreNotFound) {
  for (const char* path : {"/cards", "/cards/", "/cards/7/", "//cards/7", "/cards//keys/8",
                           "/Cards/7", "/cards/7/keys", "/cards/7/keys/8/9", "/%63ards/7", ""}) {
    EXPECT_EQ(ask("GET", path).status, 404) << path;
  }
}

TEST_F(DispatcherTest, OtherMethodsAreToldTheRightOnes) {
  const ports::HttpResponse response = ask("PUT", "/cards/7");
  EXPECT_EQ(response.status, 405);
  ASSERT_EQ(response.headers.size(), 1U);
  EXPECT_EQ(response.headers[0], std::make_pair(std::string("Allow"), std::string("GET, DELETE")));
}

TEST_F(DispatcherTest, BodyBeyondTheRoutesBoundIsRefused) {
  EXPECT_EQ(ask("GET", "/cards/7", 10).status, 200);
  EXPECT_EQ(ask("GET", "/cards/7", 11).status, 413);
}

TEST_F(DispatcherTest, MaxBodyIsTheRoutesOrNothing) {
  ports::HttpRequest request;
  request.method = "GET";
  request.path = "/cards/7";
  EXPECT_EQ(dispatcher.maxBody(request), 10U);
  request.path = "/cards";
  EXPECT_EQ(dispatcher.maxBody(request), std::nullopt);
}

TEST_F(DispatcherTest, RefusalHasTheWritersBodyAndItsOwnStatus) {
  EXPECT_EQ(text("GET", "/absent"), "404 /absent 404");
  EXPECT_EQ(text("PUT", "/cards/7"), "405 /cards/7 405");
  EXPECT_EQ(text("GET", "/throws"), "500 /throws 500");
}

TEST_F(DispatcherTest, HandlerThatThrowsIsAnInternalErrorWithoutItsText) {
  const ports::HttpResponse response = ask("GET", "/throws");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(base::asText(response.body).find("secret"), std::string_view::npos);
  EXPECT_EQ(log.count("http.handler_threw"), 1U);
}

TEST_F(DispatcherTest, LogHasThePatternAndNothingOfTheClient) {
  ask("GET", "/cards/secret", 10);
  ask("GET", "/secret");
  ask("SECRET", "/cards/7");
  ask("GET", "/throws");
  EXPECT_EQ(log.count("http.request"), 4U);
  const auto first = log.events().at(0);
  ASSERT_EQ(first.fields.size(), 5U);
  EXPECT_EQ(first.fields[0], (std::pair<std::string, std::string>("method", "GET")));
  EXPECT_EQ(first.fields[1], (std::pair<std::string, std::string>("route", "/cards/{}")));
  EXPECT_EQ(first.fields[2], (std::pair<std::string, std::string>("status", "200")));
  EXPECT_EQ(first.fields[3].first, "durationUs");
  EXPECT_EQ(first.fields[4].first, "correlationId");
  EXPECT_EQ(log.text().find("secret"), std::string::npos);
  EXPECT_EQ(log.text().find("SECRET"), std::string::npos);
}

TEST_F(DispatcherTest, WhoMayRepeatIsToldWhen) {
  for (const Refusal refusal : {Refusal::kBusy, Refusal::kTooManyRequests}) {
    const ports::HttpResponse response = dispatcher.refuse({}, refusal);
    EXPECT_EQ(response.status, static_cast<int>(refusal));
    ASSERT_EQ(response.headers.size(), 1U);
    EXPECT_EQ(response.headers[0], std::make_pair(std::string("Retry-After"), std::string("1")));
  }
  EXPECT_TRUE(dispatcher.refuse({}, Refusal::kMalformed).headers.empty());
}

TEST(ResponseWriterTest, HandlersHeaderCannotEndTheHead) {
  ports::HttpResponse response;
  response.headers = {{"X-Good", "1"}, {"X-Bad", "1\r\nX-Evil: 2"}, {"X\r\nX-Evil", "3"}};
  response.contentType = "text/plain\r\nX-Evil: 4";
  const std::string text = writeResponse(response, {}, {}, false);
  EXPECT_NE(text.find("X-Good: 1\r\n"), std::string::npos);
  EXPECT_EQ(text.find("Evil"), std::string::npos);
}

// count gives how often a header stands in a head, and value the last one's.
struct Headers {
  std::string text;
  [[nodiscard]] int count(const std::string& name) const {
    int found = 0;
    for (std::size_t at = 0; (at = text.find("\r\n" + name + ": ", at)) != std::string::npos;
         ++at) {
      ++found;
    }
    return found;
  }
  [[nodiscard]] std::string value(const std::string& name) const {
    const std::size_t at = text.rfind("\r\n" + name + ": ") + name.size() + 4;
    return text.substr(at, text.find('\r', at) - at);
  }
};

TEST(ResponseWriterTest, EveryAnswerTellsBrowsersToBeCareful) {
  for (const int status : {200, 204, 401, 404, 429, 500}) {
    ports::HttpResponse response;
    response.status = status;
    const Headers headers{writeResponse(response, {}, {}, false)};
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {"Strict-Transport-Security", "max-age=31536000"},
             {"X-Content-Type-Options", "nosniff"},
             {"X-Frame-Options", "DENY"},
             {"Referrer-Policy", "no-referrer"},
             {"Cross-Origin-Resource-Policy", "same-origin"},
             {"Cross-Origin-Opener-Policy", "same-origin"},
             {"Cache-Control", "no-store"},
             {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}}) {
      EXPECT_EQ(headers.count(name), 1) << name;
      EXPECT_EQ(headers.value(name), value);
    }
    EXPECT_EQ(headers.count("Server"), 0);
  }
}

TEST(ResponseWriterTest, HandlerMayGiveItsOwnPolicyAndCaching) {
  ports::HttpResponse response;
  response.headers = {{"content-security-policy", "default-src 'self'"},
                      {"Cache-Control", "max-age=60"}};
  const Headers own{writeResponse(response, {}, {}, false)};
  EXPECT_EQ(own.count("Content-Security-Policy"), 0);
  EXPECT_EQ(own.value("content-security-policy"), "default-src 'self'");
  EXPECT_EQ(own.count("Cache-Control"), 1);
  EXPECT_EQ(own.value("Cache-Control"), "max-age=60");

  response.headers = {{"Content-Security-Policy", "a\r\nb"}};
  EXPECT_EQ(Headers{writeResponse(response, {}, {}, false)}.value("Content-Security-Policy"),
            "default-src 'none'; frame-ancestors 'none'");
}

TEST(ResponseWriterTest, BodilessStatusHasNoLength) {
  ports::HttpResponse response;
  response.status = 204;
  const std::string text = writeResponse(response, {}, {}, true);
  EXPECT_EQ(text.find("Content-Length"), std::string::npos);
  EXPECT_NE(text.find("Connection: close\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(ResponseWriterTest, DateIsTheTimeInGmt) {
  const auto date = [](std::int64_t ms) {
    const std::string text = writeResponse({}, {}, base::fromMs(ms), false);
    const std::size_t at = text.find("Date: ");
    return at == std::string::npos ? "absent" : text.substr(at, text.find('\r', at) - at);
  };
  EXPECT_EQ(date(784'111'777'999), "Date: Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date(951'782'400'000), "Date: Tue, 29 Feb 2000 00:00:00 GMT");
}

TEST(WorkerPoolTest, FullQueueRefusesAndStopDropsWhatWaits) {
  const auto witness = std::make_shared<int>();
  std::promise<void> running;
  std::promise<void> release;
  bool ran = false;
  WorkerPool pool(1, 1, 1);
  ASSERT_TRUE(pool.submit([&] {
    running.set_value();
    release.get_future().wait();
  }));
  running.get_future().wait();
  EXPECT_TRUE(pool.submit([&ran, witness] { ran = true; }));
  EXPECT_FALSE(pool.submit([&ran, witness] { ran = true; }));
  release.set_value();
  pool.stop();
  EXPECT_EQ(witness.use_count(), 1);
  EXPECT_FALSE(pool.submit([] {}));
}

// Three threads, one at a time at work: the second job begins when the first blocks, the third when
// one ends.
TEST(WorkerPoolTest, OnlySoManyWorkAtOnceAndOneThatBlocksLetsAnotherBegin) {
  std::promise<void> blocks;
  std::promise<void> secondBegan;
  std::promise<void> release;
  std::atomic<int> began = 0;
  WorkerPool pool(3, 1, 8);
  ASSERT_TRUE(pool.submit([&] {
    ++began;
    blocks.get_future().wait();
    EXPECT_EQ(began, 1);
    const ports::Blocking blocking;
    secondBegan.get_future().wait();
    release.get_future().wait();
  }));
  ASSERT_TRUE(pool.submit([&] {
    ++began;
    secondBegan.set_value();
  }));
  std::promise<void> third;
  ASSERT_TRUE(pool.submit([&] {
    ++began;
    third.set_value();
  }));
  blocks.set_value();
  third.get_future().wait();  // the first one is blocked still
  EXPECT_EQ(began, 3);
  release.set_value();
  pool.stop();
}

// Jobs come, block and end in every order: each runs once, and no more than may are at work.
TEST(WorkerPoolTest, NoJobIsForgottenWhenManyBlock) {
  constexpr int kJobs = 2'000;
  constexpr unsigned kThreads = 8;
  std::atomic<int> ran = 0;
  WorkerPool pool(kThreads, 2, kJobs);
  for (int i = 0; i < kJobs; ++i) {
    ASSERT_TRUE(pool.submit([&ran, i] {
      if (i % 3 == 0) {
        const ports::Blocking blocking;
        const ports::Blocking inner;  // says nothing new
        std::this_thread::yield();
      }
      ++ran;
    }));
  }
  while (ran < kJobs) std::this_thread::yield();
  pool.stop();
  EXPECT_EQ(ran, kJobs);
}

}  // namespace
}  // namespace florin::http
