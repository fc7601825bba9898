#!/usr/bin/env python3
"""Ten taps of a card of each program, their cryptograms recomputed by another implementation (test/peer/arqc.py)."""

import os
import pathlib
import subprocess
import sys
import unittest

from florin_cli import DEADLINE, CliTest, luhn_digit

ARQC = pathlib.Path(__file__).parent.parent / "peer" / "arqc.py"
TAPS = 10
RANGES = {"K2": "999900", "K3": "999910", "FLORIN": "999920"}


class ArqcTest(CliTest):
    def pay(self, number):
        request = self.folder / f"request-{number}"
        self.assertEqual(self.tap("--save-request", request)["outcome"], "approved")
        self.wallet("sync")
        return request

    def recompute(self, program, *requests):
        return subprocess.run([sys.executable, ARQC, "--keys", self.backend.data / "custody.keys", "--program", program,
                               *requests], capture_output=True, text=True, timeout=DEADLINE)

    def check(self, program):
        self.init()
        digits = RANGES[program] + "123456789"
        code = self.wallet("digitize", "--pan", "-", "--exp", "1235", stdin=digits + luhn_digit(digits) + "\n")
        self.enroll(code["activationCode"])
        requests = [self.pay(number) for number in range(TAPS)]
        done = self.recompute(program, *requests)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(done.stdout.count("equal"), TAPS)
        self.assertEqual(self.recompute(program, *reversed(requests)).returncode, 1, "ATCs that fall")
        other = next(name for name in RANGES if name != program)
        self.assertEqual(self.recompute(other, *requests).returncode, 1, "the key of another program")

    def test_k2(self):
        self.check("K2")

    def test_k3(self):
        self.check("K3")

    def test_florin(self):
        self.check("FLORIN")


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
