"""Signed requests: RFC 9421 as docs/protocol.md 2.1 has it."""

import base64
import hashlib
import secrets
import time


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def headers(key, wallet_id, path, body, method="POST", created=None, nonce=None):
    """The three headers; `created` in seconds, `nonce` 16 bytes: now and random when not given."""
    created = int(time.time()) if created is None else created
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    parameters = (f'("@method" "@path" "content-digest");created={created};keyid="{wallet_id.hex()}"'
                  f';nonce="{base64url(nonce or secrets.token_bytes(16))}";tag="florin-wallet"')
    signed = "\n".join((f'"@method": {method}', f'"@path": {path}', f'"content-digest": {digest}',
                        f'"@signature-params": {parameters}'))
    signature = base64.b64encode(key.sign(signed.encode())).decode()
    return {"Content-Digest": digest, "Signature-Input": f"florin={parameters}", "Signature": f"florin=:{signature}:"}
