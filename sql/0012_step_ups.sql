-- ID&V of a digital card whose issuer wants it (src/records/step_ups.h).
CREATE TABLE step_ups (
  tenant BLOB NOT NULL,
  digital_card_id BLOB NOT NULL,
  methods TEXT NOT NULL,
  method TEXT NOT NULL,
  otp_tag BLOB NOT NULL,
  tries_left INTEGER NOT NULL,
  sends_left INTEGER NOT NULL,
  otp_expires_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, digital_card_id)
) STRICT, WITHOUT ROWID;
