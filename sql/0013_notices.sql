-- Notices to issuers (src/records/notices.h): one row each, until its issuer has taken it. Of a card
-- the row in state 1 is sent next, those in state 2 are behind it, and state 3 was given up.
-- `due_ms` is the next attempt, or the end of the lease while one is in flight.
CREATE TABLE notices (
  issuer BLOB NOT NULL,
  digital_card_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  notice_id BLOB NOT NULL UNIQUE,
  type INTEGER NOT NULL,
  state INTEGER NOT NULL,
  body TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  last_status INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  begun_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  PRIMARY KEY (issuer, digital_card_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_by_due ON notices (issuer, due_ms) WHERE state = 1;
CREATE UNIQUE INDEX notices_next ON notices (issuer, digital_card_id) WHERE state = 1;
CREATE INDEX notices_by_age ON notices (begun_ms) WHERE state <> 3;
CREATE INDEX notices_parked ON notices (issuer, digital_card_id, number) WHERE state = 3;

-- The number that a card's last notice had. It outlives the notices, or a gap could not be seen.
CREATE TABLE notice_numbers (
  issuer BLOB NOT NULL,
  digital_card_id BLOB NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (issuer, digital_card_id)
) STRICT, WITHOUT ROWID;

-- How many notices an issuer has in `notices`, so that none is counted when one is added, and how
-- many found no room.
CREATE TABLE notice_totals (
  issuer BLOB NOT NULL PRIMARY KEY,
  held INTEGER NOT NULL,
  dropped INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What became of a digitization, step by step (src/records/digitization_steps.h).
CREATE TABLE digitization_steps (
  tenant BLOB NOT NULL,
  correlation_id BLOB NOT NULL,
  number INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  wallet_id BLOB NOT NULL,
  digital_card_id BLOB NOT NULL,
  what TEXT NOT NULL,
  facts TEXT NOT NULL,
  PRIMARY KEY (tenant, correlation_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX digitization_steps_by_time ON digitization_steps (at_ms);

-- What an operator looks for. There is no index of correlations: a store of a million cards is just
-- mapped as it is (docs/adr/0007-mapped-database.md), and who asks by one may wait for a scan.
CREATE INDEX digital_cards_by_last_four ON digital_cards (pan_last_four);
CREATE INDEX audit_by_subject ON audit (tenant, subject, number);
