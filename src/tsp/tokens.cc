#include "tsp/tokens.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "codec/luhn.h"

namespace florin::tsp {
namespace {

constexpr unsigned kDrawsOfDpan = 16;

sealing::ColumnRef dpanColumn(const base::TokenId& id) { return {"tokens", "dpan", id.view()}; }
sealing::ColumnRef panColumn(const base::TokenId& id) { return {"tokens", "pan", id.view()}; }

// One decimal digit without bias: bytes from 250 on are drawn again.
std::uint8_t randomDigit(base::Random& random) {
  for (;;) {
    std::uint8_t byte = 0;
    random.fill({&byte, 1});
    if (byte < 250) return static_cast<std::uint8_t>('0' + byte % 10);
  }
}

Result<SecretBytes> drawDpan(const Program& program, base::Random& random) {
  SecretBytes dpan(program.dpanLength);
  const auto digits = dpan.exposeMutable();
  std::copy(program.dpanPrefix.begin(), program.dpanPrefix.end(), digits.begin());
  for (std::size_t i = program.dpanPrefix.size(); i + 1 < digits.size(); ++i) {
    digits[i] = randomDigit(random);
  }
  FLORIN_TRY_ASSIGN(const char check, codec::luhnDigit(digits.first(digits.size() - 1)));
  digits.back() = static_cast<std::uint8_t>(check);
  return dpan;
}

std::string lastFour(const SecretBytes& digits) {
  return std::string(base::asText(digits.expose().last(4)));
}

std::uint32_t stockOf(const Program& program) {
  return std::min<std::uint32_t>(program.card.keys.stock, base::limits::kKeysPerOperation);
}

bool takesKeys(CardLife life) {
  switch (life) {
    case CardLife::kInactive:
    case CardLife::kInactiveSuspended:
    case CardLife::kActive: return true;
    case CardLife::kSuspended:
    case CardLife::kRetired:
    case CardLife::kDeleted: break;
  }
  return false;
}

}  // namespace

Result<SecretBytes> openDpan(Tsp& tsp, const records::Token& token) {
  return tsp.sealer.open(dpanColumn(token.tokenId), token.sealedDpan);
}

ports::CardKeyRef cardKeyRef(const records::Token& token, SecretBytes dpan) {
  return {.program = token.program,
          .masterKeyVersion = token.masterKeyVersion,
          .dpan = std::move(dpan),
          .psn = token.psn};
}

Result<records::Token> Tokens::find(const base::TenantId& issuer, const base::TokenId& tokenId) {
  FLORIN_TRY_ASSIGN(auto token, tsp_.store.read([&](ports::Unit& unit) {
    return unit.tokens().find(issuer, tokenId);
  }));
  if (!token) return Error(Code::kNotFound, "no such token");
  return std::move(*token);
}

Result<const Program*> Tokens::programOf(const records::Token& token) const {
  const Program* program = tsp_.catalog.program(token.program);
  if (program == nullptr) return Error(Code::kNotFound, "the token's program is not configured");
  return program;
}

Result<records::Token> Tokens::prepareToken(const NewToken& request) {
  const Program* program = tsp_.catalog.program(request.program);
  if (program == nullptr) return Error(Code::kNotFound, "no such program");
  records::Token token;
  token.tenant = request.issuer;
  token.tokenId = base::TokenId::random(tsp_.random);
  token.program = request.program;
  token.psn = 1;
  token.panLastFour = lastFour(request.pan);
  token.expiry = request.panExpiry;
  token.sealedPan = tsp_.sealer.seal(panColumn(token.tokenId), request.pan);
  token.created = tsp_.clock.now();
  for (unsigned draw = 0; draw < kDrawsOfDpan; ++draw) {
    FLORIN_TRY_ASSIGN(const SecretBytes dpan, drawDpan(*program, tsp_.random));
    FLORIN_TRY_ASSIGN(token.dpanIndex, tsp_.sealer.blindIndex("dpan", dpan.expose()));
    FLORIN_TRY_ASSIGN(const auto taken, tsp_.store.read([&](ports::Unit& unit) {
      return unit.tokens().findByDpan(token.dpanIndex, token.psn);
    }));
    if (taken) continue;
    token.dpanLastFour = lastFour(dpan);
    token.sealedDpan = tsp_.sealer.seal(dpanColumn(token.tokenId), dpan);
    return token;
  }
  return Error(Code::kExhausted, "the program's DPAN range is used up");
}

Status Tokens::commitToken(ports::Unit& unit, const records::Token& token) {
  return unit.tokens().insert(token);
}

Result<CardFacts> Tokens::cardFacts(const base::TenantId& issuer, const base::TokenId& tokenId) {
  FLORIN_TRY_ASSIGN(const records::Token token, find(issuer, tokenId));
  FLORIN_TRY_ASSIGN(const Program* program, programOf(token));
  FLORIN_TRY_ASSIGN(SecretBytes dpan, openDpan(tsp_, token));
  FLORIN_TRY_ASSIGN(
      const emv::Profile profile,
      emv::makeProfile(program->card,
                       {.dpan = std::move(dpan),
                        .psn = token.psn,
                        .expiry = token.expiry,
                        .masterKeyVersion = static_cast<std::uint8_t>(token.masterKeyVersion)}));
  CardFacts facts;
  facts.profile = emv::encodeProfile(profile);
  facts.product = program->product;
  facts.scheme = program->card.name;
  facts.panLastFour = token.panLastFour;
  facts.dpanLastFour = token.dpanLastFour;
  facts.panExpiry = token.expiry;
  facts.lowWater = program->card.keys.lowWater;
  facts.state = token.state;
  return facts;
}

Result<KeyBatch> Tokens::prepareKeys(const base::TenantId& issuer, const base::TokenId& tokenId,
                                     const DeviceTransport& device) {
  FLORIN_TRY_ASSIGN(const records::Token token, find(issuer, tokenId));
  if (!takesKeys(lifeOf(token, tsp_.clock.now()))) {
    return Error(Code::kWrongState, "keys are issued for inactive and active cards only");
  }
  if (token.deviceId != base::DeviceId() && token.deviceId != device.deviceId) {
    return Error(Code::kWrongState, "the card belongs to another device");
  }
  FLORIN_TRY_ASSIGN(const Program* program, programOf(token));
  const std::uint32_t used = std::min(device.lastAtc, token.nextAtc - 1);
  const std::uint32_t outstanding = token.nextAtc - 1 - used;
  const std::uint32_t stock = stockOf(*program);
  const std::uint32_t count = outstanding >= stock ? 0 : stock - outstanding;
  if (token.nextAtc + count > base::limits::kLastAtc + 1U) {
    return Error(Code::kExhausted, "the card has no ATC left: renew it");
  }
  KeyBatch batch = batchOf(token, device);
  FLORIN_TRY(addKeys(batch, token, device, count));
  return batch;
}

Result<KeyBatch> Tokens::prepareRenewal(const base::TenantId& issuer, const base::TokenId& tokenId,
                                        const DeviceTransport& device, const KeyRenewal& renewal) {
  FLORIN_TRY_ASSIGN(const records::Token token, find(issuer, tokenId));
  FLORIN_TRY_ASSIGN(const Program* program, programOf(token));
  constexpr std::uint32_t kNoAtcLeft = base::limits::kLastAtc + 1U;
  KeyBatch batch = batchOf(token, device);
  batch.renews = true;
  batch.firstAtc = std::min(std::max(token.nextAtc, renewal.aboveAtc + 1), kNoAtcLeft);
  const std::uint32_t stock = stockOf(*program);
  const bool gets = takesKeys(lifeOf(token, tsp_.clock.now())) &&
                    (token.deviceId == base::DeviceId() || token.deviceId == device.deviceId);
  FLORIN_TRY(
      addKeys(batch, token, device, gets ? std::min(stock, kNoAtcLeft - batch.firstAtc) : 0));
  return batch;
}

KeyBatch Tokens::batchOf(const records::Token& token, const DeviceTransport& device) {
  KeyBatch batch;
  batch.issuer = token.tenant;
  batch.tokenId = token.tokenId;
  batch.deviceId = device.deviceId;
  batch.tokenVersion = token.version;
  batch.masterKeyVersion = token.masterKeyVersion;
  batch.firstAtc = token.nextAtc;
  const ports::BackendPublicKey transport = tsp_.custody.transportKey();
  batch.transportKeyId = transport.id;
  batch.transportPublicKey = transport.point;
  return batch;
}

Status Tokens::addKeys(KeyBatch& batch, const records::Token& token, const DeviceTransport& device,
                       std::uint32_t count) {
  if (count == 0) return {};
  FLORIN_TRY_ASSIGN(SecretBytes dpan, openDpan(tsp_, token));
  FLORIN_TRY_ASSIGN(std::vector<Bytes> wrapped,
                    tsp_.custody.wrapPaymentKeys(cardKeyRef(token, std::move(dpan)),
                                                 {.transportKeyId = batch.transportKeyId,
                                                  .devicePoint = device.transportPublicKey,
                                                  .deviceId = device.deviceId,
                                                  .tokenId = token.tokenId,
                                                  .firstAtc = batch.firstAtc,
                                                  .count = count}));
  for (std::uint32_t i = 0; i < count; ++i) {
    batch.keys.push_back({.atc = batch.firstAtc + i, .wrapped = std::move(wrapped.at(i))});
  }
  return {};
}

Result<std::uint32_t> Tokens::highestSpent(ports::Unit& unit, const base::TokenId& tokenId) {
  return unit.paymentKeys().highestSpent(tokenId);
}

Status Tokens::commitKeys(ports::Unit& unit, const KeyBatch& batch) {
  FLORIN_TRY_ASSIGN(auto token, unit.tokens().find(batch.issuer, batch.tokenId));
  if (!token) return Error(Code::kNotFound, "no such token");
  if (token->version != batch.tokenVersion) {
    return Error(Code::kConflict, "the token changed since its keys were prepared");
  }
  const auto count = static_cast<std::uint32_t>(batch.keys.size());
  if (batch.renews) FLORIN_TRY(unit.paymentKeys().voidIssued(batch.tokenId));
  if (count > 0) {
    FLORIN_TRY(unit.paymentKeys().insertIssued(batch.tokenId, batch.masterKeyVersion,
                                               batch.firstAtc, count));
  }
  token->nextAtc = batch.firstAtc + count;
  token->deviceId = batch.deviceId;
  return unit.tokens().update(*token);
}

Result<CardChange> Tokens::look(ports::Unit& unit, const base::TenantId& issuer,
                                const base::TokenId& tokenId) {
  FLORIN_TRY_ASSIGN(auto token, unit.tokens().find(issuer, tokenId));
  if (!token) return Error(Code::kNotFound, "no such token");
  const CardLife life = lifeOf(*token, tsp_.clock.now());
  return CardChange{life, life, false, std::move(*token)};
}

Result<CardChange> Tokens::change(ports::Unit& unit, const base::TenantId& issuer,
                                  const base::TokenId& tokenId, const CardStep& step) {
  const base::Time now = tsp_.clock.now();
  FLORIN_TRY_ASSIGN(const auto token, unit.tokens().find(issuer, tokenId));
  if (!token) return Error(Code::kNotFound, "no such token");
  FLORIN_TRY_ASSIGN(records::Token after, stepped(*token, step, now));
  const CardLife before = lifeOf(*token, now);
  const bool written = after.state != token->state || after.suspenders != token->suspenders;
  if (written) {
    FLORIN_TRY(unit.tokens().update(after));
    ++after.version;
  }
  const CardLife life = lifeOf(after, now);
  if (life == CardLife::kDeleted && before != CardLife::kDeleted) {
    FLORIN_TRY(unit.paymentKeys().voidIssued(tokenId));
  }
  return CardChange{before, life, written, std::move(after)};
}

}  // namespace florin::tsp
