-- Who has suspended a device: the bits of records::Suspender, as for cards. Until now it was the
-- operator, or the system when it found an old vault.
ALTER TABLE devices ADD COLUMN suspenders INTEGER NOT NULL DEFAULT 0;
UPDATE devices SET suspenders = CASE lock_reason WHEN 5 THEN 8 ELSE 4 END WHERE state = 5;
