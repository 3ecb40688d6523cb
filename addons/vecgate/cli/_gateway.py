"""How does a command talk to the running gateway? Over HTTPS, as whose token it is given, or who is logged in."""

import argparse
import http.client
import json
import os
import ssl
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote, urlencode, urlsplit

from vecgate.desk.fresh import fresh, name_of
from vecgate.desk.told import told
from vecgate.domain.call import Call
from vecgate.domain.principal import Secret
from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import VecgateError
from vecgate.refusals.told import refusals

LONGEST_ANSWER: Final = 16 * 1024 * 1024
TIMEOUT: Final = 30.0
#: What a gateway reads of a request's head.
_LONGEST_TOKEN: Final = 65_536
TOKEN_HELP: Final = "your login token; left out: VECGATE_TOKEN, VECGATE_TOKEN_FILE, then 'vecgate login'"  # noqa: S105  words


class GatewayFailed(VecgateError):
    """It could not be done; the text says why, in the gateway's words where there are any."""


@contextmanager
def in_form(*also: type[Exception]) -> Iterator[None]:
    """An answer is read in the block. Raises GatewayFailed where it has another form than the gateway's.

    `also`: what reading it raises then, besides what comes of members that are not there or are something else.
    """
    of_form: tuple[type[Exception], ...] = (KeyError, TypeError, AttributeError, *also)
    try:
        yield
    except of_form as e:
        raise GatewayFailed("the answer is not the gateway's: it has another form") from e


