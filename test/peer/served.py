"""A florind of this build with a data directory of its own, for the tests in this folder."""

import pathlib
import re
import shutil
import signal
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "cli"), str(HERE.parent / "openapi")]

from contract import SOURCE, Contract  # noqa: E402
import wallet as wallets  # noqa: E402
from florin_cli import Backend, florind, keep_secret  # noqa: E402
from transport import Transport  # noqa: E402


class ServedTest(unittest.TestCase):
    """`configuration` maps tables of florind.toml to values by name, as TOML has them."""

    configuration = {}

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="florin-peer-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.backend = Backend(self.folder)
        self.addCleanup(self.assert_log_shows_no_secret)
        self.addCleanup(self.backend.kill)
        self.configure(self.configuration)
        self.backend.start()
        self.transport = Transport(self.backend.url, self.backend.ca, Contract.of_source().check)

    def assert_log_shows_no_secret(self):
        keep_secret(*wallets.SECRETS)
        self.assertEqual(self.backend.shown_secrets(), [], "in florind's log")

    def configure(self, tables):
        file = self.backend.data / "florind.toml"
        text = file.read_text()
        for table, values in tables.items():
            if f"[{table}]\n" not in text:
                text += f"\n[{table}]\n"
            for name, value in values.items():
                text = re.sub(f"^{name} = .*\n", "", text, flags=re.MULTILINE)
                text = text.replace(f"[{table}]\n", f"[{table}]\n{name} = {value}\n")
        file.write_text(text)

    def rotate_channel_key(self):
        """Puts a new channel key beside the one before, as docs/operations.md says."""
        self.backend.kill(signal.SIGTERM)
        done = florind("rotate-channel-key", "--data-dir", self.backend.data)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.backend.start()

    def operate(self, wallet, verb, body=b""):
        """POST .../devices/{id}/`verb` by the operator."""
        token = {"Authorization": f"Bearer {self.backend.operator_token}"}
        path = f"/admin/v1/devices/{wallet.device_id.hex()}/{verb}"
        return self.transport.send(path, body, token, content_type="application/json" if body else None)
