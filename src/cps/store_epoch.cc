#include "cps/store_epoch.h"

#include "base/bytes.h"

namespace florin::cps {
namespace {

constexpr std::string_view kSetting = "store/epoch";
constexpr std::size_t kSize = 5;  // number, 4 bytes | confirmed, 1 byte

Status put(ports::Unit& unit, const StoreEpoch& epoch) {
  Bytes value = base::bigEndian(epoch.number);
  value.push_back(epoch.confirmed ? 1 : 0);
  return unit.settings().put(kSetting, value);
}

}  // namespace

Result<StoreEpoch> readStoreEpoch(ports::Unit& unit) {
  FLORIN_TRY_ASSIGN(const auto value, unit.settings().find(kSetting));
  if (!value) return StoreEpoch();
  if (value->size() != kSize) return Error(Code::kCorrupted, "the store's epoch is no number");
  StoreEpoch epoch;
  epoch.number = static_cast<std::uint32_t>(base::readBigEndian(ByteView(*value).first(4)));
  epoch.confirmed = value->back() != 0;
  return epoch;
}

Result<StoreEpoch> beginStoreEpoch(ports::Unit& unit) {
  FLORIN_TRY_ASSIGN(StoreEpoch epoch, readStoreEpoch(unit));
  ++epoch.number;
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
