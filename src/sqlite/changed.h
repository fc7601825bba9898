// What an UPDATE that must meet one row returns.
#pragma once

#include "florin/result.h"

namespace florin::sqlite {

// oneChanged: kNotFound when the statement met no row.
inline Status oneChanged(const Result<int>& changed) {
  if (!changed.ok()) return changed.error();
  if (*changed == 0) return Error(Code::kNotFound, "there is no such row");
  return {};
}

// done forgets how many rows were changed.
inline Status done(const Result<int>& changed) {
  if (!changed.ok()) return changed.error();
  return {};
}

}  // namespace florin::sqlite
