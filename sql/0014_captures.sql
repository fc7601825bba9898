-- What is remembered of cards on their way in (src/records/captures.h), and the terms that were
-- accepted for those that came.
CREATE TABLE spent_nonces (
  tenant BLOB NOT NULL,
  nonce_hash BLOB NOT NULL,
  digital_card_id BLOB NOT NULL,
  expires_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, nonce_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX spent_nonces_by_expiry ON spent_nonces (expires_ms);

CREATE TABLE push_sessions (
  tenant BLOB NOT NULL,
  session_hash BLOB NOT NULL,
  issuer BLOB NOT NULL,
  sealed_card BLOB NOT NULL,
  approved INTEGER NOT NULL,
  terms_accepted INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, session_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX push_sessions_by_expiry ON push_sessions (issuer, expires_ms);

CREATE TABLE pan_guesses (
  tenant BLOB NOT NULL,
  pan_index BLOB NOT NULL,
  sent INTEGER NOT NULL,
  wrong INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, pan_index)
) STRICT, WITHOUT ROWID;
CREATE INDEX pan_guesses_by_expiry ON pan_guesses (expires_ms);

ALTER TABLE digital_cards ADD COLUMN terms_id BLOB NOT NULL DEFAULT x'';
ALTER TABLE digital_cards ADD COLUMN terms_accepted_ms INTEGER NOT NULL DEFAULT 0;

-- A choice of a method of ID&V is repeated without another OTP.
ALTER TABLE step_ups ADD COLUMN choice_id BLOB NOT NULL DEFAULT x'00000000000000000000000000000000';
