#!/usr/bin/env python3
"""Wrong input: one clear line, an exit status of its class, nothing changed."""

import fcntl
import json
import os
import subprocess
import unittest

from florin_cli import (INPUT, LOCAL_STATE, REFUSED, UNREACHABLE, USAGE, Backend, CliTest, florin,
                        test_pan)


class UsageTest(CliTest):
    def test_command_line_that_is_wrong(self):
        for arguments, says in [
                ([], "sub-command is missing, give one of: wallet, tap, card, authorize, .*, ops;"),
                (["pay"], "no sub-command `pay`, give one of: wallet, tap, card, authorize, .*, ops;"),
                (["wallet", "stat"], "no sub-command `stat`, the closest is `status`"),
                (["wallet"], "give one of: init, status, .*; see `florin wallet --help`"),
                (["wallet", "frobnicate"], "no sub-command `frobnicate`, give one of: init, status"),
                (["wallet", "status"], "--vault"),
                (["wallet", "status", "--vault", self.vault, "--bogus"], "--bogus"),
                (["wallet", "status", "--vault"], "--vault"),
                (["tap", "--vault", self.vault, "--amount", "1"], "--currency"),
        ]:
            with self.subTest(arguments=arguments):
                self.fails(USAGE, *arguments, says=says)

    def test_help_is_named_for_the_place_of_the_mistake(self):
        self.fails(USAGE, "wallet", "init", "--vault", self.vault, says="see `florin wallet init --help`")
        self.fails(USAGE, "wallet", "frobnicate", says="see `florin wallet --help`")

    def test_json_tells_the_mistake_as_an_object(self):
        for arguments in (["pay", "--json"], ["wallet", "status", "--json"], ["tap", "--json", "--bogus"]):
            with self.subTest(arguments=arguments):
                done = florin(*arguments)
                self.assert_failure(done, USAGE)
                error = json.loads(done.stdout)["error"]
                self.assertEqual(error["exit"], USAGE)
                self.assertEqual(f"florin: {error['message']}\n", done.stderr)

    def test_help_tells_that_a_saved_request_names_the_card(self):
        self.assertIn("DPAN", florin("tap", "--help").stdout)

    def test_help_and_version_are_no_failures(self):
        for arguments in (["--help"], ["wallet", "--help"], ["wallet", "enroll", "--help"], ["--version"]):
            done = florin(*arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("florin", done.stdout)


class ConnectionTest(CliTest):
    def init_with(self, url=None, ca=None):
        return ["wallet", "init", "--vault", self.vault, "--backend", url or self.backend.url,
                "--ca", ca or self.backend.ca]

    def fails_and_leaves_nothing(self, status, arguments, says):
        self.fails(status, *arguments, says=says)
        self.assertEqual(list(self.folder.glob("my.vault*")), [])

    def test_addresses_that_are_none(self):
        for url in ("http://127.0.0.1:1", "127.0.0.1:8443", "https://", "https://127.0.0.1/path"):
            with self.subTest(url=url):
                self.fails_and_leaves_nothing(INPUT, self.init_with(url=url), "--backend")

    def test_ca_files_that_are_none(self):
        empty = self.folder / "empty.pem"
        empty.write_text("")
        for ca in (empty, self.folder / "missing.pem", self.folder):
            with self.subTest(ca=ca):
                self.fails_and_leaves_nothing(INPUT, self.init_with(ca=ca), "--ca")

    def test_backend_that_does_not_run(self):
        self.backend.kill()
        self.fails_and_leaves_nothing(UNREACHABLE, self.init_with(), "see that .* the backend runs")

    def test_certificate_of_another_backend(self):
        (self.folder / "other").mkdir()
        other = Backend(self.folder / "other")
        self.fails_and_leaves_nothing(UNREACHABLE, self.init_with(ca=other.ca),
                                      "not of the given CA; give --ca the tls/certificate.pem of this very backend")

    def test_certificate_of_another_host(self):
        (self.folder / "other").mkdir()
        other = Backend(self.folder / "other", "--host", "other.example")
        other.start()
        self.addCleanup(other.kill)
        self.fails_and_leaves_nothing(UNREACHABLE, self.init_with(url=other.url, ca=other.ca),
                                      "another host name or address; give --backend a name")

    def test_expired_certificate(self):
        self.init()
        key, certificate = self.folder / "expired.key", self.folder / "expired.pem"
        request, names = self.folder / "expired.csr", self.folder / "expired.ext"
        names.write_text("subjectAltName=IP:127.0.0.1")
        subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", "/CN=expired", "-keyout", key, "-out", request], check=True, capture_output=True)
        subprocess.run(["openssl", "x509", "-req", "-in", request, "-signkey", key, "-days", "-1",
                        "-extfile", names, "-out", certificate], check=True, capture_output=True)
        os.chmod(key, 0o600)
        self.backend.kill()
        self.backend.start("--tls-certificate", certificate, "--tls-key-file", key)
        fresh = self.folder / "fresh.vault"
        self.fails(UNREACHABLE, "wallet", "init", "--vault", fresh, "--backend", self.backend.url,
                   "--ca", certificate, says="expired or is not valid yet; check this machine's clock")
        self.assertFalse(fresh.exists())
        with self.nothing_changes():
            self.fails(UNREACHABLE, "wallet", "digitize", "--vault", self.vault, "--pan", "-", "--exp", "1235",
                       stdin=test_pan(), says="certificate")

    def test_renewed_certificate_is_taken_with_update(self):
        wallet = self.init()["walletId"]
        (self.folder / "other").mkdir()
        other = Backend(self.folder / "other")
        self.backend.kill()
        self.backend.start("--tls-certificate", other.ca, "--tls-key-file", other.data / "tls" / "key.pem")
        self.fails(UNREACHABLE, "wallet", "digitize", "--vault", self.vault, "--pan", "-", "--exp", "1235",
                   stdin=test_pan(), says="--update")
        self.assertEqual(self.ok(*self.init_with(ca=other.ca), "--update")["walletId"], wallet)
        self.digitize()

    def test_wallet_that_exists_is_not_made_again(self):
        self.init()
        with self.nothing_changes():
            self.fails(LOCAL_STATE, *self.init_with(), says="already")

    def test_update_to_another_backend_is_refused(self):
        for enrolled in (False, True):
            with self.subTest(enrolled=enrolled):
                self.enrolled() if enrolled else self.init()
                folder = self.folder / f"other{enrolled}"
                folder.mkdir()
                other = Backend(folder)
                other.start()
                self.addCleanup(other.kill)
                with self.nothing_changes():
                    self.fails(REFUSED, *self.init_with(url=other.url, ca=other.ca), "--update",
                               says="not the backend that this wallet was made with.*wallet wipe")
                self.wallet("wipe", "--yes")
                self.ok(*self.init_with(url=other.url, ca=other.ca))
                self.wallet("wipe", "--yes")

    def test_update_needs_a_wallet(self):
        self.fails_and_leaves_nothing(LOCAL_STATE, [*self.init_with(), "--update"], "no wallet")

    def test_folder_that_is_not_there(self):
        self.fails(LOCAL_STATE, "wallet", "init", "--vault", self.folder / "no" / "vault", "--backend",
                   self.backend.url, "--ca", self.backend.ca, says="writable")


class CardDataTest(CliTest):
    def setUp(self):
        super().setUp()
        self.init()

    def refused(self, status, pan, *arguments, says):
        with self.nothing_changes():
            self.fails(status, "wallet", "digitize", "--vault", self.vault, "--pan", "-", *arguments,
                       stdin=pan, says=says)

    def test_numbers_that_are_no_pan(self):
        right = test_pan()
        wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
        # Eleven digits are too few whatever their check digit says; fifteen would pass one time in ten.
        for pan in (wrong, right[:11], "1" * 30, "abcd", "x" * 1000):
            with self.subTest(pan=pan):
                self.refused(INPUT, pan + "\n", "--exp", "1235", says="PAN|--pan")
        self.refused(INPUT, "", "--exp", "1235", says="standard input")

    def test_other_card_data(self):
        for arguments in (["--exp", "1335"], ["--exp", "12/35"], ["--exp", "1235", "--name", "x" * 65]):
            with self.subTest(arguments=arguments):
                self.refused(INPUT, test_pan() + "\n", *arguments, says="MMYY")
        self.refused(INPUT, test_pan() + "\n12\n", "--exp", "1235", "--cvv", "-", says="--cvv")

    def test_card_of_no_issuer(self):
        self.refused(REFUSED, "4111111111111111\n", "--exp", "1235", says="PAN")

    def test_card_that_has_expired(self):
        self.refused(REFUSED, test_pan() + "\n", "--exp", "0120", says="expired")

    def test_json_tells_the_failure_as_an_object(self):
        done = florin("wallet", "digitize", "--vault", self.vault, "--pan", "-", "--exp", "1235", "--json",
                      stdin="12345\n")
        self.assert_failure(done, INPUT)
        error = json.loads(done.stdout)["error"]
        self.assertEqual((error["exit"], error["code"]), (INPUT, "INVALID_CARD_DATA"))


class CodeTest(CliTest):
    def setUp(self):
        super().setUp()
        self.init()

    def enroll_fails(self, status, code, says, command="enroll"):
        return self.fails(status, "wallet", command, "--vault", self.vault, "--code", "-", stdin=code, says=says)

    def test_malformed_code(self):
        for code in ("", "abc", "a" * 33, "with space", "um-laut"):
            with self.subTest(code=code), self.nothing_changes():
                self.enroll_fails(INPUT, code + "\n", "code")

    def test_wrong_code_is_asked_for_again(self):
        code = self.digitize()["activationCode"]
        wrong = ("A" if code[0] != "A" else "B") + code[1:]
        self.enroll_fails(REFUSED, wrong + "\n", r"wallet continue` .*with the right one; 4 tries left")
        self.assertEqual(self.wallet("status")["enrollment"], "ENROLLMENT_IN_PROGRESS")
        self.assertEqual(self.wallet("continue", "--code", "-", stdin=code + "\n")["enrollment"],
                         "ENROLLMENT_COMPLETE")

    def test_wrong_code_of_a_further_card_is_entered_by_activate_again(self):
        self.enroll(self.digitize()["activationCode"])
        code = self.digitize()["activationCode"]
        wrong = ("A" if code[0] != "A" else "B") + code[1:]
        self.enroll_fails(REFUSED, wrong + "\n", r"wallet activate`\) with the right one; 4 tries left",
                          command="activate")
        activated = self.wallet("activate", "--code", "-", stdin=code + "\n")
        self.assertEqual(len(activated["cards"]), 2)

    def test_code_of_another_wallet(self):
        other = self.folder / "other.vault"
        self.ok("wallet", "init", "--vault", other, "--backend", self.backend.url, "--ca", self.backend.ca)
        code = self.digitize()["activationCode"]
        self.fails(REFUSED, "wallet", "enroll", "--vault", other, "--code", "-", stdin=code + "\n", says="code")
        self.assertEqual(self.enroll(code)["enrollment"], "ENROLLMENT_COMPLETE")

    def test_commands_out_of_order(self):
        with self.nothing_changes():
            self.enroll_fails(LOCAL_STATE, "A" * 26, "wallet enroll", command="continue")
            self.enroll_fails(LOCAL_STATE, "A" * 26, "wallet enroll", command="activate")
            self.fails(LOCAL_STATE, "wallet", "sync", "--vault", self.vault, says="wallet enroll")
            self.fails(LOCAL_STATE, "tap", "--vault", self.vault, "--amount", "1", "--currency", "EUR",
                       says="this wallet has no card")
        self.enroll(self.digitize()["activationCode"])
        self.enroll_fails(LOCAL_STATE, "A" * 26, "wallet activate")

    def test_code_without_a_terminal(self):
        with self.nothing_changes():
            self.fails(INPUT, "wallet", "enroll", "--vault", self.vault, says="--code -")


class VaultTest(CliTest):
    def setUp(self):
        super().setUp()
        self.init()
        self.key = self.vault.with_name("my.vault.key")

    def status_fails(self, says):
        with self.nothing_changes():
            self.fails(LOCAL_STATE, "wallet", "status", "--vault", self.vault, says=says)

    def test_no_wallet(self):
        self.fails(LOCAL_STATE, "wallet", "status", "--vault", self.folder / "none", says="wallet init")
        self.assertEqual(list(self.folder.glob("none*")), [])

    def test_vault_that_is_missing(self):
        self.vault.unlink()
        self.status_fails("missing")

    def test_key_that_is_wrong_missing_short_or_open(self):
        right = self.key.read_bytes()
        self.key.write_bytes(bytes(32))
        self.status_fails("not the key")
        self.key.write_bytes(right[:-1])
        self.status_fails("damaged")
        self.key.write_bytes(right)
        self.key.chmod(0o644)
        self.status_fails("chmod 600")
        self.key.unlink()
        self.status_fails("missing")
        self.key.write_bytes(right)
        self.key.chmod(0o600)
        self.assertEqual(self.wallet("status")["wse"], "WSE_COMPLETED")

    def test_vault_of_another_version(self):
        content = bytearray(self.vault.read_bytes())
        content[8:12] = b"\x00\x02\xff\xfd"
        self.vault.write_bytes(content)
        self.status_fails("format version 2")

    def test_vault_with_one_bit_changed(self):
        content = self.vault.read_bytes()
        for place in (0, 20, 70, 90, len(content) // 2, len(content) - 1):
            changed = bytearray(content)
            changed[place] ^= 1
            self.vault.write_bytes(changed)
            with self.subTest(place=place):
                self.status_fails("damaged")

    def test_vault_that_is_in_use(self):
        with open(self.vault.with_name("my.vault.lock"), "rb+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.status_fails("another process")
        self.wallet("status")

    def test_configuration_that_is_damaged(self):
        self.vault.with_name("my.vault.conf").write_text("{}")
        self.status_fails("--update")
        self.wallet("init", "--update", "--backend", self.backend.url, "--ca", self.backend.ca)
        self.assertEqual(self.wallet("status")["backend"], self.backend.url)

    def test_configuration_that_is_missing(self):
        before = self.wallet("status")
        self.vault.with_name("my.vault.conf").unlink()
        self.status_fails("wallet init --update")
        init = ["wallet", "init", "--vault", self.vault, "--backend", self.backend.url, "--ca", self.backend.ca]
        with self.nothing_changes():
            self.fails(LOCAL_STATE, *init, says="--update")
        self.ok(*init, "--update")
        self.assertEqual(self.wallet("status"), before)


class TapTest(CliTest):
    def tap_fails(self, status, amount, currency, *arguments, says):
        with self.nothing_changes():
            self.fails(status, "tap", "--vault", self.vault, "--amount", amount, "--currency", currency,
                       *arguments, says=says)

    def test_amounts_and_files_that_cannot_be_used(self):
        self.enrolled()
        for amount, currency in (("12,50", "EUR"), ("-1", "EUR"), ("1.234", "EUR"), ("1", "XXX"), ("", "EUR"),
                                 ("1234567890123", "EUR")):
            with self.subTest(amount=amount, currency=currency):
                self.tap_fails(INPUT, amount, currency, says="--amount")
        token = ["--acquirer-token-file", self.folder / "none.token"]
        self.tap_fails(INPUT, "1", "EUR", *token, says="acquirer token")
        self.tap_fails(LOCAL_STATE, "1", "EUR", "--save-request", self.folder / "no" / "request",
                       says="--save-request")

    def test_wallet_that_knows_no_token(self):
        self.ok("wallet", "init", "--vault", self.vault, "--backend", self.backend.url, "--ca", self.backend.ca)
        self.tap_fails(INPUT, "1", "EUR", says="--acquirer-token-file")

    def test_currency_that_the_program_has_not_is_declined(self):
        self.enrolled()
        done = florin("tap", "--vault", self.vault, "--amount", "1", "--currency", "USD", "--json")
        self.assert_failure(done, REFUSED, "declined")
        self.assertEqual(json.loads(done.stdout)["outcome"], "declined")


if __name__ == "__main__":
    unittest.main()
