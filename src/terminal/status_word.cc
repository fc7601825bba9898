#include <algorithm>
#include <array>

#include "terminal/trace.h"

namespace florin::terminal {
namespace {

struct Name {
  std::uint16_t statusWord;
  std::string_view name;
};

// ISO/IEC 7816-4, 5.1.3, and EMV Book 3, 6.3.5; ascending.
constexpr std::array<Name, 19> kNames = {{
    {0x0000, "no status word"},
    {0x6283, "selected file deactivated"},
    {0x6300, "authentication failed"},
    {0x6400, "execution error"},
    {0x6700, "wrong length"},
    {0x6982, "security status not satisfied"},
    {0x6983, "authentication method blocked"},
    {0x6984, "referenced data invalidated"},
    {0x6985, "conditions not satisfied"},
    {0x6986, "command not allowed"},
    {0x6A80, "wrong data"},
    {0x6A81, "function not supported"},
    {0x6A82, "file not found"},
    {0x6A83, "record not found"},
    {0x6A86, "wrong parameters"},
    {0x6D00, "instruction not supported"},
    {0x6E00, "class not supported"},
    {0x6F00, "no precise diagnosis"},
    {0x9000, "ok"},
}};

}  // namespace

std::string_view statusWordName(std::uint16_t statusWord) {
  const auto found =
      std::lower_bound(kNames.begin(), kNames.end(), statusWord,
                       [](const Name& a, std::uint16_t b) { return a.statusWord < b; });
  if (found != kNames.end() && found->statusWord == statusWord) return found->name;
  switch (statusWord >> 8) {  // these carry a number in their second byte
    case 0x61: return "more data is there";
    case 0x6C: return "wrong Le, the right one follows";
    default: return "unknown";
  }
}

}  // namespace florin::terminal
