#!/usr/bin/env python3
"""The examples against a real florind: what docs/integrating.md shows does what it says."""

import json
import pathlib
import re
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "test" / "cli"))
from florin_cli import BIN, DEADLINE, Backend, CliTest, test_pan


class ExamplesTest(CliTest):
    def setUp(self):
        super().setUp()
        self.phone = self.folder / "phone"
        self.phone.mkdir()

    def command(self, name, *more):
        return [str(BIN / f"example_{name}"), str(self.phone), self.backend.url, str(self.backend.ca), *more]

    def run_example(self, name, *more, stdin="", status=0):
        done = subprocess.run(self.command(name, *more), input=stdin, capture_output=True, text=True,
                              timeout=DEADLINE, check=False)
        self.assertEqual(done.returncode, status, f"{name}: {done.stdout}{done.stderr}")
        return done.stdout

    def card(self):
        return f"{test_pan()} 1235\n"

    def devices(self):
        events = map(json.loads, self.backend.log.read_text().splitlines())
        return {event["deviceId"] for event in events if event.get("event") == "enrollment.bound"}

    def first_card(self):
        return self.run_example("first_card", stdin=self.card())

    def test_first_card_comes_and_a_second_run_changes_nothing(self):
        self.assertRegex(self.first_card(), r"\Astarted\ncard \*\d{4} ACTIVE, payments left: \d+\n\Z")
        self.assertRegex(self.run_example("first_card"), r"\Acard \*\d{4} ACTIVE, payments left: \d+\n\Z")

    def test_first_card_goes_on_after_a_kill_at_every_step(self):
        """Killed as each line of its log appears: each run gets one step further than the one before."""
        card = self.card()
        for lines in range(1, 20):
            with subprocess.Popen(self.command("first_card"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True) as process:
                process.stdin.write(card)
                process.stdin.close()
                read = sum(1 for _ in zip(range(lines), process.stderr))
                process.kill()
            if read < lines:
                break
        self.assertGreater(lines, 2, "it was never killed on its way")
        self.assertRegex(self.run_example("first_card", stdin=card), r"card \*\d{4} ACTIVE")
        self.assertEqual(len(self.devices()), 1)

    def test_second_card_takes_the_typed_code_and_a_cancelled_entry_says_so(self):
        self.first_card()
        for typed, status in (("{}\n", 0), ("XX!{}\n", 0), ("", 1)):
            with self.subTest(typed=typed):
                with subprocess.Popen(self.command("second_card"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, text=True) as process:
                    process.stdin.write(self.card())
                    process.stdin.flush()
                    code = re.fullmatch(r"code: (\w+)\n", process.stdout.readline())[1]
                    process.stdin.write(typed.format(code))
                    process.stdin.close()
                    shown = process.stdout.read()
                self.assertEqual(process.returncode, status, shown)
                if status:
                    self.assertIn("CARD_ACTIVATION_ACTIVATION_CODE_ENTRY_CANCELED", shown)
        self.assertEqual(self.run_example("first_card").count("ACTIVE"), 3)

    def test_push_is_the_sdks_or_the_applications(self):
        self.run_example("push", "sender=CPS", status=1)  # not enrolled
        self.first_card()
        self.assertEqual(self.run_example("push", "Sender=CPS"), "")
        self.assertEqual(self.run_example("push", "sender=shop", "offer=shoes"), "the application's own\n")

    def second_card_with_a_backend_that_dies(self):
        """The code is entered, and then the backend is gone: a session that is cut off."""
        with subprocess.Popen(self.command("second_card"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True) as process:
            process.stdin.write(self.card())
            process.stdin.flush()
            code = re.fullmatch(r"code: (\w+)\n", process.stdout.readline())[1]
            self.backend.kill()
            process.stdin.write(code + "\n")
            process.stdin.close()
            shown = process.stdout.read()
        self.assertEqual(process.returncode, 1, shown)
        self.assertEqual(shown.count("COMMON_NO_INTERNET cps=0 http=0 retryable=1"), 2)

    def test_retry_goes_on_with_what_was_cut_off_and_knows_its_two_refusals(self):
        self.first_card()
        self.second_card_with_a_backend_that_dies()
        self.backend.start()
        shown = self.run_example("at_start")
        self.assertRegex(shown, r"\Astarted\nit is under way[^\n]+\n(card \*\d{4} ACTIVE, payments left: \d+\n){2}\Z")
        self.assertRegex(self.run_example("at_start"), r"\Anothing was cut off\ncard")

    def test_language_and_push_token_are_checked_without_network(self):
        refused = "INVALID_ARGUMENT cps=0 http=0 retryable=0"
        for inputs in (["EN"], ["eng"], [""], ["en", "hms", ""], ["en", "fcm", "two words"]):
            with self.subTest(inputs=inputs):
                self.assertIn(refused, self.run_example("first_card", *inputs, stdin=self.card(), status=1))
        self.assertEqual(self.devices(), set())
        self.assertIn("ACTIVE", self.run_example("first_card", "de", "hms", "a-token", stdin=self.card()))

    def test_push_token_of_fcm_goes_in_as_it_is(self):
        self.assertIn("ACTIVE", self.run_example("first_card", "en", "fcm", "d:APA91-_token", stdin=self.card()))

    def test_backend_is_the_wallets_or_the_reason_is_told(self):
        self.first_card()
        (self.folder / "other").mkdir()
        other = Backend(self.folder / "other")
        other.start()
        self.addCleanup(other.kill)
        for url, ca, says in (
                (self.backend.url, other.ca, "COMMON_COMM_ERROR cps=0 http=0 retryable=0.*not what the application pins"),
                (other.url, other.ca, "INVALID_SERVER_RESPONSE.*another backend")):
            with self.subTest(says=says):
                done = subprocess.run([str(BIN / "example_at_start"), str(self.phone), url, str(ca)],
                                      capture_output=True, text=True, timeout=DEADLINE, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertRegex(done.stdout, re.compile(r"\A" + says, re.DOTALL))
        self.backend.kill()
        self.assertIn("ask again later", self.run_example("at_start", status=1))

    def test_own_executor_runs_the_callbacks(self):
        self.assertEqual(self.run_example("own_executor"), "WSE_COMPLETED on the loop's thread\n")

    def test_own_keys_enroll_and_attest_themselves(self):
        self.backend.kill()
        config = self.backend.data / "florind.toml"
        config.write_text(config.read_text() + '\n[attestation]\npolicy = "require"\n')
        self.backend.start()
        for _ in range(2):  # the second run finds its keys again
            self.assertIn("ACTIVE", self.run_example("own_keys", stdin=self.card()))
        self.assertGreaterEqual(len(list(self.phone.glob("*.pem"))), 2)

    def test_tap_answers_the_terminal(self):
        self.first_card()
        select = "00a404000e325041592e5359532e444446303100"
        self.assertRegex(self.run_example("tap", stdin=select + "\n"), r"\A6f[0-9a-f]+9000\n\Z")


if __name__ == "__main__":
    unittest.main()
