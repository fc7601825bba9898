// ApiTokens are what operators, issuers and acquirers call the JSON APIs with (docs/operations.md).
// An operator makes and revokes them. A token's text is given once, when it is made; the store has
// its SHA-256 only.
#pragma once

#include <string>
#include <vector>

#include "cps/actor.h"
#include "cps/backend.h"
#include "tsp/catalog.h"

namespace florin::cps {

// isOfBackend: a token of this scope has the backend's own tenant, and not an issuer's.
constexpr bool isOfBackend(records::ApiScope scope) {
  return scope == records::ApiScope::kOperator || scope == records::ApiScope::kMetrics;
}

// A token is known by the first bytes of its hash.
inline constexpr std::size_t kApiTokenId = 16;
ByteView idOf(const records::ApiToken& token);

// nameOf gives "operator", "acquirer", "issuer" or "metrics".
Literal nameOf(records::ApiScope scope);

struct WantedToken {
  records::ApiScope scope = records::ApiScope::kIssuer;
  base::TenantId tenant;  // of an issuer or acquirer; of an operator the backend's own
  std::string label;      // for people: whose it is
};

struct MadeToken {
  records::ApiToken row;
  SecretBytes text;  // 43 characters of base64url, 256 bits by chance
};

class ApiTokens {
 public:
  // Both are borrowed.
  ApiTokens(Backend& backend, const tsp::Catalog& catalog) : backend_(backend), catalog_(catalog) {}

  // list gives all of them, the oldest first, revoked ones too: at most limits::kApiTokens.
  Result<std::vector<records::ApiToken>> list();

  // create: kNotFound: the catalog has no such issuer, or the operator's tenant is not the
  // backend's; kTooLarge: limits::kApiTokens exist.
  Result<MadeToken> create(const WantedToken& wanted, const Actor& by = anOperator());

  // revoke is for ever, and again changes nothing. kNotFound; kConflict: `by` would revoke itself.
  Result<records::ApiToken> revoke(const records::ApiToken& by, ByteView id);

 private:
  [[nodiscard]] bool isTenant(const WantedToken& wanted) const;

  Backend& backend_;
  const tsp::Catalog& catalog_;
};

}  // namespace florin::cps
