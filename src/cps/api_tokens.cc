#include "cps/api_tokens.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/base64url.h"
#include "cps/audit.h"
#include "crypto/hash.h"

namespace florin::cps {
namespace {

std::string factsOf(const records::ApiToken& token) {
  return "scope " + std::string(nameOf(token.scope).view()) + ", tenant " +
         token.tenant.toString() + ", label " + token.label;
}

}  // namespace

Literal nameOf(records::ApiScope scope) {
  switch (scope) {
    case records::ApiScope::kOperator: return "operator";
    case records::ApiScope::kAcquirer: return "acquirer";
    case records::ApiScope::kMetrics: return "metrics";
    case records::ApiScope::kIssuer: break;
  }
  return "issuer";
}

ByteView idOf(const records::ApiToken& token) {
  return ByteView(token.tokenHash).first(kApiTokenId);
}

bool ApiTokens::isTenant(const WantedToken& wanted) const {
  if (isOfBackend(wanted.scope)) return wanted.tenant == backend_.tenant;
  const auto& issuers = catalog_.issuers();
  return std::ranges::find(issuers, wanted.tenant, &tsp::Issuer::id) != issuers.end();
}

Result<std::vector<records::ApiToken>> ApiTokens::list() {
  return backend_.store.read(
      [](ports::Unit& unit) { return unit.apiTokens().all(base::limits::kApiTokens); });
}

Result<MadeToken> ApiTokens::create(const WantedToken& wanted, const Actor& by) {
  if (!isTenant(wanted)) return Error(Code::kNotFound, "no such tenant");
  const std::string text = codec::toBase64Url(backend_.random.bytes(32));
  MadeToken made{.row = {.tokenHash = base::toBytes(crypto::sha256(base::asBytes(text))),
                         .tenant = wanted.tenant,
                         .scope = wanted.scope,
                         .label = wanted.label,
                         .revoked = false,
                         .created = backend_.clock.now()},
                 .text = SecretBytes::copyOf(base::asBytes(text))};
  const Status written = backend_.store.write([&](ports::Unit& unit) -> Status {
    FLORIN_TRY_ASSIGN(const auto there, unit.apiTokens().all(base::limits::kApiTokens));
    if (there.size() == base::limits::kApiTokens) {
      return Error(Code::kExhausted, "there are as many tokens as there may be");
    }
    FLORIN_TRY(unit.apiTokens().insert(made.row));
    return audit(unit, backend_,
                 {.by = by,
                  .action = "token.created",
                  .subject = idOf(made.row),
                  .facts = factsOf(made.row)});
  });
  FLORIN_TRY(written);
  return made;
}

Result<records::ApiToken> ApiTokens::revoke(const records::ApiToken& by, ByteView id) {
  if (std::ranges::equal(idOf(by), id)) {
    return Error(Code::kConflict, "a token does not revoke itself");
  }
  return backend_.store.write([&](ports::Unit& unit) -> Result<records::ApiToken> {
    FLORIN_TRY_ASSIGN(const auto asking, unit.apiTokens().find(by.tokenHash));
    if (!asking || asking->revoked) {  // by another, meanwhile: two do not revoke each other
      return Error(Code::kUnauthenticated, "the token was revoked meanwhile");
    }
    FLORIN_TRY_ASSIGN(const auto there, unit.apiTokens().all(base::limits::kApiTokens));
    const auto found = std::ranges::find_if(
        there, [&](const records::ApiToken& row) { return std::ranges::equal(idOf(row), id); });
    if (found == there.end()) return Error(Code::kNotFound, "no such token");
    records::ApiToken row = *found;
    if (row.revoked) return row;
    row.revoked = true;
    FLORIN_TRY(unit.apiTokens().revoke(row.tokenHash));
    FLORIN_TRY(audit(
        unit, backend_,
        {.by = actorOf(by), .action = "token.revoked", .subject = id, .facts = factsOf(row)}));
    return row;
  });
}

}  // namespace florin::cps
