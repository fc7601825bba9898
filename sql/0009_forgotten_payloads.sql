-- The payload of an operation that is over (acknowledged or void) is not delivered again.
UPDATE operations SET sealed_payload = x'' WHERE state IN (2, 4) AND sealed_payload <> x'';
