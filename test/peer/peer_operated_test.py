"""The peer against what an operator does: key rotation, typed codes, attestation, suspended and revoked devices."""

import secrets
import time
import unittest

import kdf
import p256
import spake2plus
import wire
from attack_exchange import with_verdict
from attacks import Broken, Lab, inside, refusal
from served import ServedTest
from transport import DEADLINE, Refused
from wallet import (
    ACTIVE_CARD,
    CLAIM,
    ROTATE_BACKEND_KEY,
    SUSPEND,
    SUSPENDED_CARD,
    UPDATE,
    WIPE,
    Wallet,
)


def update(wallet):
    return wallet.request(type=UPDATE, language=b"fr")


class RotationTest(ServedTest):
    def setUp(self):
        super().setUp()
        self.device = Lab(self.transport).active()
        self.first = self.device.channel_key_id, self.device.channel_key

    def key(self):
        return self.device.channel_key_id, self.device.channel_key

    def use(self, key):
        self.device.channel_key_id, self.device.channel_key = key

    def body(self):
        payload = wire.encode(wire.EXCHANGE_REQUEST, self.device.exchange_request())
        return self.device.make_exchange(payload)[1]

    def test_the_device_takes_the_new_key_and_goes_on_with_it(self):
        self.rotate_channel_key()
        operations = self.device.exchange()["operations"]
        self.assertEqual([each["type"] for each in operations], [ROTATE_BACKEND_KEY])
        self.assertNotEqual(self.key(), self.first)
        self.device.settle()
        self.assertEqual(self.device.exchange(update(self.device))["result"]["status"], 0)

    def test_the_key_before_serves_until_the_device_has_the_new_one(self):
        """The reply with the new key was lost."""
        self.rotate_channel_key()
        self.device.send_exchange(*self.device.make_exchange(wire.encode(
            wire.EXCHANGE_REQUEST, self.device.exchange_request())))
        self.assertEqual(self.key(), self.first)
        self.device.exchange()
        self.assertNotEqual(self.key(), self.first)
        self.assertEqual(self.device.settle()["status"], 0)

    def test_a_device_that_took_both_rotations_goes_on(self):
        for _ in range(2):
            before = self.key()
            self.rotate_channel_key()
            self.device.exchange()
            self.assertNotEqual(self.key(), before)
            self.device.settle()
        new = self.key()
        self.use(self.first)
        self.assertEqual(with_verdict(self.device, self.body()).code, 523)
        self.use(new)
        self.assertEqual(self.device.settle()["status"], 0)

    def test_a_device_that_slept_through_two_rotations_enrolls_again(self):
        self.rotate_channel_key()
        self.rotate_channel_key()
        self.assertEqual(with_verdict(self.device, self.body()).code, 523)
        before = self.device.device_id, set(self.device.cards)
        self.device.enroll(self.device.digitize()["activationCode"])
        self.device.next_request = 1
        self.assertEqual(self.device.device_id, before[0])
        self.device.exchange()
        self.device.settle()
        self.assertLess(before[1], set(self.device.cards))

    def test_a_new_key_with_the_old_ones_id_is_refused(self):
        self.rotate_channel_key()
        old_id = self.device.channel_key_id
        self.device.exchange()
        self.device.settle()
        self.device.channel_key_id = old_id
        self.assertEqual(refusal(self.device.exchange).code, 568)


class TypedCodeTest(ServedTest):
    configuration = {"codes": {"form": '"typed"'}}

    def test_a_typed_code_enrolls_and_claims(self):
        wallet = Wallet(self.transport)
        wallet.register()
        code = wallet.digitize()["activationCode"]
        self.assertRegex(code, "^[0-9A-HJKMNP-TV-Z]{10}$")
        wallet.enroll(code)
        wallet.exchange()
        wallet.settle()
        self.assertEqual(self.claim(wallet, wallet.digitize()["activationCode"])["status"], 0)
        wallet.settle()
        self.assertEqual(len(wallet.cards), 2)

    def claim(self, wallet, code):
        w0, w1 = (half.to_bytes(32, "big") for half in
                  spake2plus.password(code, spake2plus.S2, wallet.id, wallet.backend_id))
        return wallet.exchange(wallet.request(type=CLAIM, w0=w0, w1=w1))["result"]

    def test_wrong_typed_codes_spend_the_tries(self):
        wallet = Lab(self.transport).with_code()
        wrong = ("0" if wallet.code[0] != "0" else "1") + wallet.code[1:]
        for left in (4, 3, 2, 1, 0):
            e1 = wire.encode(wire.E1, wallet.make_e1(wrong))
            self.assertEqual(wallet.take_e2(e1, wallet.send_e1(e1))["triesLeft"], left)
            self.assertFalse(wallet.code_is_right)
        self.assertEqual(refusal(wallet.enroll, wallet.code).code, 555)

    def test_a_newer_typed_code_ends_the_older(self):
        wallet = Lab(self.transport).at_e2()
        newer = wallet.digitize()["activationCode"]
        self.assertEqual(refusal(wallet.send_e3, wire.encode(wire.E3, wallet.make_e3())).code, 597)
        wallet.enroll(newer)

    def test_a_wrong_typed_claim_costs_a_try_once(self):
        wallet = Lab(self.transport).active()
        code = wallet.digitize()["activationCode"]
        wrong = self.claim(wallet, "0" * 10)
        self.assertEqual((wrong["status"], wrong["triesLeft"]), (554, 4))
        self.assertEqual(self.claim(wallet, code)["status"], 0)


