// florind backup, restore and confirm-restore: copies of the store (docs/operations.md).
#pragma once

#include <string>

#include "common/failure.h"

namespace florin::apps {

struct BackupOptions {
  std::string dataDir;
  std::string file;
};

// backup writes the store into a new file, also while florind serves it. The custody's keys are not
// in it.
Done backup(const BackupOptions& options);

// restore puts a backup in the store's place and begins a new store epoch. What was there stays
// beside it. florind must be stopped.
Done restore(const BackupOptions& options);

// confirmRestore lets florind say again what it does not know; it may serve meanwhile.
Done confirmRestore(const std::string& dataDir);

}  // namespace florin::apps
