#include "sqlite/store.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "fakes/limited_key_conformance.h"
#include "fakes/notice_conformance.h"
#include "fakes/push_conformance.h"
#include "fakes/recording_log.h"
#include "fakes/retention_conformance.h"
#include "fakes/rows_conformance.h"
#include "fakes/token_rows_conformance.h"
#include "sqlite/connection.h"
#include "sqlite/migrations.h"

namespace florin::sqlite {
namespace {

namespace fs = std::filesystem;

// TemporaryFolder is a folder of its own for each test, removed with it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = fs::temp_directory_path() / "florin-store-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  [[nodiscard]] fs::path operator/(std::string_view name) const { return path_ / name; }

 private:
  fs::path path_;
};

std::unique_ptr<Store> open(const fs::path& path, Log& log, const Options& options = {}) {
  auto store = openStore(path, options, log);
  EXPECT_TRUE(store.ok());
  return std::move(store).value();
}

// A killed process leaves the database and its WAL as they are at that instant: killAndReopen goes
// on with a copy, taken while the store is open.
class SqliteUnderTest : public fakes::StoreUnderTest {
 public:
  SqliteUnderTest() : path_(folder_ / "florin.db"), store_(open(path_, log_)) {}

  ports::Store& store() override { return *store_; }

  void killAndReopen() override {
    const fs::path next = folder_ / ("copy-" + std::to_string(++copies_) + ".db");
    for (const char* const suffix : {"", "-wal"}) {
      fs::copy_file(path_.string() + suffix, next.string() + suffix);
    }
    path_ = next;
    store_ = open(path_, log_);
  }

 private:
  TemporaryFolder folder_;
  NullLog log_;
  fs::path path_;
  std::unique_ptr<Store> store_;
  int copies_ = 0;
};

std::unique_ptr<fakes::StoreUnderTest> makeSqlite() { return std::make_unique<SqliteUnderTest>(); }

}  // namespace
}  // namespace florin::sqlite

namespace florin::fakes {

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreTest, testing::Values(&sqlite::makeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, RowsTest, testing::Values(&sqlite::makeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, PushRowsTest, testing::Values(&sqlite::makeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, NoticeRowsTest, testing::Values(&sqlite::makeSqlite));
INSTANTIATE_TEST_SUITE_P(Sqlite, SearchRowsTest, testing::Values(&sqlite::makeSqlite));

}  // namespace florin::fakes

namespace florin::sqlite {
namespace {

class SqliteStoreTest : public testing::Test {
 protected:
  static Status put(ports::Store& store, std::string_view name, ByteView value) {
    return store.write([&](ports::Unit& unit) { return unit.settings().put(name, value); });
  }
  static std::optional<Bytes> get(ports::Store& store, std::string_view name) {
    auto found = store.read([&](ports::Unit& unit) { return unit.settings().find(name); });
    EXPECT_TRUE(found.ok());
    return std::move(found).value();
  }
  void run(const char* script) {
    auto raw = Connection::open(path_, Connection::Mode::kReadWrite);
    ASSERT_TRUE(raw.ok());
    ASSERT_TRUE(raw->run(script).ok());
  }
  Code refusal() { return openStore(path_, {}, log_).error().code(); }

  TemporaryFolder folder_;
  const fs::path path_ = folder_ / "florin.db";
  fakes::RecordingLog log_;
  const Bytes one_ = {1};
};

TEST_F(SqliteStoreTest, FilesAreForTheirOwnerOnly) {
  std::ofstream(path_).close();
  fs::permissions(path_, fs::perms(0644));
  const auto store = open(path_, log_);
  ASSERT_TRUE(put(*store, "name", one_).ok());
  for (const char* const suffix : {"", "-wal", "-shm"}) {
    EXPECT_EQ(fs::status(path_.string() + suffix).permissions(), fs::perms(0600)) << suffix;
  }
}

TEST_F(SqliteStoreTest, ClosedStoreIsOneFile) {
  ASSERT_TRUE(put(*open(path_, log_), "name", one_).ok());
  EXPECT_FALSE(fs::exists(path_.string() + "-wal"));
  EXPECT_EQ(get(*open(path_, log_), "name"), one_);
}

TEST_F(SqliteStoreTest, NewerSchemaIsRefusedAndLeftAlone) {
  open(path_, log_);
  run("PRAGMA user_version = 1000");
  EXPECT_EQ(refusal(), Code::kUnsupported);
  run(("PRAGMA user_version = " + std::to_string(migrations().size())).c_str());
  EXPECT_TRUE(openStore(path_, {}, log_).ok());
}

// The operator was the only one to suspend a device, but for the system that found an old vault.
TEST_F(SqliteStoreTest, DeviceThatWasSuspendedBeforeHasASuspender) {
  const auto add = [&](char id, int state, int reason) {
    const std::string named = "x'" + std::string(31, '0') + id + "'";
    return "INSERT INTO devices (tenant, device_id, wallet_id, state, epoch, public_key,"
           " transport_public_key, sealed_psk, sealed_push_token, language, info, next_req_seq,"
           " next_op_seq, vault_generation, created_ms, last_seen_ms, lock_reason) VALUES (" +
           named + ", " + named + ", " + named + ", " + std::to_string(state) +
           ", 1, x'', x'', x'', x'', 'en', '', 1, 1, 0, 1, 1, " + std::to_string(reason) + ");";
  };
  std::ofstream(path_).close();
  constexpr std::size_t kBefore = 6;
  for (std::size_t i = 0; i < kBefore; ++i) run(migrations()[i]);
  run((add('1', 2, 0) + add('2', 5, 1) + add('3', 5, 5) +
       "PRAGMA user_version = 6; PRAGMA application_id = 1179406926;")
          .c_str());
  const auto store = open(path_, log_);
  const auto suspendersOf = [&](std::uint8_t id) {
    Bytes bytes(16);
    bytes.back() = id;
    const auto found = store->read([&](ports::Unit& unit) {
      return unit.devices().find(base::DeviceId::fromBytes(bytes).value());
    });
    return static_cast<int>(found.value()->suspenders);
  };
  EXPECT_EQ(suspendersOf(1), 0);
  EXPECT_EQ(suspendersOf(2), static_cast<int>(records::Suspender::kOperator));
  EXPECT_EQ(suspendersOf(3), static_cast<int>(records::Suspender::kSystem));
}

TEST_F(SqliteStoreTest, DatabaseOfAnotherApplicationIsRefused) {
  std::ofstream(path_).close();
  run("CREATE TABLE theirs (x)");
  EXPECT_EQ(refusal(), Code::kUnsupported);
}

TEST_F(SqliteStoreTest, FileThatIsNoDatabaseIsRefused) {
  std::ofstream(path_) << std::string(8192, 'x');
  EXPECT_EQ(refusal(), Code::kCorrupted);
}

TEST_F(SqliteStoreTest, FolderThatIsMissingIsAnError) {
  EXPECT_EQ(openStore(folder_ / "missing/florin.db", {}, log_).error().code(), Code::kUnavailable);
}

TEST_F(SqliteStoreTest, FullStoreChangesNothingAndServesOn) {
  const auto store = open(path_, log_, {.maxPages = 120});
  ASSERT_TRUE(put(*store, "small", one_).ok());
  const Bytes large(2'000'000, 7);
  const Status status = store->write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY(unit.settings().put("small", Bytes{2}));
    return unit.settings().put("large", large);
  });
  EXPECT_EQ(status.error().code(), Code::kUnavailable);
  EXPECT_EQ(get(*store, "small"), one_);
  EXPECT_FALSE(get(*store, "large"));
  EXPECT_TRUE(put(*store, "after", one_).ok());
}

TEST_F(SqliteStoreTest, UnitThatThrowsIsRolledBack) {
  const auto store = open(path_, log_);
  const Status status = store->write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY(unit.settings().put("name", one_));
    throw std::runtime_error("by the test");
  });
  EXPECT_EQ(status.error().code(), Code::kInternal);
  EXPECT_FALSE(get(*store, "name"));
}

