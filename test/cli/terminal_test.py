#!/usr/bin/env python3
"""What florin does on a terminal: asks for codes without echo, colours, and asks before it wipes."""

import os
import pty
import select
import signal
import time
import unittest

from florin_cli import DEADLINE, FLORIN, INPUT, CliTest


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, *arguments):
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm"
            os.environ.pop("NO_COLOR", None)
            os.execv(FLORIN, [FLORIN, *map(str, arguments)])

    def read_until(self, text, times=1):
        end = time.monotonic() + DEADLINE
        while self.seen.count(text) < times and time.monotonic() < end:
            if not self._read():
                break
        assert self.seen.count(text) >= times, f"not {times} of {text!r} in {self.seen!r}"

    def type(self, text):
        time.sleep(0.1)  # echo off comes right after the question
        os.write(self.fd, text.encode())

    def end(self):
        while self._read():
            pass
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)

    def _read(self):
        if not select.select([self.fd], [], [], DEADLINE)[0]:
            os.kill(self.pid, signal.SIGKILL)
            return False
        try:
            data = os.read(self.fd, 4096)
        except OSError:  # the other side is closed
            return False
        self.seen += data.decode()
        return bool(data)


class TerminalTest(CliTest):
    def setUp(self):
        super().setUp()
        self.init()

    def test_code_is_asked_for_and_not_shown(self):
        code = self.digitize()["activationCode"]
        terminal = Terminal("wallet", "enroll", "--vault", self.vault)
        terminal.read_until("Activation code (not shown): ")
        terminal.type(code[:5] + "xx\x7f\x7f" + code[5:] + "\r")
        self.assertEqual(terminal.end(), 0, terminal.seen)
        self.assertIn("ACTIVE", terminal.seen)
        self.assertNotIn(code[:5], terminal.seen)

    def test_entry_can_be_cancelled(self):
        with self.nothing_changes():
            for key in ("\x03", "\x04"):
                terminal = Terminal("wallet", "enroll", "--vault", self.vault)
                terminal.read_until("not shown")
                terminal.type("abc" + key)
                self.assertEqual(terminal.end(), INPUT, terminal.seen)
                self.assertIn("cancelled", terminal.seen)

    def test_colours_are_for_terminals(self):
        terminal = Terminal("wallet", "status", "--vault", self.vault)
        self.assertEqual(terminal.end(), 0)
        self.assertIn("\x1b[", terminal.seen)

    def test_wipe_asks_first(self):
        with self.nothing_changes():
            terminal = Terminal("wallet", "wipe", "--vault", self.vault)
            terminal.read_until("yes")
            terminal.type("no\r")
            self.assertEqual(terminal.end(), INPUT, terminal.seen)
        terminal = Terminal("wallet", "wipe", "--vault", self.vault)
        terminal.read_until("yes")
        terminal.type("yes\r")
        self.assertEqual(terminal.end(), 0, terminal.seen)
        self.assertEqual(list(self.folder.glob("my.vault*")), [])


if __name__ == "__main__":
    unittest.main()
