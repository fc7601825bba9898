// The embedded Store: one SQLite file in WAL mode with synchronous=FULL (D10). Writing units are
// committed in groups by one thread, reading units run on snapshots beside it.
#pragma once

#include <memory>
#include <string>

#include "florin/log.h"
#include "ports/store.h"
#include "sqlite/options.h"

namespace florin::sqlite {

class Store : public ports::Store {
 public:
  // commits counts the commits so far: each costs one fsync and may hold many units.
  [[nodiscard]] virtual std::uint64_t commits() const = 0;
};

// openStore opens the database at `path`, or makes it, mode 0600, its folder existing. One process
// opens it at a time. kUnsupported: another application's, or of a newer version than ours.
// kCorrupted: no database. kUnavailable: it cannot be opened or is locked. `log` must outlive the
// store; destroying the store finishes what is queued.
Result<std::unique_ptr<Store>> openStore(const std::string& path, const Options& options, Log& log);

}  // namespace florin::sqlite
