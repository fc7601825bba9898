#include "sqlite/reader_pool.h"

#include "base/limits.h"
#include "sqlite/schema.h"

namespace florin::sqlite {

Status ReaderPool::run(const UnitBody& body) {
  FLORIN_TRY_ASSIGN(Connection connection, acquire());
  Status status;
  if (const auto begun = connection.execute("BEGIN"); !begun.ok()) {
    status = begun.error();
  } else {
    status = runBody(connection, body);
    static_cast<void>(connection.execute("ROLLBACK"));
  }
  if (connection.inTransaction()) {
    forgetOne();  // a snapshot that does not end would hold the WAL for ever
  } else {
    giveBack(std::move(connection));
  }
  return status;
}

Result<Connection> ReaderPool::acquire() {
  {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [&] { return !idle_.empty() || open_ < base::limits::kStoreReaders; });
    if (!idle_.empty()) {
      Connection connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
    ++open_;
  }
  auto connection = openReader(path_);
  if (!connection.ok()) forgetOne();
  return connection;
}

void ReaderPool::giveBack(Connection connection) {
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

void ReaderPool::forgetOne() {
  {
    const std::lock_guard lock(mutex_);
    --open_;
  }
  freed_.notify_one();
}

}  // namespace florin::sqlite
