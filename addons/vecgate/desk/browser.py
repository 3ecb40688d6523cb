"""How does one log in with a browser here (code flow with PKCE, RFC 8252, RFC 7636)? It comes back to this machine."""

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from vecgate.desk import answer
from vecgate.desk.answer import Login, printable
from vecgate.desk.device import for_whom
from vecgate.desk.places import DeskFailed
from vecgate.desk.service import Service
from vecgate.desk.told import Client

_PATH: Final = "/back"
_ONE_READ: Final = 5.0
_DONE: Final = "You can close this page, and go on in the terminal."
_HEAD: Final = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Connection": "close",
}


class _Door(HTTPServer):
    """Listens on this machine alone, and keeps what came back: once."""

    allow_reuse_address = False
    came: Mapping[str, str] | None = None
    state = ""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Somebody who hangs up, or says something odd, is nobody."""


class _Back(BaseHTTPRequestHandler):
    server: _Door
    timeout = _ONE_READ

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        words = parse_qs(asked.query, keep_blank_values=True)
        once = {name: values[0] for name, values in words.items() if len(values) == 1}
        # Whatever else comes to this port (a page that guesses, another login) neither ends nor alters this one.
        ours = (
            asked.path == _PATH
            and len(once) == len(words)
            and hmac.compare_digest(once.get("state", "").encode(), self.server.state.encode())
        )
        if ours:
            self.server.came = once
        raw = (_DONE if ours else "This is not the login that was begun here.").encode()
        self.send_response(200 if ours else 400)
        for name, value in {**_HEAD, "Content-Length": str(len(raw))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: addresses have codes in them."""


def login(
    service: Service,
    client: Client,
    open_: Callable[[str], None],
    seconds: float = 300.0,
    now: Callable[[], float] = time.monotonic,
) -> Login:
    """The login, once a browser has come back. `open_` is given the address that it is to go to. Raises DeskFailed."""
    if not service.authorization_endpoint:
        raise DeskFailed(f"{service.issuer} has no code flow with PKCE (S256); take --device")
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    with _door(client.port) as door:
        door.state = secrets.token_urlsafe(24)
        back = f"http://127.0.0.1:{door.server_address[1]}{_PATH}"
        open_(_address(service, client, back, door.state, nonce, verifier))
        ends = now() + seconds
        while door.came is None and (left := ends - now()) > 0:
            door.timeout = min(left, 1.0)
            door.handle_request()
        came = door.came
    code = _code(service, came)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    return answer.login(service, client, answer.ask(service, client, {**form, **for_whom(client)}), nonce=nonce)


def _door(port: int) -> _Door:
    try:
        return _Door(("127.0.0.1", port), _Back)
    except OSError as e:
        raise DeskFailed(f"port {port} of this machine cannot be had ({e.strerror}); set another, or none") from e


def _address(service: Service, client: Client, back: str, state: str, nonce: str, verifier: str) -> str:
    words = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": back,
        "scope": client.scope,
        "state": state,
        "nonce": nonce,
        "code_challenge": urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **(
            {"prompt": "consent"} if "offline_access" in client.scope.split() else {}
        ),  # OpenID Connect Core, section 11
        **for_whom(client),
    }
    more = "&" if urlsplit(service.authorization_endpoint).query else "?"
    return f"{service.authorization_endpoint}{more}{urlencode(words)}"


def _code(service: Service, came: Mapping[str, str] | None) -> str:
    """The code, where it comes from whom we asked. Raises DeskFailed."""
    if came is None:
        raise DeskFailed("no browser came back in time; begin anew with 'vecgate login', or take --device")
    issuer = came.get("iss")
    if (issuer is None and service.names_itself) or (issuer is not None and issuer != service.issuer):
        raise DeskFailed(
            f"the browser came back from another login service than {service.issuer}: nothing is sent to either"
        )
    if "error" in came:
        said = printable(came.get("error_description", ""))
        raise DeskFailed(f"{service.issuer} said no: {printable(came['error'])}{f' ({said})' if said else ''}")
    if not came.get("code"):
        raise DeskFailed(f"{service.issuer} sent the browser back without a code")
    return came["code"]
