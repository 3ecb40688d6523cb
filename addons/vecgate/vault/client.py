"""How do we talk to Vault/OpenBao without holding up the loop? One small aiohttp client, a token per call.

Measured beside hvac and httpx: a third of their CPU per call. hvac stays for set-up and the CLI.
Failures: a refused or silent server, 429, 5xx -> Unavailable('vault'); 400, 403, 404 -> VaultDenied.

Of a cluster with several nodes the one that last answered is asked. Where nothing can have been done there (no
connection, sealed, a standby), the next one is, each once; one that does not answer comes last from then on. A
standby's word who is active (307) counts where that is one of them. A token goes to no other address.
https://developer.hashicorp.com/vault/docs/concepts/ha

So many are asked at a time; the rest wait in line, and the time for an answer begins with their turn. When a server
fails, who is in line then is told so.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import aiohttp

from vecgate.domain.principal import Secret
from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import Part, Unavailable, VaultDenied
from vecgate.settings.vault import VaultServer

BREAKER_SECONDS: Final = 1.0
#: So many calls at a time, and so long in line for one.
CONNECTIONS: Final = 32
LINE_SECONDS: Final = 30.0
_DENIED: Final = frozenset({400, 403, 404, 405})
#: Said of a token that has ended, as of one that may not.
_OF_TOKENS: Final = 403
_LONGEST_SAID: Final = 400
#: A JWT, one of the store's own tokens, or a long run of what they are made of.
_TOKEN: Final = re.compile(r"eyJ[\w.-]*|\b[hbs]\.[\w-]{8,}|\bhv[sbr]\.[\w-]*|[A-Za-z0-9+/=_-]{40,}")


def _said(tree: Any) -> str:
    """Its own sentences, on one line, without whatever is long enough to be a token, a key or a digest."""
    errors = tree.get("errors") if isinstance(tree, dict) else None
    text = "; ".join(str(error) for error in errors) if isinstance(errors, list) else ""
    plain = "".join(c if c.isprintable() else " " for c in text[:_LONGEST_SAID])
    return " ".join(_TOKEN.sub("(hidden)", plain).split())


#: A standby knows who is active; a sealed one, or one that has lost its leader, does nothing.
_ELSEWHERE: Final = frozenset({307, 308})
_NOTHING_DONE: Final = 503
#: Answered outside of namespaces alone (Vault's "API endpoints restricted to the root namespace"): it is the server's.
_OF_NONE: Final = "sys/health"


class VaultClient:
    """One pooled session to one server, or the nodes of one. Open it inside the running loop; close it there."""

    def __init__(
        self, url: str, ca: str | None, timeout: float, namespace: str | None = None, nodes: Sequence[str] = ()
    ) -> None:
        self._namespace = namespace
        #: The one that is asked first stands first.
        self._places = list(dict.fromkeys(one.rstrip("/") for one in (url, *nodes)))
        context = trusting(ca)
        self._session = aiohttp.ClientSession(
            trust_env=False,
            connector=aiohttp.TCPConnector(limit=CONNECTIONS, ssl=context),
            # A machine that is gone answers nothing at all: time must be left to ask the next.
            timeout=aiohttp.ClientTimeout(total=timeout, sock_connect=timeout / 2 if nodes else None),
        )
        self._turns = asyncio.Semaphore(CONNECTIONS)
        self._closed_until = 0.0

    @classmethod
    def of(cls, told: VaultServer) -> Self:
        """The client of these settings. Raises OSError for a CA file that cannot be used."""
        return cls(told.url, str(told.ca) if told.ca else None, told.timeout, told.namespace, told.nodes)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._session.close()

    async def call(
        self, method: str, path: str, *, token: Secret | None = None, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """One call under `/v1/`. Raises Unavailable or VaultDenied; error texts carry no input values."""
        headers = {"X-Vault-Request": "true"}
        if self._namespace is not None and path.partition("?")[0] != _OF_NONE:
            headers["X-Vault-Namespace"] = self._namespace
        if token is not None:
            headers["X-Vault-Token"] = token.reveal()
        async with self._turn():
            status, tree = await self._answered(method, path, body, headers)
        if status in _DENIED:
            raise VaultDenied(f"{status} on {path}", _said(tree), may_be_token=status == _OF_TOKENS)
        if status >= 300 or not isinstance(tree, dict):
            raise Unavailable(Part.VAULT, f"status {status}")
        return tree

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        self._check()
        try:
            async with asyncio.timeout(LINE_SECONDS):
                await self._turns.acquire()
        except TimeoutError:
            raise Unavailable(Part.VAULT, "too much is asked at once") from None
        try:
            self._check()
            yield
        finally:
            self._turns.release()

    def _check(self) -> None:
        if time.monotonic() < self._closed_until:
            raise Unavailable(Part.VAULT, "just failed")

    async def _answered(
        self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> tuple[int, Any]:
        """Of the first node that does anything; of the last one, where none does."""
        left, at = list(self._places), self._places[0]
        while True:
            left.remove(at)
            try:
                status, tree, active = await self._once(method, f"{at}/v1/{path}", body, headers)
            except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as e:  # nothing was sent
                if left:
                    at = left[0]
                    continue
                raise self._failed(e) from e
            except (aiohttp.ClientError, TimeoutError, ValueError) as e:  # not asked again; the next call is another's
                self._places = [*(one for one in self._places if one != at), at]
                raise self._failed(e) from e
            if status in _ELSEWHERE and active not in left:
                # Never there: whoever answers in a node's place would be given the token.
                raise Unavailable(Part.VAULT, f"status {status}, to an address that is none of 'url' and 'nodes'")
            if status in _ELSEWHERE or (status == _NOTHING_DONE and left):
                at = active if status in _ELSEWHERE else left[0]
                continue
            self._prefer(at)
            return status, tree

    async def _once(
        self, method: str, url: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> tuple[int, Any, str]:
        """Status, tree, and the address of the node that it sends on to."""
        sent = self._session.request(method, url, json=body, headers=headers, allow_redirects=False)
        async with sent as reply:
            if reply.status in _ELSEWHERE:
                told = urlsplit(reply.headers.get("Location", ""))
                return reply.status, None, f"{told.scheme}://{told.netloc}"
            return reply.status, {} if reply.status == 204 else await reply.json(content_type=None), ""

    def _prefer(self, place: str) -> None:
        if place != self._places[0]:
            self._places = [place, *(one for one in self._places if one != place)]

    def _failed(self, error: Exception) -> Unavailable:
        self._closed_until = time.monotonic() + BREAKER_SECONDS
        return Unavailable(Part.VAULT, type(error).__name__)

    async def login(self, mount: str, body: dict[str, Any]) -> tuple[Secret, float]:
        """A token and its life in seconds, from `auth/<mount>/login`. Raises Unavailable, VaultDenied."""
        tree = await self.call("POST", f"auth/{mount}/login", body=body)
        try:
            return Secret(str(tree["auth"]["client_token"])), float(tree["auth"]["lease_duration"])
        except (KeyError, TypeError, ValueError):
            raise Unavailable(Part.VAULT, "unreadable login") from None  # from None: it may hold a token
