#include "posix/tcp_stream.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <memory>

namespace florin::posix {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Literal kTooLong = "the connection took too long";

// waitFor gives false when `until` has passed.
Result<bool> waitFor(int fd, short events, SteadyClock::time_point until) {
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now()).count();
    pollfd waiting{fd, events, 0};
    const int ready = ::poll(&waiting, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready > 0) return true;
    if (ready == 0 && left <= 0) return false;
    if (ready < 0 && errno != EINTR) return errnoError("a connection cannot be awaited");
  }
}

Status await(int fd, short events, SteadyClock::time_point until) {
  FLORIN_TRY_ASSIGN(const bool ready, waitFor(fd, events, until));
  return ready ? Status() : Error(Code::kDeadline, kTooLong);
}

bool wouldWait(int number) { return number == EAGAIN || number == EWOULDBLOCK || number == EINTR; }

Result<UniqueFd> connectTo(const addrinfo& address, base::Duration deadline) {
  UniqueFd fd(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.open()) return errnoError("no socket can be made");
  if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0 && errno != EINPROGRESS) {
    return Error(Code::kUnavailable, "nobody listens there", errno);
  }
  FLORIN_TRY(await(fd.get(), POLLOUT, SteadyClock::now() + deadline));
  int failed = 0;
  socklen_t size = sizeof failed;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &failed, &size) != 0 || failed != 0) {
    return Error(Code::kUnavailable, "nobody listens there", failed);
  }
  const int on = 1;
  (void)::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

}  // namespace

Result<TcpStream> TcpStream::connect(const std::string& host, const std::string& port,
                                     base::Duration deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) {
    return Error(Code::kInvalidArgument, "no such host or port");
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> addresses(found, &::freeaddrinfo);
  Error last(Code::kUnavailable, "nobody listens there");
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    auto fd = connectTo(*address, deadline);
    if (fd.ok()) return TcpStream(std::move(*fd));
    last = fd.error();
  }
  return last;
}

Result<bool> TcpStream::waitReadable(base::Duration wait) {
  return waitFor(fd_.get(), POLLIN, SteadyClock::now() + wait);
}

Status TcpStream::read(std::span<std::uint8_t> out, base::Duration deadline) {
  const auto until = SteadyClock::now() + deadline;
  while (!out.empty()) {
    const ssize_t count = ::recv(fd_.get(), out.data(), out.size(), 0);
    if (count == 0) return Error(Code::kUnavailable, "the other side closed the connection");
    if (count < 0 && !wouldWait(errno)) {
      return Error(Code::kUnavailable, "the connection broke", errno);
    }
    if (count > 0) out = out.subspan(static_cast<std::size_t>(count));
    if (!out.empty()) FLORIN_TRY(await(fd_.get(), POLLIN, until));
  }
  return {};
}

Status TcpStream::write(ByteView bytes, base::Duration deadline) {
  const auto until = SteadyClock::now() + deadline;
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count < 0 && !wouldWait(errno)) {
      return Error(Code::kUnavailable, "the connection broke", errno);
    }
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
    if (!bytes.empty()) FLORIN_TRY(await(fd_.get(), POLLOUT, until));
  }
  return {};
}

}  // namespace florin::posix
