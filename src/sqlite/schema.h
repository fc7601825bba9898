// Opening the database file: whose it is, which version it has, and how it is kept safe.
#pragma once

#include "sqlite/connection.h"
#include "sqlite/options.h"

namespace florin::sqlite {

// openWriter makes the file (mode 0600) when there is none, checks that it is Florin's, and brings
// its schema up to date in one transaction. kUnsupported: another application's database, or one
// of a newer Florin. kCorrupted: no database. kUnavailable: locked, or it cannot be opened.
Result<Connection> openWriter(const std::string& path, const Options& options);

// openReader opens a read-only connection to a file that openWriter has opened.
Result<Connection> openReader(const std::string& path);

// makePrivate makes an empty file, mode 0600, or gives an existing one that mode.
Status makePrivate(const std::string& path);

// checkOwner: kUnsupported and kCorrupted as openWriter, on a connection of any kind.
Status checkOwner(Connection& db);

}  // namespace florin::sqlite
