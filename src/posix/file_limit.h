// How many files and sockets this process may have open at once (RLIMIT_NOFILE).
#pragma once

#include <cstdint>

namespace florin::posix {

// raiseFileLimit raises the process's own limit to `wanted` where it is below it, as far as the
// system lets it. Gives what it is then, which may be less than was wanted.
std::uint64_t raiseFileLimit(std::uint64_t wanted);

}  // namespace florin::posix
