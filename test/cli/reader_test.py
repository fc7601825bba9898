#!/usr/bin/env python3
"""The wallet in a virtual reader: by vsmartcard's protocol directly, and through pcscd to PC/SC programs."""

import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "peer"))
import cda
from florin_cli import DEADLINE, UNREACHABLE, USAGE, CliTest, Running

PPSE = bytes.fromhex("00A404000E325041592E5359532E444446303100")
POWER_OFF, POWER_ON, RESET, ATR = (bytes([code]) for code in (0, 1, 2, 4))
DRIVER = pathlib.Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PCSCD_SOCKET = pathlib.Path("/run/pcscd/pcscd.comm")


class ReaderTest(CliTest):
    def setUp(self):
        super().setUp()
        self.enrolled()
        self.stock = self.payments_left()

    def payments_left(self):
        return self.wallet("cards")["cards"][0]["paymentsLeft"]

    def acquirer(self):
        return ["--backend", self.backend.url, "--ca", self.backend.ca,
                "--token-file", self.backend.token]

    def card(self, port):
        running = Running("card", "--vault", self.vault, "--vpcd", f"127.0.0.1:{port}")
        self.addCleanup(running.close)
        return running


class ProtocolTest(ReaderTest):
    """We are the reader."""

    def setUp(self):
        super().setUp()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(DEADLINE)
        self.addCleanup(self.listener.close)
        self.running = self.card(self.listener.getsockname()[1])
        self.reader = self.listener.accept()[0]
        self.reader.settimeout(DEADLINE)
        self.addCleanup(self.reader.close)
        self.assertEqual(self.running.take()["atr"], "3b80800101")

    def send(self, message):
        self.reader.sendall(len(message).to_bytes(2, "big") + message)

    def take(self):
        size = int.from_bytes(self.reader.recv(2, socket.MSG_WAITALL), "big")
        return self.reader.recv(size, socket.MSG_WAITALL)

    def ask(self, message):
        self.send(message)
        return self.take()

    def test_card_answers_between_power_on_and_off(self):
        self.send(POWER_ON)
        self.assertEqual(self.ask(ATR).hex(), "3b80800101")
        answer = self.ask(PPSE)
        self.assertEqual(answer[:1].hex(), "6f")
        self.assertEqual(answer[-2:].hex(), "9000")
        self.send(RESET)
        self.assertEqual(self.ask(bytes.fromhex("80A8000002830000"))[-2:].hex(), "6985", "nothing is selected any more")
        self.send(POWER_OFF)
        self.reader.close()
        self.assertEqual(self.running.process.wait(timeout=DEADLINE), 0)
        self.assertEqual(self.payments_left(), self.stock)

    def command(self, header, data):
        answer = self.ask(bytes.fromhex(header) + bytes([len(data)]) + data + b"\0")
        self.assertEqual(answer[-2:].hex(), "9000", header)
        return answer[:-2]

    def test_terminal_of_another_hand_proves_the_card(self):
        """All of CDA, from the key that `export-ca` prints to the cryptogram, by test/peer/cda.py."""
        [known] = self.ok("program", "export-ca", *self.acquirer())["authorities"]
        self.send(POWER_ON)
        aid = bytes.fromhex("F000464C4F52494E02")
        self.assertEqual(aid[:5].hex(), known["rid"])
        self.command("00A40400", aid)
        pdol_data = bytes.fromhex("E04808027622")
        options = cda.parse(cda.parse(self.command("80A80000", b"\x83\x06" + pdol_data))["77"])
        self.assertTrue(options["82"][0] & 1, "the card does CDA")
        records, static_data = {}, b""
        for at in range(0, len(options["94"]), 4):
            sfi, first, last, authenticated = options["94"][at:at + 4]
            for number in range(first, last + 1):
                record = self.ask(bytes([0, 0xB2, number, sfi | 4, 0]))
                self.assertEqual(record[-2:].hex(), "9000")
                inside = cda.parse(record[:-2])["70"]
                records.update(cda.parse(inside))
                if number - first < authenticated:
                    static_data += inside
        self.assertEqual(records["9f4a"].hex(), "82")
        self.assertEqual(records["8f"][0], known["index"])
        authority = bytes.fromhex(known["modulus"]), bytes.fromhex(known["exponent"])
        key = cda.card_key(records, static_data + options["82"], authority)
        unpredictable_number = os.urandom(4)
        cdol1_data = (bytes.fromhex("000000001250 000000000000 0276 8000000000 0978 260331 00".replace(" ", "")) +
                      unpredictable_number + bytes.fromhex("3F0002"))
        answer = self.command("80AE9000", cdol1_data)
        cryptogram, number = cda.opened(answer, key, unpredictable_number, pdol_data, cdol1_data)
        self.assertEqual(len(cryptogram), 8)
        self.assertEqual(number, cda.parse(cda.parse(answer)["77"])["9f36"])
        for wrong in (bytes(4), unpredictable_number[::-1] + b"\0"):
            with self.assertRaises(ValueError):
                cda.opened(answer, key, wrong, pdol_data, cdol1_data)
        with self.assertRaises(ValueError):
            cda.card_key(records, static_data, authority)

    def test_what_is_no_message_is_survived(self):
        for junk in (b"", bytes([9]), bytes([0x80])):
            self.send(junk)
        self.assertEqual(self.ask(bytes(65535))[-2:].hex(), "6700")
        self.assertEqual(self.ask(PPSE)[-2:].hex(), "9000")
        self.reader.sendall(b"\x00")
        self.reader.close()
        self.assertEqual(self.running.process.wait(timeout=DEADLINE), UNREACHABLE)
        self.assertIn("is lost", self.running.process.stderr.read())

    def test_ctrl_c_takes_the_card_out(self):
        self.assertEqual(self.running.end(), (0, "", ""))
        self.assertEqual(self.reader.recv(1), b"")


