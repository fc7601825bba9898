#include "data_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace florin::apps {

Done lockDataDir(const DataDir& dir) {
  const int fd = ::open(dir.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Failure{Exit::kLocalState, dir.lock() + " cannot be opened: is the folder writable?"};
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return {};
  ::close(fd);
  return Failure{Exit::kLocalState,
                 dir.root.string() + " is served by another florind: end that one first"};
}

}  // namespace florin::apps
