// florin program export-ca
#include "api_client.h"
#include "api_view.h"
#include "base/bytes.h"
#include "commands.h"

namespace florin::apps {
namespace {

std::string hexByte(std::int64_t value) {
  return base::toHex(Bytes{static_cast<std::uint8_t>(value)});
}

void show(Console& console, const codec::JsonValue& authority) {
  const std::string modulus = textOf(authority, "modulus");
  console.line("program   " + textOf(authority, "program"));
  console.line("RID       " + textOf(authority, "rid"));
  console.line("index     " + hexByte(numberOf(authority, "index")));
  console.line("modulus   " + modulus);
  console.line("          " + std::to_string(modulus.size() * 4) + " bits");
  console.line("exponent  " + textOf(authority, "exponent"));
}

}  // namespace

Done exportAuthorities(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kAcquirerToken));
  FLORIN_TRY_ASSIGN(const codec::JsonValue answer, api.get("/tsp/v1/authorities"));
  codec::JsonArray list;
  bool any = false;
  for (const codec::JsonValue& authority : membersOf(answer, "authorities")) {
    const std::string& wanted = options.exportedProgram;
    if (!wanted.empty() && textOf(authority, "program") != wanted) continue;
    if (any) console.line();
    show(console, authority);
    list.add(authority);
    any = true;
  }
  if (!any) {
    return Failure{Exit::kInput,
                   "no such program does offline data authentication: write "
                   "offline_authentication = \"cda\" in its file at the backend"};
  }
  console.result(codec::JsonObject().add("authorities", list));
  return {};
}

}  // namespace florin::apps
