"""Which requests of a browser are taken at all? For this host by name, forms of one's own pages, not too many.

Host header: one only, so that no other name, pointed at this address, gets an answer (DNS rebinding). Each answer
forbids scripts, frames and senders other than one's own.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vecgate.settings.addresses import whose

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_ALWAYS: Final = {
    "content-security-policy": POLICY,
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    # Not `no-referrer`: then a form of our own says that it comes from nowhere (Fetch, "append a request Origin").
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
#: Ways to the login service and back from one address, in so many seconds. A TLS front is one address.
LOGINS: Final = 120
WITHIN: Final = 60.0
_ADDRESSES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Site:
    """What is guarded: its own address, what it calls itself, and which paths are not like the others.

    To `foreign` others post: programs, pages of other sites. Below `counted`, requests are bounded for each address.
    """

    url: str
    name: str
    foreign: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """The one Host header that is answered."""
        return urlsplit(self.url).netloc

    @property
    def is_tls(self) -> bool:
        return self.url.startswith("https:")


class Guard:
    """Around all of a site."""

    def __init__(self, app: ASGIApp, site: Site, now: Callable[[], float]) -> None:
        self._app, self._site, self._now = app, site, now
        self._logins: dict[str, deque[float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers[name] = value
                if self._site.is_tls:
                    headers["strict-transport-security"] = "max-age=31536000"
            await send(message)

        answer = self._refusal(scope) or self._app
        await answer(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers, site = Headers(scope=scope), self._site
        if [value for name, value in headers.raw if name == b"host"] != [site.host.encode()]:
            return PlainTextResponse(f"This {site.name} is {site.url}\n", 421)
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Not here\n", 405)
        if scope["method"] == "POST" and scope["path"] not in site.foreign and not self._is_own(headers):
            return PlainTextResponse(f"That form is not this {site.name}'s\n", 403)
        if scope["path"].startswith(site.counted) and self._too_often(scope):
            return PlainTextResponse("Too many logins; wait a minute\n", 429)
        return None

    def _is_own(self, headers: Headers) -> bool:
        """Every browser says where a form comes from; what does not is none."""
        return headers.get("origin") == self._site.url and headers.get("sec-fetch-site", "same-origin") == "same-origin"

    def _too_often(self, scope: Scope) -> bool:
        address = whose(scope["client"][0]) if scope.get("client") else ""
        if address not in self._logins and len(self._logins) >= _ADDRESSES:
            self._logins.pop(next(iter(self._logins)))
        times, now = self._logins.setdefault(address, deque(maxlen=LOGINS)), self._now()
        if len(times) == LOGINS and now - times[0] < WITHIN:
            return True
        times.append(now)
        return False
