"""What leaves: exactly the call a ticket was made for, once, over the lease's own connection."""

import asyncio
import dataclasses
import gzip
import socket
import ssl
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import web
from multidict import CIMultiDict

from vecgate.domain.call import Call
from vecgate.domain.lease import ClientCertificate, Headers, Lease
from vecgate.domain.upstream import Upstream
from vecgate.egress import wire as module
from vecgate.egress.connections import Address
from vecgate.egress.upstreams import Registry
from vecgate.egress.wire import TICKET_SECONDS, Wire
from vecgate.refusals.errors import AnswerTooLarge, OutcomeUnknown, Unavailable, WireRefused
from vecgate.settings.upstreams import Credential, UpstreamSettings

CALL = Call("POST", "/x", (("a", "1 2"),), (("content-type", "application/json"),), b'{"q":1}')
LEASE = Lease("l1", "p", "u", 1e12, ClientCertificate(ssl.create_default_context()))


@dataclass
class Server:
    port: int = 0
    seen: list[tuple[str, str, bytes, dict[str, str], object]] = field(default_factory=list)
    mode: str = "ok"


def odd(mode: str, request: web.Request) -> web.StreamResponse | None:
    """What a database answers that is not well."""
    assert request.transport is not None
    match mode.split():
        case ["drop"]:
            request.transport.close()
        case ["twice"]:
            asyncio.get_running_loop().call_later(0.02, request.transport.write, b"HTTP/1.1 500 Poison\r\n\r\n")
        case ["encoded", size, *names]:
            body = gzip.compress(bytes(int(size)))
            return web.Response(body=body, headers=CIMultiDict([("Content-Encoding", name) for name in names]))
        case ["later", *words]:
            return web.Response(status=503, headers={"Retry-After": " ".join(words)})
        case ["upgrade"]:
            return web.Response(status=101, headers={"Upgrade": "websocket", "Connection": "upgrade"})
        case ["status", status]:
            return web.Response(status=int(status))
        case ["redirect"]:
            raise web.HTTPFound("/elsewhere")
    return None


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    state = Server()

    async def handle(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        peer = request.transport.get_extra_info("peername") if request.transport else None
        state.seen.append((request.method, request.raw_path, body, dict(request.headers), peer))
        special = odd(state.mode, request)
        if special is not None:
            return special
        if state.mode == "slow":
            await asyncio.sleep(0.2)
        return web.json_response({"ok": True}, headers={"Set-Cookie": "a=b", "X-Internal": "1"})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    state.port = runner.addresses[0][1]
    yield state
    await runner.cleanup()


def upstream(port: int) -> Upstream:
    spec = UpstreamSettings(
        dialect="chroma",
        url=f"http://127.0.0.1:{port}",
        hosts=("x",),
        credential=Credential(role="r", gateway_role="g"),
    )
    return Registry({"u": spec}).get("u")


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    wire = Wire(connections=4, answer_body=1000, now=lambda: 100.0)
    yield wire
    await wire.close()


async def test_another_server_of_an_upstream_is_reached_over_tls_alone_and_by_a_ticket_for_it(
    server: Server, wire: Wire
) -> None:
    there = dataclasses.replace(CALL, origin=f"http://127.0.0.1:{server.port}")
    with pytest.raises(WireRefused, match="not reached over TLS"):
        await wire.send(wire.ticket(there, upstream(server.port), LEASE), there)
    with pytest.raises(WireRefused, match="the call changed"):
        await wire.send(wire.ticket(CALL, upstream(server.port), LEASE), there)
    assert server.seen == []


async def test_the_call_arrives_byte_for_byte_and_nothing_is_added(server: Server, wire: Wire) -> None:
    answer = await wire.send(wire.ticket(CALL, upstream(server.port), LEASE), CALL)
    method, path, body, headers, _ = server.seen[0]
    assert (method, path, body) == ("POST", "/x?a=1%202", b'{"q":1}')
    assert set(headers) == {"Host", "Content-Type", "Accept-Encoding", "Content-Length"}
    assert headers["Accept-Encoding"] == "identity"
    assert answer.status == 200
    assert answer.headers == ()


async def test_a_ticket_is_good_once(server: Server, wire: Wire) -> None:
    ticket = wire.ticket(CALL, upstream(server.port), LEASE)
    await wire.send(ticket, CALL)
    with pytest.raises(WireRefused):
        await wire.send(ticket, CALL)
    assert len(server.seen) == 1


CHANGED = [
    replace(CALL, body=b'{"q":2}'),
    replace(CALL, path="/y"),
    replace(CALL, method="DELETE"),
    replace(CALL, query=()),
    replace(CALL, headers=()),
]


@pytest.mark.parametrize("changed", CHANGED)
async def test_a_changed_call_does_not_leave(server: Server, wire: Wire, changed: Call) -> None:
    with pytest.raises(WireRefused):
        await wire.send(wire.ticket(CALL, upstream(server.port), LEASE), changed)
    assert server.seen == []


async def test_a_ticket_of_another_wire_or_for_another_lease_does_not_leave(server: Server, wire: Wire) -> None:
    other = Wire(connections=1, answer_body=1, now=lambda: 100.0)
    target = upstream(server.port)
    with pytest.raises(WireRefused):
        await wire.send(other.ticket(CALL, target, LEASE), CALL)
    forged = replace(wire.ticket(CALL, target, LEASE), lease=replace(LEASE, id="l2"))
    with pytest.raises(WireRefused):
        await wire.send(forged, CALL)
    await other.close()
    assert server.seen == []


async def test_an_old_ticket_does_not_leave(server: Server) -> None:
    now = [100.0]
    wire = Wire(connections=1, answer_body=100, now=lambda: now[0])
    ticket = wire.ticket(CALL, upstream(server.port), LEASE)
    now[0] += TICKET_SECONDS + 1
    with pytest.raises(WireRefused):
        await wire.send(ticket, CALL)
    await wire.close()
    assert server.seen == []


async def test_two_leases_never_share_a_connection(server: Server, wire: Wire) -> None:
    target = upstream(server.port)
    for lease in (LEASE, replace(LEASE, id="l2"), LEASE, replace(LEASE, id="l2")):
        await wire.send(wire.ticket(CALL, target, lease), CALL)
    peers = [seen[4] for seen in server.seen]
    assert peers[0] == peers[2]
    assert peers[1] == peers[3]
    assert peers[0] != peers[1]


async def test_a_dead_upstream_executed_nothing(wire: Wire) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        target = upstream(closed.getsockname()[1])
        with pytest.raises(Unavailable):
            await wire.send(wire.ticket(CALL, target, LEASE), CALL)


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT", "GET"])
async def test_a_failure_after_sending_is_unknown_and_never_sent_again(server: Server, wire: Wire, method: str) -> None:
    target, call = upstream(server.port), replace(CALL, method=method)
    await wire.send(wire.ticket(call, target, LEASE), call)  # a kept-alive connection is where clients resend
    server.mode = "drop"
    with pytest.raises(OutcomeUnknown):
        await wire.send(wire.ticket(call, target, LEASE), call)
    assert len(server.seen) == 2


async def test_an_answer_over_the_bound_is_not_read_on(server: Server) -> None:
    wire = Wire(connections=1, answer_body=5, now=lambda: 100.0)
    with pytest.raises(AnswerTooLarge):
        await wire.send(wire.ticket(CALL, upstream(server.port), LEASE), CALL)
    await wire.close()


async def test_an_answer_that_comes_compressed_is_unpacked_up_to_the_bound(server: Server, wire: Wire) -> None:
    server.mode = "encoded 1000 gzip"
    answer = await wire.send(wire.ticket(CALL, upstream(server.port), LEASE), CALL)
    assert (answer.headers, answer.body) == ((), bytes(1000))
    server.mode = "encoded 1001 gzip"
    with pytest.raises(AnswerTooLarge):
        await wire.send(wire.ticket(CALL, upstream(server.port), LEASE), CALL)


@pytest.mark.parametrize(
    "mode", ["encoded 9 br", "encoded 9 x-gzip", "encoded 9 identity gzip", "encoded 9 gzip,gzip", "upgrade"]
)
async def test_an_answer_in_another_form_than_asked_for_is_not_read(server: Server, wire: Wire, mode: str) -> None:
    server.mode = mode
    with pytest.raises(OutcomeUnknown):
        await wire.send(wire.ticket(CALL, upstream(server.port), LEASE), CALL)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("7", "7"),
        ("999999", "999999"),
        ("1000000", None),
        ("-1", None),
        ("anna@example.org", None),
        ("Fri, 31 Dec", None),
    ],
)
async def test_only_a_number_of_seconds_goes_on_to_the_client(
    server: Server, wire: Wire, said: str, kept: str | None
) -> None:
    server.mode = f"later {said}"
    answer = await wire.send(wire.ticket(CALL, upstream(server.port), LEASE), CALL)
    assert dict(answer.headers).get("retry-after") == kept


