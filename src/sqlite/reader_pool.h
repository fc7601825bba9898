// ReaderPool runs the reading units of work, each on a read-only connection and a snapshot of its
// own. Readers never wait for the writer, nor it for them. Thread-safe.
#pragma once

#include <condition_variable>
#include <mutex>

#include "sqlite/unit.h"

namespace florin::sqlite {

class ReaderPool {
 public:
  // At most limits::kStoreReaders connections are opened, when they are needed.
  explicit ReaderPool(std::string path) : path_(std::move(path)) {}

  // run waits for a free connection.
  Status run(const UnitBody& body);

 private:
  Result<Connection> acquire();
  void giveBack(Connection connection);
  void forgetOne();

  const std::string path_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<Connection> idle_;
  unsigned open_ = 0;
};

}  // namespace florin::sqlite
