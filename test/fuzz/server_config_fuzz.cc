// florind.toml: what is refused names its file, and what is taken has every value in its range.
#include "base/bytes.h"
#include "base/check.h"
#include "config/server_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto read = config::readServerConfig(base::asText({data, size}), "f.toml");
  if (!read.ok()) {
    FLORIN_CHECK(read.error().toString().starts_with("f.toml:"));
    return 0;
  }
  const config::ServerConfig& config = read.value();
  FLORIN_CHECK(config.workers >= 1 && config.workers <= 64);
  FLORIN_CHECK(!config.backendId.empty() && config.backendId.size() <= 64);
  FLORIN_CHECK(!config.listenAddress.empty());
  FLORIN_CHECK(config.limits.connections >= 1 && config.limits.idle.count() >= 1);
  FLORIN_CHECK(config.codeLifetime.count() >= 1);
  return 0;
}
