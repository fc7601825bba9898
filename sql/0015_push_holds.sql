-- Whether the other pushes of the device wait for this one (src/records/pushes.h): it is in flight, or
-- the provider wants patience.
ALTER TABLE pushes ADD COLUMN holds INTEGER NOT NULL DEFAULT 0;
