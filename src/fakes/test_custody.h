// Key custody for the tests of rooms that need one: the software adapter over a key file of its
// own. A custody of fakes alone would repeat that adapter.
#pragma once

#include <memory>

#include "ports/key_custody.h"

namespace florin::fakes {

// makeTestCustody gives a custody with issuer master keys of version 1 for program "K2". All of one
// process have the same keys, because an RSA key takes longer to make than most tests run.
std::unique_ptr<ports::KeyCustody> makeTestCustody();

}  // namespace florin::fakes
