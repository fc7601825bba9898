#include "sqlite/copy.h"

#include <sys/stat.h>

#include "sqlite/schema.h"

namespace florin::sqlite {
namespace {

constexpr int kStepsPerReport = 100'000;  // of SQLite's virtual machine: some milliseconds

std::uint64_t sizeOf(const std::string& path) {
  struct stat facts{};
  return ::stat(path.c_str(), &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

}  // namespace

Status copyDatabase(const std::string& from, const std::string& to, const CopyProgress& progress) {
  FLORIN_TRY_ASSIGN(Connection source, openReader(from));
  FLORIN_TRY(checkOwner(source));
  FLORIN_TRY_ASSIGN(const std::int64_t damage,
                    source.number("SELECT count(*) FROM pragma_integrity_check(1)"
                                  " WHERE integrity_check <> 'ok'"));
  if (damage != 0) return Error(Code::kCorrupted, "the database is damaged");
  FLORIN_TRY_ASSIGN(const std::int64_t pages, source.number("PRAGMA page_count"));
  FLORIN_TRY_ASSIGN(const std::int64_t pageSize, source.number("PRAGMA page_size"));
  const auto expected = static_cast<std::uint64_t>(pages * pageSize);
  FLORIN_TRY(makePrivate(to));
  source.whileRunning(kStepsPerReport, [&] { progress(sizeOf(to), expected); });
  // VACUUM fills an empty file, which keeps its mode.
  FLORIN_TRY(source.execute("VACUUM INTO ?", std::string_view(to)));
  progress(sizeOf(to), sizeOf(to));
  return {};
}

}  // namespace florin::sqlite
