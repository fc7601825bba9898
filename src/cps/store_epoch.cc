#include "cps/store_epoch.h"

#include <algorithm>
#include <chrono>

#include "base/bytes.h"

namespace florin::cps {
namespace {

constexpr std::string_view kSetting = "store/epoch";
constexpr std::size_t kOldSize = 5;  // number, 4 bytes | confirmed, 1 byte
constexpr std::size_t kSize = 13;    // and first, 8 bytes
constexpr base::Time kBeginning = std::chrono::sys_days(std::chrono::January / 1 / 2020);

Status put(ports::Unit& unit, const StoreEpoch& epoch) {
  Bytes value = base::bigEndian(epoch.number);
  value.push_back(epoch.confirmed ? 1 : 0);
  base::appendBigEndian(value, epoch.first);
  return unit.settings().put(kSetting, value);
}

}  // namespace

Result<StoreEpoch> readStoreEpoch(ports::Unit& unit) {
  FLORIN_TRY_ASSIGN(const auto value, unit.settings().find(kSetting));
  if (!value) return StoreEpoch();
  if (value->size() != kSize && value->size() != kOldSize) {
    return Error(Code::kCorrupted, "the store's epoch is no number");
  }
  const ByteView bytes(*value);
  StoreEpoch epoch;
  epoch.number = static_cast<std::uint32_t>(base::readBigEndian(bytes.first(4)));
  epoch.confirmed = bytes[4] != 0;
  epoch.first = static_cast<std::uint64_t>(epoch.number) << 32U;
  if (bytes.size() == kSize) epoch.first = base::readBigEndian(bytes.subspan(kOldSize));
  return epoch;
}

Result<StoreEpoch> beginStoreEpoch(ports::Unit& unit, base::Time now, std::uint32_t known) {
  FLORIN_TRY_ASSIGN(StoreEpoch epoch, readStoreEpoch(unit));
  epoch.number = std::max(epoch.number, known) + 1;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - kBeginning).count();
  epoch.first = (static_cast<std::uint64_t>(epoch.number) << 32U) +
                static_cast<std::uint64_t>(std::clamp<std::int64_t>(seconds, 0, 0xFFFFFFFF));
  epoch.confirmed = false;
  FLORIN_TRY(put(unit, epoch));
  return epoch;
}

Status confirmStoreEpoch(ports::Unit& unit) {
  FLORIN_TRY_ASSIGN(StoreEpoch epoch, readStoreEpoch(unit));
  if (epoch.confirmed) return {};
  epoch.confirmed = true;
  return put(unit, epoch);
}

}  // namespace florin::cps