async def test_a_connection_on_which_something_came_unasked_is_not_used_again(server: Server, wire: Wire) -> None:
    target = upstream(server.port)
    server.mode = "twice"
    await wire.send(wire.ticket(CALL, target, LEASE), CALL)
    await asyncio.sleep(0.2)
    server.mode = "ok"
    assert (await wire.send(wire.ticket(CALL, target, LEASE), CALL)).status == 200
    assert server.seen[0][4] != server.seen[1][4]


async def test_redirects_are_not_followed(server: Server, wire: Wire) -> None:
    server.mode = "redirect"
    answer = await wire.send(wire.ticket(CALL, upstream(server.port), LEASE), CALL)
    assert answer.status == 302
    assert len(server.seen) == 1


async def test_the_connections_of_a_dropped_lease_are_closed(server: Server, wire: Wire) -> None:
    target = upstream(server.port)
    await wire.send(wire.ticket(CALL, target, LEASE), CALL)
    wire.drop(LEASE.id)
    wire.drop("never heard of")
    await wire.send(wire.ticket(CALL, target, LEASE), CALL)
    assert server.seen[0][4] != server.seen[1][4]


async def test_while_a_call_is_under_way_its_lease_is_in_use(server: Server, wire: Wire) -> None:
    server.mode = "slow"
    asked = asyncio.ensure_future(wire.send(wire.ticket(CALL, upstream(server.port), LEASE), CALL))
    while not server.seen:  # noqa: ASYNC110  it has no event of its own
        await asyncio.sleep(0.01)
    assert wire.in_use == {LEASE.id}
    await asked
    assert wire.in_use == set()


