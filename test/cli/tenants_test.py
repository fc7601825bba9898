#!/usr/bin/env python3
"""Two issuers, two wallets: nobody sees or changes the other's cards, on any route of /openapi.json.

The script fills every operation in so that the rightful caller would be answered, then calls it with every wrong
credential. A route that it cannot fill in fails it: Scene says what it knows.
"""

import json
import os
import pathlib
import secrets
import signal
import sqlite3
import sys
import time
import unittest

from florin_cli import CliTest, keep_secret

HERE = pathlib.Path(__file__).name
TEST = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TEST / "openapi"), str(TEST / "peer")]

import wallet as peer  # noqa: E402  (test/peer)
import wire  # noqa: E402
from caller import Bearer, Caller, Nobody, Signer  # noqa: E402
from http_signature import base64url  # noqa: E402

VICTIMS_BIN = "999905"
# Operations that anybody may call: what they answer must not speak of the victim.
PUBLIC = {"getHealth", "getReadiness", "getOpenApi", "getDocs"}
# Operations that name nobody: whoever signs them asks for himself, and gets his own.
OWN = {"getWalletState", "lockWallet", "unlockWallet", "checkEligibility", "digitize"}
# Operations of issuers that name nobody: each gets the same answer.
OF_ANY_ISSUER = {"getCaptureKey"}
# Operations that name a card by its PAN, which is in no range of the other issuer: he is told so.
BY_PAN = {"createPushSession"}
# Which field of a query names the victim, where several may.
NAMING = {"searchCards": ["wallet"]}
# What ends something: the rightful caller does it last.
ENDINGS = ("Delete", "revoke", "wipe", "lock", "suspend")


class Replay:
    """Headers that the victim once sent."""

    def __init__(self, headers):
        self.sent = headers

    def headers(self, method, path, body):
        return self.sent


