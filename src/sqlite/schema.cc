#include "sqlite/schema.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "sqlite/migrations.h"

namespace florin::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x464C524E;  // "FLRN"

// Each connection: no temporary file, which would hold rows, and 4 MiB of pages in memory, the
// writer's 32. A reader forgets its pages at every commit of the writer, so the file is also
// mapped, as far as SQLite maps one (2 GiB): then they are not read again. A disk that fails ends
// the process, as a crash does.
constexpr const char* kEveryConnection =
    "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096; PRAGMA mmap_size = 2147418112;"
    "PRAGMA trusted_schema = OFF; PRAGMA foreign_keys = ON;";

// FULL: a commit is on the disk when COMMIT returns (I5). The WAL goes back into the file every
// 4000 pages, so that pages which change often are copied once.
constexpr const char* kWriter =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA cache_size = -32768;";

// schemaVersion gives 0 for a new file.
Result<std::int64_t> schemaVersion(Connection& db) {
  FLORIN_TRY_ASSIGN(const std::int64_t application, db.number("PRAGMA application_id"));
  FLORIN_TRY_ASSIGN(const std::int64_t version, db.number("PRAGMA user_version"));
  FLORIN_TRY_ASSIGN(const std::int64_t tables, db.number("SELECT count(*) FROM sqlite_schema"));
  if (application == 0 && version == 0 && tables == 0) return 0;
  if (application != kApplicationId) {
    return Error(Code::kUnsupported, "the database is another application's", application);
  }
  if (version > static_cast<std::int64_t>(migrations().size())) {
    return Error(Code::kUnsupported, "the database is a newer Florin's", version);
  }
  return version;
}

Status runMigrations(Connection& db) {
  FLORIN_TRY_ASSIGN(const std::int64_t from, schemaVersion(db));
  const auto scripts = migrations();
  for (auto version = static_cast<std::size_t>(from); version < scripts.size(); ++version) {
    FLORIN_TRY(db.run(scripts[version]));
    const std::string stamp = "PRAGMA application_id = " + std::to_string(kApplicationId) +
                              "; PRAGMA user_version = " + std::to_string(version + 1);
    FLORIN_TRY(db.run(stamp.c_str()));
  }
  return {};
}

// migrate holds the write lock while it reads the version: two processes may start at once.
Status migrate(Connection& db) {
  FLORIN_TRY(db.run("BEGIN IMMEDIATE"));
  Status status = runMigrations(db);
  if (status.ok()) status = db.run("COMMIT");
  if (db.inTransaction()) static_cast<void>(db.run("ROLLBACK"));
  return status;
}

}  // namespace

// SQLite gives its WAL and index the mode of the database, so the mode is set before it is opened.
Status makePrivate(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) {
    ::close(file);
    return {};
  }
  // An existing file is not opened here: closing it would drop the locks that SQLite holds on it.
  if (errno != EEXIST) return Error(Code::kUnavailable, "cannot make the database", errno);
  if (::chmod(path.c_str(), 0600) != 0) {
    return Error(Code::kUnavailable, "cannot make the database private", errno);
  }
  return {};
}

Status checkOwner(Connection& db) {
  FLORIN_TRY_ASSIGN(const std::int64_t version, schemaVersion(db));
  if (version == 0) return Error(Code::kUnsupported, "the database is empty");
  return {};
}

Result<Connection> openWriter(const std::string& path, const Options& options) {
  FLORIN_TRY(makePrivate(path));
  FLORIN_TRY_ASSIGN(Connection db, Connection::open(path, Connection::Mode::kReadWrite));
  FLORIN_TRY(schemaVersion(db));  // before anything of a foreign file is touched
  FLORIN_TRY(db.run(kEveryConnection));
  FLORIN_TRY(db.run(kWriter));
  if (options.maxPages > 0) {
    const std::string bound = "PRAGMA max_page_count = " + std::to_string(options.maxPages);
    FLORIN_TRY(db.run(bound.c_str()));
  }
  FLORIN_TRY(migrate(db));
  return db;
}

Result<Connection> openReader(const std::string& path) {
  FLORIN_TRY_ASSIGN(Connection db, Connection::open(path, Connection::Mode::kReadOnly));
  FLORIN_TRY(db.run(kEveryConnection));
  return db;
}

}  // namespace florin::sqlite
