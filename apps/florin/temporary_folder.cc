#include "temporary_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cstdlib>

namespace florin::apps {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "florin-demo-";

fs::path lockOf(const fs::path& folder) { return folder / "lock"; }

// takeLock gives a locked descriptor, or none when a process holds the lock or there is no file.
posix::UniqueFd takeLock(const fs::path& file, int flags) {
  posix::UniqueFd fd(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600));
  if (fd.open() && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) fd.close();
  return fd;
}

// ownFolder: a folder of this user, not a link to one.
bool ownFolder(const fs::path& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
         status.st_uid == ::geteuid();
}

void removeStale(const fs::path& parent) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(parent, failed)) {
    const fs::path& folder = entry.path();
    if (!folder.filename().string().starts_with(kPrefix) || !ownFolder(folder)) continue;
    const posix::UniqueFd lock = takeLock(lockOf(folder), 0);
    std::error_code ignored;
    if (lock.open()) fs::remove_all(folder, ignored);
  }
}

}  // namespace

Outcome<TemporaryFolder> TemporaryFolder::make(bool keep) {
  std::error_code failed;
  const fs::path parent = fs::temp_directory_path(failed);
  if (!failed) removeStale(parent);
  std::string pattern = parent / (std::string(kPrefix) + "XXXXXX");
  if (failed || ::mkdtemp(pattern.data()) == nullptr) {
    return Failure{Exit::kLocalState, "no temporary folder can be made: is TMPDIR writable?"};
  }
  // The file gets its name once it is locked: nobody sees it there and free.
  const fs::path folder = pattern;
  const fs::path unnamed = folder / "lock.new";
  posix::UniqueFd lock = takeLock(unnamed, O_CREAT);
  if (lock.open() && !keep) fs::rename(unnamed, lockOf(folder), failed);
  return TemporaryFolder(folder, keep, std::move(lock));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!keep_ && !path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace florin::apps
