-- Tables of the backend, one per repository of src/records. Columns stand in the order in which
-- src/sqlite reads and writes them. Ids and hashes are blobs, times are milliseconds of UTC since
-- 1970, `sealed_...` are made by sealing::RowSealer.
--
-- Small rows live in their key (WITHOUT ROWID: one tree, one page per change). Wide rows live in a
-- rowid table, so that the rows of one commit share pages and only short index entries are spread.
-- No foreign keys: rooms write their own tables and erase them by their own rules.

CREATE TABLE wallets (
  tenant BLOB NOT NULL,
  wallet_id BLOB NOT NULL,
  public_key BLOB NOT NULL,
  application_id TEXT NOT NULL,
  tries_left INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, wallet_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE activation_codes (
  tenant BLOB NOT NULL,
  wallet_id BLOB NOT NULL,
  code_ref BLOB NOT NULL,
  suite INTEGER NOT NULL,
  sealed_record BLOB NOT NULL,
  digital_card_id BLOB NOT NULL,
  token_id BLOB NOT NULL,
  issuer BLOB NOT NULL,
  state INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, wallet_id, code_ref)
) STRICT, WITHOUT ROWID;

CREATE TABLE enrollments (
  tenant BLOB NOT NULL,
  enrollment_id BLOB NOT NULL,
  wallet_id BLOB NOT NULL,
  share_hash BLOB NOT NULL,
  code_ref BLOB NOT NULL,
  state INTEGER NOT NULL,
  e2 BLOB NOT NULL,
  sealed_attempt BLOB NOT NULL,
  e3_hash BLOB NOT NULL,
  e4 BLOB NOT NULL,
  device_id BLOB NOT NULL,
  created_ms INTEGER NOT NULL,
  bound_ms INTEGER NOT NULL,
  UNIQUE (tenant, enrollment_id),
  UNIQUE (tenant, wallet_id, share_hash)
) STRICT;
-- Enrollments that no device finished are in no device's index.
CREATE INDEX enrollments_by_device ON enrollments (tenant, device_id, bound_ms, enrollment_id)
  WHERE device_id <> x'00000000000000000000000000000000';

-- An exchange names only the device, so its id is unique over all tenants.
CREATE TABLE devices (
  tenant BLOB NOT NULL,
  device_id BLOB NOT NULL UNIQUE,
  wallet_id BLOB NOT NULL,
  state INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  transport_public_key BLOB NOT NULL,
  sealed_psk BLOB NOT NULL,
  sealed_push_token BLOB NOT NULL,
  language TEXT NOT NULL,
  info TEXT NOT NULL,
  next_req_seq INTEGER NOT NULL,
  next_op_seq INTEGER NOT NULL,
  vault_generation INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX devices_by_wallet ON devices (tenant, wallet_id, created_ms, device_id);

CREATE TABLE operations (
  device_id BLOB NOT NULL,
  op_seq INTEGER NOT NULL,
  token_id BLOB NOT NULL,
  card_seq INTEGER NOT NULL,
  type INTEGER NOT NULL,
  sealed_payload BLOB NOT NULL,
  state INTEGER NOT NULL,
  parked_reason INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  UNIQUE (device_id, op_seq)
) STRICT;
CREATE INDEX operations_by_card ON operations (device_id, token_id, card_seq);
-- Pending operations are few at any time: their index stays small, however long the log grows.
CREATE INDEX operations_pending ON operations (device_id, op_seq) WHERE state = 1;

CREATE TABLE request_results (
  device_id BLOB NOT NULL,
  req_seq INTEGER NOT NULL,
  result BLOB NOT NULL,
  PRIMARY KEY (device_id, req_seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE tokens (
  tenant BLOB NOT NULL,
  token_id BLOB NOT NULL,
  program TEXT NOT NULL,
  dpan_index BLOB NOT NULL,
  sealed_dpan BLOB NOT NULL,
  sealed_pan BLOB NOT NULL,
  psn INTEGER NOT NULL,
  dpan_last_four TEXT NOT NULL,
  pan_last_four TEXT NOT NULL,
  expiry TEXT NOT NULL,
  state INTEGER NOT NULL,
  master_key_version INTEGER NOT NULL,
  next_atc INTEGER NOT NULL,
  device_id BLOB NOT NULL,
  version INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  UNIQUE (tenant, token_id),
  UNIQUE (dpan_index, psn)
) STRICT;

-- One row per batch of single-use keys, since they are issued together: `states` has one byte per
-- ATC from first_atc on (records::PaymentKeyState). Batches of one card never overlap.
CREATE TABLE payment_keys (
  token_id BLOB NOT NULL,
  master_key_version INTEGER NOT NULL,
  first_atc INTEGER NOT NULL,
  states BLOB NOT NULL,
  issued INTEGER NOT NULL,
  PRIMARY KEY (token_id, master_key_version, first_atc)
) STRICT, WITHOUT ROWID;

CREATE TABLE authorizations (
  authorization_id BLOB NOT NULL,
  acquirer BLOB NOT NULL,
  idempotency_key TEXT NOT NULL,
  request_hash BLOB NOT NULL,
  tenant BLOB NOT NULL,
  token_id BLOB NOT NULL,
  atc INTEGER NOT NULL,
  amount_minor_units INTEGER NOT NULL,
  currency INTEGER NOT NULL,
  approved INTEGER NOT NULL,
  reason TEXT NOT NULL,
  response BLOB NOT NULL,
  created_ms INTEGER NOT NULL,
  UNIQUE (acquirer, idempotency_key)
) STRICT;
CREATE INDEX authorizations_of_token
  ON authorizations (tenant, token_id, created_ms, authorization_id);

CREATE TABLE digital_cards (
  tenant BLOB NOT NULL,
  digital_card_id BLOB NOT NULL,
  wallet_id BLOB NOT NULL,
  correlation_id BLOB NOT NULL,
  request_hash BLOB NOT NULL,
  issuer BLOB NOT NULL,
  token_id BLOB NOT NULL,
  state INTEGER NOT NULL,
  pan_index BLOB NOT NULL,
  sealed_reply BLOB NOT NULL,
  product TEXT NOT NULL,
  pan_last_four TEXT NOT NULL,
  created_ms INTEGER NOT NULL,
  UNIQUE (tenant, digital_card_id),
  UNIQUE (tenant, wallet_id, correlation_id)
) STRICT;

CREATE TABLE api_tokens (
  token_hash BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  scope INTEGER NOT NULL,
  label TEXT NOT NULL,
  revoked INTEGER NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
