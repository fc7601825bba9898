"""Runs the peer against a florind of this build: the honest flow, then every attack."""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "cli"))

from florin_cli import Backend  # noqa: E402


class PeerTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="florin-peer-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.backend = Backend(self.folder)
        self.addCleanup(self.backend.kill)
        self.backend.start()

    def peer(self, *options):
        done = subprocess.run([sys.executable, str(HERE / "peer.py"), "--backend", self.backend.url,
                               "--ca", str(self.backend.ca), *options],
                              capture_output=True, text=True, timeout=600)
        print(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr + self.backend.log.read_text()[-4000:])

    def test_a_peer_written_from_the_document_enrolls_and_every_attack_is_refused(self):
        self.peer("--attack", "all")


if __name__ == "__main__":
    unittest.main()
