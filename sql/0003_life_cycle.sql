-- Who has suspended a card: the bits of records::Suspender.
ALTER TABLE tokens ADD COLUMN suspenders INTEGER NOT NULL DEFAULT 0;

-- Parked operations are few: what a device could not apply, until an operator has looked.
CREATE INDEX operations_parked ON operations (device_id, op_seq) WHERE state = 3;
