#!/usr/bin/env python3
"""The whole flow, command by command, with the backend killed and started again between any two of them."""

import re
import unittest

from florin_cli import INPUT, LOCAL_STATE, REFUSED, CliTest, florin, florind, test_pan


class FlowTest(CliTest):
    def test_every_step_survives_a_killed_backend(self):
        self.assertEqual(self.init()["wse"], "WSE_COMPLETED")
        self.assertEqual(self.wallet("status")["enrollment"], "ENROLLMENT_NEEDED")
        self.backend.restart()

        digitized = self.digitize()
        self.assertRegex(digitized["digitalCardId"], r"^[0-9a-f]{32}$")
        self.assertRegex(digitized["activationCode"], r"^[0-9A-Za-z]{4,32}$")
        self.backend.restart()

        enrolled = self.enroll(digitized["activationCode"])
        self.assertEqual(enrolled["enrollment"], "ENROLLMENT_COMPLETE")
        self.backend.restart()

        [card] = self.wallet("cards")["cards"]
        self.assertEqual(card["state"], "ACTIVE")
        self.assertEqual(card["digitalCardId"], digitized["digitalCardId"])
        self.assertGreater(card["paymentsLeft"], 0)
        self.backend.restart()

        first = self.tap()
        self.assertEqual(first["outcome"], "approved")
        self.assertEqual(first["keysLeft"], card["paymentsLeft"] - 1)
        self.backend.restart()

        self.assertEqual(self.wallet("sync")["cards"][0]["state"], "ACTIVE")
        self.backend.restart()
        second = self.tap()
        self.assertEqual(second["outcome"], "approved")
        self.assertGreater(second["atc"], first["atc"])
        self.backend.restart()

        paid = self.wallet("history")["transactions"]
        self.assertEqual([(one["status"], one["amountMinorUnits"], one["currency"]) for one in paid],
                         [("AUTHORIZED", 1250, 978)] * 2)

    def test_second_tap_spends_another_key(self):
        self.enrolled()
        taps = [self.tap("--trace") for _ in range(3)]
        self.assertEqual([tap["outcome"] for tap in taps], ["approved"] * 3)
        self.assertEqual([tap["atc"] for tap in taps], sorted({tap["atc"] for tap in taps}))
        cryptograms = {tap["exchange"][-1]["response"] for tap in taps}
        self.assertEqual(len(cryptograms), 3)
        self.assertEqual([tap["keysLeft"] for tap in taps],
                         [taps[0]["keysLeft"] - spent for spent in range(3)])

    def test_further_card_comes_by_activate(self):
        self.enrolled()
        code = self.digitize()["activationCode"]
        self.backend.restart()
        activated = self.wallet("activate", "--code", "-", stdin=code + "\n")
        self.assertEqual([card["state"] for card in activated["cards"]], ["ACTIVE", "ACTIVE"])

    def test_channel_key_is_rotated_while_devices_live_on(self):
        self.enrolled()
        refused = florind("rotate-channel-key", "--data-dir", self.backend.data)
        self.assertEqual(refused.returncode, LOCAL_STATE)
        self.assertIn("end that one first", refused.stderr)
        for _ in range(2):  # the second drops the key that the device began with
            self.backend.kill()
            rotated = florind("rotate-channel-key", "--data-dir", self.backend.data)
            self.assertEqual(rotated.returncode, 0, rotated.stderr)
            self.backend.start()
            self.assertEqual(self.wallet("sync")["cards"][0]["state"], "ACTIVE")

    def test_device_that_slept_through_two_rotations_enrolls_again(self):
        self.enrolled()
        self.backend.kill()
        for _ in range(2):
            self.assertEqual(florind("rotate-channel-key", "--data-dir", self.backend.data).returncode, 0)
        self.backend.start()
        self.fails(REFUSED, "wallet", "sync", "--vault", self.vault, says="enroll")
        self.assertEqual(self.wallet("status")["enrollment"], "ENROLLMENT_NEEDED")

    def test_enrollment_goes_on_after_an_outage(self):
        self.init()
        code = self.digitize()["activationCode"]
        self.backend.kill()
        self.fails(4, "wallet", "enroll", "--vault", self.vault, "--code", "-", stdin=code + "\n")
        self.assertEqual(self.wallet("status")["enrollment"], "ENROLLMENT_IN_PROGRESS")
        self.backend.start()
        self.assertEqual(self.wallet("continue")["enrollment"], "ENROLLMENT_COMPLETE")
        self.assertEqual(self.tap()["outcome"], "approved")

    def test_sync_brings_new_keys_when_few_are_left(self):
        stock = self.enrolled()["cards"][0]["paymentsLeft"]
        while self.tap()["keysLeft"] > 1:
            pass
        card = self.wallet("sync")["cards"][0]
        self.assertFalse(card["needsReplenishment"])
        self.assertGreater(card["paymentsLeft"], 1)
        self.assertLessEqual(card["paymentsLeft"], stock)
        self.assertEqual(self.tap()["outcome"], "approved")

    def test_wipe_leaves_no_file_and_a_new_wallet_gets_a_new_id(self):
        before = self.init()["walletId"]
        self.fails(INPUT, "wallet", "wipe", "--vault", self.vault, says="--yes")
        self.assertTrue(self.wallet("wipe", "--yes")["wiped"])
        self.assertEqual(list(self.folder.glob("my.vault*")), [])
        self.assertNotEqual(self.init()["walletId"], before)

    def test_output_for_people_has_no_colour_and_no_secret_on_a_pipe(self):
        self.init()
        pan = test_pan()
        done = florin("wallet", "digitize", "--vault", self.vault, "--pan", "-", "--exp", "1235", stdin=pan + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        code = re.search(r"^  (\w{26})$", done.stdout, re.MULTILINE)[1]
        self.assertIn("florin wallet enroll", done.stdout)
        done = florin("wallet", "enroll", "--vault", self.vault, "--code", "-", stdin=code + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"*{pan[-4:]}", done.stdout)
        self.assertNotIn(code, done.stdout)
        done = florin("tap", "--vault", self.vault, "--amount", "1", "--currency", "EUR", "--trace")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r"approved  1\.00 EUR  ATC \d+")
        self.assertNotIn("\x1b", done.stdout)
        self.assertNotIn(pan, done.stdout)

    def test_secret_on_the_command_line_works_with_a_warning(self):
        self.init()
        done = florin("wallet", "digitize", "--vault", self.vault, "--pan", test_pan(), "--exp", "1235")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stderr, r"\Aflorin: warning: --pan[^\n]+\n\Z")

    def test_no_secret_reaches_the_logs_or_the_vault_in_clear(self):
        self.init()
        pan = test_pan()
        done = self.wallet("digitize", "--pan", "-", "--exp", "1235", stdin=pan + "\n")
        self.enroll(done["activationCode"])
        self.tap()
        self.backend.kill()
        token = self.backend.token.read_text().strip()
        files = [self.vault, self.backend.log, *self.backend.data.glob("florin.db*")]
        for file in files:
            content = file.read_bytes()
            for secret in (pan, done["activationCode"], token):
                self.assertNotIn(secret.encode(), content, file.name)


if __name__ == "__main__":
    unittest.main()
