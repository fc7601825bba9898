#pragma once

#include <cstdint>

namespace florin::sqlite {

// Options of a store; the default is what production uses.
struct Options {
  std::int64_t maxPages = 0;  // the file never grows beyond, in pages of 4096 bytes; 0: no bound
};

}  // namespace florin::sqlite
