// Commands that change the software custody's key file, of a data directory that no florind serves
// (docs/operations.md).
#pragma once

#include <string>

#include "common/failure.h"

namespace florin::apps {

// rotateChannelKey puts a new channel key beside the one before.
Done rotateChannelKey(const std::string& dataDir);

// addProgramKey makes the issuer master key of a new card program.
Done addProgramKey(const std::string& dataDir, const std::string& program);

// addProgramAuthority makes the authority, and the issuer's key, of a program whose cards do CDA.
Done addProgramAuthority(const std::string& dataDir, const std::string& program);

}  // namespace florin::apps
