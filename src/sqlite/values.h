// How values of rows become SQLite values and back: ids and bytes are blobs, times milliseconds,
// enumerations and flags integers.
#pragma once

#include <sqlite3.h>

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/time.h"
#include "records/limited_keys.h"
#include "records/notices.h"
#include "records/tokens.h"
#include "records/wallets.h"

namespace florin::sqlite {

// firstOf and lastOf give the lowest and the highest enumerator.
constexpr std::int64_t firstOf(auto) { return 1; }
constexpr std::int64_t firstOf(LockReason) { return 0; }
constexpr auto lastOf(LockReason) { return LockReason::ACCOUNT_CLOSED; }
constexpr auto lastOf(records::CodeState) { return records::CodeState::kBound; }
constexpr auto lastOf(records::EnrollmentState) { return records::EnrollmentState::kActive; }
constexpr auto lastOf(records::DeviceState) { return records::DeviceState::kSuspended; }
constexpr auto lastOf(records::OperationState) { return records::OperationState::kVoid; }
constexpr auto lastOf(records::TokenState) { return records::TokenState::kDeleted; }
constexpr auto lastOf(records::LimitedKeyState) { return records::LimitedKeyState::kVoid; }
constexpr auto lastOf(records::DigitizationState) { return records::DigitizationState::kEnded; }
constexpr auto lastOf(records::NoticeType) { return records::NoticeType::kTransaction; }
constexpr auto lastOf(records::NoticeState) { return records::NoticeState::kParked; }
constexpr auto lastOf(records::ApiScope) { return records::ApiScope::kMetrics; }

// bindValue lends the value to the statement: it must live until the statement was executed.
inline int bindValue(sqlite3_stmt* statement, int index, ByteView value) {
  // A null pointer would bind NULL instead of an empty blob.
  const void* const data = value.empty() ? static_cast<const void*>("") : value.data();
  return sqlite3_bind_blob64(statement, index, data, value.size(), SQLITE_STATIC);
}
inline int bindValue(sqlite3_stmt* statement, int index, std::string_view value) {
  const char* const data = value.empty() ? "" : value.data();
  return sqlite3_bind_text64(statement, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
}
template <class Tag>
int bindValue(sqlite3_stmt* statement, int index, const base::Id<Tag>& value) {
  return bindValue(statement, index, value.view());
}
inline int bindValue(sqlite3_stmt* statement, int index, base::Time value) {
  return sqlite3_bind_int64(statement, index, base::toMs(value));
}
template <class Number>
  requires std::integral<Number> || std::is_enum_v<Number>
int bindValue(sqlite3_stmt* statement, int index, Number value) {
  return sqlite3_bind_int64(statement, index, static_cast<sqlite3_int64>(value));
}

// Columns takes the columns of the present row, in their order.
class Columns {
 public:
  explicit Columns(sqlite3_stmt* statement) : statement_(statement) {}

  // read fills every value. kCorrupted: a column does not have the shape of its value, or there
  // are more or fewer columns.
  template <class... Values>
  Status read(Values&... values) {
    bool fits = sqlite3_column_count(statement_) == static_cast<int>(sizeof...(values));
    ((fits = fits && take(values), ++index_), ...);
    if (!fits) return Error(Code::kCorrupted, "a row does not have its shape", index_);
    return {};
  }

 private:
  bool take(Bytes& value) {
    value = base::toBytes(blob());
    return true;
  }
  bool take(std::string& value) {
    value = base::asText(blob());
    return true;
  }
  template <class Tag>
  bool take(base::Id<Tag>& value) {
    const auto id = base::Id<Tag>::fromBytes(blob());
    if (id.ok()) value = id.value();
    return id.ok();
  }
  bool take(base::Time& value) {
    value = base::fromMs(sqlite3_column_int64(statement_, index_));
    return true;
  }
  template <std::integral Number>
  bool take(Number& value) {
    const sqlite3_int64 stored = sqlite3_column_int64(statement_, index_);
    value = static_cast<Number>(stored);
    return static_cast<sqlite3_int64>(value) == stored;
  }
  template <class Enum>
    requires std::is_enum_v<Enum>
  bool take(Enum& value) {
    const sqlite3_int64 stored = sqlite3_column_int64(statement_, index_);
    value = static_cast<Enum>(stored);
    return stored >= firstOf(Enum{}) && stored <= static_cast<sqlite3_int64>(lastOf(Enum{}));
  }

  ByteView blob() {
    const void* const data = sqlite3_column_blob(statement_, index_);
    const int size = sqlite3_column_bytes(statement_, index_);
    return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
  }

  sqlite3_stmt* statement_;
  int index_ = 0;
};

// A row of one column is the value itself.
inline Status readRow(Columns& columns, std::int64_t& value) { return columns.read(value); }
inline Status readRow(Columns& columns, Bytes& value) { return columns.read(value); }

}  // namespace florin::sqlite
