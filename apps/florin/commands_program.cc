// florin program export-ca
#include "api_client.h"
#include "api_view.h"
#include "base/bytes.h"
#include "commands.h"
#include "crypto/hash.h"

namespace florin::apps {
namespace {

std::string hexByte(std::int64_t value) {
  return base::toHex(Bytes{static_cast<std::uint8_t>(value)});
}

// The check sum that terminals are configured with (EMV Book 2, 11.2.1): SHA-1 over RID, index,
// modulus and exponent.
std::string checkSumOf(const codec::JsonValue& authority) {
  Bytes whole;
  for (const std::string& part : {textOf(authority, "rid"), hexByte(numberOf(authority, "index")),
                                  textOf(authority, "modulus"), textOf(authority, "exponent")}) {
    const auto bytes = base::fromHex(part);
    if (bytes.ok()) base::append(whole, *bytes);
  }
  return base::toHex(crypto::sha1(whole));
}

void show(Console& console, const codec::JsonValue& authority) {
  const std::string modulus = textOf(authority, "modulus");
  console.line("program   " + textOf(authority, "program"));
  console.line("RID       " + textOf(authority, "rid"));
  console.line("index     " + hexByte(numberOf(authority, "index")));
  console.line("modulus   " + modulus);
  console.line("          " + std::to_string(modulus.size() * 4) + " bits");
  console.line("exponent  " + textOf(authority, "exponent"));
  console.line("check sum " + checkSumOf(authority) + "  SHA-1");
}

}  // namespace

Done exportAuthorities(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kAcquirerApiToken));
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
                   (options.exportedProgram.empty() ? std::string("no program")
                                                    : "no program " + options.exportedProgram) +
                       " of this backend has a card authority: make one with `florind "
                       "add-program-authority`, and see docs/cards.md"};
  }
  console.result(codec::JsonObject().add("authorities", list));
  return {};
}

}  // namespace florin::apps
