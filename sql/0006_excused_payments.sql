-- The highest ATC of each card that was accepted before the device was last brought up to date: a
-- vault that does not know of them is the one that was brought up to date. Form as `reported`.
ALTER TABLE devices ADD COLUMN excused BLOB NOT NULL DEFAULT x'';
