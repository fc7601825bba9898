#!/usr/bin/env python3
"""Every operation of /openapi.json, answered and refused by florind as the document says.

A new route needs a call in one of the tests of AnsweredTest: the last one says which are missing.
"""

import json
import os
import pathlib
import signal
import sqlite3
import sys
import unittest

from florin_cli import CliTest, Running

TEST = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TEST / "openapi"), str(TEST / "peer")]

from caller import Bearer, Caller, Nobody, Signer  # noqa: E402
from contract import SOURCE  # noqa: E402
from wallet import CLAIM, Wallet  # noqa: E402  (test/peer)

NOBODYS = "0" * 32
SECRET = "whsec_" + "A" * 43 + "=\n"
STRANGERS = {"digitalCardId": NOBODYS, "deviceId": NOBODYS, "tokenId": NOBODYS, "enrollmentId": NOBODYS, "opSeq": 9}


def example(operation):
    _, body = operation.body()
    return b"" if body is None else body


class ContractTest(CliTest):
    """A florind whose issuer decides yellow, and a wallet with one card."""

    def setUp(self):
        super().setUp()
        self.issuer_secret = self.folder / "issuer.secret"
        self.issuer_secret.write_text(SECRET)
        self.issuer_secret.chmod(0o600)
        self.simulated = Running("issuer", "simulate", "--decision", "yellow", "--secret-file", self.issuer_secret,
                                 "--port", "0")
        self.addCleanup(self.simulated.close)
        config = self.backend.data / "florind.toml"
        config.write_text(config.read_text().replace(
            'name = "Florin Demo Bank"\n',
            'name = "Florin Demo Bank"\ndecision = "ask"\n[issuer.webhook]\n'
            f'url = "{self.simulated.take()["listening"]}"\nsecret_file = "{self.issuer_secret}"\n'))
        self.backend.restart()
        self.caller = Caller(self.backend)
        self.operator = Bearer(self.backend.operator_token)
        self.issuer = Bearer((self.backend.data / "issuer.token").read_text().strip())
        self.acquirer = Bearer(self.backend.token.read_text().strip())

    def answered(self, operation, credential, values=None, body=b"", **more):
        answer = self.caller.call(operation, credential, values, body, **more)
        self.assertEqual(answer.status, 200, answer)
        return answer

    def refused(self, status, operation, credential, values=None, body=b"", **more):
        answer = self.caller.call(operation, credential, values, body, **more)
        self.assertEqual(answer.status, status, answer)
        return answer

    def registered(self):
        wallet = Wallet(self.caller.transport)
        wallet.register()
        return wallet, Signer(wallet.key, wallet.id)

    def digitized(self, wallet, signer):
        return self.answered("digitize", signer, body=wallet.digitization()).json

    def enrolled(self):
        """A wallet with a card that waits for ID&V."""
        wallet, signer = self.registered()
        digitized = self.digitized(wallet, signer)
        self.assertEqual((digitized["decision"], self.simulated.take()["decision"]), ("yellow", "yellow"))
        wallet.enroll(digitized["activationCode"])
        wallet.settle()
        return wallet, signer, {"digitalCardId": digitized["digitalCardId"], "deviceId": wallet.device_id.hex()}


class DocumentTest(ContractTest):
    def test_document_is_that_of_the_sources(self):
        served = self.answered("getOpenApi", Nobody()).json
        self.assertEqual(served, json.loads(SOURCE.read_text(encoding="utf-8")))
        self.assertIn("<main>", self.answered("getDocs", Nobody()).body.decode())


