#include "posix/file_storage.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>

#include "base/bytes.h"
#include "base/limits.h"
#include "posix/file.h"
#include "posix/file_key_provider.h"
#include "posix/temp_directory.h"

namespace florin::posix {
namespace {

using base::asBytes;

std::string textOf(Storage& storage) {
  const auto loaded = storage.load();
  if (!loaded.ok()) return "error";
  return loaded->has_value() ? std::string(base::asText(**loaded)) : "nothing";
}

struct FileStorageTest : ::testing::Test {
  TempDirectory folder;
  std::string path = folder.path("vault");
  std::unique_ptr<FileStorage> open() { return std::move(FileStorage::open(path)).value(); }
};

TEST_F(FileStorageTest, GrowsAtItsEndAndIsThereAfterReopening) {
  auto storage = open();
  EXPECT_EQ(textOf(*storage), "nothing");
  ASSERT_TRUE(storage->append(asBytes("one")).ok());
  ASSERT_TRUE(storage->append(asBytes("two")).ok());
  EXPECT_EQ(textOf(*storage), "onetwo");
  storage.reset();
  storage = open();
  ASSERT_TRUE(storage->append(asBytes("three")).ok());
  EXPECT_EQ(textOf(*storage), "onetwothree");
}

TEST_F(FileStorageTest, AppendAfterReplaceGoesToTheNewContent) {
  auto storage = open();
  ASSERT_TRUE(storage->append(asBytes("old")).ok());
  ASSERT_TRUE(storage->replace(asBytes("new")).ok());
  ASSERT_TRUE(storage->append(asBytes("er")).ok());
  EXPECT_EQ(textOf(*storage), "newer");
}

TEST_F(FileStorageTest, RemoveForgetsAndMayBeRepeated) {
  auto storage = open();
  EXPECT_TRUE(storage->remove().ok());
  ASSERT_TRUE(storage->append(asBytes("old")).ok());
  EXPECT_TRUE(storage->remove().ok());
  EXPECT_EQ(textOf(*storage), "nothing");
  ASSERT_TRUE(storage->append(asBytes("new")).ok());
  EXPECT_EQ(textOf(*storage), "new");
}

TEST_F(FileStorageTest, IsOpenToItsOwnerOnly) {
  auto storage = open();
  const auto mode = [&] {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return status.st_mode & 07777;
  };
  ASSERT_TRUE(storage->append(asBytes("x")).ok());
  EXPECT_EQ(mode(), 0600U);
  ASSERT_TRUE(storage->replace(asBytes("y")).ok());
  EXPECT_EQ(mode(), 0600U);
}

TEST_F(FileStorageTest, SecondOpenerIsRefusedEvenAfterReplaceAndRemove) {
  auto storage = open();
  EXPECT_EQ(FileStorage::open(path).error().code(), Code::kConflict);
  ASSERT_TRUE(storage->replace(asBytes("y")).ok());
  EXPECT_EQ(FileStorage::open(path).error().code(), Code::kConflict);
  ASSERT_TRUE(storage->remove().ok());
  EXPECT_EQ(FileStorage::open(path).error().code(), Code::kConflict);
  storage.reset();
  EXPECT_TRUE(FileStorage::open(path).ok());
}

TEST_F(FileStorageTest, AnotherProcessIsRefused) {
  const auto storage = open();
  const pid_t child = ::fork();
  if (child == 0) {
    const auto second = FileStorage::open(path);
    ::_exit(!second.ok() && second.error().code() == Code::kConflict ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(FileStorageTest, FailedAppendIsTakenBack) {
  auto storage = open();
  ASSERT_TRUE(storage->append(asBytes("kept")).ok());

  // The process may write files of six bytes only: the next append gets two bytes in.
  struct rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto oldHandler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit small = {6, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status failed = storage->append(asBytes("lost"));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, oldHandler);

  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().detail(), EFBIG);
  EXPECT_EQ(textOf(*storage), "kept");
  ASSERT_TRUE(storage->append(asBytes(" more")).ok());
  EXPECT_EQ(textOf(*storage), "kept more");
}

TEST_F(FileStorageTest, SizeIsBounded) {
  auto storage = open();
  ASSERT_TRUE(storage->append(asBytes("x")).ok());
  ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(base::limits::kVaultFile)), 0);
  storage.reset();
  storage = open();
  EXPECT_TRUE(storage->load().ok());
  EXPECT_EQ(storage->append(asBytes("y")).error().code(), Code::kTooLarge);
  ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(base::limits::kVaultFile) + 1), 0);
  EXPECT_EQ(storage->load().error().code(), Code::kTooLarge);
}

class CountingRandom : public base::Random {
 public:
  void fill(std::span<std::uint8_t> out) override {
    for (auto& byte : out) byte = next_++;
  }

 private:
  std::uint8_t next_ = 1;
};

struct FileKeyProviderTest : FileStorageTest {
  CountingRandom random;
  std::string keyPath = folder.path("key");
  Result<Bytes> unlock() {
    FileKeyProvider provider(keyPath, path, random);
    FLORIN_TRY_ASSIGN(const SecretBytes key, provider.unlock({}));
    return base::toBytes(key.expose());
  }
};

TEST_F(FileKeyProviderTest, NewVaultGetsAKeyThatStays) {
  const auto first = unlock();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->size(), 32U);
  EXPECT_EQ(unlock().value(), *first);
}

TEST_F(FileKeyProviderTest, ExistingVaultNeverGetsANewKey) {
  ASSERT_TRUE(open()->append(asBytes("vault")).ok());
  EXPECT_EQ(unlock().error().code(), Code::kNotFound);
  EXPECT_EQ(readFile(keyPath, 32).error().code(), Code::kNotFound);
}

TEST_F(FileKeyProviderTest, KeyOpenToOthersIsRefused) {
  ASSERT_TRUE(writeFileAtomic(keyPath, Bytes(32), 0640).ok());
  EXPECT_EQ(unlock().error().code(), Code::kRefused);
}

TEST_F(FileKeyProviderTest, KeyOfAnotherSizeIsCorrupted) {
  for (const std::size_t size : {0, 31, 33}) {
    ASSERT_TRUE(writeFileAtomic(keyPath, Bytes(size), 0600).ok());
    EXPECT_EQ(unlock().error().code(), Code::kCorrupted) << size;
  }
}

}  // namespace
}  // namespace florin::posix
