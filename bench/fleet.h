// Fleet is enrolled devices with one card each, more than there are connections.
#pragma once

#include "load.h"

namespace florin::bench {

class Fleet {
 public:
  enum class Ledgers : bool { kNone, kKept };

  // enroll makes `size` devices through `load`.
  static apps::Outcome<Fleet> enroll(Load& load, std::size_t size,
                                     Ledgers ledgers = Ledgers::kNone);

  [[nodiscard]] std::size_t size() const { return devices_.size(); }
  EnrolledDevice& operator[](std::size_t item) { return *devices_[item]; }

 private:
  std::vector<std::optional<EnrolledDevice>> devices_;
};

}  // namespace florin::bench
