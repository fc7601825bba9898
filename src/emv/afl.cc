#include <set>

#include "base/limits.h"
#include "emv/profile.h"

namespace florin::emv {

Result<std::vector<AflEntry>> decodeAfl(ByteView afl) {
  if (afl.size() % 4 != 0) return Error(Code::kMalformed, "AFL is not groups of 4 bytes");
  std::vector<AflEntry> entries;
  std::set<std::pair<std::uint8_t, std::uint8_t>> named;
  for (; !afl.empty(); afl = afl.subspan(4)) {
    const AflEntry entry = {static_cast<std::uint8_t>(afl[0] >> 3), afl[1], afl[2], afl[3]};
    if ((afl[0] & 0x07) != 0 || entry.sfi < 1 || entry.sfi > 30) {
      return Error(Code::kMalformed, "AFL names no file", afl[0]);
    }
    if (entry.first == 0) return Error(Code::kMalformed, "AFL names record 0");
    if (entry.last < entry.first) return Error(Code::kMalformed, "AFL range runs backwards");
    if (entry.authenticated > entry.last - entry.first + 1) {
      return Error(Code::kMalformed, "AFL authenticates more records than it names");
    }
    for (unsigned number = entry.first; number <= entry.last; ++number) {
      if (!named.emplace(entry.sfi, static_cast<std::uint8_t>(number)).second) {
        return Error(Code::kMalformed, "AFL names a record twice");
      }
      if (named.size() > base::limits::kProfileRecords) {
        return Error(Code::kMalformed, "AFL names too many records");
      }
    }
    entries.push_back(entry);
  }
  return entries;
}

}  // namespace florin::emv
