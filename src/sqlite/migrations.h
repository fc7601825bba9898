// The schema's migrations, embedded from sql/: forward only, one script per version.
#pragma once

#include <span>

namespace florin::sqlite {

// migrations gives the scripts; after script n (from 1) the schema's version is n.
std::span<const char* const> migrations();

}  // namespace florin::sqlite
