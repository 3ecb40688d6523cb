"""How does a call leave? With a ticket for exactly this call, used once, over the lease's own connections.

Nothing else in the process may send to a database (mitmproxy's own upstream half is shut, `proxy/shut.py`).
One pool per lease: two identities never share a connection (a TLS client certificate belongs to the
connection, not to the request). Answers are asked for uncompressed and read up to a bound.
"""

import asyncio
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from vecgate.errors import OutcomeUnknown, Unavailable, WireRefused
from vecgate.inflate import NotWhole, OverBound, coding_of, inflated
from vecgate.tasks import Tasks
from vecgate.terms import Answer, Call, Lease
from vecgate.upstreams import Upstream

TICKET_SECONDS: Final = 30.0
CONNECT_SECONDS: Final = 5.0
KEEPALIVE_SECONDS: Final = 15.0  # shorter than any database's, so that an idle connection is ours to close
_PLAIN: Final = re.compile(r"[0-9]{1,6}")
#: What of an upstream's own headers goes on to the client, and in which form. Nothing that could carry a text.
_KEPT_HEADERS: Final = {"retry-after": _PLAIN}


def _coding(reply: aiohttp.ClientResponse) -> str:
    try:
        return coding_of(reply.headers.getall("Content-Encoding", ()))
    except NotWhole as e:
        raise OutcomeUnknown("answer is encoded although identity was asked for") from e


class AnswerTooLarge(OutcomeUnknown):
    """The answer is over the bound; the call was executed."""


class _Connector(aiohttp.TCPConnector):
    """Takes no connection again on which something came that nobody asked for (RFC 9112 section 9.2)."""

    async def _get(self, key: Any, traces: Any) -> Any:
        while (found := await super()._get(key, traces)) is not None:
            if found.protocol is not None and not found.protocol.should_close:
                return found
            found.close()
        return None


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to send one call, once, soon, to one upstream, with one lease."""

    number: str
    digest: str
    upstream: Upstream
    lease: Lease
    expires: float = field(compare=False)


class Wire:
    """Issues tickets and redeems them. Opened and closed inside the running loop."""

    def __init__(self, *, connections: int, answer_body: int, now: Callable[[], float]) -> None:
        self._connections = connections
        self._answer_body = answer_body
        self._now = now
        self._open: dict[str, Ticket] = {}
        self._pools: dict[str, tuple[aiohttp.ClientSession, float]] = {}
        self._tasks = Tasks()

    def ticket(self, call: Call, upstream: Upstream, lease: Lease) -> Ticket:
        """A fresh ticket for exactly this call."""
        self._forget_stale()
        ticket = Ticket(
            number=secrets.token_hex(8),
            digest=call.digest(upstream.name, lease.id),
            upstream=upstream,
            lease=lease,
            expires=self._now() + TICKET_SECONDS,
        )
        self._open[ticket.number] = ticket
        return ticket

    def _forget_stale(self) -> None:
        now = self._now()
        for number in [n for n, t in self._open.items() if t.expires < now]:
            del self._open[number]

    def _redeem(self, ticket: Ticket, call: Call) -> None:
        known = self._open.pop(ticket.number, None)
        if known is not ticket:
            raise WireRefused("no such ticket")
        if ticket.expires < self._now():
            raise WireRefused("ticket expired")
        if ticket.digest != call.digest(ticket.upstream.name, ticket.lease.id):
            raise WireRefused("the call changed after it was decided")

    def _pool(self, ticket: Ticket) -> aiohttp.ClientSession:
        lease, settings = ticket.lease, ticket.upstream.settings
        found = self._pools.get(lease.id)
        if found is not None:
            return found[0]
        self._sweep()
        session = aiohttp.ClientSession(
            trust_env=False,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            connector=_Connector(limit=self._connections, ssl=lease.material, keepalive_timeout=KEEPALIVE_SECONDS),
            timeout=aiohttp.ClientTimeout(total=settings.timeout, sock_connect=CONNECT_SECONDS),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )
        session._retry_connection = (
            False  # aiohttp resends DELETE and PUT once by itself; a write is sent once or not at all
        )
        self._pools[lease.id] = (session, lease.expires_at)
        return session

    def _sweep(self) -> None:
        # Sessions of ended leases: requests still in flight on them keep their connection until they finish.
        now = self._now()
        for lease_id in [k for k, (_, end) in self._pools.items() if end < now]:
            self.drop(lease_id)

    def drop(self, lease_id: str) -> None:
        """Close the connections of a lease that has ended."""
        found = self._pools.pop(lease_id, None)
        if found is not None:
            self._tasks.start(found[0].close(), f"close {lease_id}")

    async def send(self, ticket: Ticket, call: Call) -> Answer:
        """The upstream's answer to the one call this ticket was made for.

        Raises WireRefused (nothing sent), Unavailable('upstream') (nothing executed), OutcomeUnknown
        (failed after sending: it may have been executed), AnswerTooLarge. Never sends twice.
        """
        self._redeem(ticket, call)
        upstream = ticket.upstream
        query = f"?{urlencode(call.query)}" if call.query else ""
        url = URL(upstream.settings.url + call.path + query, encoded=True)
        headers = CIMultiDict(call.headers)
        headers["Accept-Encoding"] = "identity"
        try:
            async with self._pool(ticket).request(
                call.method,
                url,
                data=call.body or None,
                headers=headers,
                allow_redirects=False,
                server_hostname=upstream.settings.server_name,
            ) as reply:
                return await self._read(reply)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as e:
            raise Unavailable("upstream", type(e).__name__) from e
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as e:
            raise OutcomeUnknown(type(e).__name__) from e

    async def _read(self, reply: aiohttp.ClientResponse) -> Answer:
        if reply.status < 200:  # an upgrade that nobody asked for: what follows is no HTTP
            raise OutcomeUnknown("the answer is not the last one")
        coding = _coding(reply)
        body = bytearray()
        async for chunk in reply.content.iter_chunked(65536):
            body += chunk
            if len(body) > self._answer_body:
                reply.close()
                raise AnswerTooLarge("answer over the bound")
        told = ((name, reply.headers.get(name, ""), form) for name, form in _KEPT_HEADERS.items())
        kept = tuple((name, value) for name, value, form in told if form.fullmatch(value))
        return Answer(status=reply.status, headers=kept, body=await self._unpacked(bytes(body), coding))

    async def _unpacked(self, body: bytes, coding: str) -> bytes:
        """Identity was asked for; a database that packs its answers all the same is read up to the same bound."""
        try:
            return await inflated(body, coding, self._answer_body)
        except NotWhole as e:
            raise OutcomeUnknown("the answer cannot be unpacked") from e
        except OverBound as e:
            raise AnswerTooLarge("answer over the bound") from e

    async def close(self) -> None:
        """Close every connection."""
        self._open.clear()
        pools, self._pools = self._pools, {}
        await asyncio.gather(*(session.close() for session, _ in pools.values()))
        await self._tasks.close()
