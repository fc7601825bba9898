-- Why a device is suspended or revoked: the number of a LockReason; 0: nobody said.
ALTER TABLE devices ADD COLUMN lock_reason INTEGER NOT NULL DEFAULT 0;
