-- What a card's device was last told of its program's key policy: the low-water mark.
ALTER TABLE tokens ADD COLUMN told_low_water INTEGER NOT NULL DEFAULT 0;

-- Limited-use keys and the window of accepted ATCs of each card (src/records/limited_keys.h).
CREATE TABLE limited_keys (
  token_id BLOB NOT NULL,
  master_key_version INTEGER NOT NULL,
  key_index INTEGER NOT NULL,
  state INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  use_limit INTEGER NOT NULL,
  issued_ms INTEGER NOT NULL,
  expires_ms INTEGER NOT NULL,
  arrived_ms INTEGER NOT NULL,
  PRIMARY KEY (token_id, master_key_version, key_index)
) STRICT, WITHOUT ROWID;

CREATE TABLE atc_windows (
  token_id BLOB NOT NULL PRIMARY KEY,
  highest INTEGER NOT NULL,
  accepted INTEGER NOT NULL,
  last_accepted INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
