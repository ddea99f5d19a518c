"""A small identity provider on this machine: real keys, real signatures, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import Any, ClassVar

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

AUDIENCE = "okr-history"
KEYS: dict[str, Any] = {
    name: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for name in ("first", "second", "foreign")
}
KEYS["curve"] = ec.generate_private_key(ec.SECP256R1())


class Issuer:
    """Publishes some of the keys, counts how often it is asked, and signs what it is told to."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.address = f"http://127.0.0.1:{server.server_port}"
        self.published = ["first"]
        self.asked: list[str] = []
        self.answers: dict[str, tuple[int, bytes]] = {}
        """What it answers instead, by path."""
        self.dawdles = 0.0
        """For how many seconds it thinks before each half of an answer."""

    def token(self, key: str = "first", algorithm: str = "RS256", **claims: Any) -> str:
        """A token that is good, save for what is said otherwise; None leaves a claim out."""
        now = datetime.now(UTC)
        usual = {
            "iss": self.address,
            "aud": AUDIENCE,
            "sub": "anna-7",
            "iat": now,
            "exp": now + timedelta(minutes=5),
        }
        header = claims.pop("header", {})
        said = {name: one for name, one in (usual | claims).items() if one is not None}
        return jwt.encode(said, KEYS[key], algorithm, headers={"kid": key} | header)

    def found(self, path: str) -> tuple[int, bytes]:
        """The answer to a request."""
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        pages: dict[str, Any] = {
            "/.well-known/openid-configuration": {
                "issuer": self.address,
                "jwks_uri": f"{self.address}/keys",
            },
            "/keys": {"keys": [published(name) for name in self.published]},
        }
        return (200, json.dumps(pages[path]).encode()) if path in pages else (404, b"")


def published(name: str) -> dict[str, Any]:
    """The public half of a key, as issuers publish it."""
    key: Any = KEYS[name].public_key()
    algorithm: Any = ECAlgorithm if isinstance(key, ec.EllipticCurvePublicKey) else RSAAlgorithm
    return algorithm.to_jwk(key, as_dict=True) | {"kid": name, "use": "sig"}


@contextmanager
def issuing() -> Generator[Issuer]:
    """An issuer that listens until the block ends."""

    class Answering(BaseHTTPRequestHandler):
        issuer: ClassVar[Issuer]

        def do_GET(self) -> None:
            status, body = self.issuer.found(self.path)
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", body.decode())
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            half = len(body) // 2
            for part in (body[:half], body[half:]):
                sleep(self.issuer.dawdles)
                with suppress(ConnectionError):
                    self.wfile.write(part)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Tell nobody."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        issuer = Answering.issuer = Issuer(server)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
