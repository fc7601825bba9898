-- Outbox of pushes (src/records/pushes.h): at most one row per device, written with the operation
-- that it announces. `due_ms` is the next attempt, or the end of the lease while one is in flight.

CREATE TABLE pushes (
  device_id BLOB NOT NULL PRIMARY KEY,
  tenant BLOB NOT NULL,
  version INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  created_ms INTEGER NOT NULL,
  due_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX pushes_by_due ON pushes (due_ms);
