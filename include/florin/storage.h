// Storage keeps the vault: one byte string that grows at its end. The vault encrypts; Storage only
// has to be durable.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "florin/bytes.h"
#include "florin/result.h"
#include "florin/version.h"

namespace florin {

class FLORIN_EXPORT Storage {
 public:
  virtual ~Storage() = default;

  // load gives the whole content, or nothing when none was written yet.
  virtual Result<std::optional<Bytes>> load() = 0;

  // append adds bytes at the end. They are durable when it returns; after an error any prefix of
  // them may be there.
  virtual Status append(ByteView bytes) = 0;

  // replace changes the whole content atomically: after a crash it is the old one or the new one.
  // Durable when it returns.
  virtual Status replace(ByteView bytes) = 0;

  // remove deletes the content; removing what is not there succeeds.
  virtual Status remove() = 0;
};

// openFileStorage gives the default Storage: the file `path`, mode 0600, made by the first write. A
// lock on `path`.lock keeps every other process out while the storage lives. kConflict: another
// process has it open; kRefused, kNotFound: the folder cannot be written or is not there. The
// detail is errno.
FLORIN_EXPORT Result<std::unique_ptr<Storage>> openFileStorage(const std::string& path);

}  // namespace florin