TEST_F(SqliteStoreTest, RowThatLostItsShapeIsCorruption) {
  const auto store = open(path_, log_);
  const base::TenantId tenant;
  const base::WalletId wallet;
  ASSERT_TRUE(store->write([&](ports::Unit& unit) { return unit.wallets().insert({}); }).ok());
  run("UPDATE wallets SET tries_left = -1");
  const auto found =
      store->read([&](ports::Unit& unit) { return unit.wallets().find(tenant, wallet); });
  EXPECT_EQ(found.error().code(), Code::kCorrupted);
}

TEST_F(SqliteStoreTest, WaitingUnitsShareOneCommit) {
  const auto store = open(path_, log_);
  const std::uint64_t before = store->commits();
  constexpr int kUnits = 16;
  std::atomic<int> asked = 0;
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  // The first unit holds the writer until the others are about to be queued.
  threads.emplace_back([&] {
    const Status status = store->write([&](ports::Unit&) -> Status {
      while (asked < kUnits) std::this_thread::yield();
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      return {};
    });
    if (!status.ok()) ++failures;
  });
  for (int i = 0; i < kUnits; ++i) {
    threads.emplace_back([&, i] {
      const Bytes value = {static_cast<std::uint8_t>(i)};
      ++asked;
      if (!put(*store, "unit " + std::to_string(i), value).ok()) ++failures;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_LT(store->commits() - before, kUnits);
  for (int i = 0; i < kUnits; ++i) EXPECT_TRUE(get(*store, "unit " + std::to_string(i)));
}

TEST_F(SqliteStoreTest, FailedUnitDoesNotTouchItsNeighbours) {
  const auto store = open(path_, log_);
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 32; ++i) {
    threads.emplace_back([&, i] {
      const bool refuse = i % 2 == 0;
      const Status status = store->write([&](ports::Unit& unit) -> Status {
        FLORIN_TRY(unit.settings().put(std::to_string(i), one_));
        if (refuse) return Error(Code::kRefused, "by the test");
        return {};
      });
      if (status.ok() == refuse) ++failures;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  for (int i = 0; i < 32; ++i) EXPECT_EQ(get(*store, std::to_string(i)).has_value(), i % 2 == 1);
}

TEST_F(SqliteStoreTest, LogHoldsNoRow) {
  const auto store = open(path_, log_, {.maxPages = 60});
  const std::string secret(200'000, 'S');
  EXPECT_FALSE(put(*store, "name", base::asBytes(secret)).ok());
  EXPECT_EQ(log_.count("store.open"), 1U);
  EXPECT_EQ(log_.text().find("SSSS"), std::string::npos);
}

}  // namespace
}  // namespace florin::sqlite
