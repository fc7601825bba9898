#include "posix/file_limit.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace florin::posix {
namespace {

struct FileLimitTest : ::testing::Test {
  FileLimitTest() { ::getrlimit(RLIMIT_NOFILE, &before); }
  ~FileLimitTest() override { ::setrlimit(RLIMIT_NOFILE, &before); }
  static rlim_t soft() {
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur;
  }
  rlimit before{};
};

TEST_F(FileLimitTest, IsRaisedAndNeverLowered) {
  const rlimit low{64, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(raiseFileLimit(100), 100U);
  EXPECT_EQ(soft(), 100U);
  EXPECT_EQ(raiseFileLimit(70), 100U);
  EXPECT_EQ(soft(), 100U);
}

TEST_F(FileLimitTest, EndsWhereTheSystemDoes) {
  if (before.rlim_max == RLIM_INFINITY) GTEST_SKIP() << "there is no end";
  EXPECT_EQ(raiseFileLimit(before.rlim_max + 1), before.rlim_max);
  EXPECT_EQ(soft(), before.rlim_max);
}

}  // namespace
}  // namespace florin::posix
