#!/usr/bin/env python3
"""Every webhook of /openapi.json, sent by florind as the document says."""

import os
import pathlib
import sys
import unittest

from florin_cli import CliTest, keep_secret

TEST = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TEST / "openapi"))

from contract import Contract  # noqa: E402
from issuer import ANSWERS, Issuer  # noqa: E402

SECRET = "whsec_" + "A" * 43 + "=\n"


class IssuerContractTest(CliTest):
    def setUp(self):
        super().setUp()
        self.contract = Contract.of_source()
        self.issuer = Issuer(self.contract)
        self.addCleanup(self.issuer.close)
        secret = self.folder / "issuer.secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        config = self.backend.data / "florind.toml"
        config.write_text(config.read_text().replace('name = "Florin Demo Bank"\n', f"""name = "Florin Demo Bank"
decision = "ask"
ask_eligibility = true
[issuer.webhook]
url = "{self.issuer.url}"
secret_file = "{secret}"
notify = ["card.state_changed", "transaction"]
"""))
        self.backend.restart()

    def test_each_comes_as_it_is_documented(self):
        self.init()
        self.enroll(self.digitize()["activationCode"])
        self.wallet("verify", "--method", "sms")
        otp = self.issuer.otp()
        keep_secret(otp)
        self.assertEqual(self.wallet("verify", "--otp", "-", stdin=otp + "\n")["pending"], "NONE")
        self.wallet("sync")
        self.assertEqual(self.tap()["outcome"], "approved")
        documented = set(self.contract.document["webhooks"])
        self.issuer.wait_for(documented)
        self.assertEqual(self.issuer.breaches, [])
        self.assertEqual(self.issuer.heard, documented, "have florind send each here")

    def test_answers_that_it_takes_are_documented(self):
        for name, answer in ANSWERS.items():
            response = self.contract.document["webhooks"][name]["post"]["responses"]["200"]
            self.contract.validate(response["content"]["application/json"]["schema"], answer, name)


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
