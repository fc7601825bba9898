// Internal to this room: an owned file descriptor, and errno as an Error.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "florin/result.h"

namespace florin::posix {

// UniqueFd closes its descriptor. A moved-from one holds none.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    if (this != &other) {
      close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~UniqueFd() { close(); }

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

// errnoError makes an Error of the present errno, which becomes the detail.
inline Error errnoError(Literal text, int number = errno) {
  switch (number) {
    case ENOENT: return {Code::kNotFound, text, number};
    case EEXIST: return {Code::kConflict, text, number};
    case EACCES:
    case EPERM:
    case EROFS: return {Code::kRefused, text, number};
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE: return {Code::kExhausted, text, number};
    case ENOTDIR:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG: return {Code::kInvalidArgument, text, number};
    default: return {Code::kUnavailable, text, number};
  }
}

}  // namespace florin::posix