class Scene(CliTest):
    def setUp(self):
        super().setUp()
        self.two_issuers()
        self.caller = Caller(self.backend)
        self.operator = Bearer(self.backend.operator_token)
        self.make_credentials()
        self.attacker, self.victim = self.enrolled_wallet("999900"), self.enrolled_wallet(VICTIMS_BIN)
        self.by_attacker = Signer(self.attacker.key, self.attacker.id)
        self.by_victim = Signer(self.victim.key, self.victim.id)
        self.victims_payment()
        self.victims_notice()

    def two_issuers(self):
        config = self.backend.data / "florind.toml"
        text = config.read_text()
        self.theirs = text.split('[[issuer]]\nid = "')[1][:32]
        self.victims = self.theirs[::-1]
        self.assertNotEqual(self.theirs, self.victims)
        programs = self.backend.data / "programs"
        (programs / "card.png").write_bytes(b"a picture")
        with open(programs / "K2.toml", "a", encoding="ascii") as program:
            program.write('\n[card_face]\nart_file = "card.png"\n')
        # All of it comes from one address, and none of it is to be refused for that.
        config.write_text(text.replace('to = "999909"', 'to = "999904"') + f"""
[limits]
failures_per_address = 0

[[issuer]]
id = "{self.victims}"
name = "The Victim's Bank"

[[issuer.bin]]
from = "{VICTIMS_BIN}"
to = "999909"
program = "K2"
""")
        self.backend.restart()

    def call(self, operation, credential, values=None, body=b"", **more):
        answer = self.caller.call(operation, credential, values, body, **more)
        self.assertEqual(answer.status, 200, answer)
        return answer.json

    def token(self, scope, tenant, revoked=False):
        wanted = {"scope": scope, "label": f"{scope} of the test"} | ({"tenant": tenant} if tenant else {})
        made = self.call("createToken", self.operator, body=wanted)
        if revoked:
            self.call("revokeToken", self.operator, {"tokenId": made["id"]})
        return Bearer(made["token"]), made["id"]

    def make_credentials(self):
        self.issuer, self.issuers_token = self.token("issuer", self.victims)
        self.other_issuer, _ = self.token("issuer", self.theirs)
        self.metrics, _ = self.token("metrics", None)
        self.acquirer = Bearer(self.backend.token.read_text().strip())
        self.other_acquirer, _ = self.token("acquirer", self.victims)
        self.revoked = {scope: self.token(scope, tenant, revoked=True)[0] for scope, tenant in
                        (("issuer", self.victims), ("acquirer", self.theirs), ("operator", None), ("metrics", None))}

    def enrolled_wallet(self, digits):
        wallet = peer.Wallet(self.caller.transport)
        wallet.register()
        wallet.pan = peer.test_pan(digits)
        keep_secret(wallet.pan)
        wallet.digitization_sent = wallet.digitization(wallet.pan)
        digitized = wallet.digitize(wallet.digitization_sent)
        wallet.card = digitized["digitalCardId"]
        wallet.e1, wallet.e2, wallet.e3, wallet.e4 = wallet.enroll(digitized["activationCode"])
        wallet.settle()
        return wallet

    def victims_payment(self):
        """A second card of the victim's issuer, in another wallet, with a payment."""
        self.init()
        digitized = self.wallet("digitize", "--pan", "-", "--exp", "1235", stdin=peer.test_pan(VICTIMS_BIN) + "\n")
        self.enroll(digitized["activationCode"])
        self.paid_card = {"digitalCardId": digitized["digitalCardId"]}
        saved = self.folder / "request.json"
        self.payment = self.tap("--save-request", saved)["idempotencyKey"]
        self.emv = json.loads(saved.read_text())["emv"]

    def victims_notice(self):
        """As if the victim's issuer had not taken a notice of the victim's card. None is sent here."""
        notice, now = secrets.token_bytes(16), int(time.time() * 1000)
        self.backend.kill(signal.SIGTERM)
        with sqlite3.connect(self.backend.data / "florin.db") as db:
            db.execute("INSERT INTO notices VALUES (?, ?, 1, ?, 2, 3, '{}', 150, 503, ?, ?, ?)",
                       (bytes.fromhex(self.victims), bytes.fromhex(self.victim.card), notice, now, now, now))
            db.execute("INSERT INTO notice_totals VALUES (?, 1, 0)", (bytes.fromhex(self.victims),))
        db.close()
        self.backend.start()
        self.notice = notice.hex()

    # How an operation is filled in.

    def values(self, operation):
        known = {"digitalCardId": self.victim.card, "deviceId": self.victim.device_id.hex(), "opSeq": 1,
                 "tokenId": self.issuers_token, "enrollmentId": self.victim.enrollment_id.hex(),
                 "correlationId": self.victim.digitization_sent["correlationId"], "noticeId": self.notice}
        return self.known(operation, known, operation.parameter_names("path"), "path parameter")

    def query(self, operation):
        known = {"wallet": self.victim.id.hex(), "device": self.victim.device_id.hex(), "chain": "main"}
        needed = [one["name"] for one in operation.parameters if one["in"] == "query" and one["required"]]
        return self.known(operation, known, NAMING.get(operation.id, needed), "query field")

    def headers(self, operation):
        known = {"Idempotency-Key": "of-tenants-test", "Content-Digest": None, "Signature-Input": None}
        filled = self.known(operation, known, operation.parameter_names("header"), "header")
        return {name: value for name, value in filled.items() if value}

    def known(self, operation, known, names, what):
        unknown = set(names) - set(known)
        self.assertFalse(unknown, f"{operation}: say in {HERE} how to fill in {what} {unknown}, so that it names "
                                  "something of the victim")
        return {name: known[name] for name in names}

    def body(self, operation):
        if operation.body()[0] is None:
            return b""
        renewal, reason = {"panExpiry": "0934"}, {"reason": "STOLEN"}
        known = {
            "issuerRenewCard": renewal, "operatorRenewCard": renewal, "suspendDevice": reason, "revokeDevice": reason,
            "wipeDevice": reason, "lockWallet": reason,
            "chooseIdvMethod": {"method": "sms", "choiceId": secrets.token_hex(16)},
            "activateCard": {"otp": "123456"}, "getHistory": {"accessToken": self.stolen},
            "createToken": {"scope": "issuer", "label": "x", "tenant": self.victims},
            "authorize": {"emv": self.emv}, "reverse": {"authorization": self.payment},
            "digitize": self.victim.digitization_sent, "checkEligibility": self.victim.digitization_sent,
            "createPushSession": self.pushed(), "searchCardsByPan": {"pan": self.victim.pan},
            "registerWallet": self.victim.registration(), "beginEnrollment": self.victim.e1,
            "finishEnrollment": self.victim.e3, "exchange": self.forged_exchange()}
        self.assertIn(operation.id, known, f"{operation}: say in {HERE} what its body is")
        return known[operation.id]

    def pushed(self):
        """A card of the victim's, for whoever is given the session."""
        return {"cardData": self.victim.digitization(self.victim.pan)["cardData"], "approved": True}

    def forged_exchange(self):
        """The attacker's keys in the name of the victim's device."""
        own, self.attacker.device_id = self.attacker.device_id, self.victim.device_id
        _, body = self.attacker.make_exchange(wire.encode(wire.EXCHANGE_REQUEST, self.attacker.exchange_request()))
        self.attacker.device_id = own
        return body

    # What is wrong, by the scheme that an operation wants: name -> (credential, the statuses that may be answered).

    def wrong_bearers(self, operation, schemes):
        scopes = {scheme.removesuffix("Token") for scheme in schemes}
        wrong = {"nobody": Nobody(),
                 **{f"a revoked token of the right kind, {scope}": self.revoked[scope] for scope in scopes},
                 "half a token": Bearer(self.backend.operator_token[:21]), "an empty token": Bearer(""),
                 "the attacker's wallet": self.by_attacker, "the victim's wallet": self.by_victim}
        kinds = {"issuer": self.issuer, "acquirer": self.acquirer, "operator": self.operator, "metrics": self.metrics}
        wrong |= {f"a token of scope {kind}": bearer for kind, bearer in kinds.items() if kind not in scopes}
        attempts = {name: (credential, {401}) for name, credential in wrong.items()}
        if schemes == {"issuerToken"} and operation.id not in OF_ANY_ISSUER:
            attempts["the other issuer's token"] = (self.other_issuer, {403} if operation.id in BY_PAN else {404})
        return attempts

    def wrong_signatures(self, operation):
        refused = {404} if operation.path.startswith("/cps/") else {401}
        victim = self.victim
        elsewhere = self.by_victim.headers("GET", "/gateway/v1/wallet/elsewhere", b"")
        wrong = {"nobody": Nobody(), "the attacker's key in the victim's name": Signer(self.attacker.key, victim.id),
                 "the victim's device key": Signer(victim.device, victim.id),
                 "the victim's signature of another request": Replay(elsewhere),
                 "the victim's issuer": self.issuer, "the other issuer": self.other_issuer,
                 "the acquirer": self.acquirer, "the operator": self.operator,
                 "a revoked operator": self.revoked["operator"]}
        attempts = {name: (credential, refused) for name, credential in wrong.items()}
        if operation.id not in OWN:
            attempts["the attacker's own signature"] = (self.by_attacker, {401, 404, 409})
        return attempts

    def attempts(self, operation):
        if operation.id in PUBLIC:
            return {}
        if operation.id == "exchange":
            return {"a forged handshake": (Nobody(), {409})}
        self.assertTrue(operation.schemes, f"{operation}: say in {HERE} who may call it")
        if "walletSignature" in operation.schemes:
            named = operation.parameter_names("path") or operation.id in {*OWN, "registerWallet", "beginEnrollment"}
            self.assertTrue(named, f"{operation} names nobody: say whether it is one of OWN")
            return self.wrong_signatures(operation)
        return self.wrong_bearers(operation, operation.schemes)

    def facts(self):
        """All that there is to know of the victim's cards."""
        device, card = {"deviceId": self.victim.device_id.hex()}, {"digitalCardId": self.victim.card}
        asked = [self.call("operatorGetCard", self.operator, one) for one in (card, self.paid_card)]
        asked += [self.call("operatorGetCardHistory", self.operator, one) for one in (card, self.paid_card)]
        asked += [self.call("getDevice", self.operator, device), self.call("listDeviceCards", self.operator, device),
                  self.call("listOperations", self.operator, query={"device": device["deviceId"]}),
                  self.call("walletGetCard", self.by_victim, card), self.call("getWalletState", self.by_victim),
                  self.call("getCardMetadata", self.by_victim, card), self.call("listTokens", self.operator),
                  self.call("searchCards", self.operator, query={"wallet": self.victim.id.hex()}),
                  self.call("listWebhooks", self.operator)]
        entries = self.call("listAudit", self.operator)["entries"]
        return asked + [one for one in entries if one["subject"] in (*card.values(), *device.values())]


