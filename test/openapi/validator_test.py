#!/usr/bin/env python3
"""Asks a validator from npm whether docs/openapi.json is OpenAPI 3.1.

It is installed into the build folder, by a lock file that has a digest of everything and no address.
"""

import json
import os
import pathlib
import shutil
import subprocess
import unittest

from contract import SOURCE

HERE = pathlib.Path(__file__).resolve().parent
FILES = ("package.json", "package-lock.json", ".npmrc")
INSTALLED = pathlib.Path(os.environ["FLORIN_NPM_DIR"])
DEADLINE = 300  # seconds


def install():
    """Installs what the lock file names, unless that is there."""
    stamp = INSTALLED / "installed"
    wanted = "".join((HERE / name).read_text() for name in FILES)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(INSTALLED, ignore_errors=True)
    INSTALLED.mkdir(parents=True)
    for name in FILES:
        shutil.copy(HERE / name, INSTALLED)
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=INSTALLED, text=True,
                          capture_output=True, timeout=DEADLINE)
    if done.returncode != 0:
        raise AssertionError("npm ci failed: see that the machine reaches npm's registry\n" + done.stdout + done.stderr)
    stamp.write_text(wanted)


class ValidatorTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        install()

    def validate(self, document):
        return subprocess.run(["node", HERE / "validate.mjs", document], cwd=INSTALLED, text=True, capture_output=True,
                              timeout=DEADLINE)

    def test_document_is_openapi_31(self):
        done = self.validate(SOURCE)
        self.assertEqual((done.returncode, done.stdout), (0, "valid, OpenAPI 3.1\n"), done.stderr)

    def test_broken_documents_are_found(self):
        for name, mend in (("no-title", lambda one: one["info"].pop("title")),
                           ("no-responses", lambda one: one["paths"]["/healthz"]["get"].update(responses={"two": {}})),
                           ("no-place", lambda one: one["components"]["parameters"]["Wallet"].update({"in": "body"}))):
            document = json.loads(SOURCE.read_text(encoding="utf-8"))
            mend(document)
            broken = INSTALLED / f"{name}.json"
            broken.write_text(json.dumps(document))
            self.assertEqual(self.validate(broken).returncode, 1, name)

    def test_lock_file_has_digests_and_no_address(self):
        text = (HERE / "package-lock.json").read_text()
        self.assertNotIn("://", text)
        for name, one in json.loads(text)["packages"].items():
            self.assertTrue(not name or one["integrity"].startswith("sha512-"), name)


if __name__ == "__main__":
    unittest.main()
