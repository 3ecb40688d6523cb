"""How does a call leave? With a ticket for exactly this call, used once, over the lease's own connections.

Nothing else in the process may send to a database (mitmproxy's own upstream half is shut, `mitm/shut.py`).
One pool per lease: two identities never share a connection (a TLS client certificate belongs to the
connection, not to the request). Answers are asked for uncompressed and read up to a bound.
"""

import asyncio
import re
import secrets
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote, urlencode

from vecgate.domain.call import Answer, Call
from vecgate.domain.lease import ClientCertificate, Headers, Lease, Material, Signature
from vecgate.domain.upstream import Upstream
from vecgate.egress.connections import Address, Http1Connection, Link
from vecgate.egress.http2 import ALPN, Asked, Http2Connection
from vecgate.egress.turns import Turn, Turns
from vecgate.parsing import grpc_framing as framing
from vecgate.parsing import http1
from vecgate.parsing.framing import NotHttp, TooLarge
from vecgate.parsing.http1 import Reader
from vecgate.parsing.inflate import NotWhole, OverBound, coding_of, inflated
from vecgate.parsing.tls import trusting
from vecgate.refusals.errors import AnswerTooLarge, AnswerWaited, OutcomeUnknown, Part, Unavailable, WireRefused
from vecgate.settings.limits import Limits

type Pairs = tuple[tuple[str, str], ...]
type _Link = Link[Any]

TICKET_SECONDS: Final = 30.0
_NOT_TAKEN: Final = 401
_UNAUTHENTICATED: Final = "16"
_PLAIN: Final = re.compile(r"[0-9]{1,6}")
#: What of an upstream's own headers goes on to the client, and in which form. Nothing that could carry a text.
_KEPT_HEADERS: Final = {"retry-after": _PLAIN}


@dataclass(frozen=True, slots=True)
class Ticket:
    """Leave to send one call, once, soon, to one upstream, with one lease."""

    number: str
    upstream: Upstream
    lease: Lease
    expires: float = field(compare=False)
    call: Call = field(repr=False, compare=False)


