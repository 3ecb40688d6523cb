"""A small real issuer on 127.0.0.1: JWKS, discovery, and tokens it signs. It can rotate, hang, fail and come back.

It runs in a thread of its own, so plain and async tests use it alike:

    with running_idp() as idp:
        token = idp.token("alice", ["analysts"])
"""

import asyncio
import json
import ssl
import threading
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from support.forked.loops import ended
from vecgate.settings.issuers import Issuer

AUDIENCE = "vecgate"
GENERATE = {
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
}


def segment(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def public_jwk(key_id: str, algorithm: str, private: Any) -> dict[str, Any]:
    """The JWK of a key's public half."""
    entry = jwt.get_algorithm_by_name(algorithm).to_jwk(private.public_key(), as_dict=True)
    return {k: v for k, v in entry.items() if k != "key_ops"} | {"kid": key_id, "alg": algorithm, "use": "sig"}


now = time.time  # a test may put a clock of its own here


class Idp:
    """The issuer. `behaviour` is "ok", "hang" (until it is stopped), "late" (until `release`), "fail" (503) or "redirect".

    `fetches` counts JWKS requests.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.behaviour = "ok"
        self.fetches = 0
        self.asked_with = ""
        self.opaque: dict[str, Any] = {}
        self.introspected: list[tuple[str, str]] = []
        self.discoveries = 0
        self.document: bytes | None = None  # sent in place of the JWKS
        self.headers: dict[str, str] = {}
        self.metadata: dict[str, Any] = {}  # overrides members of the discovery document
        self.keys: dict[str, tuple[str, Any]] = {}
        self.current = self.rotate()
        self._tls = tls
        self._port = 0
        self._runner: web.AppRunner | None = None
        self._released: asyncio.Event | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="idp", daemon=True)
        self._thread.start()

    # -- where it is -----------------------------------------------------------------------------------------

    @property
    def issuer(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self._port}"

    @property
    def jwks_url(self) -> str:
        return f"{self.issuer}/keys"

    def start(self) -> None:
        """Listen: on a free port the first time, on the same one after that."""
        self._run(self._start())

    def stop(self) -> None:
        """Stop listening; connections are refused, hanging requests end."""
        self._run(self._stop())

    def release(self) -> None:
        """Send what is late, as it was made."""
        if self._released is not None:
            self._loop.call_soon_threadsafe(self._released.set)

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # -- its keys --------------------------------------------------------------------------------------------

    def rotate(self, algorithm: str = "ES256") -> str:
        """Publish a new key beside the old ones and sign with it from now on. Returns its id."""
        self.current = f"key-{uuid.uuid4().hex[:8]}"
        self.keys[self.current] = (algorithm, GENERATE[algorithm]())
        return self.current

    def withdraw(self, key_id: str) -> None:
        """Publish a key no longer."""
        del self.keys[key_id]

    def public_pem(self) -> str:
        """The public half of the key it signs with."""
        private = self.keys[self.current][1]
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return str(private.public_key().public_bytes(serialization.Encoding.PEM, form).decode())

    # -- its tokens ------------------------------------------------------------------------------------------

    def token(
        self, user: str, groups: Sequence[str] = (), *, header: dict[str, Any] | None = None, **overrides: Any
    ) -> str:
        """A token for five minutes. Any claim or header member can be overridden; None leaves it out."""
        at = int(now())
        claims = {
            "iss": self.issuer,
            "aud": AUDIENCE,
            "sub": user,
            "groups": groups if isinstance(groups, str) else list(groups),
            "iat": at,
            "exp": at + 300,
            "jti": uuid.uuid4().hex,
        }
        head = {"alg": self.keys[self.current][0], "typ": "at+jwt", "kid": self.current} | (header or {})
        return self.sign(_json(head), _json(claims | overrides))

    def sign(self, header: bytes, claims: bytes) -> str:
        """A token of exactly these bytes, signed with the current key, whatever they say."""
        algorithm, private = self.keys[self.current]
        text = f"{segment(header)}.{segment(claims)}"
        return f"{text}.{segment(jwt.get_algorithm_by_name(algorithm).sign(text.encode(), private))}"

    # -- its server ------------------------------------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)

    async def _start(self) -> None:
        self._released = asyncio.Event()
        app = web.Application()
        app.router.add_get("/keys", self._serve_keys)
        app.router.add_post("/introspect", self._introspect)
        app.router.add_get("/.well-known/openid-configuration", self._serve_metadata)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, ssl_context=self._tls)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        if self._runner is None or self._released is None:
            return
        self._released.set()
        await _settle()  # asyncio loses a connection whose server closes while it is being accepted
        await self._runner.cleanup()
        await ended()
        self._runner = None

    async def _serve_keys(self, request: web.Request) -> web.Response:
        self.fetches += 1
        self.asked_with = request.headers.get("Authorization", "")
        published = [public_jwk(key_id, *key) for key_id, key in self.keys.items()]
        document = _json({"keys": published}) if self.document is None else self.document
        return await self._answer(request, document)

    async def _introspect(self, request: web.Request) -> web.Response:
        """RFC 7662: `opaque` holds what is said of each token; of others that they are not active."""
        form = await request.post()
        self.introspected.append((str(form.get("token")), request.headers.get("Authorization", "")))
        said = self.opaque.get(str(form.get("token")), {"active": False})
        return await self._answer(request, said if isinstance(said, bytes) else _json(said))

    async def _serve_metadata(self, request: web.Request) -> web.Response:
        self.discoveries += 1
        return await self._answer(request, _json({"issuer": self.issuer, "jwks_uri": self.jwks_url} | self.metadata))

    async def _answer(self, request: web.Request, document: bytes) -> web.Response:
        if self.behaviour == "hang" and self._released is not None:
            await self._released.wait()
            return web.Response(status=503)
        if self.behaviour == "late" and self._released is not None:
            await self._released.wait()
        if self.behaviour == "fail":
            return web.Response(status=503)
        if self.behaviour == "redirect" and "again" not in request.query:
            return web.Response(status=302, headers={"Location": f"{request.path}?again=1"})
        return web.Response(body=document, content_type="application/json", headers=self.headers)


def issuer_of(idp: Idp, **settings: Any) -> Issuer:
    """Settings that trust this issuer, with a timeout no slow machine reaches by accident."""
    return Issuer(**{"issuer": idp.issuer, "audience": AUDIENCE, "jwks_url": idp.jwks_url, "timeout": 60} | settings)


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def _json(members: dict[str, Any]) -> bytes:
    return json.dumps({k: v for k, v in members.items() if v is not None}).encode()


@contextmanager
def running_idp(tls: ssl.SSLContext | None = None) -> Iterator[Idp]:
    """An issuer that is up, and gone afterwards."""
    idp = Idp(tls)
    try:
        idp.start()
        yield idp
    finally:
        idp.close()