class AddressTest(ReaderTest):
    def test_wrong_address_is_said(self):
        command = ["card", "--vault", self.vault, "--vpcd"]
        self.fails(USAGE, *command, "nowhere", says="HOST:PORT")
        self.fails(USAGE, *command, "127.0.0.1:http", says="no host and port")
        with socket.create_server(("127.0.0.1", 0)) as gone:
            port = gone.getsockname()[1]
        self.fails(UNREACHABLE, *command, f"127.0.0.1:{port}", says="no virtual reader.*pcscd")


@unittest.skipUnless(DRIVER.exists() and shutil.which("pcscd") and shutil.which("opensc-tool") and os.geteuid() == 0,
                     "pcscd, vsmartcard-vpcd and opensc are not installed, or this is not root")
@unittest.skipIf(PCSCD_SOCKET.exists(), "a pcscd of somebody else runs")
class PcscTest(ReaderTest):
    """A PC/SC program sees the wallet as any other card."""

    def setUp(self):
        super().setUp()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        readers = self.folder / "reader.conf"
        readers.write_text(f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{hex(self.port)}\nLIBPATH {DRIVER}\n'
                           f'CHANNELID {hex(self.port)}\n')
        self.log = open(self.folder / "pcscd.log", "wb")
        self.addCleanup(self.log.close)
        self.pcscd = subprocess.Popen(["pcscd", "--foreground", "--config", readers],
                                      stdout=self.log, stderr=self.log)
        self.addCleanup(self.stop)
        self.running = self.inserted()

    def stop(self):
        self.pcscd.send_signal(signal.SIGTERM)
        self.pcscd.wait(timeout=DEADLINE)

    def inserted(self):
        """The reader listens a moment after pcscd began."""
        until = time.monotonic() + DEADLINE
        while True:
            if PCSCD_SOCKET.exists() and f":{self.port:04X} " in pathlib.Path("/proc/net/tcp").read_text():
                break
            self.assertIsNone(self.pcscd.poll(), (self.folder / "pcscd.log").read_text())
            self.assertLess(time.monotonic(), until, (self.folder / "pcscd.log").read_text())
            time.sleep(0.1)
        running = self.card(self.port)
        running.take()
        return running

    def tool(self, *arguments):
        return subprocess.run(["opensc-tool", "--wait", *arguments], capture_output=True, text=True, timeout=DEADLINE)

    def test_opensc_reads_the_directory_and_spends_nothing(self):
        done = self.tool("--send-apdu", ":".join(f"{byte:02X}" for byte in PPSE))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("SW1=0x90, SW2=0x00", done.stdout)
        shown = "".join(re.findall(r"^((?:[0-9A-F]{2} )+)", done.stdout, re.MULTILINE)).replace(" ", "")
        self.assertRegex(shown, "^6F.*325041592E5359532E4444463031.*F000464C4F52494E02")
        self.assertEqual(self.running.end()[0], 0)
        self.assertEqual(self.payments_left(), self.stock, "opensc's probing spent a key")


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
