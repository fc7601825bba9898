#include "posix/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "posix/temp_directory.h"

namespace florin::posix {
namespace {

using base::asBytes;
using base::asText;

mode_t modeOf(const std::string& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

TEST(FileTest, WrittenFileIsReadBackWithItsMode) {
  const TempDirectory folder;
  const std::string path = folder.path("file");
  for (const mode_t mode : {0600, 0644, 0666}) {
    ASSERT_TRUE(writeFileAtomic(path, asBytes("content"), mode).ok());
    EXPECT_EQ(asText(readFile(path, 7).value()), "content");
    EXPECT_EQ(modeOf(path), mode);
  }
}

TEST(FileTest, ReadIsBounded) {
  const TempDirectory folder;
  ASSERT_TRUE(writeFileAtomic(folder.path("file"), asBytes("content"), 0600).ok());
  EXPECT_EQ(readFile(folder.path("file"), 6).error().code(), Code::kTooLarge);
}

TEST(FileTest, AbsentFileIsNotFoundWithErrno) {
  const TempDirectory folder;
  const auto read = readFile(folder.path("absent"), 10);
  EXPECT_EQ(read.error().code(), Code::kNotFound);
  EXPECT_EQ(read.error().detail(), ENOENT);
}

TEST(FileTest, DirectoryAndNamedPipeAreNoFiles) {
  const TempDirectory folder;
  ASSERT_EQ(::mkfifo(folder.path("pipe").c_str(), 0600), 0);
  EXPECT_EQ(readFile(folder.path("pipe"), 10).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(readFile(folder.path("."), 10).error().code(), Code::kInvalidArgument);
}

TEST(FileTest, LeftoverOfACrashDoesNotStopTheNextWrite) {
  const TempDirectory folder;
  ASSERT_TRUE(writeFileAtomic(folder.path("file.new"), asBytes("half"), 0400).ok());
  ASSERT_TRUE(writeFileAtomic(folder.path("file"), asBytes("whole"), 0600).ok());
  EXPECT_EQ(asText(readFile(folder.path("file"), 9).value()), "whole");
  EXPECT_EQ(readFile(folder.path("file.new"), 9).error().code(), Code::kNotFound);
}

TEST(FileTest, FailedWriteLeavesTheOldFile) {
  const TempDirectory folder;
  ASSERT_TRUE(makeDirectory(folder.path("place")).ok());
  EXPECT_FALSE(writeFileAtomic(folder.path("place"), asBytes("x"), 0600).ok());
  EXPECT_EQ(readFile(folder.path("place.new"), 9).error().code(), Code::kNotFound);
  EXPECT_FALSE(writeFileAtomic(folder.path("absent/file"), asBytes("x"), 0600).ok());
}

TEST(SecretFileTest, FileOpenToOthersIsRefused) {
  const TempDirectory folder;
  const std::string path = folder.path("secret");
  for (const mode_t mode : {0640, 0604, 0620, 0610, 0601}) {
    ASSERT_TRUE(writeFileAtomic(path, asBytes("s"), mode).ok());
    EXPECT_EQ(readSecretFile(path).error().code(), Code::kRefused) << std::oct << mode;
  }
  ASSERT_TRUE(writeFileAtomic(path, asBytes("s\n"), 0600).ok());
  EXPECT_EQ(asText(readSecretFile(path).value().expose()), "s\n");
}

TEST(DirectoryTest, IsMadeOnceWithItsMode) {
  const TempDirectory folder;
  const std::string path = folder.path("inner");
  ASSERT_TRUE(makeDirectory(path).ok());
  EXPECT_EQ(modeOf(path), 0700U);
  EXPECT_TRUE(makeDirectory(path).ok());
  ASSERT_TRUE(writeFileAtomic(folder.path("file"), {}, 0600).ok());
  EXPECT_EQ(makeDirectory(folder.path("file")).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(makeDirectory(folder.path("absent/inner")).error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace florin::posix
