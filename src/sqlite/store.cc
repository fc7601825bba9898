#include "sqlite/store.h"

#include "sqlite/reader_pool.h"
#include "sqlite/schema.h"
#include "sqlite/writer.h"

namespace florin::sqlite {
namespace {

class SqliteStore : public Store {
 public:
  SqliteStore(const std::string& path, Connection writing, Log& log)
      : writer_(std::move(writing), log), readers_(path) {}

  [[nodiscard]] std::uint64_t commits() const override { return writer_.commits(); }

 protected:
  Status runWrite(const Body& body) override { return writer_.run(body); }
  Status runRead(const Body& body) override { return readers_.run(body); }

 private:
  Writer writer_;  // closed last, since only it can clean up the WAL
  ReaderPool readers_;
};

// countNoMemory switches SQLite's account of its memory off: every allocation of every thread would
// take one lock for it. It can only be done before SQLite's first use in the process, and once.
void countNoMemory() {
  static const int outcome = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(outcome);
}

}  // namespace

Result<std::unique_ptr<Store>> openStore(const std::string& path, const Options& options,
                                         Log& log) {
  countNoMemory();
  FLORIN_TRY_ASSIGN(Connection writing, openWriter(path, options));
  log.info("store.open", {{"path", PublicText{path}}});
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(path, std::move(writing), log));
}

}  // namespace florin::sqlite
