// Internal to this room: the names that this server goes by.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace florin::http {

// HostNames compares a Host header with them: the port does not count, nor does the case. A page of
// another site whose name was bent to our address is so refused (DNS rebinding).
class HostNames {
 public:
  // None: every Host is ours. An IPv6 address may stand with or without brackets.
  explicit HostNames(const std::vector<std::string>& names);

  [[nodiscard]] bool contains(std::string_view host) const;

 private:
  std::vector<std::string> names_;
};

}  // namespace florin::http
