#include "sqlite/token_rows.h"

#include "sqlite/changed.h"

namespace florin::sqlite {

// Found by argument-dependent lookup, so they cannot stand in an unnamed namespace.
static Status readRow(Columns& columns, records::Token& row) {
  return columns.read(row.tenant, row.tokenId, row.program, row.dpanIndex, row.sealedDpan,
                      row.sealedPan, row.psn, row.dpanLastFour, row.panLastFour, row.expiry,
                      row.state, row.masterKeyVersion, row.nextAtc, row.deviceId, row.version,
                      row.created, row.suspenders, row.toldLowWater);
}

static Status readRow(Columns& columns, records::Authorization& row) {
  return columns.read(row.authorizationId, row.acquirer, row.idempotencyKey, row.requestHash,
                      row.tenant, row.tokenId, row.atc, row.amount.minorUnits, row.amount.currency,
                      row.approved, row.reason, row.response, row.created, row.reversed);
}

static Status readRow(Columns& columns, records::PaymentTally& tally) {
  return columns.read(tally.count, tally.amount);
}

static Status readRow(Columns& columns, records::DigitalCard& row) {
  return columns.read(row.tenant, row.digitalCardId, row.walletId, row.correlationId,
                      row.requestHash, row.issuer, row.tokenId, row.state, row.panIndex,
                      row.sealedReply, row.product, row.panLastFour, row.created, row.termsId,
                      row.termsAccepted);
}

static Status readRow(Columns& columns, records::ApiToken& row) {
  return columns.read(row.tokenHash, row.tenant, row.scope, row.label, row.revoked, row.created);
}

Result<std::optional<records::Token>> TokenRows::find(const base::TenantId& tenant,
                                                      const base::TokenId& id) {
  return db_.find<records::Token>("SELECT * FROM tokens WHERE tenant = ? AND token_id = ?", tenant,
                                  id);
}

Result<std::optional<records::Token>> TokenRows::findByDpan(ByteView dpanIndex) {
  return db_.find<records::Token>("SELECT * FROM tokens WHERE dpan_index = ?", dpanIndex);
}

// The index of DPAN and PSN alone would take a DPAN whose card was renewed.
Status TokenRows::insert(const records::Token& row) {
  FLORIN_TRY_ASSIGN(
      const int inserted,
      db_.execute(
          "INSERT INTO tokens SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
          " ?14, ?15, ?16, ?17, ?18 WHERE NOT EXISTS (SELECT 1 FROM tokens WHERE dpan_index"
          " = ?4)",
          row.tenant, row.tokenId, row.program, row.dpanIndex, row.sealedDpan, row.sealedPan,
          row.psn, row.dpanLastFour, row.panLastFour, row.expiry, row.state, row.masterKeyVersion,
          row.nextAtc, row.deviceId, row.version, row.created, row.suspenders, row.toldLowWater));
  if (inserted == 0) return Error(Code::kConflict, "the DPAN is taken");
  return {};
}

// The PSN stands in an index and changes at a renewal only: see EnrollmentRows::update.
Status TokenRows::update(const records::Token& row) {
  FLORIN_TRY(
      db_.execute("UPDATE tokens SET psn = ?1 WHERE tenant = ?2 AND token_id = ?3"
                  " AND version = ?4 AND psn <> ?1",
                  row.psn, row.tenant, row.tokenId, row.version));
  FLORIN_TRY_ASSIGN(
      const int changed,
      db_.execute("UPDATE tokens SET program = ?, sealed_dpan = ?, sealed_pan = ?,"
                  " dpan_last_four = ?, pan_last_four = ?, expiry = ?, state = ?,"
                  " master_key_version = ?, next_atc = ?, device_id = ?, suspenders = ?,"
                  " told_low_water = ?, version = version + 1"
                  " WHERE tenant = ? AND token_id = ? AND version = ?",
                  row.program, row.sealedDpan, row.sealedPan, row.dpanLastFour, row.panLastFour,
                  row.expiry, row.state, row.masterKeyVersion, row.nextAtc, row.deviceId,
                  row.suspenders, row.toldLowWater, row.tenant, row.tokenId, row.version));
  if (changed == 0) return Error(Code::kConflict, "the token changed since it was read");
  return {};
}

Result<std::optional<records::Authorization>> AuthorizationRows::findByKey(
    const base::TenantId& acquirer, std::string_view idempotencyKey) {
  return db_.find<records::Authorization>(
      "SELECT * FROM authorizations WHERE acquirer = ? AND idempotency_key = ?", acquirer,
      idempotencyKey);
}

Status AuthorizationRows::insert(const records::Authorization& row) {
  return done(
      db_.execute("INSERT INTO authorizations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  row.authorizationId, row.acquirer, row.idempotencyKey, row.requestHash,
                  row.tenant, row.tokenId, row.atc, row.amount.minorUnits, row.amount.currency,
                  row.approved, row.reason, row.response, row.created, row.reversed));
}

Status AuthorizationRows::setReversed(const base::TenantId& acquirer,
                                      std::string_view idempotencyKey, base::Time when) {
  FLORIN_TRY_ASSIGN(const int changed, db_.execute("UPDATE authorizations SET reversed_ms = ?"
                                                   " WHERE acquirer = ? AND idempotency_key = ?",
                                                   when, acquirer, idempotencyKey));
  return changed > 0 ? Status() : Error(Code::kNotFound, "no such authorization");
}

Result<records::PaymentTally> AuthorizationRows::tally(const base::TenantId& tenant,
                                                       const base::TokenId& id, base::Time since) {
  FLORIN_TRY_ASSIGN(const auto tally,
                    db_.find<records::PaymentTally>(
                        "SELECT count(*), coalesce(sum(amount_minor_units), 0) FROM authorizations"
                        " WHERE tenant = ? AND token_id = ? AND created_ms >= ?"
                        " AND approved = 1 AND reversed_ms = 0",
                        tenant, id, since));
  return tally.value_or(records::PaymentTally());
}

Result<std::vector<records::Authorization>> AuthorizationRows::ofToken(const base::TenantId& tenant,
                                                                       const base::TokenId& id,
                                                                       std::size_t limit) {
  return db_.list<records::Authorization>(
      "SELECT * FROM authorizations WHERE tenant = ? AND token_id = ?"
      " ORDER BY created_ms DESC, authorization_id DESC LIMIT ?",
      tenant, id, limit);
}

Result<std::vector<records::Authorization>> AuthorizationRows::older(
    const base::TenantId& tenant, const base::TokenId& id, const base::AuthorizationId& than,
    std::size_t limit) {
  return db_.list<records::Authorization>(
      "SELECT * FROM authorizations WHERE tenant = ?1 AND token_id = ?2"
      " AND (created_ms, authorization_id) < (SELECT created_ms, authorization_id"
      " FROM authorizations WHERE tenant = ?1 AND token_id = ?2 AND authorization_id = ?3)"
      " ORDER BY created_ms DESC, authorization_id DESC LIMIT ?4",
      tenant, id, than, limit);
}

Result<std::optional<records::DigitalCard>> DigitalCardRows::find(const base::TenantId& tenant,
                                                                  const base::DigitalCardId& id) {
  return db_.find<records::DigitalCard>(
      "SELECT * FROM digital_cards WHERE tenant = ? AND digital_card_id = ?", tenant, id);
}

Result<std::optional<records::DigitalCard>> DigitalCardRows::findByCorrelation(
    const base::TenantId& tenant, const base::WalletId& walletId,
    const base::CorrelationId& correlationId) {
  return db_.find<records::DigitalCard>(
      "SELECT * FROM digital_cards WHERE tenant = ? AND wallet_id = ? AND correlation_id = ?",
      tenant, walletId, correlationId);
}

// A wallet has at most limits::kCardsPerWallet cards: the two queries below go through them.
Result<std::optional<records::DigitalCard>> DigitalCardRows::findByPan(
    const base::TenantId& tenant, const base::WalletId& walletId, ByteView panIndex) {
  return db_.find<records::DigitalCard>(
      "SELECT * FROM digital_cards WHERE tenant = ? AND wallet_id = ? AND pan_index = ?"
      " ORDER BY created_ms DESC, digital_card_id DESC LIMIT 1",
      tenant, walletId, panIndex);
}

Result<std::optional<records::DigitalCard>> DigitalCardRows::findByToken(
    const base::TenantId& tenant, const base::WalletId& walletId, const base::TokenId& id) {
  return db_.find<records::DigitalCard>(
      "SELECT * FROM digital_cards WHERE tenant = ? AND wallet_id = ? AND token_id = ?"
      " ORDER BY created_ms DESC, digital_card_id DESC LIMIT 1",
      tenant, walletId, id);
}

Result<std::vector<records::DigitalCard>> DigitalCardRows::ofWallet(const base::TenantId& tenant,
                                                                    const base::WalletId& walletId,
                                                                    std::size_t limit) {
  return db_.list<records::DigitalCard>(
      "SELECT * FROM digital_cards WHERE tenant = ? AND wallet_id = ? AND state <> ?"
      " ORDER BY created_ms, digital_card_id LIMIT ?",
      tenant, walletId, records::DigitizationState::kEnded, limit);
}

Result<std::uint32_t> DigitalCardRows::countOf(const base::TenantId& tenant,
                                               const base::WalletId& walletId) {
  FLORIN_TRY_ASSIGN(
      const std::int64_t count,
      db_.number("SELECT count(*) FROM digital_cards WHERE tenant = ? AND wallet_id = ?"
                 " AND state <> ?",
                 tenant, walletId, records::DigitizationState::kEnded));
  return static_cast<std::uint32_t>(count);
}

// A statement for each way of looking, so that each has its index.
Result<std::vector<records::DigitalCard>> DigitalCardRows::search(const base::TenantId& tenant,
                                                                  const records::CardSearch& search,
                                                                  const base::DigitalCardId& after,
                                                                  std::size_t limit) {
  if (search.wallet) {
    return db_.list<records::DigitalCard>(
        "SELECT * FROM digital_cards WHERE tenant = ? AND wallet_id = ? AND digital_card_id > ?"
        " ORDER BY digital_card_id LIMIT ?",
        tenant, *search.wallet, after, limit);
  }
  if (search.correlation) {
    return db_.list<records::DigitalCard>(
        "SELECT * FROM digital_cards WHERE tenant = ? AND correlation_id = ?"
        " AND digital_card_id > ? ORDER BY digital_card_id LIMIT ?",
        tenant, *search.correlation, after, limit);
  }
  if (search.issuer && !search.lastFour.empty()) {
    return db_.list<records::DigitalCard>(
        "SELECT * FROM digital_cards WHERE tenant = ? AND issuer = ? AND pan_last_four = ?"
        " AND digital_card_id > ? ORDER BY digital_card_id LIMIT ?",
        tenant, *search.issuer, search.lastFour, after, limit);
  }
  return db_.list<records::DigitalCard>(
      "SELECT * FROM digital_cards WHERE tenant = ? AND digital_card_id > ?"
      " ORDER BY digital_card_id LIMIT ?",
      tenant, after, limit);
}

Status DigitalCardRows::insert(const records::DigitalCard& row) {
  return done(
      db_.execute("INSERT INTO digital_cards VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                  row.tenant, row.digitalCardId, row.walletId, row.correlationId, row.requestHash,
                  row.issuer, row.tokenId, row.state, row.panIndex, row.sealedReply, row.product,
                  row.panLastFour, row.created, row.termsId, row.termsAccepted));
}

Status DigitalCardRows::update(const records::DigitalCard& row) {
  return oneChanged(
      db_.execute("UPDATE digital_cards SET request_hash = ?, issuer = ?, token_id = ?, state = ?,"
                  " pan_index = ?, sealed_reply = ?, product = ?, pan_last_four = ?"
                  " WHERE tenant = ? AND digital_card_id = ?",
                  row.requestHash, row.issuer, row.tokenId, row.state, row.panIndex,
                  row.sealedReply, row.product, row.panLastFour, row.tenant, row.digitalCardId));
}

Result<std::optional<records::ApiToken>> ApiTokenRows::find(ByteView tokenHash) {
  return db_.find<records::ApiToken>("SELECT * FROM api_tokens WHERE token_hash = ?", tokenHash);
}

Status ApiTokenRows::insert(const records::ApiToken& row) {
  return done(db_.execute("INSERT INTO api_tokens VALUES (?, ?, ?, ?, ?, ?)", row.tokenHash,
                          row.tenant, row.scope, row.label, row.revoked, row.created));
}

Result<std::vector<records::ApiToken>> ApiTokenRows::all(std::size_t limit) {
  return db_.list<records::ApiToken>(
      "SELECT * FROM api_tokens ORDER BY created_ms, token_hash LIMIT ?", limit);
}

Status ApiTokenRows::revoke(ByteView tokenHash) {
  return oneChanged(
      db_.execute("UPDATE api_tokens SET revoked = 1 WHERE token_hash = ?", tokenHash));
}

Result<std::optional<Bytes>> SettingRows::find(std::string_view name) {
  return db_.find<Bytes>("SELECT value FROM settings WHERE name = ?", name);
}

Status SettingRows::put(std::string_view name, ByteView value) {
  return done(db_.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, value));
}

}  // namespace florin::sqlite
