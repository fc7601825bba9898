// TemporaryFolder is what the demonstration works in: gone afterwards, or found by the next one.
#pragma once

#include <filesystem>

#include "common/failure.h"
#include "posix/unique_fd.h"

namespace florin::apps {

// TemporaryFolder is gone with the object, unless it is to be kept. A lock file in it is held while
// its process lives, so that a folder whose process was killed is told from one in use.
class TemporaryFolder {
 public:
  // make also removes what killed processes of this user left behind.
  static Outcome<TemporaryFolder> make(bool keep);

  TemporaryFolder(TemporaryFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), keep_(other.keep_), lock_(std::move(other.lock_)) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  TemporaryFolder(std::filesystem::path path, bool keep, posix::UniqueFd lock)
      : path_(std::move(path)), keep_(keep), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  bool keep_;
  posix::UniqueFd lock_;
};

}  // namespace florin::apps
