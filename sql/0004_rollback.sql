-- What is known of a device's vault, to see that it is an older one (D7): the challenge that it was
-- last asked, the highest ATCs that it reported (token id, 16 bytes, and ATC, 4 bytes, each), and the
-- store epoch in which it was last brought up to date.
ALTER TABLE devices ADD COLUMN challenge BLOB NOT NULL DEFAULT x'';
ALTER TABLE devices ADD COLUMN reported BLOB NOT NULL DEFAULT x'';
ALTER TABLE devices ADD COLUMN store_epoch INTEGER NOT NULL DEFAULT 0;

-- Which request a stored result answers; empty: of before this was kept.
ALTER TABLE request_results ADD COLUMN mark BLOB NOT NULL DEFAULT x'';

-- What people have to know of afterwards. Only added to.
CREATE TABLE audit (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  tenant BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  facts TEXT NOT NULL
) STRICT;
