// Files: bounded reads, atomic and durable writes. Errors carry errno as detail: kNotFound,
// kRefused (permission), kExhausted (no room, no descriptor), kInvalidArgument (no regular file, a
// bad path), kUnavailable (anything else).
#pragma once

#include <sys/types.h>

#include <string>

#include "base/limits.h"
#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::posix {

// readFile reads a whole regular file. kTooLarge: it has more than maxBytes.
Result<Bytes> readFile(const std::string& path, std::size_t maxBytes);

// readSecretFile reads a file that only its owner may touch, byte for byte (an editor's last line
// feed is part of it). kRefused: group or others have a permission on it.
Result<SecretBytes> readSecretFile(const std::string& path,
                                   std::size_t maxBytes = base::limits::kSecretFile);

// writeFileAtomic makes `path` hold exactly `bytes`, with exactly that mode: after a crash it is
// the old file or the new one. Durable when it returns; after an error it is either. It writes
// `path`.new first, so one path has one writer at a time.
Status writeFileAtomic(const std::string& path, ByteView bytes, mode_t mode);

// makeDirectory makes one directory, durably; one that exists is left as it is.
Status makeDirectory(const std::string& path, mode_t mode = 0700);

// moveDurably renames a file, whose content is durable before its new name is.
Status moveDurably(const std::string& from, const std::string& to);

// syncParent makes the names in the folder of `path` durable.
Status syncParent(const std::string& path);

// writeAll writes everything to a descriptor. After an error any prefix may be written.
Status writeAll(int fd, ByteView bytes);

}  // namespace florin::posix
