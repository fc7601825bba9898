// TcpStream is a TCP connection that this program made, read and written in whole pieces. Used by
// one thread.
#pragma once

#include <span>
#include <string>

#include "base/time.h"
#include "florin/bytes.h"
#include "florin/result.h"
#include "posix/unique_fd.h"

namespace florin::posix {

class TcpStream {
 public:
  // connect tries the addresses of `host` in turn, each for `deadline` at most. kUnavailable:
  // nobody listens there; kDeadline: no answer; kInvalidArgument: no such host or port.
  static Result<TcpStream> connect(const std::string& host, const std::string& port,
                                   base::Duration deadline);

  // waitReadable tells whether there is something to read, or an end, within `wait`.
  Result<bool> waitReadable(base::Duration wait);

  // read fills `out`. kUnavailable: the connection ended before; kDeadline: it took longer.
  Status read(std::span<std::uint8_t> out, base::Duration deadline);

  // write hands over all of it. kUnavailable, kDeadline as read.
  Status write(ByteView bytes, base::Duration deadline);

 private:
  explicit TcpStream(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;  // non-blocking
};

}  // namespace florin::posix
