#!/usr/bin/env python3
"""What an operator sees and gives: API tokens, and what Prometheus reads."""

import re
import ssl
import stat
import unittest
import urllib.error
import urllib.request

from florin_cli import DEADLINE, INPUT, REFUSED, USAGE, CliTest


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


class MetricsTest(CliTest):
    def test_prometheus_can_read_them(self):
        context = ssl.create_default_context(cafile=str(self.backend.ca))
        def get(path, token=""):
            request = urllib.request.Request(self.backend.url + path, headers={"Authorization": f"Bearer {token}"})
            with urllib.request.urlopen(request, timeout=DEADLINE, context=context) as answer:
                return answer.headers["Content-Type"], answer.read().decode()
        get("/healthz")
        with self.assertRaises(urllib.error.HTTPError) as refused:
            get("/metrics", self.backend.token.read_text().strip())
        self.assertEqual(refused.exception.code, 401)
        kind, text = get("/metrics", self.backend.operator_token)
        operator = self.folder / "operator.token"
        operator.touch(0o600)
        operator.write_text(self.backend.operator_token)
        monitor = self.folder / "prometheus.token"
        self.ok("ops", "token", "create", "--scope", "metrics", "--label", "prometheus", "--out", monitor, "--backend",
                self.backend.url, "--ca", self.backend.ca, "--token-file", operator)
        self.assertEqual(get("/metrics", monitor.read_text().strip())[0], kind)
        self.assertTrue(kind.startswith("text/plain; version=0.0.4"), kind)
        series = re.compile(r'florin_[a-z_]+({kind="\w+"(,le="[\d.+Inf]+")?})? \d+(\.\d+)?')
        for line in text.splitlines():
            self.assertRegex(line, rf"\A(# TYPE florin_[a-z_]+ (counter|gauge|histogram)|{series.pattern})\Z")
        self.assertRegex(text, r'florin_http_requests_total{kind="2xx"} [1-9]')
        self.assertIn("florin_outbox_waiting 0\n", text)


if __name__ == "__main__":
    unittest.main()
