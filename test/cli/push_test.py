#!/usr/bin/env python3
"""Push from an operator's call to the wallet: florind with a webhook, its receiver, and the exchange that follows."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import queue
import re
import signal
import ssl
import threading
import unittest
import urllib.request

from florin_cli import INPUT, CliTest, florind

KEY = bytes(range(32))
TOKEN = "token-of-the-device"


class Receiver(http.server.BaseHTTPRequestHandler):
    """A push server of one's own: it keeps what came with a good signature, and answers as it is told to."""

    pushes = None
    answers = None

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
        signature = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        good = hmac.compare_digest(signature, self.headers["webhook-signature"])
        if good:
            self.pushes.put((self.headers["webhook-id"], json.loads(body)))
        self.send_response(401 if not good else self.answers.get_nowait() if self.answers.qsize() else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class PushTest(CliTest):
    def setUp(self):
        super().setUp()
        handler = type("OneReceiver", (Receiver,), {"pushes": queue.Queue(), "answers": queue.Queue()})
        self.receiver = handler
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.secret = self.backend.data / "webhook.secret"
        self.secret.write_text("whsec_" + base64.b64encode(KEY).decode() + "\n")
        self.secret.chmod(0o600)
        url = f"http://127.0.0.1:{server.server_port}/hook"
        self.configure(f'[push.webhook]\nurl = "{url}"\nsecret_file = "webhook.secret"\n')

    def configure(self, text):
        self.backend.kill(signal.SIGTERM)
        path = self.backend.data / "florind.toml"
        path.write_text(path.read_text().split("[push.")[0] + text)

    def enrolled_device(self):
        self.init()
        code = self.digitize()["activationCode"]
        self.wallet("enroll", "--code", "-", "--push-token", TOKEN, stdin=code + "\n")
        return re.search(r'"deviceId":"([0-9a-f]{32})"', self.backend.log.read_text())[1]

    def revoke(self, device):
        request = urllib.request.Request(f"{self.backend.url}/admin/v1/devices/{device}/revoke", method="POST",
                                         headers={"Authorization": f"Bearer {self.backend.operator_token}"})
        trust = ssl.create_default_context(cafile=self.backend.ca)
        with urllib.request.urlopen(request, context=trust, timeout=30) as answer:
            self.assertEqual(answer.status // 100, 2)

    def test_operation_is_pushed_and_the_wallet_fetches_it(self):
        self.backend.start()
        device = self.enrolled_device()
        self.assertTrue(self.receiver.pushes.empty(), "what the wallet fetched itself was pushed")
        self.revoke(device)
        name, push = self.receiver.pushes.get(timeout=30)
        self.assertTrue(name.startswith(device + "-"))
        self.assertEqual(push, {"token": TOKEN, "data": {"sender": "CPS"}, "collapseKey": "cps", "ttlSeconds": 86400})
        self.assertEqual(self.wallet("sync")["cards"], [])
        self.assertEqual(self.backend.kill(signal.SIGTERM), 0)
        self.assertTrue(self.receiver.pushes.empty(), "a push came twice")
        log = self.backend.log.read_text()
        self.assertNotIn(TOKEN, log)
        self.assertNotIn(base64.b64encode(KEY).decode(), log)

    def test_push_outlives_a_receiver_that_is_down_and_the_backend(self):
        self.backend.start()
        device = self.enrolled_device()
        self.receiver.answers.put(503)
        self.revoke(device)
        first, _ = self.receiver.pushes.get(timeout=30)
        self.assertEqual(self.backend.kill(signal.SIGTERM), 0)
        self.backend.start()
        again, _ = self.receiver.pushes.get(timeout=60)
        self.assertEqual(first, again)

    def test_secret_that_others_may_read_is_refused_with_its_line(self):
        self.secret.chmod(0o644)
        done = florind("serve", "--data-dir", self.backend.data, "--check-config")
        self.assertEqual(done.returncode, INPUT, done.stderr)
        self.assertRegex(done.stderr, r"florind.toml:\d+: push\.webhook\.secret_file: .*webhook\.secret .*chmod 600")

    def test_files_that_are_not_what_they_should_be(self):
        account = self.backend.data / "fcm.json"
        bad_key = {"project_id": "p", "client_email": "e", "token_uri": "https://t", "private_key": "SECRET"}
        for content, says in [({}, "not the JSON key file"), (bad_key, "not a PEM of an RSA key")]:
            account.write_text(json.dumps(content))
            account.chmod(0o600)
            self.configure('[push.fcm]\nservice_account_file = "fcm.json"\n')
            done = florind("serve", "--data-dir", str(self.backend.data), "--check-config")
            self.assertEqual(done.returncode, INPUT, done.stderr)
            self.assertRegex(done.stderr, r"florind.toml:\d+: push\.fcm\.service_account_file: .*" + says)
            self.assertNotIn("SECRET", done.stderr)


if __name__ == "__main__":
    os.umask(0o077)
    unittest.main()
