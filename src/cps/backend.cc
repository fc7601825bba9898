#include "cps/backend.h"

namespace florin::cps {

Error notKnown(Backend& backend, messages::CpsStatus status, Literal text) {
  if (backend.epoch.confirmed) return messages::refusal(status, text);
  const auto now = backend.store.read([](ports::Unit& unit) { return readStoreEpoch(unit); });
  if (!now.ok()) return now.error();
  if (now->confirmed) return messages::refusal(status, text);
  return messages::refusal(messages::CpsStatus::kBusy,
                           "not in the restored store: confirm the restore or restore a newer one");
}

}  // namespace florin::cps
