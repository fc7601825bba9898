#!/usr/bin/env python3
"""Every operation of /openapi.json, answered and refused by florind as the document says.

A new route needs a call in one of the tests of AnsweredTest: the last one says which are missing.
"""

import base64
import hashlib
import json
import os
import pathlib
import secrets
import signal
import sqlite3
import sys
import time
import unittest

from florin_cli import CliTest, Running, keep_secret

TEST = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TEST / "openapi"), str(TEST / "peer")]

from caller import Bearer, Caller, Nobody, Signer  # noqa: E402
from contract import SOURCE  # noqa: E402
from http_signature import base64url  # noqa: E402  (test/peer)
from wallet import CLAIM, Wallet, test_pan  # noqa: E402

NOBODYS = "0" * 32
SECRET = "whsec_" + "A" * 43 + "=\n"
STRANGERS = {"digitalCardId": NOBODYS, "deviceId": NOBODYS, "tokenId": NOBODYS, "enrollmentId": NOBODYS, "opSeq": 9,
             "correlationId": NOBODYS, "noticeId": NOBODYS}
NOBODYS_BIN = "411111"
WITH_TERMS, WITH_ART = "999910", "999900"  # BINs of the programs K3 and K2
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
                           "RU5ErkJggg==")


def example(operation):
    _, body = operation.body()
    return b"" if body is None else body


