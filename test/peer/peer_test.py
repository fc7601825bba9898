"""Runs the peer against a florind of this build: the honest flow, then every attack."""

import subprocess
import sys
import unittest

from served import HERE, SOURCE, ServedTest, keep_secret


class PeerTest(ServedTest):
    def peer(self, *options):
        secrets = self.folder / "secrets"
        done = subprocess.run([sys.executable, str(HERE / "peer.py"), "--backend", self.backend.url,
                               "--ca", str(self.backend.ca), "--secrets", str(secrets), *options],
                              capture_output=True, text=True, timeout=600)
        print(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr + self.backend.log.read_text()[-4000:])
        shown = secrets.read_text().split()
        self.assertGreater(len(shown), 2, "two PANs and their activation codes at least")
        keep_secret(*shown)

    def test_a_peer_written_from_the_document_enrolls_and_every_attack_is_refused(self):
        self.peer("--attack", "all", "--document", str(SOURCE))


if __name__ == "__main__":
    unittest.main()