async def test_a_lease_that_the_database_does_not_take_is_told_of_and_no_other(server: Server, wire: Wire) -> None:
    refused = list[Lease]()
    wire.on_refused(refused.append)
    for status in (200, 400, 403, 407, 500, 503):
        server.mode = f"status {status}"
        assert (await wire.send(wire.ticket(CALL, upstream(server.port), LEASE), CALL)).status == status
    assert refused == []
    server.mode = "status 401"
    assert (await wire.send(wire.ticket(CALL, upstream(server.port), LEASE), CALL)).status == 401
    assert refused == [LEASE]


def test_the_systems_cas_are_read_once_and_not_for_each_lease(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read: list[object] = []
    made = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda cafile=None: (read.append(cafile), made())[1])
    module._system.cache_clear()
    key, ca = Headers((("api-key", "k"),)), tmp_path / "ca.pem"
    address = Address("https://db.example:8000", None)
    for _ in range(3):
        for http2 in (False, True):
            assert module._tls(key, address, None, http2=http2) is module._tls(key, address, None, http2=http2)
    assert read == [None, None]
    module._tls(key, address, ca, http2=False)
    module._tls(key, address, ca, http2=False)
    assert read == [None, None, ca, ca]  # that file may be another one by now
    module._system.cache_clear()


async def test_nor_do_other_calls_wait_for_the_first_time(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    made = ssl.create_default_context
    monkeypatch.setattr(
        ssl, "create_default_context", lambda cafile=None: (read.append(threading.get_ident()), made(cafile=cafile))[1]
    )
    module._system.cache_clear()
    module._AT_HAND.clear()
    target, lease = upstream(1), replace(LEASE, material=Headers((("api-key", "k"),)))
    target = replace(target, url=target.url.replace("http:", "https:"))
    for _ in range(2):
        with pytest.raises(Unavailable):
            await wire.send(wire.ticket(CALL, target, lease), CALL)
    assert len(read) == 1
    assert read[0] != threading.get_ident(), "it was read in the loop"
    module._system.cache_clear()
    module._AT_HAND.clear()
