-- A push that tells of a payment with one card: `about` is its digital card id. 16 zeros: "ask the
-- backend", as until now. One row of each per device (src/records/pushes.h).
CREATE TABLE pushes_about (
  device_id BLOB NOT NULL,
  about BLOB NOT NULL,
  tenant BLOB NOT NULL,
  version INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL,
  PRIMARY KEY (device_id, about)
) STRICT, WITHOUT ROWID;
INSERT INTO pushes_about
  SELECT device_id, zeroblob(16), tenant, version, attempts, created_ms, due_ms FROM pushes;
DROP TABLE pushes;
ALTER TABLE pushes_about RENAME TO pushes;
CREATE INDEX pushes_by_due ON pushes (due_ms);

-- When an authorization was taken back; 0: it was not.
ALTER TABLE authorizations ADD COLUMN reversed_ms INTEGER NOT NULL DEFAULT 0;
