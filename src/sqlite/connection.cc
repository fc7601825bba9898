#include "sqlite/connection.h"

#include "base/limits.h"

namespace florin::sqlite {
namespace {

// errorOf says what the caller can do about a result code of SQLite (extended codes).
Error errorOf(int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE: return {Code::kConflict, "the row exists already", code};
    default: break;
  }
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return {Code::kUnavailable, "the database is locked", code};
    case SQLITE_FULL: return {Code::kUnavailable, "the database is full", code};
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_CANTOPEN: return {Code::kUnavailable, "the database fails", code};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return {Code::kCorrupted, "the database is damaged", code};
    case SQLITE_READONLY: return {Code::kWrongState, "this connection only reads", code};
    default: return {Code::kInternal, "SQLite refused a statement", code};
  }
}

}  // namespace

Result<Connection> Connection::open(const std::string& path, Mode mode) {
  const int access = mode == Mode::kReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  sqlite3* db = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &db,
                                   access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Connection connection(db);
  FLORIN_TRY(connection.check(code));
  const auto wait = static_cast<int>(base::limits::kStoreLockWait / std::chrono::milliseconds(1));
  FLORIN_TRY(connection.check(sqlite3_busy_timeout(db, wait)));
  return connection;
}

Status Connection::run(const char* script) {
  return check(sqlite3_exec(db_.get(), script, nullptr, nullptr, nullptr));
}

void Connection::whileRunning(int steps, std::function<void()> report) {
  report_ = std::make_unique<std::function<void()>>(std::move(report));
  const auto call = [](void* context) {
    (*static_cast<std::function<void()>*>(context))();
    return 0;
  };
  sqlite3_progress_handler(db_.get(), steps, call, report_.get());
}

Result<sqlite3_stmt*> Connection::prepare(Literal sql) {
  auto& statement = statements_[sql.view().data()];
  if (statement == nullptr) {
    sqlite3_stmt* prepared = nullptr;
    FLORIN_TRY(
        check(sqlite3_prepare_v3(db_.get(), sql.view().data(), static_cast<int>(sql.view().size()),
                                 SQLITE_PREPARE_PERSISTENT, &prepared, nullptr)));
    statement.reset(prepared);
  }
  return statement.get();
}

Result<bool> Connection::step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return errorOf(code);
}

Status Connection::check(int code) const {
  if (code == SQLITE_OK) return {};
  return errorOf(code);
}

}  // namespace florin::sqlite
