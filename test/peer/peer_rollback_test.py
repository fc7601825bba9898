"""The peer as a vault that was put back from a copy, and as its two copies (docs/protocol.md 6.5)."""

import secrets
import unittest

import wire
from attacks import Lab
from served import ServedTest
from wallet import UPDATE


class RollbackTest(ServedTest):
    def setUp(self):
        super().setUp()
        self.device = Lab(self.transport).active()
        self.generation = 9
        self.card = next(iter(self.device.cards.values()))
        self.card.last_atc = 2
        self.say()

    def say(self, **changes):
        values = self.device.exchange_request() | {"vaultGeneration": self.generation} | changes
        return self.device.send_exchange(*self.device.make_exchange(wire.encode(wire.EXCHANGE_REQUEST, values)))

    def is_challenged(self, reply):
        self.assertEqual(len(reply["challenge"]), 16)
        self.assertTrue(reply["more"])
        self.assertEqual((reply["status"], reply["result"], reply["operations"]), (0, None, []))
        return reply["challenge"]

    def is_renewed(self, reply):
        """InstallCard and InstallKeys, all above what was issued."""
        self.assertEqual(reply["challenge"], b"")
        issued = max(number for card in self.device.cards.values() for _, number in card.keys)
        for operation in reply["operations"]:
            if operation["type"] == 2:
                keys = wire.decode(wire.INSTALL_KEYS, operation["payload"])
                self.assertGreater(keys["voidBelow"], issued)
                self.assertEqual(keys["voidBelow"], keys["keys"][0]["number"])
        self.assertEqual([each["type"] for each in reply["operations"]], [1, 2])

    def test_a_generation_that_goes_back_is_challenged_and_then_proven(self):
        challenge = self.is_challenged(self.say(vaultGeneration=3))
        self.is_renewed(self.say(vaultGeneration=3, challenge=challenge))

    def test_an_atc_that_goes_back_is_challenged_and_then_proven(self):
        self.card.last_atc = 1
        challenge = self.is_challenged(self.say())
        self.is_renewed(self.say(challenge=challenge))

    def test_another_request_under_a_number_is_challenged_and_then_proven(self):
        first = self.device.request(type=UPDATE, language=b"fr")
        other = first | {"language": b"de"}
        self.assertEqual(self.say(request=first)["result"]["status"], 0)
        challenge = self.is_challenged(self.say(request=other))
        reply = self.say(request=other, challenge=challenge)
        self.is_renewed(reply)
        self.assertGreater(reply["nextReqSeq"], first["reqSeq"])
        self.assertEqual(self.say(request=other | {"reqSeq": reply["nextReqSeq"]})["result"]["status"], 0)

    def test_results_are_repeated_and_a_number_without_one_is_challenged(self):
        """The results of the last 64 requests are repeated; a number before them has been forgotten by somebody."""
        for _ in range(66):
            reply = self.say(request=self.device.request(type=UPDATE, language=b"fr"))
            self.assertEqual(reply["result"]["status"], 0)
        old = {"type": UPDATE, "language": b"fr"}
        newest = self.device.next_request - 1
        for number in (newest, newest - 63):
            reply = self.say(request=old | {"reqSeq": number})
            self.assertEqual((reply["result"]["reqSeq"], reply["result"]["status"]), (number, 0))
        self.is_challenged(self.say(request=old | {"reqSeq": 1}))
        self.assertEqual(self.say(request=self.device.request(type=UPDATE, language=b"de"))["result"]["status"], 0)

    def test_a_message_that_came_late_proves_nothing(self):
        self.is_challenged(self.say(vaultGeneration=3))
        reply = self.say()
        self.assertEqual((reply["challenge"], reply["operations"]), (b"", []))

    def test_a_challenge_that_was_not_given_proves_nothing(self):
        """A replay cannot hold the one that is to come, and a new one is no guess away."""
        self.is_challenged(self.say(vaultGeneration=3, challenge=secrets.token_bytes(16)))
        given = self.is_challenged(self.say(vaultGeneration=3))
        self.is_challenged(self.say(vaultGeneration=3, challenge=bytes(b ^ 1 for b in given)))

    def test_a_challenge_ends_with_an_honest_payment(self):
        given = self.is_challenged(self.say(vaultGeneration=3))
        self.card.last_atc = 3
        self.say()
        self.is_challenged(self.say(vaultGeneration=3, challenge=given))

    def test_nothing_of_a_suspect_request_is_recorded(self):
        self.deliver_a_second_card()
        acks = [{"opSeq": number, "verdict": 1} for number in (3, 4)]
        self.is_challenged(self.say(vaultGeneration=3, acks=acks))
        self.assertEqual([each["opSeq"] for each in self.say()["operations"]], [3, 4])

    def deliver_a_second_card(self):
        """A second card, delivered and not acknowledged."""
        code = self.device.digitize()["activationCode"].encode()
        reply = self.say(request=self.device.request(type=1, code=code))
        self.assertEqual([each["opSeq"] for each in reply["operations"]], [3, 4])

    def test_each_of_two_copies_is_found_in_its_turn(self):
        """Both hold what the device held, and each counts its own generations."""
        self.card.last_atc = 3
        self.assertEqual(self.say(vaultGeneration=20)["challenge"], b"")
        challenge = self.is_challenged(self.say(vaultGeneration=15))
        self.is_renewed(self.say(vaultGeneration=15, challenge=challenge))
        self.card.last_atc = 4
        self.say(vaultGeneration=30)
        self.is_challenged(self.say(vaultGeneration=21))


if __name__ == "__main__":
    unittest.main()