class ExpiredCodeTest(ServedTest):
    configuration = {"codes": {"lifetime_seconds": 1}}

    def test_an_expired_code_is_told_so_and_costs_no_try(self):
        wallet = Lab(self.transport).with_code()
        until = time.monotonic() + DEADLINE
        refused = None
        while refused is None and time.monotonic() < until:
            try:
                wallet.send_e1(wire.encode(wire.E1, wallet.make_e1(wallet.code)))
                wallet.code = wallet.digitize()["activationCode"]  # it was in time: its tries do not count
                time.sleep(1.5)
            except Refused as answer:
                refused = answer
        self.assertEqual((refused.status, refused.code), (403, 597))
        self.assertNotIn("triesLeft", refused.answer)
        for _ in range(6):
            again = refusal(wallet.send_e1, wire.encode(wire.E1, wallet.make_e1(wallet.code)))
            self.assertEqual(again.code, 597)


def foreign_attestation(wallet, challenge=None):
    """The honest form, by another key or over another challenge."""
    name = b"florin self-attestation/1"
    key = p256.KeyPair() if challenge is None else wallet.device
    return name + key.sign(name + (challenge or wallet.challenge) + key.public)


WRONG_ATTESTATIONS = {
    "missing": lambda wallet: b"",
    "by another key": foreign_attestation,
    "over another challenge": lambda wallet: foreign_attestation(wallet, secrets.token_bytes(32)),
    "over the psk": lambda wallet: foreign_attestation(wallet, wallet.psk),
    "with a bit flipped": lambda wallet: wallet.attestation()[:-1] + bytes([wallet.attestation()[-1] ^ 1]),
    "cut by a byte": lambda wallet: wallet.attestation()[:-1],
    "longer by a byte": lambda wallet: wallet.attestation() + b"\0",
    "of another version": lambda wallet: wallet.attestation().replace(b"/1", b"/2", 1),
    "name only": lambda wallet: b"florin self-attestation/1",
    "zeros": lambda wallet: b"florin self-attestation/1" + bytes(64),
    "of 16384 bytes": lambda wallet: bytes(16384),
}


def e3_with(wallet, attestation):
    facts = wire.encode(wire.DEVICE_FACTS, wallet.facts() | {"attestation": attestation})
    return wire.encode(wire.E3, wallet.make_e3(facts))


class RequiredAttestationTest(ServedTest):
    configuration = {"attestation": {"policy": '"require"'}}

    def test_only_a_right_attestation_is_taken(self):
        wallet = Lab(self.transport).at_e2()
        for name, make in WRONG_ATTESTATIONS.items():
            with self.subTest(name):
                self.assertEqual(refusal(wallet.send_e3, e3_with(wallet, make(wallet))).code, 599)
        wallet.take_e4(wallet.send_e3(e3_with(wallet, wallet.attestation())))
        self.assertEqual(wallet.exchange()["status"], 0)


class LoggedAttestationTest(ServedTest):
    configuration = {"attestation": {"policy": '"log"'}}

    def test_a_wrong_attestation_is_written_down_and_taken(self):
        for make in (WRONG_ATTESTATIONS["missing"], WRONG_ATTESTATIONS["by another key"]):
            before = self.backend.log.read_text().count("enrollment.not_attested")
            wallet = Lab(self.transport).at_e2()
            wallet.take_e4(wallet.send_e3(e3_with(wallet, make(wallet))))
            self.assertEqual(wallet.exchange()["status"], 0)
            self.assertGreater(self.backend.log.read_text().count("enrollment.not_attested"), before)