def options(parser: argparse.ArgumentParser) -> None:
    """Where the gateway is, and who asks: what `Gateway.of` wants."""
    parser.add_argument("--gateway", metavar="URL", help="https://HOST:PORT; left out: VECGATE_GATEWAY, then desk.toml")
    parser.add_argument(
        "--ca", metavar="FILE", help="the gateway's CA (PEM); left out: VECGATE_CA, then desk.toml, then the system's"
    )
    parser.add_argument("--token-file", metavar="FILE", type=Path, help=TOKEN_HELP)


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where the gateway is, whom its certificate must be signed by, and who we are."""

    host: str
    port: int
    ca: str | None
    token: Secret = field(repr=False)

    @classmethod
    def of(cls, url: str | None, ca: str | None, token_file: Path | None) -> Self:
        """What the options say, or else the environment, or else what the desk was told. Raises VecgateError."""
        url, ca = place(url, ca)
        return cls(*_place(url), ca or None, read_token(token_file))

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The JSON it answers. Raises GatewayFailed. Proxies named in the environment are not used."""
        return self.ask(method, path, None if body is None else json.dumps(body).encode())[0]

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = TIMEOUT,
    ) -> tuple[Any, Mapping[str, str]]:
        """The JSON it answers, and the answer's headers, their names in lower case. Raises GatewayFailed."""
        connection = http.client.HTTPSConnection(self.host, self.port, timeout=timeout, context=self._trust())
        sent = {"Authorization": f"Bearer {self.token.reveal()}", "Accept": "application/json", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            raw = answer.read(LONGEST_ANSWER)
        except (OSError, http.client.HTTPException) as e:
            raise GatewayFailed(f"no answer from {self.host}:{self.port}: {_cause(e)}") from e
        finally:
            connection.close()
        return _understood(answer.status, raw), {name.lower(): value for name, value in answer.getheaders()}

    def said(self, call: Call, headers: Mapping[str, str], timeout: float) -> tuple[Any, Mapping[str, str]]:
        """The same of a dialect's own call, with its query and what its headers say besides. Raises GatewayFailed."""
        target = f"{call.path}?{urlencode(call.query, quote_via=quote)}" if call.query else call.path
        more = {
            name: value for name, value in call.headers if name not in ("accept", "content-type", "accept-encoding")
        }
        return self.ask(call.method, target, call.body or None, {**more, **headers}, timeout)

    def _trust(self) -> ssl.SSLContext:
        try:
            return trusting(self.ca)
        except OSError as e:
            raise GatewayFailed(f"--ca {self.ca}: {_cause(e)}") from e


def confirmed(shown: Iterable[str], question: str) -> bool:
    """Whether the person at the terminal, who is shown these lines, types yes. Raises GatewayFailed if nobody is."""
    if not sys.stdin.isatty():
        raise GatewayFailed("nobody is there to be asked back; look at it with 'show', then add --yes")
    for line in shown:
        print(line, file=sys.stderr)
    print(f"\n{question} Type 'yes': ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == "yes"


def safe(value: object) -> str:
    """A text fit for a terminal. What others wrote is shown there: no control characters, no escape sequences."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(value))


def place(url: str | None, ca: str | None) -> tuple[str, str]:
    """The gateway's address and CA: as given, as VECGATE_GATEWAY and VECGATE_CA say, or as desk.toml does."""
    url, ca = url or os.environ.get("VECGATE_GATEWAY", ""), ca or os.environ.get("VECGATE_CA", "")
    if not url:  # a CA of the file is that of the gateway of the file
        found = told()
        url, ca = found.gateway, ca or found.ca
    return url, ca


def _place(text: str) -> tuple[str, int]:
    problem = GatewayFailed("which gateway? Give --gateway https://HOST:PORT or set VECGATE_GATEWAY to it")
    try:
        url = urlsplit(text)
        port = url.port or 443
    except ValueError as e:
        raise problem from e
    # Whatever else is in it would be left out silently; and a token does not travel in the clear.
    more = url.username or url.password or url.path.strip("/") or url.query or url.fragment
    if url.scheme != "https" or not url.hostname or more:
        raise problem
    return url.hostname, port


def read_token(file: Path | None) -> Secret:
    """The token in a file, or else of VECGATE_TOKEN, VECGATE_TOKEN_FILE, or who is logged in. Raises VecgateError."""
    named = os.environ.get("VECGATE_TOKEN_FILE")
    text = "" if file else os.environ.get("VECGATE_TOKEN", "").strip()
    if file or (not text and named):
        try:
            with (file or Path(named or "")).open(encoding="utf-8") as opened:  # a pipe, too: --token-file <(...)
                text = opened.read(_LONGEST_TOKEN + 1).strip()
        except (OSError, UnicodeDecodeError) as e:
            # Not its name: who mistakes the option may have put the token itself there.
            raise GatewayFailed(f"{'--token-file' if file else 'VECGATE_TOKEN_FILE'}: {_cause(e)}") from None
    elif not text:
        return fresh(name_of(None, ", put a token into VECGATE_TOKEN, or give --token-file")).token
    if not text:
        raise GatewayFailed("who are you? There is no token in that file; 'vecgate login' keeps one for you")
    if len(text) > _LONGEST_TOKEN:
        raise GatewayFailed(f"that is no login token: it is longer than {_LONGEST_TOKEN} characters")
    if not text.isascii() or not text.isprintable() or " " in text:
        raise GatewayFailed("that is not a login token: it has spaces or other odd characters in it")
    return Secret(text)


def _understood(status: int, raw: bytes) -> Any:
    try:
        tree = json.loads(raw)
    except ValueError as e:
        raise GatewayFailed(f"the answer ({status}) is not the gateway's: it is not JSON") from e
    if status == 200:
        return tree
    said = next(refusals(tree), None)
    absent = ": what you named is not there" if status == 404 else ""  # the database's own words may name people
    raise GatewayFailed(safe(said) if said else f"the database answered with status {status}{absent}")


def _cause(e: Exception) -> str:
    if isinstance(e, ssl.SSLCertVerificationError):
        return f"its certificate was not accepted ({e.verify_message}); --ca names the CA to trust"
    return (e.strerror if isinstance(e, OSError) else None) or type(e).__name__
