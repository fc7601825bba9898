#!/usr/bin/env python3
"""A saved authorization request, sent again: the same key gets the stored answer, a new one a decline."""

import json
import os
import stat
import unittest

from florin_cli import INPUT, REFUSED, UNREACHABLE, CliTest, florin


class AuthorizeTest(CliTest):
    def setUp(self):
        super().setUp()
        self.enrolled()
        self.request = self.folder / "request.json"
        self.first = self.tap("--save-request", self.request)

    def test_same_key_gets_the_stored_answer(self):
        for _ in range(2):
            again = self.ok("authorize", "--request", self.request)
            self.assertEqual({name: self.first[name] for name in again}, again)
            self.backend.restart()

    def test_new_key_is_declined_with_the_reason(self):
        done = florin("authorize", "--request", self.request, "--idempotency-key", "another", "--json")
        self.assert_failure(done, REFUSED, "declined: atc_used")
        answer = json.loads(done.stdout)
        self.assertEqual(answer["outcome"], "declined")
        self.assertEqual(answer["atc"], self.first["atc"])
        self.assertNotEqual(answer["authorizationId"], self.first["authorizationId"])
        # The decline is an answer too: it is stored under its key.
        done = florin("authorize", "--request", self.request, "--idempotency-key", "another", "--json")
        self.assertEqual(json.loads(done.stdout), answer)

    def test_key_that_is_none_is_refused_before_anything_is_sent(self):
        self.backend.kill()
        for key in ("", "x" * 65, "with space", "caf\u00e9"):
            with self.subTest(key=key):
                self.fails(INPUT, "authorize", "--request", self.request, "--idempotency-key", key,
                           says="--idempotency-key")

    def test_request_of_another_tap_is_refused_under_a_used_key(self):
        self.tap("--save-request", self.request)
        self.fails(REFUSED, "authorize", "--request", self.request,
                   "--idempotency-key", self.first["idempotencyKey"], says="Idempotency-Key")

    def test_changed_amount_is_declined(self):
        saved = json.loads(self.request.read_text())
        self.assertIn("9f0206000000001250", saved["emv"])
        saved["emv"] = saved["emv"].replace("9f0206000000001250", "9f0206000000001260")
        self.request.write_text(json.dumps(saved))
        done = florin("authorize", "--request", self.request, "--idempotency-key", "changed")
        self.assert_failure(done, REFUSED, "wrong_cryptogram")

    def test_file_has_no_token_and_is_for_its_owner_alone(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.request).st_mode), 0o600)
        self.assertNotIn(self.backend.token.read_text().strip(), self.request.read_text())

    def test_wrong_token_is_refused(self):
        token = self.folder / "wrong.token"
        token.write_text("x" * 43)
        token.chmod(0o600)
        self.fails(REFUSED, "authorize", "--request", self.request, "--acquirer-token-file", token,
                   says="acquirer token")

    def test_file_that_is_no_request_is_refused(self):
        self.request.write_text('{"version":1}')
        self.fails(INPUT, "authorize", "--request", self.request, says="--save-request")
        self.request.unlink()
        self.fails(INPUT, "authorize", "--request", self.request, says="--save-request")

    def test_lost_answer_is_asked_for_again_and_booked_once(self):
        self.backend.kill()
        done = florin("tap", "--vault", self.vault, "--amount", "12.50", "--currency", "EUR",
                      "--save-request", self.request)
        self.assert_failure(done, UNREACHABLE, "florin authorize --request")
        self.backend.start()
        first = self.ok("authorize", "--request", self.request)
        self.assertEqual(first["outcome"], "approved")
        self.assertEqual(self.ok("authorize", "--request", self.request), first)


if __name__ == "__main__":
    unittest.main()