class DeviceStateTest(ServedTest):
    def setUp(self):
        super().setUp()
        self.device = Lab(self.transport).active()
        self.e3 = self.next_enrollment()

    def next_enrollment(self):
        """An E3 of the same device, not sent yet."""
        wallet = self.device
        e1 = wire.encode(wire.E1, wallet.make_e1(wallet.digitize()["activationCode"]))
        kept = wallet.psk
        wallet.take_e2(e1, wallet.send_e1(e1))
        self.kept_psk, wallet.psk = wallet.psk, kept
        return wire.encode(wire.E3, wallet.make_e3())

    def assert_enrollment_is_refused(self):
        self.assertEqual(refusal(self.device.send_e3, self.e3).code, 599)

    def test_a_suspended_device_stops_its_cards_and_loses_nothing(self):
        self.assertTrue(self.device.ticket)
        self.operate(self.device, "suspend")
        self.assertEqual(refusal(self.device.exchange, with_ticket=True).code, 568)
        request = update(self.device)
        for expected in ([SUSPEND], [], []):
            reply = self.device.exchange(request)
            self.assertEqual([each["type"] for each in reply["operations"]], expected)
            self.assertEqual((reply["status"], reply["result"]), (599, None))
        self.assertEqual([card.state for card in self.device.cards.values()], [SUSPENDED_CARD])
        self.assert_enrollment_is_refused()
        self.operate(self.device, "resume")
        reply = self.device.exchange(request)
        self.assertEqual((reply["status"], reply["result"]["status"]), (0, 0))
        self.assertEqual([card.state for card in self.device.cards.values()], [ACTIVE_CARD])
        self.device.take_e4(self.device.send_e3(self.e3))

    def test_a_locked_device_is_told_why(self):
        self.operate(self.device, "suspend", b'{"reason":"STOLEN"}')
        self.operate(self.device, "suspend", b'{"reason":"LOST"}')  # it is suspended: the first reason stands
        self.assertEqual([self.device.exchange()["lockReason"] for _ in range(2)], [2, 2])
        self.operate(self.device, "resume")
        self.assertEqual(self.device.exchange()["lockReason"], 0)
        self.operate(self.device, "revoke", b'{"reason":"FRAUD_SUSPECTED"}')
        self.assertEqual(self.device.exchange()["lockReason"], 3)

    def test_a_reason_has_a_documented_name(self):
        for body in (b'{"reason":"OLD_VAULT"}', b'{"reason":"NONE"}', b'{"reason":"stolen"}', b'{"reason":2}', b"[]",
                     b'{"reason":"LOST","until":1}', b"{}", b"LOST"):
            with self.subTest(body):
                self.assertEqual(refusal(self.operate, self.device, "suspend", body).status, 400)
        self.assertEqual(self.device.exchange()["status"], 0)

    def test_a_revoked_device_gets_wipe_alone_and_is_unknown_after_it(self):
        self.operate(self.device, "revoke")
        self.assertEqual(refusal(self.device.exchange, with_ticket=True).code, 568)
        self.assert_enrollment_is_refused()
        reply = self.device.exchange(update(self.device))
        self.assertEqual([each["type"] for each in reply["operations"]], [WIPE])
        self.assertEqual(inside(reply).code, 599)
        self.assertTrue(self.device.wiped)
        self.device.exchange()  # brings the ack
        reply = self.device.exchange()
        self.assertEqual((reply["status"], reply["operations"]), (523, []))
        self.assert_enrollment_is_refused()

    def test_a_revoked_device_is_not_resumed(self):
        self.operate(self.device, "revoke")
        self.assertEqual(refusal(self.operate, self.device, "resume").status, 409)
        self.assertEqual(refusal(self.operate, self.device, "suspend").status, 409)

    def test_only_the_operator_changes_a_device(self):
        path = f"/admin/v1/devices/{self.device.device_id.hex()}/suspend"
        for headers in ({}, {"Authorization": "Bearer " + "A" * 43}):
            refused = refusal(self.transport.send, path, b"", headers, content_type=None)
            self.assertEqual(refused.status, 401)
        self.assertEqual(self.device.exchange()["status"], 0)


class RunnerTest(unittest.TestCase):
    """The judge of the attacks sees what is not refused."""

    def test_an_answer_is_broken(self):
        with self.assertRaises(Broken):
            refusal(lambda: "an answer")
        with self.assertRaises(Broken):
            inside({"status": 0, "result": None})


if __name__ == "__main__":
    unittest.main()
