// FLORIN_CHECK ends the process when the program itself is wrong. Never for input: input gets an
// Error.
#pragma once

namespace florin::base {

[[noreturn]] void checkFailed(const char* file, int line, const char* condition);

}  // namespace florin::base

#define FLORIN_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::florin::base::checkFailed(__FILE__, __LINE__, #condition))
