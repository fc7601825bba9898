// florin ops token list | create | revoke
#include <filesystem>

#include "api_client.h"
#include "api_view.h"
#include "base/bytes.h"
#include "codec/json_writer.h"
#include "commands.h"
#include "posix/file.h"

namespace florin::apps {
namespace {

constexpr const char* kTokens = "/admin/v1/tokens";
constexpr std::size_t kTokenId = 32;  // hex characters
constexpr mode_t kPrivate = 0600;

void showTokens(Console& console, const codec::JsonValue::Array& tokens) {
  TableRows rows{{"ID", "SCOPE", "TENANT", "", "MADE", "LABEL"}};
  for (const codec::JsonValue& token : tokens) {
    rows.push_back({textOf(token, "id"), textOf(token, "scope"), shortId(textOf(token, "tenant")),
                    isTrue(token, "revoked") ? "revoked" : "", since(numberOf(token, "createdMs")),
                    textOf(token, "label")});
  }
  console.table(rows);
}

std::string bodyOf(const Options& options) {
  codec::JsonObject body;
  body.add("scope", std::string_view(options.scope)).add("label", std::string_view(options.label));
  if (!options.tenant.empty()) body.add("tenant", std::string_view(options.tenant));
  return body.text();
}

}  // namespace

Done tokenList(Console& console, const Options& options) {
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  FLORIN_TRY_ASSIGN(const auto answer, api.get(kTokens));
  showTokens(console, membersOf(answer, "tokens"));
  console.result(answer);
  return {};
}

Done tokenCreate(Console& console, const Options& options) {
  const bool ofBackend = options.scope == "operator" || options.scope == "metrics";
  if (!ofBackend && options.tenant.empty()) {
    return Failure{
        Exit::kUsage,
        "--tenant is missing: the id of the [[issuer]] in florind.toml whose token it is"};
  }
  if (std::filesystem::exists(options.outFile)) {
    return Failure{Exit::kInput, options.outFile + " exists already: name another file with --out"};
  }
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  if (const Status there = posix::writeFileAtomic(options.outFile, {}, kPrivate); !there.ok()) {
    return Failure{Exit::kLocalState,
                   options.outFile + " cannot be written: " + describe(there.error())};
  }
  const auto made = api.post(kTokens, bodyOf(options));
  if (!made.ok()) {
    std::filesystem::remove(options.outFile);
    Failure failure = made.error();
    if (failure.exit == Exit::kUnreachable) {
      failure.text += "; if it was made all the same, `florin ops token list` shows it: revoke it";
    }
    return failure;
  }
  const std::string id = textOf(*made, "id");
  const Status written = posix::writeFileAtomic(
      options.outFile, base::asBytes(textOf(*made, "token") + "\n"), kPrivate);
  if (!written.ok()) {
    return Failure{Exit::kLocalState, options.outFile + " cannot be written (" +
                                          describe(written.error()) +
                                          "); the token is lost: revoke " + id + ", make another"};
  }
  console.line("Token " + id + " is in " + options.outFile + ", and nowhere else.");
  console.result(codec::JsonObject()
                     .add("id", std::string_view(id))
                     .add("scope", std::string_view(textOf(*made, "scope")))
                     .add("tenant", std::string_view(textOf(*made, "tenant")))
                     .add("file", std::string_view(options.outFile)));
  return {};
}

Done tokenRevoke(Console& console, const Options& options) {
  if (options.tokenId.size() != kTokenId) {
    return Failure{Exit::kInput, "--id is the 32 characters that `florin ops token list` shows"};
  }
  FLORIN_TRY_ASSIGN(auto api, ApiClient::open(options, kOperatorToken));
  FLORIN_TRY_ASSIGN(const auto answer,
                    api.post(std::string(kTokens) + "/" + options.tokenId + "/revoke"));
  console.line("Token " + options.tokenId + " is revoked.");
  console.result(answer);
  return {};
}

}  // namespace florin::apps
