// Settings of one store: small named values (store epoch, wrapped data keys, key check values,
// backend id). Not secret: what is secret is wrapped before it comes here.
#pragma once

#include <optional>
#include <string_view>

#include "florin/bytes.h"
#include "florin/result.h"

namespace florin::records {

class SettingsRepository {
 public:
  virtual ~SettingsRepository() = default;
  virtual Result<std::optional<Bytes>> find(std::string_view name) = 0;
  virtual Status put(std::string_view name, ByteView value) = 0;
};

}  // namespace florin::records
