#include "filler.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "sqlite/connection.h"

namespace florin::bench {

// Found by argument-dependent lookup, so it cannot stand in an unnamed namespace.
struct Column {
  std::string name;
  std::string type;
};
static Status readRow(sqlite::Columns& columns, Column& column) {
  return columns.read(column.name, column.type);
}

namespace {

constexpr std::size_t kBatch = 10'000;  // wallets of one statement

// Enrollments are not among them: housekeeping erases them some days after they ended.
constexpr std::array kTables = {"wallets", "devices",      "operations",   "request_results",
                                "tokens",  "payment_keys", "digital_cards"};

// One transaction without a journal, in much memory: the indexes are written in no order, and each
// commit would write most of their pages again. A store that is not whole is thrown away.
constexpr const char* kFast =
    "PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
    "PRAGMA cache_size = -2500000; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0";

// What one wallet is called in all tables.
constexpr std::array kIds = {"wallet_id", "device_id", "token_id"};

// These stay as they are: whose a row is, and what is not opaque bytes.
constexpr std::array kKept = {"tenant", "issuer", "states"};

bool isOneOf(const auto& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

std::string valueOf(const Column& column) {
  if (column.type != "BLOB" || isOneOf(kKept, column.name)) return "shape." + column.name;
  if (isOneOf(kIds, column.name)) return "one." + column.name;
  // randomblob(0) would give one byte.
  return "iif(length(shape." + column.name + ") = 0, x'', randomblob(length(shape." + column.name +
         ")))";
}

Result<std::string> insertInto(sqlite::Connection& db, const std::string& table) {
  FLORIN_TRY_ASSIGN(const auto columns,
                    db.list<Column>("SELECT name, type FROM pragma_table_info(?, 'main')", table));
  std::string values;
  for (const Column& column : columns) {
    values += (values.empty() ? "" : ", ") + valueOf(column);
  }
  return "INSERT INTO main." + table + " SELECT " + values + " FROM temp.one CROSS JOIN temp." +
         table + " AS shape;";
}

// makeShapes copies what is there aside, and gives the script that adds one batch of wallets.
Result<std::string> makeShapes(sqlite::Connection& db) {
  std::string script =
      "DELETE FROM temp.one; INSERT INTO temp.one SELECT randomblob(16),"
      " randomblob(16), randomblob(16) FROM temp.number LIMIT (SELECT n FROM"
      " temp.batch);";
  for (const char* const table : kTables) {
    const std::string copy =
        "CREATE TEMP TABLE " + std::string(table) + " AS SELECT * FROM main." + table;
    FLORIN_TRY(db.run(copy.c_str()));
    FLORIN_TRY_ASSIGN(const std::string insert, insertInto(db, table));
    script += insert;
  }
  return script;
}

}  // namespace

Status fillStore(const std::string& database, std::size_t wallets, apps::Interrupts& interrupts) {
  FLORIN_TRY_ASSIGN(auto db,
                    sqlite::Connection::open(database, sqlite::Connection::Mode::kReadWrite));
  FLORIN_TRY(db.run(kFast));
  const std::string numbers =
      "CREATE TEMP TABLE one (wallet_id, device_id, token_id); CREATE TEMP TABLE batch (n);"
      "CREATE TEMP TABLE number AS WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL"
      " SELECT n + 1 FROM counted LIMIT " +
      std::to_string(kBatch) + ") SELECT n FROM counted";
  FLORIN_TRY(db.run(numbers.c_str()));
  FLORIN_TRY_ASSIGN(const std::string addBatch, makeShapes(db));
  FLORIN_TRY(db.run("BEGIN"));
  for (std::size_t done = 0; done < wallets;) {
    if (interrupts.pending()) return Error(Code::kCancelled, "a signal ended the filling");
    const std::size_t count = std::min(kBatch, wallets - done);
    FLORIN_TRY(db.run("DELETE FROM temp.batch"));
    FLORIN_TRY(db.execute("INSERT INTO temp.batch VALUES (?)", count));
    FLORIN_TRY(db.run(addBatch.c_str()));
    done += count;
    if (::isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "\r%zu wallets", done);
  }
  if (::isatty(STDERR_FILENO) == 1) std::fputs("\n", stderr);
  return db.run("COMMIT");
}

}  // namespace florin::bench
