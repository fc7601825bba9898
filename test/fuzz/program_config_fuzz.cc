// A program file: what is taken passes the program's own checks.
#include "base/bytes.h"
#include "base/check.h"
#include "config/server_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace florin;
  const auto read = config::readProgramConfig(base::asText({data, size}), "p.toml");
  if (!read.ok()) {
    FLORIN_CHECK(read.error().toString().starts_with("p.toml:"));
    return 0;
  }
  FLORIN_CHECK(emv::checkProgram(read.value().program.card).ok());
  FLORIN_CHECK(read.value().program.dpanLength >= 13 && read.value().program.dpanLength <= 19);
  FLORIN_CHECK(read.value().files.terms.size() == read.value().program.offer.terms.size());
  return 0;
}
