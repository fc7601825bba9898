#include "posix/json_log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "base/ids.h"
#include "base/limits.h"
#include "posix/system_clock.h"
#include "posix/unique_fd.h"

namespace florin::posix {
namespace {

class FixedClock : public base::Clock {
 public:
  base::Time now() override { return base::fromMs(1'709'208'123'045); }
};

// A log into a pipe; text() closes the writing end and gives what was written.
class PipeLog {
 public:
  explicit PipeLog(LogLevel minimum = LogLevel::kInfo) : log_(makePipe(), minimum, clock_) {}
  Log& log() { return log_; }
  std::string text() {
    writing_.close();
    std::string all;
    char buffer[4096];
    for (ssize_t got = 0; (got = ::read(reading_.get(), buffer, sizeof buffer)) > 0;) {
      all.append(buffer, static_cast<std::size_t>(got));
    }
    return all;
  }

 private:
  int makePipe() {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    reading_ = UniqueFd(ends[0]);
    writing_ = UniqueFd(ends[1]);
    return ends[1];
  }

  FixedClock clock_;
  UniqueFd reading_;
  UniqueFd writing_;
  JsonLog log_;
};

std::string escaped(std::string_view value) {
  PipeLog pipe;
  pipe.log().info("e", {{"f", PublicText{value}}});
  const std::string line = pipe.text();
  const std::size_t start = line.find("\"f\":") + 4;
  return line.substr(start, line.size() - start - 2);
}

TEST(JsonLogTest, LineHasTimeLevelEventAndFieldsInOrder) {
  PipeLog pipe;
  base::CorrelationId id;
  pipe.log().warning("http.request", {{"status", 404},
                                      {"route", PublicText{"/a/{}"}},
                                      {"id", id},
                                      {"why", Error(Code::kConflict, "busy", 98)},
                                      {"what", Literal("text")}});
  EXPECT_EQ(
      pipe.text(),
      "{\"time\":\"2024-02-29T12:02:03.045Z\",\"level\":\"warning\",\"event\":\"http.request\","
      "\"status\":404,\"route\":\"/a/{}\",\"id\":\"00000000000000000000000000000000\","
      "\"why\":\"busy (98)\",\"what\":\"text\"}\n");
}

TEST(JsonLogTest, BelowTheMinimumNothingIsWritten) {
  PipeLog pipe(LogLevel::kWarning);
  pipe.log().info("no");
  pipe.log().write(LogLevel::kDebug, "no", {});
  pipe.log().error("yes");
  const std::string text = pipe.text();
  EXPECT_EQ(text.find("no"), std::string::npos);
  EXPECT_NE(text.find("\"event\":\"yes\""), std::string::npos);
}

TEST(JsonLogTest, TextCannotLeaveItsString) {
  EXPECT_EQ(escaped("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(escaped(std::string_view("\n\r\t\0\x7f", 5)), R"("\u000a\u000d\u0009\u0000\u007f")");
}

TEST(JsonLogTest, CharactersAboveAsciiAreEscaped) {
  EXPECT_EQ(escaped("\xc3\xa9"), R"("\u00e9")");
  EXPECT_EQ(escaped("\xe2\x82\xac"), R"("\u20ac")");
  EXPECT_EQ(escaped("\xf0\x9f\x98\x80"), R"("\ud83d\ude00")");
}

TEST(JsonLogTest, WhatIsNotUtf8IsReplacedByteForByte) {
  EXPECT_EQ(escaped("\xff"), R"("\ufffd")");
  EXPECT_EQ(escaped("\xc3"), R"("\ufffd")");            // cut
  EXPECT_EQ(escaped("\xc0\x80"), R"("\ufffd\ufffd")");  // overlong
  EXPECT_EQ(escaped("\xe0\x80\x80"), R"("\ufffd\ufffd\ufffd")");
  EXPECT_EQ(escaped("\xed\xa0\x80"), R"("\ufffd\ufffd\ufffd")");  // surrogate
  EXPECT_EQ(escaped("\xf5\x80"), R"("\ufffd\ufffd")");
}

TEST(JsonLogTest, LongTextIsCut) {
  EXPECT_EQ(escaped(std::string(5000, 'a')).size(), base::limits::kLogValue + 2);
}

TEST(JsonLogTest, LinesOfManyThreadsStayWhole) {
  PipeLog pipe;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) pipe.log().info("event", {{"n", i}});
    });
  }
  for (auto& thread : threads) thread.join();
  const std::string text = pipe.text();
  std::size_t lines = 0;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1, ++lines) {
    EXPECT_EQ(text.compare(at, 8, "{\"time\":"), 0);
  }
  EXPECT_EQ(lines, 200U);
}

TEST(SystemClockTest, GivesTimeAfterThisTestWasWritten) {
  SystemClock clock;
  EXPECT_GT(base::toMs(clock.now()), 1'700'000'000'000);
}

}  // namespace
}  // namespace florin::posix