class TenantsTest(Scene):
    def setUp(self):
        super().setUp()
        self.stolen = self.call("getAccessToken", self.by_victim, {"digitalCardId": self.victim.card})["accessToken"]

    def attack(self, operation, credential, body=None):
        body = self.body(operation) if body is None else body
        return self.caller.call(operation, credential, self.values(operation), body, headers=self.headers(operation),
                                query=self.query(operation))

    def test_nobody_reads_or_changes_anothers_card_on_any_route(self):
        before = self.facts()
        count = 0
        for operation in self.caller.contract.operations:
            with self.subTest(str(operation)):
                for name, (credential, allowed) in self.attempts(operation).items():
                    answer = self.attack(operation, credential)
                    self.assertIn(answer.status, allowed, f"{name}: {answer}")
                    self.assertNotIn(b"panLastFour", answer.body)
                    count += 1
        self.assertEqual(self.facts(), before)
        print(f"{count} attempts on {len(self.caller.contract.operations)} operations were refused", flush=True)

    def test_what_everybody_may_read_does_not_speak_of_the_victim(self):
        for operation in self.caller.contract.operations:
            with self.subTest(str(operation)):
                if operation.id in PUBLIC:
                    answer = self.attack(operation, Nobody())
                    self.assertEqual(answer.status, 200, answer)
                    for secret in (self.victim.card, self.victim.id.hex(), self.victim.device_id.hex(), self.victims):
                        self.assertNotIn(secret.encode(), answer.body)

    def test_what_names_nobody_is_the_signers_own(self):
        before = self.facts()
        for operation in self.caller.contract.operations:
            with self.subTest(str(operation)):
                if operation.id in OWN:
                    answer = self.attack(operation, self.by_attacker)
                    self.assertNotIn(self.victim.card.encode(), answer.body)
        self.assertEqual(self.facts(), before)

    def test_a_request_of_the_victim_counts_once(self):
        for operation in self.caller.contract.operations:
            with self.subTest(str(operation)):
                if operation.method == "GET" and "walletSignature" in operation.schemes:
                    values = self.values(operation)
                    path = operation.path.format(**values)
                    replay = Replay(self.by_victim.headers("GET", path, b""))
                    self.assertEqual(self.attack(operation, replay).status, 200)
                    self.assertEqual(self.attack(operation, replay).json["code"], 673)

    def test_a_wallet_id_is_not_taken_over(self):
        before = self.facts()
        taken = {**self.victim.registration(), "walletPublicKey": base64url(self.attacker.key.public)}
        answer = self.caller.call("registerWallet", Signer(self.attacker.key, self.victim.id), body=taken)
        self.assertEqual((answer.status, answer.json["code"]), (409, 533))
        self.assertEqual(self.facts(), before)

    def test_reversal_of_another_acquirer_reverses_nothing(self):
        before = self.facts()
        answer = self.call("reverse", self.other_acquirer, body={"authorization": self.payment})
        self.assertFalse(answer["booked"])
        self.assertEqual(self.facts(), before)

    def test_pushed_card_is_for_the_wallet_that_has_the_secret(self):
        session = self.call("createPushSession", self.issuer, body=self.pushed())["pushSessionId"]
        keep_secret(session)
        before = self.facts()
        digitize = self.caller.operations["digitize"]
        wanted = {"correlationId": secrets.token_hex(16), "pushSessionId": session, "language": "en"}
        for operation in (digitize, self.caller.operations["checkEligibility"]):
            for name, (credential, allowed) in self.wrong_signatures(operation).items():
                answer = self.attack(operation, credential, wanted)
                self.assertIn(answer.status, allowed, f"{name}: {answer}")
            guess = {**wanted, "pushSessionId": secrets.token_hex(16)}
            self.assertEqual(self.attack(operation, self.by_attacker, guess).json["code"], 1026)
        made = self.call("digitize", self.by_attacker, body=wanted)
        self.assertEqual((made["decision"], made["panLastFour"]), ("green", self.victim.pan[-4:]))
        another = peer.Wallet(self.caller.transport)
        another.register()
        again = {**wanted, "correlationId": secrets.token_hex(16)}
        self.assertEqual(self.attack(digitize, Signer(another.key, another.id), again).json["code"], 1026)
        self.call("issuerGetCard", self.issuer, made)
        self.assertEqual(self.caller.call("issuerGetCard", self.other_issuer, made).status, 404)
        self.assertEqual(self.facts(), before)

    def test_rightful_callers_are_answered(self):
        """The requests that were refused are good ones: it was the credential."""
        rightful = {"issuerToken": self.issuer, "operatorToken": self.operator, "acquirerToken": self.acquirer,
                    "metricsToken": self.metrics, "walletSignature": self.by_victim}
        last = lambda one: any(word in one.id for word in ENDINGS)  # noqa: E731
        for operation in sorted(self.caller.contract.operations, key=last):
            with self.subTest(str(operation)):
                for scheme in operation.schemes:
                    self.assertIn(self.attack(operation, rightful[scheme]).status, {200, 409})


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