class RefusedTest(ContractTest):
    """What needs no knowledge of the operation."""

    def test_each_refuses_whoever_has_no_credential(self):
        for operation in self.caller.contract.operations:
            with self.subTest(str(operation)):
                if operation.schemes:
                    answer = self.caller.call(operation, Nobody(), STRANGERS, example(operation))
                    self.assertIn(answer.status, (401, 404), answer)

    def test_each_refuses_another_content_type(self):
        for operation in self.caller.contract.operations:
            with self.subTest(str(operation)):
                if 415 in operation.statuses:
                    self.refused(415, operation, Nobody(), STRANGERS, b"x", headers={"Content-Type": "text/plain"})

    def test_each_refuses_a_body_that_is_too_large(self):
        for operation in self.caller.contract.operations:
            with self.subTest(str(operation)):
                self.refused(413, operation, Nobody(), STRANGERS, b"x" * 100_000)

    def test_each_refuses_a_host_that_is_another(self):
        for operation in self.caller.contract.operations:
            with self.subTest(str(operation)):
                self.refused(421, operation, Nobody(), STRANGERS, headers={"Host": "elsewhere.example"})

    def test_each_refuses_fields_that_the_document_does_not_name(self):
        wallet, signer = self.registered()
        credentials = {"issuerToken": self.issuer, "operatorToken": self.operator, "acquirerToken": self.acquirer,
                       "walletSignature": signer}
        for operation in self.caller.contract.operations:
            with self.subTest(str(operation)):
                media, body = operation.body()
                if media == "application/json":
                    scheme, = operation.schemes
                    answer = self.caller.call(operation, credentials[scheme], STRANGERS, {**body, "more": 1},
                                              headers={"Idempotency-Key": "k"})
                    self.assertIn(answer.status, (400, 404), answer)

    def test_what_is_not_there_is_not_found(self):
        for path, form in (("/issuer/v1/none", "problem+json"), ("/none", "json"), ("/cps/v1/none", "json")):
            status, headers, _ = self.caller.transport.call("GET", path)
            self.assertEqual((status, headers["Content-Type"]), (404, f"application/{form}"))