class Wire:
    """Issues tickets and redeems them. Opened and closed inside the running loop."""

    def __init__(
        self, *, connections: int, answer_body: int, now: Callable[[], float], at_once: int | None = None
    ) -> None:
        self._turns = Turns(at_once or answer_body)
        self._connections = connections
        self._answer_body = answer_body
        self._now = now
        self._refused: Callable[[Lease], None] = lambda _: None
        self._open: dict[str, Ticket] = {}
        self._links: dict[tuple[str, str, str, bool], tuple[_Link, float]] = {}

    @classmethod
    def within(cls, limits: Limits, now: Callable[[], float]) -> Self:
        """One that keeps to these."""
        most, answer, at_once = limits.connections, limits.answer_body, limits.answers_at_once
        return cls(connections=most, answer_body=answer, now=now, at_once=at_once)

    def on_refused(self, callback: Callable[[Lease], None]) -> None:
        """Have it told each lease that a database does not take (401)."""
        self._refused = callback

    def ticket(self, call: Call, upstream: Upstream, lease: Lease, turn: int = 1) -> Ticket:
        """A fresh ticket for exactly this call; `turn`: which it is of several that go out one after another."""
        self._forget_stale()
        ticket = Ticket(
            number=secrets.token_hex(8),
            upstream=upstream,
            lease=lease,
            expires=self._now() + TICKET_SECONDS * turn,
            call=call,
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
        if call != ticket.call:
            raise WireRefused("the call changed after it was decided")

    def _link(self, ticket: Ticket, call: Call) -> _Link:
        lease, upstream, origin = ticket.lease, ticket.upstream, call.origin
        found = self._links.get((lease.id, upstream.name, origin, call.is_grpc))
        if found is not None:
            return found[0]
        self._sweep()
        url = upstream.grpc_url if call.is_grpc else upstream.url
        if not url:
            raise WireRefused("gRPC is not spoken with this upstream")
        address = Address(origin, None) if origin else Address(url, upstream.server_name)
        if origin and not address.is_tls:
            raise WireRefused("what an upstream names as its own is not reached over TLS")
        tls, most = _tls(lease.material, address, upstream.ca, http2=call.is_grpc), self._connections
        link: _Link = (
            Link(address, tls, most, Http2Connection) if call.is_grpc else Link(address, tls, most, Http1Connection)
        )
        self._links[lease.id, upstream.name, origin, call.is_grpc] = (link, lease.expires_at)
        return link

    def _sweep(self) -> None:
        # Of ended leases: requests still in flight on them keep their connection until they finish.
        now = self._now()
        for lease_id in {lease_id for (lease_id, *_), (_, end) in self._links.items() if end < now}:
            self.drop(lease_id)

    def drop(self, *lease_ids: str) -> None:
        """Close the connections of leases that have ended."""
        for key in [key for key in self._links if key[0] in lease_ids]:
            self._links.pop(key)[0].close()

    @property
    def in_use(self) -> set[str]:
        """The ids of the leases that calls are under way with."""
        return {lease_id for (lease_id, *_), (link, _) in self._links.items() if link.busy}

    def peers_end(self) -> dict[str, float]:
        """When the certificates end that upstreams showed, in seconds since the epoch, by name."""
        known = ((name, link.peer_ends) for (_, name, origin, _), (link, _) in self._links.items() if not origin)
        return {name: ends for name, ends in known if ends is not None}

    def turn(self) -> Turn:
        """That of the answers to one request, where they are large."""
        return Turn(self._turns)

    async def send(
        self,
        ticket: Ticket,
        call: Call,
        keyed: Callable[[Pairs], Pairs] = lambda pairs: pairs,
        turn: Turn | None = None,
    ) -> Answer:
        """The upstream's answer to the one call this ticket was made for; `keyed`: how a key in headers is said there.

        `turn` is waited for before a large answer is read, and its caller ends it; None: it is not waited for.

        Raises WireRefused (nothing sent), Unavailable(Part.UPSTREAM) (nothing executed), OutcomeUnknown
        (failed after sending: it may have been executed), AnswerTooLarge. Never sends twice.
        """
        if ticket.upstream.ca is None and not isinstance(ticket.lease.material, ClientCertificate):
            await _beside_the_loop(call.is_grpc)
        self._redeem(ticket, call)
        link = self._link(ticket, call)
        if call.is_grpc:
            return await self._over_http2(link, ticket, call, keyed, turn)
        target = f"{call.path}?{urlencode(call.query, quote_via=quote)}" if call.query else call.path
        keys = _keys(ticket.lease.material, call, link.address.header, target)
        headers = (*_headers(link.address.header, call.headers), *keys)
        raw = http1.request(call.method, target, headers, call.body)
        reader = Reader(call.method, self._answer_body)
        await _asked(link, raw, reader, ticket.upstream.timeout, turn)
        if reader.status == _NOT_TAKEN:
            self._refused(ticket.lease)
        body = await self._unpacked(reader.body, reader.values(b"content-encoding"), ticket, turn)
        told = ((name, reader.values(name.encode())[:1], form) for name, form in _KEPT_HEADERS.items())
        kept = tuple((name, value) for name, values, form in told for value in values if form.fullmatch(value))
        return Answer(status=reader.status, headers=kept, body=body)

    async def _over_http2(
        self, link: _Link, ticket: Ticket, call: Call, keyed: Callable[[Pairs], Pairs], turn: Turn | None
    ) -> Answer:
        """The one message that answers it, unpacked, and its status and text as headers."""
        address = link.address
        keys = keyed(_keys(ticket.lease.material, call, address.header, call.path))
        scheme = "https" if address.is_tls else "http"
        first = ((":method", call.method), (":scheme", scheme), (":authority", address.header), (":path", call.path))
        asked = Asked((*first, *call.headers, *keys), self._answer_body + framing.HEAD)
        await _asked(link, call.body, asked, ticket.upstream.timeout, turn)
        answer = await self._of_grpc(asked, ticket, turn)
        if answer.header(framing.STATUS) == _UNAUTHENTICATED:
            self._refused(ticket.lease)
        return answer

    async def _of_grpc(self, asked: Asked, ticket: Ticket, turn: Turn | None) -> Answer:
        told = [(name, asked.values(name)) for name in (framing.STATUS, framing.TEXT)]
        if asked.status != 200 or len(told[0][1]) != 1:
            raise OutcomeUnknown("no answer of gRPC")
        headers = tuple((name, values[0]) for name, values in told if values)
        if not asked.body:
            if told[0][1] == [framing.DONE]:  # a message of nothing would say that it was done
                raise OutcomeUnknown("it says that it was done, and has no message")
            return Answer(asked.status, headers)
        try:
            found = framing.unframed(bytes(asked.body))
        except framing.NotFramed as e:
            raise OutcomeUnknown("the answer cannot be unpacked") from e
        coding = asked.values(framing.ENCODING) if found.is_packed else []
        return Answer(asked.status, headers, await self._unpacked(found.message, coding, ticket, turn))

    async def _unpacked(self, body: bytes, coding: list[str], ticket: Ticket, turn: Turn | None) -> bytes:
        """Identity was asked for; what is packed all the same is read up to the same bound, and in its turn."""
        room = partial(turn.reach, seconds=ticket.upstream.timeout) if turn is not None else None
        try:
            return await inflated(body, coding_of(coding), self._answer_body, room)
        except NotWhole as e:
            raise OutcomeUnknown("the answer cannot be unpacked") from e
        except OverBound as e:
            raise AnswerTooLarge("answer over the bound") from e
        except TimeoutError as e:
            raise AnswerWaited("it unpacks to much, and had no turn") from e

    async def close(self) -> None:
        """Close every connection."""
        self._open.clear()
        links, self._links = self._links, {}
        await asyncio.gather(*(link.cut() for link, _ in links.values()))


async def _asked(link: _Link, raw: bytes, reader: Any, seconds: float, turn: Turn | None) -> None:
    try:
        await link.ask(raw, reader, seconds, turn)
    except TooLarge as e:
        raise AnswerTooLarge("answer over the bound") from e
    except NotHttp as e:
        raise OutcomeUnknown(str(e)) from e


def _tls(material: Material, address: Address, ca: Path | None, *, http2: bool) -> ssl.SSLContext | None:
    """What a connection is opened with. Raises WireRefused where a key would travel in the clear; Unavailable."""
    match material:
        case ClientCertificate(context, over_http2):
            if http2 and over_http2 is None and address.is_tls:
                raise WireRefused("this credential was not made for HTTP/2")
            return over_http2 if http2 else context
        case Headers() | Signature():
            if not address.is_tls:
                raise WireRefused("a key would travel in the clear")
            try:
                return _trusting(ca, http2) if ca is not None else _system(http2)
            except OSError as e:
                raise Unavailable(Part.UPSTREAM, f"the CA file {ca} cannot be used") from e


def _trusting(ca: Path | None, http2: bool) -> ssl.SSLContext:
    context = trusting(ca)
    if http2:
        context.set_alpn_protocols([ALPN])
    return context


@lru_cache(maxsize=2)
def _system(http2: bool) -> ssl.SSLContext:
    """All of the system's CAs, which take a tenth of a second to read: once, and not for each lease."""
    return _trusting(None, http2)


#: For which kinds of connection that is done.
_AT_HAND: Final[set[bool]] = set()


async def _beside_the_loop(http2: bool) -> None:
    """Have them read in a thread, the first time: all calls would wait for it."""
    if http2 not in _AT_HAND:
        with suppress(OSError):  # told where they are used
            await asyncio.to_thread(_system, http2)
        _AT_HAND.add(http2)


def _keys(material: Material, call: Call, host: str, target: str) -> tuple[tuple[str, str], ...]:
    """What of a credential goes with this call."""
    match material:
        case Headers(pairs):
            return pairs
        case Signature(sign):
            return sign(call.method, host, target, call.body).pairs
    return ()


@lru_cache(maxsize=256)
def _headers(host: str, headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """What goes with a call: its own few headers, and that its answer is not to be compressed."""
    own = tuple(pair for pair in headers if pair[0] not in ("host", "accept-encoding"))
    return ("Host", host), *own, ("Accept-Encoding", "identity")
