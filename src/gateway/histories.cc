#include "gateway/histories.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "messages/mg_status.h"
#include "proof/access_token.h"

namespace florin::gateway {
namespace {

using messages::PaymentOutcome;

messages::HistoryEntry entryOf(const records::Authorization& row) {
  messages::HistoryEntry entry;
  entry.id = row.authorizationId;
  entry.at = row.created;
  entry.amount = row.amount;
  entry.outcome = row.approved ? PaymentOutcome::kApproved : PaymentOutcome::kDeclined;
  if (row.reversed != base::Time()) entry.outcome = PaymentOutcome::kReversed;
  return entry;
}

}  // namespace

Status Histories::check(const base::WalletId& wallet, const base::DigitalCardId& id,
                        const SecretBytes& accessToken) {
  cps::Backend& backend = gateway_.backend;
  const auto claims = proof::verifyAccessToken(
      base::asText(accessToken.expose()), backend.custody.identityKey().point, backend.clock.now());
  if (claims.ok() && claims->backendId == backend.backendId && claims->walletId == wallet &&
      claims->digitalCardId == id) {
    return {};
  }
  return messages::mgRefusal(MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN,
                             "the access token is not of this wallet, card and time");
}

Result<messages::HistoryReply> Histories::history(const base::WalletId& wallet,
                                                  const base::DigitalCardId& id,
                                                  const messages::HistoryRequest& request) {
  FLORIN_TRY(check(wallet, id, request.accessToken));
  cps::Backend& backend = gateway_.backend;
  return backend.store.read([&](ports::Unit& unit) -> Result<messages::HistoryReply> {
    FLORIN_TRY_ASSIGN(const records::DigitalCard card,
                      cps::findCard(unit, backend, cps::Asker::wallet(wallet), id));
    FLORIN_TRY_ASSIGN(const auto token, unit.tokens().find(card.issuer, card.tokenId));
    if (!token) return Error(Code::kCorrupted, "a card's token is missing");
    const tsp::Program* const program = gateway_.catalog.program(token->program);
    const tsp::HistoryPolicy policy = program == nullptr ? tsp::HistoryPolicy() : program->history;
    const base::Time horizon = backend.clock.now() - policy.reach;
    const base::Time since = std::max(horizon, request.since.value_or(horizon));
    FLORIN_TRY_ASSIGN(const auto rows,
                      unit.authorizations().ofToken(card.issuer, card.tokenId, policy.records));
    messages::HistoryReply reply;
    for (const records::Authorization& row : rows) {
      if (std::max(row.created, row.reversed) >= since) reply.transactions.push_back(entryOf(row));
    }
    return reply;
  });
}

}  // namespace florin::gateway
