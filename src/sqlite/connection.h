// Connection is one SQLite connection with its prepared statements. Values are bound in the order
// of the question marks and columns are read in the order of the table (sql/):
//
//   connection.execute("UPDATE wallets SET tries_left = ? WHERE wallet_id = ?", 4, walletId);
//   connection.find<records::Wallet>("SELECT * FROM wallets WHERE wallet_id = ?", walletId);
//
// find and list call `Status readRow(Columns&, Row&)` of the row's type. Not thread-safe.
#pragma once

#include <sqlite3.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sqlite/values.h"

namespace florin::sqlite {

struct CloseDatabase {
  void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

// StatementUse gives a cached statement back when its one execution ends.
class StatementUse {
 public:
  explicit StatementUse(sqlite3_stmt* statement) : statement_(statement) {}
  StatementUse(const StatementUse&) = delete;
  StatementUse& operator=(const StatementUse&) = delete;
  ~StatementUse() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }

 private:
  sqlite3_stmt* statement_;
};

class Connection {
 public:
  enum class Mode : std::uint8_t { kReadWrite, kReadOnly };

  // open opens an existing file. kUnavailable: it cannot be opened.
  static Result<Connection> open(const std::string& path, Mode mode);

  // run executes a script of any number of statements, without values.
  Status run(const char* script);

  // execute runs one changing statement and gives the number of rows it changed. kConflict: a
  // unique key is taken. kWrongState: the connection only reads. kUnavailable: the database is
  // locked, full or fails. kCorrupted: its file is damaged.
  template <class... Values>
  Result<int> execute(Literal sql, const Values&... values) {
    FLORIN_TRY_ASSIGN(sqlite3_stmt* const statement, prepare(sql));
    const StatementUse use(statement);
    FLORIN_TRY(bindAll(statement, values...));
    FLORIN_TRY(step(statement));
    return sqlite3_changes(db_.get());
  }

  // list gives the rows of a query, find the first of them.
  template <class Row, class... Values>
  Result<std::vector<Row>> list(Literal sql, const Values&... values) {
    std::vector<Row> rows;
    FLORIN_TRY_ASSIGN(sqlite3_stmt* const statement, prepare(sql));
    const StatementUse use(statement);
    FLORIN_TRY(bindAll(statement, values...));
    while (true) {
      FLORIN_TRY_ASSIGN(const bool more, step(statement));
      if (!more) return rows;
      Columns columns(statement);
      FLORIN_TRY(readRow(columns, rows.emplace_back()));
    }
  }
  template <class Row, class... Values>
  Result<std::optional<Row>> find(Literal sql, const Values&... values) {
    FLORIN_TRY_ASSIGN(sqlite3_stmt* const statement, prepare(sql));
    const StatementUse use(statement);
    FLORIN_TRY(bindAll(statement, values...));
    FLORIN_TRY_ASSIGN(const bool found, step(statement));
    if (!found) return std::optional<Row>();
    std::optional<Row> row(std::in_place);
    Columns columns(statement);
    FLORIN_TRY(readRow(columns, *row));
    return row;
  }

  // number gives the single integer of a query that always has one.
  template <class... Values>
  Result<std::int64_t> number(Literal sql, const Values&... values) {
    FLORIN_TRY_ASSIGN(const auto row, find<std::int64_t>(sql, values...));
    if (!row) return Error(Code::kInternal, "a query gave no row");
    return *row;
  }

  // whileRunning calls `report` after each so many steps of a statement that runs, for as long as
  // this connection lives.
  void whileRunning(int steps, std::function<void()> report);

  // inTransaction is false also after a failure that made SQLite roll the whole transaction back.
  [[nodiscard]] bool inTransaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }

 private:
  explicit Connection(sqlite3* db) : db_(db) {}

  Result<sqlite3_stmt*> prepare(Literal sql);
  Result<bool> step(sqlite3_stmt* statement);
  Status check(int code) const;

  template <class... Values>
  Status bindAll([[maybe_unused]] sqlite3_stmt* statement, const Values&... values) {
    int index = 0;
    int code = SQLITE_OK;
    ((code = code == SQLITE_OK ? bindValue(statement, ++index, values) : code), ...);
    return check(code);
  }

  std::unique_ptr<std::function<void()>> report_;  // SQLite keeps its address
  std::unique_ptr<sqlite3, CloseDatabase> db_;
  // By the address of the literal, which is as good as its text and quicker.
  std::unordered_map<const char*, std::unique_ptr<sqlite3_stmt, FinalizeStatement>> statements_;
};

}  // namespace florin::sqlite
