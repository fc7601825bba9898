#!/usr/bin/env python3
"""The scan of florind's log, which every test of this folder ends with, finds what is planted in it."""

import base64
import unittest

from florin_cli import SECRETS, CliTest, keep_answered, keep_secret, test_pan


class LogScanTest(CliTest):
    def shown_with(self, line):
        whole = self.backend.log.read_bytes()
        self.backend.log.write_bytes(whole + line + b"\n")
        try:
            return self.backend.shown_secrets()
        finally:
            self.backend.log.write_bytes(whole)

    def test_planted_secrets_are_found(self):
        self.enrolled()
        self.backend.kill()
        self.assertEqual(self.backend.shown_secrets(), [])
        pan = test_pan()
        keep_answered('{"activationCode": "ABCDEFGHIJKLMNOPQRSTUVWX23", "decision": "green"}')
        for line in (pan.encode(), b'{"pan":"' + pan.encode() + b'"}', bytes.fromhex(pan), pan.encode().hex().encode(),
                     base64.b64encode(b"<" + pan.encode() + b">"), b"ABCDEFGHIJKLMNOPQRSTUVWX23",
                     self.backend.operator_token.encode()):
            self.assertNotEqual(self.shown_with(line), [], line)
        self.assertEqual(self.shown_with(b"green"), [])

    def test_what_the_flow_handles_is_looked_for(self):
        before = set(SECRETS)
        keep_secret("short")
        self.assertEqual(SECRETS, before)
        self.enrolled()
        self.assertGreaterEqual(len(SECRETS - before), 2, "a PAN and an activation code")


if __name__ == "__main__":
    unittest.main()
