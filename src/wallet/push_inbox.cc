#include <algorithm>
#include <utility>

#include "florin/provisioning.h"

namespace florin {

bool PushInbox::put(std::map<std::string, std::string> bundle) {
  const std::lock_guard lock(mutex_);
  if (std::ranges::find(bundles_, bundle) != bundles_.end()) return true;
  if (bundles_.size() == kMessages) return false;
  bundles_.push_back(std::move(bundle));
  return true;
}

std::vector<std::map<std::string, std::string>> PushInbox::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(bundles_, {});
}

}  // namespace florin
