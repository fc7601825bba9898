"""What the CLI tests share: the two programs, a backend that can be killed and restarted, a wallet."""

import contextlib
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from secret_search import Search

BIN = pathlib.Path(os.environ["FLORIN_BIN"])
FLORIN = str(BIN / "florin")
FLORIND = str(BIN / "florind")
DEADLINE = 120  # seconds; a program that hangs fails its test instead of stopping all of them

USAGE, INPUT, UNREACHABLE, REFUSED, LOCAL_STATE, INTERNAL = 2, 3, 4, 5, 6, 7


# Whatever went through a test that no log may show. What is shorter stands there by chance.
SECRETS = set()
SECRET_NAMES = ("activationCode", "accessToken", "pushSessionId", "token")
SHORTEST_SECRET = 12


def keep_secret(*texts):
    SECRETS.update(text for text in texts if len(text) >= SHORTEST_SECRET)


def keep_answered(text):
    """Keeps the secrets of a command's --json."""
    try:
        answered = json.loads(text)
    except ValueError:
        return
    if isinstance(answered, dict):
        keep_secret(*(value for name, value in answered.items() if name in SECRET_NAMES and isinstance(value, str)))


def luhn_digit(digits):
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def test_pan():
    """A PAN of the demo issuer that `florind init` makes."""
    digits = "999900" + "".join(random.choice("0123456789") for _ in range(9))
    pan = digits + luhn_digit(digits)
    keep_secret(pan)
    return pan


def florin(*arguments, stdin="", environment=None):
    """Runs florin with standard input that is no terminal, and without a terminal to ask on."""
    done = subprocess.run([FLORIN, *map(str, arguments)], input=stdin, capture_output=True, text=True,
                          timeout=DEADLINE, start_new_session=True, env=environment)
    keep_answered(done.stdout)
    return done


def florind(*arguments):
    return subprocess.run([FLORIND, *map(str, arguments)], capture_output=True, text=True, timeout=DEADLINE)


class Backend:
    """A florind with a data directory of its own, on one port for its whole life."""

    def __init__(self, folder, *init_options):
        self.data = pathlib.Path(folder) / "backend"
        self.log = pathlib.Path(folder) / "florind.log"
        self.process = None
        self.port = 0
        made = subprocess.run([FLORIND, "init", "--data-dir", str(self.data), *init_options], check=True,
                              timeout=DEADLINE, capture_output=True, text=True)
        self.operator_token = re.search(r"^  ([\w-]{43})$", made.stdout, re.MULTILINE)[1]
        keep_secret(self.operator_token, *(path.read_text().strip() for path in self.data.glob("*.token")))

    def shown_secrets(self):
        """Which of the secrets of the tests so far this backend's log shows, in whatever encoding."""
        if not self.log.exists():
            return []
        search = Search({f"secret {number}": secret for number, secret in enumerate(sorted(SECRETS))})
        return search.found_in(self.log.read_bytes())

    @property
    def url(self):
        return f"https://127.0.0.1:{self.port}"

    @property
    def ca(self):
        return self.data / "tls" / "certificate.pem"

    @property
    def token(self):
        return self.data / "acquirer.token"

    def start(self, *options, under=()):
        """`under` is a command that runs florind."""
        read_end, write_end = os.pipe()
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*under, FLORIND, "serve", "--data-dir", str(self.data), "--listen", f"127.0.0.1:{self.port}",
                 "--ready-fd", str(write_end), *map(str, options)],
                pass_fds=[write_end], stdout=log, stderr=log)
        os.close(write_end)
        with open(read_end, encoding="ascii") as ready:
            line = ready.readline()
        assert line, "florind did not start:\n" + self.log.read_text()
        self.port = int(line.rsplit(":", 1)[1])

    def wait_for_log(self, event):
        for _ in range(DEADLINE * 20):
            if event in self.log.read_text():
                return
            time.sleep(0.05)
        raise AssertionError(f"{event} is not in the log")

    def kill(self, how=signal.SIGKILL):
        if self.process is not None:
            self.process.send_signal(how)
            status = self.process.wait(timeout=DEADLINE)
            self.process = None
            return status
        return None

    def restart(self):
        self.kill()
        self.start()


class Running:
    """A florin that goes on; `take` waits for its next object."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([FLORIN, *map(str, arguments), "--json"], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)

    def take(self):
        timer = threading.Timer(DEADLINE, self.process.kill)
        timer.start()
        try:
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            return json.loads(line)
        finally:
            timer.cancel()

    def close(self):
        self.process.kill()
        self.process.communicate(timeout=DEADLINE)

    def end(self, how=signal.SIGINT):
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=DEADLINE)
        return self.process.returncode, out, err


class Listener(Running):
    """A `florin wallet listen`."""

    def __init__(self, vault, secret, *options):
        super().__init__("wallet", "listen", "--vault", vault, "--secret-file", secret, "--port", "0", *options)
        self.url = self.take()["listening"]


class CliTest(unittest.TestCase):
    """One folder, one backend and one vault path per test."""

    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="florin-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.vault = self.folder / "my.vault"
        self.backend = Backend(self.folder)
        self.addCleanup(lambda: self.assertEqual(self.backend.shown_secrets(), [], "in florind's log"))
        self.addCleanup(self.backend.kill)
        self.backend.start()

    def ok(self, *arguments, stdin=""):
        """Runs a command with --json and gives its object."""
        done = florin(*arguments, "--json", stdin=stdin)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stderr}")
        self.assertEqual(done.stderr, "")
        return json.loads(done.stdout)

    def fails(self, status, *arguments, stdin="", says=""):
        """Runs a command that must fail in class `status` with one clear line and no result."""
        done = florin(*arguments, stdin=stdin)
        self.assert_failure(done, status, says)
        self.assertEqual(done.stdout, "")
        return done

    def assert_failure(self, done, status, says=""):
        self.assertEqual(done.returncode, status, f"{done.args}: {done.stdout}{done.stderr}")
        self.assertRegex(done.stderr, r"\Aflorin: [^\n]+\n\Z")
        self.assertRegex(done.stderr, re.compile(says, re.IGNORECASE))

    def wallet(self, command, *arguments, stdin=""):
        return self.ok("wallet", command, "--vault", self.vault, *arguments, stdin=stdin)

    def init(self):
        return self.wallet("init", "--backend", self.backend.url, "--ca", self.backend.ca,
                           "--acquirer-token-file", self.backend.token)

    def digitize(self):
        return self.wallet("digitize", "--pan", "-", "--exp", "1235", stdin=test_pan() + "\n")

    def enroll(self, code):
        return self.wallet("enroll", "--code", "-", stdin=code + "\n")

    def enrolled(self):
        self.init()
        return self.enroll(self.digitize()["activationCode"])

    def tap(self, *arguments):
        return self.ok("tap", "--vault", self.vault, "--amount", "12.50", "--currency", "EUR", *arguments)

    @contextlib.contextmanager
    def nothing_changes(self):
        """Holds the wallet's files to what they were."""
        def files():
            return {path.name: path.read_bytes() for path in self.folder.glob("my.vault*")}
        before = files()
        yield
        self.assertEqual(files(), before)
