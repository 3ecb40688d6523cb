"""A login service that serves in a thread, beside a real OpenBao and Valkey; terminals and browsers that come to it."""

import hashlib
import html
import json
import re
import ssl
import threading
import time
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import uvicorn

from demo.stack import Stack
from support.consoles.served import free_place
from vecgate.idp import people
from vecgate.idp.app import LoginService
from vecgate.idp.told import LoginSettings

PASSWORD: Final = "correct horse battery"
CLIENT: Final = "vecgate-cli"
DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"
PLAIN: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_HASH: Final = people.hashed(PASSWORD)


@dataclass
class Clock:
    """Seconds since the epoch, and what a test adds to them."""

    added: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.added


@dataclass
class Served:
    """One login service."""

    url: str
    service: LoginService
    clock: Clock
    told: LoginSettings
    lines: list[httpx.Client] = field(default_factory=list)

    def line(self) -> httpx.Client:
        made = httpx.Client(base_url=self.url, verify=PLAIN, trust_env=False, follow_redirects=False)
        self.lines.append(made)
        return made

    def visitor(self) -> "Browser":
        return Browser(self.url, self.line())

    def post(self, path: str, **words: str) -> httpx.Response:
        return self.lines[0].post(path, data=words) if self.lines else self.line().post(path, data=words)

    def begin(self, **more: str) -> dict[str, Any]:
        answer = self.post("/device_authorization", **({"client_id": CLIENT} | more))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def poll(self, asked: dict[str, Any], **more: str) -> httpx.Response:
        return self.post(
            "/token", grant_type=DEVICE, device_code=asked["device_code"], **({"client_id": CLIENT} | more)
        )

    def renew(self, token: str, **more: str) -> httpx.Response:
        return self.post("/token", grant_type="refresh_token", refresh_token=token, **({"client_id": CLIENT} | more))

    def code(self, user: str = "alice", **over: str) -> str:
        """One that a browser brings back to the program."""
        visitor = self.visitor()
        assert visitor.open(request(**over)).headers["location"] == "/login"
        return brought(visitor.go_back(user))["code"]

    def redeem(self, code: str, **over: str) -> httpx.Response:
        words = {"client_id": SITE, "redirect_uri": BACK, "code_verifier": VERIFIER} | over
        return self.post("/token", grant_type="authorization_code", code=code, **words)

    def log_in(self, user: str = "alice", **more: str) -> dict[str, Any]:
        """All the way."""
        asked = self.begin(**more)
        self.visitor().answer(asked["user_code"], user)
        answer = self.poll(asked)
        assert answer.status_code == 200, answer.text
        return answer.json()


#: A program with a page of its own that people log in to.
SITE: Final = "desk-site"
BACK: Final = "https://site.example/login/back"
VERIFIER: Final = "0123456789-abcdefghijklmnopqrstuvwxyz_~.ABCDEF"


def challenge(verifier: str) -> str:
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def request(**over: str) -> str:
    """Where that program sends a browser, with some of it said otherwise; an empty word is left out."""
    words = {
        "response_type": "code",
        "client_id": SITE,
        "redirect_uri": BACK,
        "scope": "openid read",
        "state": "a state",
        "nonce": "a nonce",
        "code_challenge": challenge(VERIFIER),
        "code_challenge_method": "S256",
    }
    return f"/authorize?{urlencode({name: word for name, word in (words | over).items() if word})}"


def brought(place: str) -> dict[str, str]:
    """What an address brings back."""
    return {name: values[0] for name, values in parse_qs(urlsplit(place).query, strict_parsing=True).items()}


@dataclass
class Browser:
    """Somebody's: cookies and forms, no scripts."""

    url: str
    line: httpx.Client
    word: str = ""

    def open(self, path: str, **headers: str) -> httpx.Response:
        answer = self.line.get(path, headers=headers)
        found = re.search(r'name="form" value="([^"]+)"', answer.text)
        self.word = html.unescape(found[1]) if found else self.word
        return answer

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        return self.line.post(path, data={"form": self.word, **(form or {})}, headers={"origin": self.url} | headers)

    def come(self, code: str) -> httpx.Response:
        """With a code, as far as the login."""
        self.open("/device")
        return self.post("/device", {"user_code": code})

    def log_in(self, user: str = "alice", password: str = PASSWORD) -> httpx.Response:
        self.open("/login")
        return self.post("/login", {"user": user, "password": password})

    def go_back(self, user: str = "alice", answer: str = "yes") -> str:
        """From a program's request on: the address that the browser is led to in the end."""
        assert self.log_in(user).status_code == 303
        self.open("/confirm")
        found = self.post("/confirm", {"answer": answer})
        assert found.status_code == 200, found.text
        led = re.search(r'content="0;url=([^"]+)"', found.text)
        assert led, found.text
        return html.unescape(led[1])

    def answer(self, code: str, user: str = "alice", answer: str = "yes") -> httpx.Response:
        assert self.come(code).status_code == 303
        assert self.log_in(user).status_code == 303
        self.open("/confirm")
        found = self.post("/confirm", {"answer": answer})
        assert found.status_code == 200, found.text
        return found


def settings(stack: Stack, url: str, folder: Path, **more: Any) -> dict[str, Any]:
    """What one is told, with local people where `saml` is not told."""
    file = folder / "people.json"
    if not file.exists():
        known = {
            name: {"password": _HASH, "groups": [group]} for name, group in (("alice", "analysts"), ("bob", "owners"))
        }
        file.write_text(json.dumps(known))
        file.chmod(0o600)
    signing = {
        "url": stack.bao.url,
        "ca": str(stack.bao.ca),
        "role_id_file": str(stack.secrets / "login.role-id"),
        "secret_id_file": str(stack.secrets / "login.secret-id"),
        "timeout": 30,
    }
    state = {"url": stack.valkey_url, "prefix": f"idp-{uuid.uuid4().hex[:8]}", "timeout": 30}
    more.setdefault("redirects", {CLIENT: ["http://127.0.0.1/back"], SITE: [BACK]})
    source = {} if "saml" in more else {"people": str(file)}
    return {"url": url, "signing": signing, "state": state, **source, **more}


@contextmanager
def running(stack: Stack, folder: Path, **more: Any) -> Iterator[Served]:
    url = more.pop("url", "") or free_place()
    told, clock = LoginSettings.model_validate(settings(stack, url, folder, **more)), Clock()
    service = LoginService(told, clock)
    port = int(url.rpartition(":")[2])
    server = uvicorn.Server(uvicorn.Config(service.app, port=port, log_level="error", access_log=False, ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < end, "the login service did not start"
        time.sleep(0.01)
    served = Served(url, service, clock, told)
    try:
        yield served
    finally:
        for one in served.lines:
            one.close()
        server.should_exit = True
        thread.join(20)
