// Copies of a database: a backup that others may write beside, and what is put back.
#pragma once

#include <functional>
#include <string>

#include "florin/result.h"

namespace florin::sqlite {

// CopyProgress hears how many bytes of about how many are written.
using CopyProgress = std::function<void(std::uint64_t written, std::uint64_t expected)>;

// copyDatabase writes the database at `from` into the file `to`, mode 0600, which must not exist:
// all that was committed when it began, and nothing that was erased. Writers go on meanwhile. It
// is not yet durable when this returns. kUnsupported: another application's database, or of a newer
// version than ours. kCorrupted: damaged. kUnavailable: it cannot be read, or `to` not be written.
Status copyDatabase(const std::string& from, const std::string& to, const CopyProgress& progress);

}  // namespace florin::sqlite
