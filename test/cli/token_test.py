#!/usr/bin/env python3
"""API tokens: an operator makes them for others, and takes them back."""

import re
import stat
import unittest

from florin_cli import INPUT, REFUSED, USAGE, CliTest


class TokenTest(CliTest):
    def setUp(self):
        super().setUp()
        self.operator_file = self.write("operator.token", self.backend.operator_token)
        self.tenant = re.search(r'\[\[issuer\]\]\nid = "(\w+)"', (self.backend.data / "florind.toml").read_text())[1]

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)
        return path

    def where(self, token_file):
        return ["--backend", self.backend.url, "--ca", self.backend.ca, "--token-file", token_file]

    def token(self, *arguments):
        return self.ok("ops", "token", *arguments, *self.where(self.operator_file))

    def token_fails(self, status, *arguments, says):
        self.fails(status, "ops", "token", *arguments, *self.where(self.operator_file), says=says)

    def create(self, scope, name, *more):
        path = self.folder / name
        made = self.token("create", "--scope", scope, "--label", name, "--out", path, *more)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertNotIn(path.read_text().strip(), str(made))
        return made["id"], path

    def test_issuer_gets_one_and_loses_it(self):
        token_id, path = self.create("issuer", "portal.token", "--tenant", self.tenant)
        show = ["issuer", "card", "show", "--digital-card-id", "0" * 32, *self.where(path)]
        self.fails(REFUSED, *show, says="unknown-card")
        listed = {one["id"]: one for one in self.token("list")["tokens"]}
        self.assertEqual(len(listed), 4, "three of init's, and ours")
        self.assertEqual(listed[token_id]["label"], "portal.token")
        self.token("revoke", "--id", token_id)
        self.fails(REFUSED, *show, says="token")
        entries = self.ok("ops", "audit", *self.where(self.operator_file))
        self.assertIn("token.", str(entries))
        secret = path.read_text().strip()
        self.assertNotIn(secret, self.backend.log.read_text())
        self.backend.kill()
        for file in self.backend.data.glob("florin.db*"):
            self.assertNotIn(secret.encode(), file.read_bytes())

    def test_operator_token_is_replaced(self):
        first = next(one["id"] for one in self.token("list")["tokens"] if one["scope"] == "operator")
        self.token_fails(REFUSED, "revoke", "--id", first, says="own-token")
        _, path = self.create("operator", "second.token")
        self.ok("ops", "token", "revoke", "--id", first, *self.where(path))
        self.token_fails(REFUSED, "list", says="token")

    def test_what_is_wrong_is_said(self):
        out = self.folder / "x.token"
        create = ["create", "--label", "x", "--out", out]
        self.token_fails(USAGE, *create, "--scope", "root", says="scope")
        self.token_fails(USAGE, *create, "--scope", "issuer", says="--tenant")
        self.token_fails(REFUSED, *create, "--scope", "issuer", "--tenant", "0" * 32, says="tenant")
        self.token_fails(INPUT, "revoke", "--id", "00", says="ops token list")
        self.assertFalse(out.exists())
        self.token_fails(INPUT, "create", "--label", "x", "--scope", "operator", "--out", self.operator_file,
                         says="exists already")


if __name__ == "__main__":
    unittest.main()
