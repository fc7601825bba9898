#include "posix/file_storage.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "posix/file.h"

namespace florin::posix {

using base::limits::kVaultFile;

Result<std::unique_ptr<FileStorage>> FileStorage::open(std::string path) {
  UniqueFd lock(::open((path + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.open()) return errnoError("vault's lock file cannot be opened");
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      return Error(Code::kConflict, "vault is open in another process", EWOULDBLOCK);
    }
    return errnoError("vault cannot be locked");
  }
  return std::unique_ptr<FileStorage>(new FileStorage(std::move(path), std::move(lock)));
}

Result<std::optional<Bytes>> FileStorage::load() {
  auto bytes = readFile(path_, kVaultFile);
  if (!bytes.ok() && bytes.error().code() == Code::kNotFound) return std::optional<Bytes>();
  if (!bytes.ok()) return bytes.error();
  return std::optional<Bytes>(std::move(bytes).value());
}

Status FileStorage::openForAppend() {
  UniqueFd fd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd.open()) return errnoError("vault file cannot be opened");
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return errnoError("vault file cannot be examined");
  if (status.st_size == 0) FLORIN_TRY(syncParent(path_));
  size_ = static_cast<std::size_t>(status.st_size);
  file_ = std::move(fd);
  return {};
}

Status FileStorage::append(ByteView bytes) {
  if (uncertain_) {
    return Error(Code::kUnavailable, "an earlier write to the vault failed: open it again");
  }
  if (!file_.open()) FLORIN_TRY(openForAppend());
  if (size_ > kVaultFile || bytes.size() > kVaultFile - size_) {
    return Error(Code::kTooLarge, "vault file would be too large");
  }
  if (Status written = writeAll(file_.get(), bytes); !written.ok()) {
    uncertain_ = ::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0;
    return written;
  }
  if (::fdatasync(file_.get()) != 0) {
    // After a failed sync the kernel may call the pages clean, so a second sync proves nothing.
    const Error error = errnoError("vault file cannot be made durable");
    uncertain_ = true;
    return error;
  }
  size_ += bytes.size();
  return {};
}

Status FileStorage::replace(ByteView bytes) {
  if (bytes.size() > kVaultFile) return Error(Code::kTooLarge, "vault file would be too large");
  file_.close();  // whichever file stands there afterwards, the next append opens that one
  FLORIN_TRY(writeFileAtomic(path_, bytes, 0600));
  uncertain_ = false;
  return {};
}

Status FileStorage::remove() {
  file_.close();
  uncertain_ = false;
  if (::unlink(path_.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return errnoError("vault file cannot be removed");
  }
  return syncParent(path_);
}

}  // namespace florin::posix
