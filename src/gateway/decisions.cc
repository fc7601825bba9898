#include "gateway/decisions.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "cps/digitization_steps.h"
#include "messages/mg_status.h"
#include "tsp/expiry.h"

namespace florin::gateway {
namespace {

namespace limits = base::limits;
using messages::mgRefusal;

Literal nameOf(ports::IssuerDecision decision) {
  switch (decision) {
    case ports::IssuerDecision::kGreen: return "green";
    case ports::IssuerDecision::kYellow: return "yellow";
    case ports::IssuerDecision::kRed: break;
  }
  return "red";
}

Error wrongToken(Literal text) {
  return mgRefusal(MGErrorCode::INCORRECT_AUTHENTICATION_TOKEN, text);
}

Result<tsp::CardProduct> productOf(const Gateway& gateway, const proof::CardData& card) {
  const auto product = gateway.catalog.productOf(card.pan.expose());
  if (product.ok()) return *product;
  return mgRefusal(MGErrorCode::UNKNOWN_BIN, "no issuer has this BIN");
}

Status checkDevice(const tsp::Eligibility& rules, const std::string& deviceType) {
  if (rules.deviceTypes.empty() ||
      std::ranges::find(rules.deviceTypes, deviceType) != rules.deviceTypes.end()) {
    return {};
  }
  return mgRefusal(MGErrorCode::DEVICE_NOT_ELIGIBLE, "the program is not for this kind of device");
}

// Nobody is asked about a card whose terms were not accepted.
Status checkTerms(const tsp::CardOffer& offer, const Candidate& candidate) {
  const auto& pushed = candidate.capture.pushed;
  if (offer.terms.empty() || (pushed && pushed->termsAccepted)) return {};
  if (offer.takes(candidate.termsId)) return {};
  return mgRefusal(MGErrorCode::MISSING_REQUIRED_PARAMETER,
                   "the program's terms were not accepted");
}

ports::DecisionQuestion questionOf(const Candidate& candidate, const tsp::CardProduct& product) {
  const proof::CardData& card = candidate.capture.card;
  return {.issuer = product.issuer->id,
          .correlationId = candidate.correlationId,
          .requestHash = candidate.requestHash,
          .digitalCardId = candidate.digitalCardId,
          .walletId = candidate.wallet.walletId,
          .product = product.program->product,
          .language = candidate.language,
          .pan = card.pan.clone(),
          .panExpiry = card.expiry,
          .cvv = card.cvv.clone(),
          .holderName = card.name};
}

// noteBoth notes when it was asked, and what was decided.
Status noteBoth(ports::Unit& unit, const cps::Backend& backend, const records::DigitalCard& card,
                const Decided& decided, std::string decision) {
  FLORIN_TRY(cps::noteStep(unit, backend, card,
                           {"asked", decided.product.program->product, decided.asked}));
  return cps::noteStep(unit, backend, card, {"decided", std::move(decision)});
}

Error silent() {
  return mgRefusal(MGErrorCode::EXTERNAL_SYSTEM_UNAVAILABLE, "the issuer did not decide");
}

}  // namespace

Status Decisions::checkRoom(ports::Unit& unit, const records::Wallet& wallet,
                            const tsp::Program& program) {
  const Error full = mgRefusal(MGErrorCode::CARD_PROVISIONING_COUNT_EXCEEDED, "the wallet is full");
  FLORIN_TRY_ASSIGN(const auto count, unit.digitalCards().countOf(wallet.tenant, wallet.walletId));
  if (count >= limits::kCardsPerWallet) return full;
  const std::uint32_t most = program.offer.eligibility.cardsPerWallet;
  if (count < most) return {};
  FLORIN_TRY_ASSIGN(const auto cards, unit.digitalCards().ofWallet(wallet.tenant, wallet.walletId,
                                                                   limits::kCardsPerWallet));
  if (std::ranges::count(cards, program.product, &records::DigitalCard::product) < most) return {};
  return full;
}

Result<tsp::CardProduct> Decisions::productFor(const Candidate& candidate) {
  const proof::CardData& card = candidate.capture.card;
  if (tsp::isExpired(card.expiry, gateway_.backend.clock.now())) {
    return mgRefusal(MGErrorCode::FPAN_NOT_ELIGIBLE, "the card has expired");
  }
  FLORIN_TRY_ASSIGN(const tsp::CardProduct product, productOf(gateway_, card));
  const tsp::Eligibility& rules = product.program->offer.eligibility;
  if (rules.closed) {
    return mgRefusal(MGErrorCode::CARD_PRODUCT_NOT_SUPPORTED, "the program takes no new cards");
  }
  FLORIN_TRY(checkDevice(rules, candidate.deviceType));
  FLORIN_TRY(gateway_.backend.store.read(
      [&](ports::Unit& unit) { return checkRoom(unit, candidate.wallet, *product.program); }));
  return product;
}

Result<bool> Decisions::isEligible(const Candidate& candidate, const tsp::CardProduct& product) {
  const auto& pushed = candidate.capture.pushed;
  if (gateway_.issuers == nullptr || (pushed && pushed->approved)) return true;
  const auto answer = gateway_.issuers->isEligible(questionOf(candidate, product));
  if (!answer.ok()) return silent();
  return *answer;
}

Result<records::SpentNonce> Decisions::verify(const Candidate& candidate,
                                              const tsp::CardProduct& product,
                                              const SecretBytes& text) {
  cps::Backend& backend = gateway_.backend;
  const auto token = proof::verifyDecisionToken(base::asText(text.expose()), gateway_.issuerKeys,
                                                {.issuer = product.issuer->id,
                                                 .card = candidate.capture.card,
                                                 .backendId = backend.backendId},
                                                backend.clock.now());
  if (!token.ok()) {
    backend.log.warning("card.token_refused", {{"correlationId", candidate.correlationId},
                                               {"issuer", product.issuer->id},
                                               {"error", token.error()}});
    return wrongToken("the issuer's token does not approve this card");
  }
  FLORIN_TRY_ASSIGN(Bytes nonceHash, base::fromHex(token->nonceHash));
  FLORIN_TRY_ASSIGN(const auto spent, backend.store.read([&](ports::Unit& unit) {
    return unit.spentNonces().find(token->issuer, nonceHash);
  }));
  if (spent) return wrongToken("the issuer's token was used before");
  return records::SpentNonce{token->issuer, std::move(nonceHash), candidate.digitalCardId,
                             token->expires + limits::kDecisionTokenSkew};
}

Result<Word> Decisions::wordOf(const Candidate& candidate, const SecretBytes& token) {
  Word word{{}, candidate.capture.pushed};
  if (token.empty()) return word;
  FLORIN_TRY_ASSIGN(const tsp::CardProduct product, productOf(gateway_, candidate.capture.card));
  FLORIN_TRY_ASSIGN(word.nonce, verify(candidate, product, token));
  return word;
}

Status Decisions::use(ports::Unit& unit, const Word& word) {
  if (word.pushed) FLORIN_TRY(Captures::take(unit, *word.pushed));
  if (word.nonce) FLORIN_TRY(spend(unit, *word.nonce));
  return {};
}

Status Decisions::spend(ports::Unit& unit, const records::SpentNonce& nonce) {
  FLORIN_TRY_ASSIGN(const auto spent, unit.spentNonces().find(nonce.tenant, nonce.nonceHash));
  if (spent) return wrongToken("the issuer's token was used before");
  return unit.spentNonces().insert(nonce);
}

void Decisions::count(Literal colour) {
  if (gateway_.backend.metrics != nullptr) gateway_.backend.metrics->count("decisions", colour);
}

Status Decisions::note(ports::Unit& unit, const records::DigitalCard& card,
                       const Decided& decided) {
  return noteBoth(unit, gateway_.backend, card, decided,
                  std::string(nameOf(decided.answer.decision).view()) + ", by " +
                      std::string(decided.by.view()));
}

// What there is to tell of a digitization that made no card.
Status Decisions::noteNoCard(const Candidate& candidate, const Decided& decided, Literal outcome) {
  const auto card =
      cps::withoutCard(candidate.wallet, candidate.correlationId, candidate.digitalCardId);
  return gateway_.backend.store.write([&](ports::Unit& unit) {
    return noteBoth(unit, gateway_.backend, card, decided, std::string(outcome.view()));
  });
}

Result<ports::DecisionAnswer> Decisions::ask(const Candidate& candidate, const Decided& decided) {
  auto answer = gateway_.issuers->decide(questionOf(candidate, decided.product));
  if (!answer.ok()) {
    count("none");
    FLORIN_TRY(noteNoCard(candidate, decided, "none"));
    return silent();
  }
  count(nameOf(answer->decision));
  if (answer->decision != ports::IssuerDecision::kRed) return answer;
  FLORIN_TRY(noteNoCard(candidate, decided, "red"));
  gateway_.backend.log.info("card.declined", {{"walletId", candidate.wallet.walletId},
                                              {"correlationId", candidate.correlationId}});
  return mgRefusal(MGErrorCode::PROVISIONING_NOT_ALLOWED, "the issuer declined");
}

Result<Decided> Decisions::decide(const Candidate& candidate, const SecretBytes& token) {
  Decided decided;
  FLORIN_TRY_ASSIGN(decided.product, productFor(candidate));
  FLORIN_TRY(checkTerms(decided.product.program->offer, candidate));
  decided.asked = gateway_.backend.clock.now();
  decided.word.pushed = candidate.capture.pushed;
  const auto& pushed = decided.word.pushed;
  if (!token.empty()) {
    FLORIN_TRY_ASSIGN(decided.word.nonce, verify(candidate, decided.product, token));
    decided.by = "token";
  } else if (pushed && pushed->approved) {
    decided.by = "push session";
  } else if (gateway_.issuers != nullptr) {
    FLORIN_TRY_ASSIGN(decided.answer, ask(candidate, decided));
    return decided;
  }
  count(nameOf(decided.answer.decision));
  return decided;
}

}  // namespace florin::gateway
