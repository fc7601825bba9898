// Storage keeps the vault: one byte string that grows at its end. The vault encrypts; Storage only
// has to be durable.
#pragma once

#include <optional>

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

}  // namespace florin