class AnsweredTest(ContractTest):
    def cards_of(self, who, credential, card):
        self.answered(f"{who}GetCard", credential, card)
        self.answered(f"{who}GetCardHistory", credential, card)
        self.refused(404, f"{who}GetCard", credential, STRANGERS)
        self.refused(400, f"{who}GetCardHistory", credential, card, query={"before": "x"})
        self.answered(f"{who}ActivateCard", credential, card)
        self.answered(f"{who}SuspendCard", credential, card)
        self.answered(f"{who}ResumeCard", credential, card)
        self.answered(f"{who}RenewCard", credential, card, {"panExpiry": "0934"})
        self.refused(400, f"{who}RenewCard", credential, card, {"panExpiry": "0125"})
        self.answered(f"{who}RenewCard", credential, card)
        other = self.issuer if who == "operator" else self.operator
        self.answered(f"{'issuer' if who == 'operator' else 'operator'}SuspendCard", other, card)
        self.refused(409, f"{who}ResumeCard", credential, card)
        self.answered(f"{who}DeleteCard", credential, card)
        for step in ("Suspend", "Resume", "Activate", "Renew"):
            self.refused(409, f"{who}{step}Card", credential, card)

    def issuers_and_operators_cards(self):
        self.cards_of("issuer", self.issuer, self.enrolled()[2])
        self.cards_of("operator", self.operator, self.enrolled()[2])

    def wallets_card(self):
        wallet, signer, card = self.enrolled()
        self.answered("registerWallet", signer, body=wallet.registration())
        other = Signer(wallet.device, wallet.id)
        self.refused(404, "registerWallet", other, body=wallet.registration())
        self.refused(401, "walletGetCard", other, card)
        self.refused(404, "walletGetCard", signer, STRANGERS)
        self.assertEqual(self.answered("getIdv", signer, card).json["phase"], "IDV_METHOD_NOT_SELECTED")
        self.refused(404, "chooseIdvMethod", signer, card, {"method": "fax"})
        self.answered("chooseIdvMethod", signer, card, {"method": "sms"})
        otp = self.simulated.take()["otp"]
        wrong = str((int(otp) + 1) % 1_000_000).zfill(6)
        self.assertEqual(self.refused(403, "activateCard", signer, card, {"otp": wrong}).json["triesLeft"], 4)
        self.answered("activateCard", signer, card, {"otp": otp})
        self.assertEqual(self.answered("getIdv", signer, card).json["phase"], "ACTIVATED")
        self.answered("walletGetCard", signer, card)
        self.answered("walletSuspendCard", signer, card)
        self.answered("walletResumeCard", signer, card)
        token = self.answered("getAccessToken", signer, card).json["accessToken"]
        self.refused(404, "getAccessToken", signer, STRANGERS)
        self.answered("getHistory", signer, card, {"accessToken": token, "sinceMs": 0})
        self.refused(401, "getHistory", signer, card, {"accessToken": "x"})
        self.refused(400, "digitize", signer, body={})
        self.answered("lockWallet", signer, body={"reason": "LOST"})
        self.refused(400, "lockWallet", signer, body={"reason": "BORED"})
        self.answered("getWalletState", signer)
        self.answered("unlockWallet", signer)
        self.answered("walletDeleteCard", signer, card)
        self.refused(409, "walletResumeCard", signer, card)
        _, stranger = self.registered()
        self.answered("getWalletState", stranger)
        self.refused(409, "lockWallet", stranger)

    def enrollment_and_exchange(self):
        """The successes are those of enrolled()."""
        wallet, signer, _ = self.enrolled()
        self.refused(400, "beginEnrollment", signer, body=b"x")
        self.refused(400, "finishEnrollment", signer, STRANGERS, b"x")
        self.refused(400, "exchange", Nobody(), body=b"x")
        wallet.exchange(wallet.request(type=CLAIM, code=b"A" * 26))

    def devices(self):
        wallet, _, device = self.enrolled()
        self.answered("findDevice", self.operator, query={"wallet": wallet.id.hex()})
        self.refused(400, "findDevice", self.operator, query={"wallet": "x"})
        for operation in ("getDevice", "listDeviceCards", "suspendDevice", "resumeDevice", "revokeDevice"):
            self.refused(404, operation, self.operator, STRANGERS)
        self.answered("getDevice", self.operator, device)
        self.answered("listDeviceCards", self.operator, device)
        self.answered("suspendDevice", self.operator, device, {"reason": "LOST"})
        self.refused(400, "suspendDevice", self.operator, device, {"reason": "BORED"})
        self.answered("getWalletState", Signer(wallet.key, wallet.id))
        self.answered("resumeDevice", self.operator, device)
        self.answered("revokeDevice", self.operator, device, {"reason": "STOLEN"})
        self.refused(409, "resumeDevice", self.operator, device)
        self.answered("wipeDevice", self.operator, device)

    def park(self, number):
        self.backend.kill(signal.SIGTERM)
        with sqlite3.connect(self.backend.data / "florin.db") as db:
            db.execute("UPDATE operations SET state = 3, parked_reason = 11 WHERE op_seq = ?", (number,))
        db.close()
        self.backend.start()

    def operations(self):
        _, _, card = self.enrolled()
        for release in ("retryOperation", "voidOperation"):
            self.answered("issuerSuspendCard", self.issuer, card)
            where = {"device": card["deviceId"], "state": "open"}
            number = self.answered("listOperations", self.operator, query=where).json["operations"][-1]["opSeq"]
            self.refused(409, release, self.operator, {**card, "opSeq": number})
            self.refused(404, release, self.operator, {**card, "opSeq": 999})
            self.park(number)
            self.answered("listOperations", self.operator, query={"device": card["deviceId"]})
            self.answered(release, self.operator, {**card, "opSeq": number})
            self.answered("issuerResumeCard", self.issuer, card)
        self.refused(404, "listOperations", self.operator, query={"device": NOBODYS})
        self.answered("listPushes", self.operator)
        self.refused(400, "listPushes", self.operator, query={"after": "x"})

    def tokens(self):
        tenant = next(one["tenant"] for one in self.answered("listTokens", self.operator).json["tokens"]
                      if one["scope"] == "issuer")
        wanted = {"scope": "acquirer", "label": "a", "tenant": tenant}
        made = self.answered("createToken", self.operator, body=wanted).json
        self.refused(404, "createToken", self.operator, body={"scope": "issuer", "label": "a", "tenant": NOBODYS})
        own = self.answered("createToken", self.operator, body={"scope": "operator", "label": "b"}).json
        self.answered("revokeToken", self.operator, {"tokenId": made["id"]})
        self.refused(401, "listAuthorities", Bearer(made["token"]))
        self.refused(404, "revokeToken", self.operator, STRANGERS)
        self.refused(409, "revokeToken", Bearer(own["token"]), {"tokenId": own["id"]})

    def audit(self):
        self.backend.kill(signal.SIGTERM)
        self.backend.start()
        self.answered("listAudit", self.operator)
        self.refused(400, "listAudit", self.operator, query={"before": "x"})
        self.assertEqual(self.answered("listAuditChains", self.operator).json["chains"], ["main"])
        self.assertTrue(self.answered("listAuditSeals", self.operator, query={"chain": "main"}).json["seals"])
        self.refused(400, "listAuditSeals", self.operator)

    def payments(self):
        self.init()
        digitized = self.digitize()
        self.simulated.take()
        self.enroll(digitized["activationCode"])
        card = {"digitalCardId": digitized["digitalCardId"]}
        self.answered("issuerActivateCard", self.issuer, card)
        self.wallet("sync")
        saved = self.folder / "request.json"
        first = self.tap("--save-request", saved)
        emv = {"emv": json.loads(saved.read_text())["emv"]}
        key = {"Idempotency-Key": first["idempotencyKey"]}
        self.assertEqual(self.answered("authorize", self.acquirer, body=emv, headers=key).json["outcome"], "approved")
        again = self.answered("authorize", self.acquirer, body=emv, headers={"Idempotency-Key": "b"}).json
        self.assertEqual(again["reason"], "atc_used")
        dearer = {"emv": emv["emv"].replace("9f0206000000001250", "9f0206000000001260")}
        self.refused(409, "authorize", self.acquirer, body=dearer, headers=key)
        self.refused(400, "authorize", self.acquirer, body=emv)
        self.refused(400, "authorize", self.acquirer, body={"emv": "00"}, headers={"Idempotency-Key": "c"})
        for authorization in (first["idempotencyKey"], "unheard-of"):
            self.answered("reverse", self.acquirer, body={"authorization": authorization})
        self.answered("authorize", self.acquirer, body=emv, headers={"Idempotency-Key": "unheard-of"})
        self.refused(400, "reverse", self.acquirer, body={})
        self.assertEqual(len(self.answered("issuerGetCardHistory", self.issuer, card).json["transactions"]), 2)
        self.assertTrue(self.answered("listAuthorities", self.acquirer).json["authorities"])

    def monitoring_and_documents(self):
        self.answered("getHealth", Nobody())
        self.answered("getReadiness", Nobody())
        self.answered("getMetrics", self.operator)
        self.refused(401, "getMetrics", self.issuer)
        self.answered("getOpenApi", Nobody())
        self.answered("getDocs", Nobody())
        for operation in ("getHealth", "getReadiness", "getOpenApi", "getDocs"):
            self.refused(413, operation, Nobody(), body=b"x")

    def test_each_is_answered_and_refused(self):
        for part in (self.issuers_and_operators_cards, self.wallets_card, self.enrollment_and_exchange, self.devices,
                     self.operations, self.tokens, self.audit, self.payments, self.monitoring_and_documents):
            with self.subTest(part.__name__):
                part()
        for operation in self.caller.contract.operations:
            with self.subTest(str(operation)):
                if operation.schemes:
                    self.caller.call(operation, Nobody(), STRANGERS, example(operation))
                seen = self.caller.contract.seen[operation.id]
                self.assertIn(200, seen, f"call it with success in {pathlib.Path(__file__).name}")
                self.assertTrue(seen - {200}, "call it with a refusal, too")


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
