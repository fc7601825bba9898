#include "tsp/tokens.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/running_atc.h"
#include "codec/luhn.h"
#include "tsp/atc_window.h"

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

// isFor: nobody has claimed the card, or this device has.
bool isFor(const records::Token& token, const DeviceTransport& device) {
  return token.deviceId == base::DeviceId() || token.deviceId == device.deviceId;
}

// startOf gives the running ATC that keys begin with: `next`, or the first of the next PSN when few
// are left of this one.
Result<std::uint32_t> startOf(std::uint32_t next) {
  const std::uint32_t used = base::atcOf(next);
  const bool few = used == 0 || base::kAtcsPerPsn - used < base::limits::kRenewAtcBelow;
  const std::uint32_t ofNextPsn = next - used + (used == 0 ? 1 : base::kAtcsPerPsn + 1);
  const std::uint32_t first = few ? ofNextPsn : next;
  if (!base::isRunningAtc(first)) return Error(Code::kExhausted, "the card has no PSN left", first);
  return first;
}

Status voidIssued(ports::Unit& unit, const base::TokenId& tokenId) {
  FLORIN_TRY(unit.paymentKeys().voidIssued(tokenId));
  return unit.limitedKeys().voidIssued(tokenId);
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
      return unit.tokens().findByDpan(token.dpanIndex);
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

Result<CardFacts> Tokens::cardFacts(const base::TenantId& issuer, const base::TokenId& tokenId,
                                    const ProfileOrder& order) {
  FLORIN_TRY_ASSIGN(const records::Token token, find(issuer, tokenId));
  FLORIN_TRY_ASSIGN(const Program* program, programOf(token));
  CardFacts facts;
  facts.panExpiry = order.expiry.empty() ? token.expiry : order.expiry;
  emv::TokenFacts card;
  FLORIN_TRY_ASSIGN(card.dpan, openDpan(tsp_, token));
  card.psn = order.psn == 0 ? token.psn : order.psn;
  card.expiry = facts.panExpiry;
  card.masterKeyVersion = static_cast<std::uint8_t>(token.masterKeyVersion);
  if (order.device && program->card.offlineAuthentication) {
    FLORIN_TRY(addCardKey(facts, token, *order.device, card));
  }
  FLORIN_TRY_ASSIGN(const emv::Profile profile, emv::makeProfile(program->card, card));
  facts.profile = emv::encodeProfile(profile);
  facts.product = program->product;
  facts.scheme = program->card.name;
  facts.panLastFour = token.panLastFour;
  facts.dpanLastFour = token.dpanLastFour;
  facts.lowWater = program->card.keys.lowWater;
  facts.state = token.state;
  facts.tokenVersion = token.version;
  return facts;
}

// Serial numbers are drawn: a certificate is told by its card too.
Status Tokens::addCardKey(CardFacts& facts, const records::Token& token,
                          const DeviceTransport& device, emv::TokenFacts& card) {
  if (tsp_.cardKeys == nullptr) return Error(Code::kNotFound, "there are no card authorities");
  emv::CardCredentials credentials;
  FLORIN_TRY_ASSIGN(credentials.issuer, tsp_.cardKeys->credentialsFor(token.program, card.dpan));
  FLORIN_TRY_ASSIGN(const ports::CardRsaKey key, tsp_.cardKeys->take());
  credentials.key = {key.publicKey.modulus, key.publicKey.exponent};
  tsp_.random.fill(credentials.serial);
  const ports::BackendPublicKey transport = tsp_.custody.transportKey();
  const auto number = static_cast<std::uint32_t>(base::readBigEndian(credentials.serial));
  FLORIN_TRY_ASSIGN(Bytes wrapped,
                    tsp_.custody.wrapCardKey(key.wrapped, {.transportKeyId = transport.id,
                                                           .devicePoint = device.transportPublicKey,
                                                           .deviceId = device.deviceId,
                                                           .tokenId = token.tokenId,
                                                           .number = number}));
  facts.cardKey = WrappedCardKey{transport.id, transport.point, number, std::move(wrapped)};
  card.credentials = std::move(credentials);
  return {};
}

Result<KeyBatch> Tokens::prepareKeys(const base::TenantId& issuer, const base::TokenId& tokenId,
                                     const DeviceTransport& device) {
  FLORIN_TRY_ASSIGN(const records::Token token, find(issuer, tokenId));
  if (!takesKeys(lifeOf(token, tsp_.clock.now()))) {
    return Error(Code::kWrongState, "keys are issued for inactive and active cards only");
  }
  if (!isFor(token, device)) {
    return Error(Code::kWrongState, "the card belongs to another device");
  }
  FLORIN_TRY_ASSIGN(const Program* program, programOf(token));
  FLORIN_TRY_ASSIGN(const Stocked stocked, stockedOf(token, device.lastAtc));
  if (program->card.keys.scheme == emv::KeyScheme::kLuk) {
    FLORIN_TRY_ASSIGN(KeyBatch batch, batchOf(token, *program, device, device.lastAtc + 1));
    if (stocked.wantsLimitedKey) {
      FLORIN_TRY(addLimitedKey(batch, token, device, program->card.keys));
    }
    return batch;
  }
  // ATCs that a limited-use key took before the program changed are over, too.
  FLORIN_TRY_ASSIGN(KeyBatch batch, batchOf(token, *program, device, stocked.window.highest + 1));
  const std::uint32_t outstanding = stocked.outstanding;
  const std::uint32_t stock = stockOf(*program);
  FLORIN_TRY(addKeys(batch, token, device, outstanding >= stock ? 0 : stock - outstanding));
  return batch;
}

Result<KeyBatch> Tokens::prepareRenewal(const base::TenantId& issuer, const base::TokenId& tokenId,
                                        const DeviceTransport& device, const KeyRenewal& renewal) {
  FLORIN_TRY_ASSIGN(const records::Token token, find(issuer, tokenId));
  if (!isFor(token, device)) return Error(Code::kWrongState, "the card belongs to another device");
  FLORIN_TRY_ASSIGN(const Program* program, programOf(token));
  const emv::KeyPolicy& policy = program->card.keys;
  const bool limited = policy.scheme == emv::KeyScheme::kLuk;
  std::uint32_t next = renewal.aboveAtc + 1;
  if (renewal.unknownAtcs) next = base::runningAtc(token.psn, 0) + base::kAtcsPerPsn + 1;
  if (limited) {
    // Its device may have used the last key and the one before to their ends since it was heard of.
    FLORIN_TRY_ASSIGN(const Stocked stocked, stockedOf(token, 0));
    next = std::max(next, stocked.window.highest + 2 * policy.lukUses + 1);
  }
  FLORIN_TRY_ASSIGN(KeyBatch batch, batchOf(token, *program, device, next));
  batch.renews = true;
  if (!takesKeys(lifeOf(token, tsp_.clock.now()))) return batch;
  FLORIN_TRY(limited ? addLimitedKey(batch, token, device, policy)
                     : addKeys(batch, token, device, stockOf(*program)));
  return batch;
}

// What a card has, as far as it is known here.
Result<Tokens::Stocked> Tokens::stockedOf(const records::Token& token, std::uint32_t lastAtc) {
  return tsp_.store.read([&](ports::Unit& unit) -> Result<Stocked> {
    Stocked stocked;
    FLORIN_TRY_ASSIGN(stocked.outstanding, unit.paymentKeys().countIssued(
                                               token.tokenId, token.masterKeyVersion, lastAtc));
    FLORIN_TRY_ASSIGN(stocked.window, unit.limitedKeys().window(token.tokenId));
    // One key at a time: the next is made when the last has arrived, or is void.
    FLORIN_TRY_ASSIGN(const auto newest, unit.limitedKeys().newest(token.tokenId));
    stocked.wantsLimitedKey = !newest || newest->state == records::LimitedKeyState::kVoid ||
                              newest->arrived != base::Time();
    return stocked;
  });
}

// A batch begins where the token's numbers go on, or at `next` if that is more. A card that nobody
// seems to have claimed may have been claimed and used in the days that a restored store has lost,
// so each store epoch has a PSN of its own to begin with (I2).
Result<KeyBatch> Tokens::batchOf(const records::Token& token, const Program& program,
                                 const DeviceTransport& device, std::uint32_t next) {
  KeyBatch batch;
  batch.issuer = token.tenant;
  batch.tokenId = token.tokenId;
  batch.deviceId = device.deviceId;
  batch.tokenVersion = token.version;
  batch.masterKeyVersion = token.masterKeyVersion;
  next = std::max(token.nextAtc, next);
  if (token.deviceId == base::DeviceId()) {
    next = std::max(next, tsp_.storeEpoch * base::kAtcsPerPsn + 1);
  }
  FLORIN_TRY_ASSIGN(batch.firstAtc, startOf(next));
  batch.usedAtc = device.lastAtc;
  batch.newPsn = base::psnOf(batch.firstAtc) != token.psn;
  batch.lowWater = program.card.keys.lowWater;
  batch.newPolicy = batch.lowWater != token.toldLowWater;
  const ports::BackendPublicKey transport = tsp_.custody.transportKey();
  batch.transportKeyId = transport.id;
  batch.transportPublicKey = transport.point;
  return batch;
}

Status Tokens::wrapKeys(KeyBatch& batch, const records::Token& token, const DeviceTransport& device,
                        const ports::PaymentKeyName& first, std::uint32_t count) {
  FLORIN_TRY_ASSIGN(SecretBytes dpan, openDpan(tsp_, token));
  ports::CardKeyRef card = cardKeyRef(token, std::move(dpan));
  card.psn = base::psnOf(batch.firstAtc);
  FLORIN_TRY_ASSIGN(std::vector<Bytes> wrapped,
                    tsp_.custody.wrapPaymentKeys(card, {.transportKeyId = batch.transportKeyId,
                                                        .devicePoint = device.transportPublicKey,
                                                        .deviceId = device.deviceId,
                                                        .tokenId = token.tokenId,
                                                        .first = first,
                                                        .count = count}));
  for (std::uint32_t i = 0; i < count; ++i) {
    batch.keys.push_back({.number = first.number + i, .wrapped = std::move(wrapped.at(i))});
  }
  return {};
}

Status Tokens::addKeys(KeyBatch& batch, const records::Token& token, const DeviceTransport& device,
                       std::uint32_t count) {
  if (count == 0) return {};
  return wrapKeys(batch, token, device, {ports::PaymentKeyKind::kSuk, batch.firstAtc}, count);
}

Status Tokens::addLimitedKey(KeyBatch& batch, const records::Token& token,
                             const DeviceTransport& device, const emv::KeyPolicy& policy) {
  const base::Time now = tsp_.clock.now();
  // A restored store does not know which indexes of this hour it gave in the days that it lost.
  const unsigned firstIndex = tsp_.storeEpoch % 10 * base::limits::kKeyIndexesPerHour;
  FLORIN_TRY_ASSIGN(
      const std::uint32_t index, tsp_.store.read([&](ports::Unit& unit) -> Result<std::uint32_t> {
        for (unsigned i = 0; i < base::limits::kKeyIndexesPerHour; ++i) {
          const std::uint32_t candidate = emv::keyIndexAt(now, firstIndex + i);
          FLORIN_TRY_ASSIGN(
              const auto taken,
              unit.limitedKeys().find(token.tokenId, token.masterKeyVersion, candidate));
          if (!taken) return candidate;
        }
        return Error(Code::kExhausted, "the card has had all keys of this hour");
      }));
  batch.limited = LimitedUse{.limit = policy.lukUses,
                             .expires = now + policy.lukLifetime,
                             .refresh = now + policy.lukLifetime * 4 / 5};
  return wrapKeys(batch, token, device, {ports::PaymentKeyKind::kLuk, index}, 1);
}

Status Tokens::keysArrived(ports::Unit& unit, const base::TokenId& tokenId) {
  FLORIN_TRY_ASSIGN(auto newest, unit.limitedKeys().newest(tokenId));
  if (!newest || newest->arrived != base::Time()) return {};
  newest->arrived = tsp_.clock.now();
  return unit.limitedKeys().update(*newest);
}

Result<std::uint32_t> Tokens::highestSpent(ports::Unit& unit, const base::TokenId& tokenId) {
  FLORIN_TRY_ASSIGN(const std::uint32_t single, unit.paymentKeys().highestSpent(tokenId));
  FLORIN_TRY_ASSIGN(const auto window, unit.limitedKeys().window(tokenId));
  return std::max(single, window.lastAccepted);
}

Status Tokens::commitKeys(ports::Unit& unit, const KeyBatch& batch) {
  FLORIN_TRY_ASSIGN(auto token, unit.tokens().find(batch.issuer, batch.tokenId));
  if (!token) return Error(Code::kNotFound, "no such token");
  if (token->version != batch.tokenVersion) {
    return Error(Code::kConflict, "the token changed since its keys were prepared");
  }
  if (batch.renews) FLORIN_TRY(voidIssued(unit, batch.tokenId));
  token->nextAtc = batch.firstAtc;
  if (batch.limited) {
    FLORIN_TRY(insertLimited(unit, batch));
  } else if (const auto count = static_cast<std::uint32_t>(batch.keys.size()); count > 0) {
    FLORIN_TRY(unit.paymentKeys().insertIssued(batch.tokenId, batch.masterKeyVersion,
                                               batch.firstAtc, count));
    token->nextAtc += count;
  }
  token->psn = base::psnOf(batch.firstAtc);
  token->deviceId = batch.deviceId;
  token->toldLowWater = batch.lowWater;
  return unit.tokens().update(*token);
}

Status Tokens::insertLimited(ports::Unit& unit, const KeyBatch& batch) {
  FLORIN_TRY_ASSIGN(auto window, unit.limitedKeys().window(batch.tokenId));
  // ATCs before a renewal or of another PSN are over; others that the device used may come late.
  const bool anew = batch.renews || batch.newPsn;
  advance(window, anew ? batch.firstAtc - 1 : batch.usedAtc);
  if (anew) window.accepted = ~std::uint64_t{0};
  FLORIN_TRY(unit.limitedKeys().putWindow(window));
  // A clock that was put back must not make an old key the newest.
  FLORIN_TRY_ASSIGN(const auto last, unit.limitedKeys().newest(batch.tokenId));
  const base::Time now = tsp_.clock.now();
  const base::Time issued = last ? std::max(now, last->issued + base::Duration(1)) : now;
  return unit.limitedKeys().insert({.tokenId = batch.tokenId,
                                    .masterKeyVersion = batch.masterKeyVersion,
                                    .index = batch.keys.front().number,
                                    .limit = batch.limited->limit,
                                    .issued = issued,
                                    .expires = batch.limited->expires});
}

Status Tokens::voidKeys(ports::Unit& unit, const base::TenantId& issuer,
                        const base::TokenId& tokenId, std::span<const ports::PaymentKeyName> keys) {
  FLORIN_TRY_ASSIGN(const auto token, unit.tokens().find(issuer, tokenId));
  if (!token) return Error(Code::kNotFound, "no such token");
  for (const ports::PaymentKeyName& key : keys) {
    if (key.kind == ports::PaymentKeyKind::kLuk) {
      FLORIN_TRY_ASSIGN(auto row,
                        unit.limitedKeys().find(tokenId, token->masterKeyVersion, key.number));
      if (!row) continue;
      row->state = records::LimitedKeyState::kVoid;
      FLORIN_TRY(unit.limitedKeys().update(*row));
      continue;
    }
    FLORIN_TRY_ASSIGN(const auto row,
                      unit.paymentKeys().find(tokenId, token->masterKeyVersion, key.number));
    if (!row || row->state != records::PaymentKeyState::kIssued) continue;
    FLORIN_TRY(unit.paymentKeys().setState(tokenId, token->masterKeyVersion, key.number,
                                           records::PaymentKeyState::kVoid));
  }
  return {};
}

Status Tokens::commitExpiry(ports::Unit& unit, const base::TenantId& issuer,
                            const base::TokenId& tokenId, const CardFacts& facts) {
  FLORIN_TRY_ASSIGN(auto token, unit.tokens().find(issuer, tokenId));
  if (!token) return Error(Code::kNotFound, "no such token");
  if (token->version != facts.tokenVersion) {
    return Error(Code::kConflict, "the token changed since its profile was made");
  }
  token->expiry = facts.panExpiry;
  token->toldLowWater = facts.lowWater;
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
    FLORIN_TRY(voidIssued(unit, tokenId));
  }
  return CardChange{before, life, written, std::move(after)};
}

}  // namespace florin::tsp
