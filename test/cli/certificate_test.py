#!/usr/bin/env python3
"""Issuers that have to show a certificate (docs/operations.md)."""

import datetime
import http.client
import json
import pathlib
import shutil
import signal
import ssl
import tempfile
import unittest

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from florin_cli import DEADLINE, INPUT, Backend, florin, florind

CARD = "/issuer/v1/cards/" + "0" * 32
BANK = 'name = "Florin Demo Bank"\n'


class Authority:
    """Signs certificates of clients into `folder`."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.key, self.certificate = self.sign(name, None)
        self.file = folder / f"{name}.ca.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def sign(self, name, issuer):
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.utcnow()
        made = (x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
                .issuer_name(issuer.certificate.subject if issuer else subject)
                .serial_number(x509.random_serial_number())
                .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
                .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
                .sign(issuer.key if issuer else key, hashes.SHA256()))
        return key, made

    def issue(self, name):
        """(file with certificate and key, fingerprint as OpenSSL prints it)."""
        key, certificate = self.sign(name, self)
        file = self.folder / f"{self.name}.{name}.pem"
        file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) +
                         key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()))
        return file, certificate.fingerprint(hashes.SHA256()).hex(":").upper()


class CertificateTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="florin-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.authority = Authority(self.folder, "clients")
        self.bank, self.fingerprint = self.authority.issue("bank")
        self.backend = Backend(self.folder)
        self.addCleanup(self.backend.kill)
        self.token = (self.backend.data / "issuer.token").read_text()
        self.config = self.backend.data / "florind.toml"
        self.initial = self.config.read_text()

    def configure(self, fingerprints, tls=True):
        text = self.initial.replace(BANK, BANK + f"client_certificates_sha256 = {json.dumps(fingerprints)}\n")
        self.assertNotEqual(text, self.initial)
        self.config.write_text(text + (f'\n[tls]\nclient_ca_file = "{self.authority.file}"\n' if tls else ""))

    def ask(self, certificate=None, path=CARD, token=None):
        """(status, problem type or None)."""
        context = ssl.create_default_context(cafile=self.backend.ca)
        if certificate:
            context.load_cert_chain(certificate)
        connection = http.client.HTTPSConnection("127.0.0.1", self.backend.port, timeout=DEADLINE, context=context)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {token or self.token}"})
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        return response.status, answer.get("type")

    def test_token_alone_is_refused(self):
        another, _ = self.authority.issue("another")
        self.configure([self.fingerprint])
        self.backend.start()
        self.assertEqual(self.ask(self.bank), (404, "urn:florin:problem:unknown-card"))
        for certificate in (None, another):
            self.assertEqual(self.ask(certificate), (401, "urn:florin:problem:unauthorized"))
        self.assertEqual(self.ask(path="/healthz")[0], 200)
        self.assertEqual(self.ask(path="/admin/v1/tokens", token=self.backend.operator_token)[0], 200)
        self.assertIn("without the issuer's certificate", self.backend.log.read_text())

    def show_card(self, *options):
        return florin("issuer", "card", "show", "--digital-card-id", "0" * 32, "--backend",
                      f"https://127.0.0.1:{self.backend.port}", "--ca", self.backend.ca, "--token-file",
                      self.backend.data / "issuer.token", *options)

    def test_command_line_shows_a_certificate(self):
        self.bank.chmod(0o600)
        self.configure([self.fingerprint])
        self.backend.start()
        self.assertIn("[unknown-card]", self.show_card("--client-pem", self.bank).stderr)
        self.assertIn("--client-pem", self.show_card().stderr)
        other, _ = self.authority.issue("other")
        mixed = self.folder / "mixed.pem"
        mixed.write_bytes(self.bank.read_bytes().split(b"-----BEGIN PRIVATE")[0] +
                          b"-----BEGIN PRIVATE" + other.read_bytes().split(b"-----BEGIN PRIVATE")[1])
        self.folder.joinpath("empty.pem").touch()
        mixed.chmod(0o600)
        (self.folder / "empty.pem").chmod(0o600)
        other.chmod(0o644)
        for file in (mixed, self.folder / "empty.pem", other, self.folder / "none.pem"):
            with self.subTest(file=file.name):
                done = self.show_card("--client-pem", file)
                self.assertEqual(done.returncode, INPUT, done.stderr)
                self.assertIn("--client-pem", done.stderr)

    def test_certificate_of_a_stranger_ends_the_connection(self):
        stranger, fingerprint = Authority(self.folder, "strangers").issue("bank")
        self.configure([self.fingerprint, fingerprint])
        self.backend.start()
        with self.assertRaises(OSError):
            self.ask(stranger)
        self.assertEqual(self.ask(self.bank)[0], 404)

    def test_other_authorities_are_taken_while_it_serves(self):
        later = Authority(self.folder, "later")
        bank, fingerprint = later.issue("bank")
        self.configure([self.fingerprint, fingerprint])
        self.backend.start()
        with self.assertRaises(OSError):
            self.ask(bank)
        self.authority.file.write_bytes(self.authority.file.read_bytes() + later.file.read_bytes())
        self.backend.process.send_signal(signal.SIGHUP)
        self.backend.wait_for_log("server.certificate_reloaded")
        self.assertEqual(self.ask(bank)[0], 404)
        self.assertEqual(self.ask(self.bank)[0], 404)

    def test_configuration_that_is_wrong_is_named(self):
        self.configure([self.fingerprint], tls=False)
        self.check_config("client_certificates_sha256: needs tls.client_ca_file")
        self.configure(["AB:CD"])
        self.check_config("has 64 hexadecimal digits")
        self.configure([self.fingerprint])
        self.authority.file.write_text("none")
        self.check_config("tls.client_ca_file.*holds no certificate")

    def check_config(self, says):
        done = florind("serve", "--data-dir", self.backend.data, "--check-config")
        self.assertEqual(done.returncode, INPUT, done.stderr)
        self.assertRegex(done.stderr, says)


if __name__ == "__main__":
    unittest.main()