def secret_pan(digits=WITH_ART):
    pan = test_pan(digits)
    keep_secret(pan)
    return pan


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
        with open(config, "a", encoding="ascii") as more:  # nobody listens: what is pushed waits in the outbox
            more.write('\n[push.webhook]\nurl = "http://127.0.0.1:1/"\n'
                       f'secret_file = "{self.issuer_secret}"\n')
        self.offer()
        self.backend.restart()
        self.caller = Caller(self.backend)
        self.operator = Bearer(self.backend.operator_token)
        self.issuer = Bearer((self.backend.data / "issuer.token").read_text().strip())
        self.acquirer = Bearer(self.backend.token.read_text().strip())

    def offer(self):
        """K2's cards have a picture, K3's have terms."""
        programs = self.backend.data / "programs"
        (programs / "card.png").write_bytes(PICTURE)
        (programs / "terms.txt").write_text("You pay for what you buy.")
        for name, text in (("K2", '[card_face]\nart_file = "card.png"\n'),
                           ("K3", '[[terms]]\nlanguage = "en"\nfile = "terms.txt"\n')):
            with open(programs / f"{name}.toml", "a", encoding="ascii") as program:
                program.write("\n" + text)

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

    def digitized(self, wallet, signer, request=None):
        """Its issuer was asked."""
        digitized = self.answered("digitize", signer, body=request or wallet.digitization(secret_pan())).json
        self.assertEqual((digitized["decision"], self.simulated.take()["decision"]), ("yellow", "yellow"))
        return digitized

    def enrolled(self):
        """A wallet with a card that waits for ID&V."""
        wallet, signer = self.registered()
        digitized = self.digitized(wallet, signer)
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
        self.refused(409, f"{who}NotifyCard", credential, card)
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
        by_fax, by_sms = ({"method": method, "choiceId": secrets.token_hex(16)} for method in ("fax", "sms"))
        self.refused(404, "chooseIdvMethod", signer, card, by_fax)
        self.refused(400, "chooseIdvMethod", signer, card, {"method": "sms"})
        chosen = self.answered("chooseIdvMethod", signer, card, by_sms).json
        self.assertEqual(self.answered("chooseIdvMethod", signer, card, by_sms).json, chosen)
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

    def eligibility_and_faces(self):
        wallet, signer = self.registered()
        asked = wallet.digitization(secret_pan(WITH_TERMS))
        terms = self.answered("checkEligibility", signer, body=asked).json["terms"]
        self.assertEqual((terms["language"], terms["text"]), ("en", "You pay for what you buy."))
        unknown = wallet.digitization(secret_pan(NOBODYS_BIN))
        for operation in ("checkEligibility", "digitize"):
            self.assertEqual(self.refused(404, operation, signer, body=unknown).json["code"], 1002)
        self.refused(400, "checkEligibility", signer, body={**asked, "pushSessionId": NOBODYS})
        plain = self.digitized(wallet, signer, {**asked, "termsId": terms["id"]})
        pictured = self.digitized(wallet, signer)
        self.assertNotIn("art", self.answered("getCardMetadata", signer, plain).json)
        self.assertEqual(self.refused(404, "getCardArt", signer, plain).json["code"], 1018)
        told = self.answered("getCardMetadata", signer, pictured).json["art"]
        self.assertEqual(told, {"contentType": "image/png", "sha256": hashlib.sha256(PICTURE).hexdigest()})
        self.assertEqual(self.answered("getCardArt", signer, pictured).body, PICTURE)
        _, stranger = self.registered()
        for operation in ("getCardMetadata", "getCardArt"):
            self.refused(404, operation, signer, STRANGERS)
            self.refused(404, operation, stranger, pictured)
            self.refused(401, operation, self.issuer, pictured)

    def push_sessions(self):
        wallet, signer = self.registered()
        key = self.answered("getCaptureKey", self.issuer).json["captureKey"]
        self.assertEqual(key, base64url(wallet.capture_key))
        self.refused(401, "getCaptureKey", self.operator)
        card, foreign = (wallet.digitization(secret_pan(digits)) for digits in (WITH_ART, NOBODYS_BIN))
        pushed = {"cardData": card["cardData"], "approved": True}
        session = self.answered("createPushSession", self.issuer, body=pushed).json["pushSessionId"]
        keep_secret(session)
        self.refused(403, "createPushSession", self.issuer, body={"cardData": foreign["cardData"]})
        for wrong, kind in (({"cardData": "AAAA"}, "invalid-card-data"), ({"approved": True}, "malformed")):
            told = self.refused(400, "createPushSession", self.issuer, body=wrong).json
            self.assertEqual(told["type"], f"urn:florin:problem:{kind}")
        wanted = {"correlationId": card["correlationId"], "pushSessionId": session, "language": "en"}
        self.answered("checkEligibility", signer, body=wanted)
        self.assertEqual(self.answered("digitize", signer, body=wanted).json["decision"], "green")
        again = {**wanted, "correlationId": secrets.token_hex(16)}
        for operation in ("checkEligibility", "digitize"):
            self.assertEqual(self.refused(400, operation, signer, body=again).json["code"], 1026)

    def enrollment_and_exchange(self):
        """The successes are those of enrolled()."""
        wallet, signer, _ = self.enrolled()
        self.refused(400, "beginEnrollment", signer, body=b"x")
        self.refused(400, "finishEnrollment", signer, STRANGERS, b"x")
        self.refused(400, "exchange", Nobody(), body=b"x")
        wallet.exchange(wallet.request(type=CLAIM, code=b"A" * 26))

    def searches(self):
        wallet, signer = self.registered()
        pan = secret_pan()
        request = wallet.digitization(pan)
        card = self.digitized(wallet, signer, request)["digitalCardId"]
        where = {"card": card}, {"wallet": wallet.id.hex()}, {"correlation": request["correlationId"]}
        found = {json.dumps(self.answered("searchCards", self.operator, query=one).json) for one in where}
        self.assertEqual(len(found), 1)
        known, = json.loads(found.pop())["cards"]
        self.assertEqual((known["digitalCardId"], known["walletId"]), (card, wallet.id.hex()))
        digits = {"issuer": known["issuer"], "lastFour": pan[-4:], "state": known["state"]}
        self.assertIn(known, self.answered("searchCards", self.operator, query=digits).json["cards"])
        for nothing in ({"card": card, "after": card}, {"card": card, "state": "DELETED"}, {"wallet": NOBODYS}):
            self.assertEqual(self.answered("searchCards", self.operator, query=nothing).json, {"cards": []})
        for wrong in ({"lastFour": pan[-4:]}, {"state": "LOST"}, {"card": "x"}, {"pan": "x"}):
            self.refused(400, "searchCards", self.operator, query=wrong)
        self.assertEqual(self.answered("searchCardsByPan", self.operator, body={"pan": pan}).json, {"cards": [known]})
        after = {"pan": pan, "after": card}
        self.assertEqual(self.answered("searchCardsByPan", self.operator, body=after).json, {"cards": []})
        self.refused(404, "searchCardsByPan", self.operator, body={"pan": secret_pan(NOBODYS_BIN)})
        self.refused(400, "searchCardsByPan", self.operator, body={"pan": pan[:-1] + str((int(pan[-1]) + 1) % 10)})
        self.answered("issuerSuspendCard", self.issuer, known)
        told = self.answered("getDigitization", self.operator, request).json
        self.assertEqual([one["digitalCardId"] for one in told["cards"]], [card])
        self.assertLessEqual({"asked", "decided", "code_issued"}, {one["what"] for one in told["events"]})
        suspended = told["events"][-1]
        self.assertEqual((suspended["what"], suspended["by"]), ("card.suspended", "issuer"))
        self.refused(404, "getDigitization", self.operator, STRANGERS)
        self.refused(400, "getDigitization", self.operator, {"correlationId": "x"})

    def give_webhook_up(self, issuer, card):
        """As if that issuer had not taken a notice of its card; gives the notice's id. None is sent here."""
        notice, now = secrets.token_bytes(16), int(time.time() * 1000)
        self.backend.kill(signal.SIGTERM)
        with sqlite3.connect(self.backend.data / "florin.db") as db:
            db.execute("INSERT INTO notices VALUES (?, ?, 1, ?, 2, 3, '{}', 150, 503, ?, ?, ?)",
                       (bytes.fromhex(issuer), bytes.fromhex(card), notice, now, now, now))
            db.execute("INSERT INTO notice_totals VALUES (?, 1, 0)", (bytes.fromhex(issuer),))
        db.close()
        self.backend.start()
        return notice.hex()

    def webhooks(self):
        card = self.enrolled()[2]["digitalCardId"]
        issuer = self.answered("listIssuers", self.operator).json["issuers"][0]["id"]
        self.assertEqual(self.answered("listWebhooks", self.operator).json, {"issuers": [], "webhooks": []})
        notice = {"noticeId": self.give_webhook_up(issuer, card)}
        told = self.answered("listWebhooks", self.operator, query={"state": "parked"}).json
        self.assertEqual(told["issuers"], [{"issuer": issuer, "waiting": 0, "parked": 1, "dropped": 0}])
        self.assertEqual([one["id"] for one in told["webhooks"]], [notice["noticeId"]])
        past = {"after": notice["noticeId"]}
        self.assertEqual(self.answered("listWebhooks", self.operator, query=past).json["webhooks"], [])
        self.refused(404, "listWebhooks", self.operator, query={"after": NOBODYS})
        self.refused(400, "listWebhooks", self.operator, query={"state": "next"})
        self.assertEqual(self.answered("retryWebhook", self.operator, notice).json["state"], "next")
        self.assertIn("dueMs", self.answered("listWebhooks", self.operator).json["webhooks"][0])
        self.refused(409, "retryWebhook", self.operator, notice)
        self.refused(404, "retryWebhook", self.operator, STRANGERS)
        self.refused(400, "retryWebhook", self.operator, {"noticeId": "x"})

    def configuration(self):
        programs = self.answered("listPrograms", self.operator).json["programs"]
        self.assertEqual({(one["name"], one["keys"]["scheme"]) for one in programs},
                         {("K2", "suk"), ("K3", "luk"), ("FLORIN", "suk")})
        issuer, = self.answered("listIssuers", self.operator).json["issuers"]
        self.assertEqual((issuer["decision"], issuer["whenSilent"], issuer["notify"]), ("ask", "unavailable", []))
        self.assertEqual([one["program"] for one in issuer["bins"]], ["K2", "K3", "FLORIN"])
        provider, = self.answered("listWalletProviders", self.operator).json["walletProviders"]
        self.assertEqual(provider["instance"], "main")
        for operation in ("listPrograms", "listIssuers", "listWalletProviders"):
            self.refused(400, operation, self.operator, query={"after": NOBODYS})
            self.refused(401, operation, self.issuer)

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
        self.wallet("enroll", "--code", "-", "--push-token", "token", stdin=digitized["activationCode"] + "\n")
        card = {"digitalCardId": digitized["digitalCardId"]}
        self.answered("issuerActivateCard", self.issuer, card)
        self.answered("issuerNotifyCard", self.issuer, card)
        self.answered("operatorNotifyCard", self.operator, card)
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
        for part in (self.issuers_and_operators_cards, self.wallets_card, self.eligibility_and_faces,
                     self.push_sessions, self.enrollment_and_exchange, self.searches, self.devices, self.operations,
                     self.webhooks, self.configuration, self.tokens, self.audit, self.payments,
                     self.monitoring_and_documents):
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
