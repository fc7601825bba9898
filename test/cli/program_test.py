#!/usr/bin/env python3
"""Programs of a backend: authorities for cards that do CDA, and what terminals are told of them."""

import os
import unittest

from florin_cli import INPUT, LOCAL_STATE, REFUSED, USAGE, CliTest, florin, florind


class AuthorityTest(CliTest):
    def export(self, *options):
        return ["program", "export-ca", "--backend", self.backend.url, "--ca", self.backend.ca,
                "--token-file", self.backend.token, *options]

    def add(self, program):
        return florind("add-program-authority", "--data-dir", self.backend.data, program)

    def write(self, program, line):
        path = self.backend.data / "programs" / f"{program}.toml"
        path.write_text(path.read_text().replace("\n[keys]", f"{line}\n[keys]", 1))

    def test_terminals_get_the_key_of_k2(self):
        [k2] = self.ok(*self.export())["authorities"]
        self.assertEqual((k2["program"], k2["rid"], k2["index"], k2["exponent"]), ("K2", "f000464c4f", 1, "03"))
        self.assertEqual(len(k2["modulus"]), 496)
        self.assertEqual(self.ok(*self.export("--program", "K2"))["authorities"], [k2])
        shown = florin(*self.export())
        self.assertEqual(shown.returncode, 0, shown.stderr)
        for line in ("program   K2", "RID       f000464c4f", "index     01", "modulus   " + k2["modulus"],
                     "          1984 bits", "exponent  03"):
            self.assertIn(line + "\n", shown.stdout)

    def test_what_cannot_be_exported_is_said(self):
        self.fails(INPUT, *self.export("--program", "K3"), says="no program K3 .* has a card authority")
        self.fails(USAGE, "program", "export-ca", says="FLORIN_BACKEND")
        token = self.folder / "operator.token"
        token.write_text(self.backend.operator_token + "\n")
        token.chmod(0o600)
        self.fails(REFUSED, *self.export()[:6], "--token-file", token, says="token")

    def test_program_gets_its_authority(self):
        self.assertEqual(self.add("FLORIN").returncode, LOCAL_STATE, "florind serves")
        self.backend.kill()
        self.write("FLORIN", 'offline_authentication = "cda"')
        refused = florind("serve", "--data-dir", self.backend.data, "--check-config")
        self.assertEqual(refused.returncode, LOCAL_STATE)
        self.assertIn("has no card authority for program FLORIN: make one with `florind add-program-authority",
                      refused.stderr)
        made = self.add("FLORIN")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertIn("export-ca", made.stdout)
        again = self.add("FLORIN")
        self.assertEqual(again.returncode, LOCAL_STATE)
        self.assertIn("already", again.stderr)
        self.assertIn("no issuer master key", self.add("TRANSIT").stderr)
        self.backend.start()
        self.assertEqual([(one["program"], one["index"]) for one in self.ok(*self.export())["authorities"]],
                         [("FLORIN", 2), ("K2", 1)])

    def test_terminal_proves_the_card(self):
        self.enrolled()
        self.assertEqual(self.tap()["offlineAuthentication"], "done")


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
