// FileStorage: the vault's bytes in one file, the SDK's default.
#pragma once

#include <memory>
#include <string>

#include "florin/storage.h"
#include "posix/unique_fd.h"

namespace florin::posix {

// FileStorage keeps the content in `path`, mode 0600, made by the first write. A lock on
// `path`.lock, held while the object lives, keeps other processes (and other FileStorages) out; it
// is a file of its own because replace() puts another file in the place of `path`. Not thread-safe.
//
// All operations give the errors of posix/file.h; load and append also kTooLarge above
// limits::kVaultFile. An append that failed is taken back. Where that cannot be made sure (the disk
// did not confirm a write), append answers kUnavailable from then on, until replace succeeds or the
// storage is opened again.
class FileStorage : public Storage {
 public:
  // open makes the lock file. kConflict: another process has this storage open.
  static Result<std::unique_ptr<FileStorage>> open(std::string path);

  Result<std::optional<Bytes>> load() override;
  Status append(ByteView bytes) override;
  Status replace(ByteView bytes) override;
  Status remove() override;

 private:
  FileStorage(std::string path, UniqueFd lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  Status openForAppend();

  std::string path_;
  UniqueFd lock_;
  UniqueFd file_;  // open for append, or not open
  std::size_t size_ = 0;
  bool uncertain_ = false;  // the end of the file may hold a part of a failed append
};

}  // namespace florin::posix
