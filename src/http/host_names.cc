#include "http/host_names.h"

#include <algorithm>

namespace florin::http {
namespace {

std::string withoutPort(std::string_view host) {
  const std::size_t bracket = host.find(']');
  if (host.starts_with('[') && bracket != std::string_view::npos) {
    host = host.substr(1, bracket - 1);
  } else if (std::count(host.begin(), host.end(), ':') == 1) {
    host = host.substr(0, host.find(':'));
  }
  std::string lower(host);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

HostNames::HostNames(const std::vector<std::string>& names) {
  for (const std::string& name : names) names_.push_back(withoutPort(name));
}

bool HostNames::contains(std::string_view host) const {
  return names_.empty() ||
         std::find(names_.begin(), names_.end(), withoutPort(host)) != names_.end();
}

}  // namespace florin::http
