// WriteWatch counts the system calls that can write to a file while some work is done, by the
// kernel's own seccomp: nothing that the process says of itself is believed.
#pragma once

#include <functional>

#include "florin/result.h"

namespace florin::bench {

// countWrites does `work` in a child process under a filter that stops every such call and counts
// it: write and its kin, sync, truncate, open, rename, unlink, send. The work's effects are the
// child's alone. kUnavailable: the kernel allows no filter; kInternal: the child died, or the work
// failed.
Result<unsigned> countWrites(const std::function<bool()>& work);

}  // namespace florin::bench
