-- The audit log of each florind is a chain of hashes (src/proof/audit_chain.h). Entries from before
-- have position 0 and are in no chain.
ALTER TABLE audit ADD COLUMN instance TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit ADD COLUMN hash BLOB NOT NULL DEFAULT x'';
CREATE UNIQUE INDEX audit_by_position ON audit (instance, position) WHERE position > 0;

-- Heads of the chains, signed in custody.
CREATE TABLE audit_seals (
  instance TEXT NOT NULL,
  position INTEGER NOT NULL,
  hash BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  signature BLOB NOT NULL,
  PRIMARY KEY (instance, position)
) STRICT, WITHOUT ROWID;
