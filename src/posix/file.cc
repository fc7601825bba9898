#include "posix/file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "posix/unique_fd.h"

namespace florin::posix {
namespace {

struct OpenedFile {
  UniqueFd fd;
  mode_t mode;
  std::size_t size;
};

// O_NONBLOCK: opening a named pipe must not wait for its writer.
Result<OpenedFile> openRegular(const std::string& path, std::size_t maxBytes) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.open()) return errnoError("file cannot be opened");
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return errnoError("file cannot be examined");
  if (!S_ISREG(status.st_mode)) return Error(Code::kInvalidArgument, "not a regular file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > maxBytes) return Error(Code::kTooLarge, "file is too large", status.st_size);
  return OpenedFile{std::move(fd), status.st_mode, size};
}

// readExactly fails when the file changes its size meanwhile, rather than give a part of it.
Status readExactly(int fd, std::span<std::uint8_t> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = ::read(fd, out.data() + done, out.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errnoError("file cannot be read");
    if (got == 0) return Error(Code::kConflict, "file became shorter while it was read");
    done += static_cast<std::size_t>(got);
  }
  return {};
}

std::string parentOf(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Status writeNewFile(const std::string& path, ByteView bytes, mode_t mode) {
  ::unlink(path.c_str());  // what a crash left
  const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (!fd.open()) return errnoError("file cannot be made");
  // The mode given to open is reduced by the process's umask.
  if (::fchmod(fd.get(), mode) != 0) return errnoError("file's mode cannot be set");
  FLORIN_TRY(writeAll(fd.get(), bytes));
  if (::fsync(fd.get()) != 0) return errnoError("file cannot be made durable");
  return {};
}

}  // namespace

Result<Bytes> readFile(const std::string& path, std::size_t maxBytes) {
  FLORIN_TRY_ASSIGN(const OpenedFile file, openRegular(path, maxBytes));
  Bytes bytes(file.size);
  FLORIN_TRY(readExactly(file.fd.get(), bytes));
  return bytes;
}

Result<SecretBytes> readSecretFile(const std::string& path, std::size_t maxBytes) {
  FLORIN_TRY_ASSIGN(const OpenedFile file, openRegular(path, maxBytes));
  if ((file.mode & 077) != 0) {
    return Error(Code::kRefused, "secret file is open to group or others: chmod 600 it");
  }
  SecretBytes secret(file.size);
  FLORIN_TRY(readExactly(file.fd.get(), secret.exposeMutable()));
  return secret;
}

Status writeFileAtomic(const std::string& path, ByteView bytes, mode_t mode) {
  const std::string fresh = path + ".new";
  if (Status written = writeNewFile(fresh, bytes, mode); !written.ok()) {
    ::unlink(fresh.c_str());
    return written;
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    const Error error = errnoError("file cannot be put in place");
    ::unlink(fresh.c_str());
    return error;
  }
  return syncParent(path);
}

Status makeDirectory(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0) return syncParent(path);
  if (errno != EEXIST) return errnoError("directory cannot be made");
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return errnoError("directory cannot be examined");
  if (!S_ISDIR(status.st_mode)) return errnoError("not a directory", ENOTDIR);
  return {};
}

Status moveDurably(const std::string& from, const std::string& to) {
  const UniqueFd fd(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.open()) return errnoError("file cannot be opened");
  if (::fsync(fd.get()) != 0) return errnoError("file cannot be made durable");
  if (::rename(from.c_str(), to.c_str()) != 0) return errnoError("file cannot be put in place");
  return syncParent(to);
}

Status syncParent(const std::string& path) {
  const UniqueFd fd(::open(parentOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.open()) return errnoError("directory cannot be opened");
  if (::fsync(fd.get()) != 0) return errnoError("directory cannot be made durable");
  return {};
}

Status writeAll(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errnoError("file cannot be written");
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return {};
}

}  // namespace florin::posix
