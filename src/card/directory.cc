#include "card/directory.h"

#include <set>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/tlv.h"

namespace florin::card {
namespace {

constexpr std::size_t kMostEntries = 15;  // priorities have 4 bits
// What the FCI adds around its entries: 6F, 84 and the name, A5, BF0C.
constexpr std::size_t kAround = 3 + 2 + 14 + 3 + 4;

}  // namespace

Bytes encodeDirectory(std::span<const EmulatedCard> cards) {
  Bytes entries;
  std::set<Bytes> named;
  for (const EmulatedCard& card : cards) {
    if (!card.active || named.size() == kMostEntries) continue;
    const emv::Profile& profile = *card.profile;
    if (!named.insert(profile.aid).second) continue;
    const Bytes kernel = {static_cast<std::uint8_t>(profile.kernel())};
    const Bytes priority = {static_cast<std::uint8_t>(named.size())};
    const Bytes entry = codec::encodeTlv(0x61, codec::TlvWriter()
                                                   .add(0x4F, profile.aid)
                                                   .add(0x50, base::asBytes(profile.label))
                                                   .add(0x87, priority)
                                                   .add(0x9F2A, kernel)
                                                   .bytes());
    if (kAround + entries.size() + entry.size() > base::limits::kApduResponse - 2) break;
    base::append(entries, entry);
  }
  if (entries.empty()) return {};
  const Bytes proprietary = codec::encodeTlv(0xBF0C, entries);
  return codec::encodeTlv(
      0x6F,
      codec::TlvWriter().add(0x84, base::asBytes(emv::kPpseName)).add(0xA5, proprietary).bytes());
}

}  // namespace florin::card
