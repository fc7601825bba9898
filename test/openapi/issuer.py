"""An issuer that florind asks and tells: it decides yellow, and holds every webhook to the document."""

import http.server
import json
import queue
import threading

METHODS = [{"id": "sms", "type": "SMS", "value": "+49 *** 12", "otp": True}]
ANSWERS = {"card.check_eligibility": {"eligible": True}, "card.decide": {"decision": "yellow", "methods": METHODS}}
DEADLINE = 120  # seconds


class Issuer:
    """`heard` has the names of the webhooks that came, `breaches` what the document does not have of them."""

    def __init__(self, contract):
        self.contract, self.heard, self.breaches = contract, set(), []
        self.news, self.otps = threading.Condition(), queue.Queue()
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                issuer.take(self)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}/"

    def take(self, request):
        body = request.rfile.read(int(request.headers["Content-Length"]))
        said = json.loads(body)
        name = said.get("type")
        with self.news:
            try:
                self.heard.add(self.contract.webhook(request.headers, body))
            except AssertionError as breach:
                self.breaches.append(str(breach))
            self.news.notify_all()
        if name == "card.send_otp":
            self.otps.put(said["otp"])
        answer = json.dumps(ANSWERS.get(name, {})).encode()
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(answer)))
        request.end_headers()
        request.wfile.write(answer)

    def otp(self):
        return self.otps.get(timeout=DEADLINE)

    def wait_for(self, names):
        """Whether all of them came."""
        with self.news:
            return self.news.wait_for(lambda: self.breaches or names <= self.heard, timeout=DEADLINE)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
