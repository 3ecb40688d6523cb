"""The connections of one lease: taken again when nothing is wrong with them, and never when something is."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from vecgate.egress import connections as link
from vecgate.egress.connections import Address, Http1Connection, Link
from vecgate.egress.turns import Turn, Turns
from vecgate.parsing.framing import LARGE, NotHttp, TooLarge
from vecgate.parsing.http1 import Reader
from vecgate.refusals.errors import AnswerWaited, OutcomeUnknown, Unavailable

ASKED = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

type Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Database:
    """Answers each request with `says`, after `pause`; `visits` and `gone` count connections."""

    port: int = 0
    says: bytes = ANSWER
    pause: float = 0.0
    then: str = "stay"
    visits: int = 0
    gone: int = 0
    asked: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        self.writers.append(writer)
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                self.asked += 1
                await asyncio.sleep(self.pause)
                writer.write(self.says)
                if self.then == "close":
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.gone += 1
            writer.close()


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    made = Database()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    for writer in made.writers:
        writer.transport.abort()
    await asyncio.sleep(0)


@pytest.fixture
async def to(database: Database) -> AsyncIterator[Link]:
    made = Link(Address(f"http://127.0.0.1:{database.port}", None), None, 2, Http1Connection)
    yield made
    await made.cut()


async def ask(to: Link, seconds: float = 20, limit: int = 100) -> Reader:
    reader = Reader("GET", limit)
    await to.ask(ASKED, reader, seconds)
    return reader


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - connections tell nobody
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("url", "told", "expected"),
    [
        ("http://a", None, (False, "a", 80, "a", "a")),
        ("https://a", None, (True, "a", 443, "a", "a")),
        ("https://a:8443", "b", (True, "a", 8443, "b", "a:8443")),
        ("https://[::1]:1", "b", (True, "::1", 1, "b", "[::1]:1")),
    ],
)
def test_an_address_in_parts(url: str, told: str | None, expected: tuple[object, ...]) -> None:
    made = Address(url, told)
    assert (made.is_tls, made.host, made.port, made.name, made.header) == expected


async def test_a_good_connection_is_taken_again(database: Database, to: Link) -> None:
    for _ in range(3):
        assert (await ask(to)).body == b"{}"
    assert (database.visits, database.asked) == (1, 3)


async def test_at_once_there_are_as_many_as_allowed_and_the_rest_wait(database: Database, to: Link) -> None:
    database.pause = 0.02
    await asyncio.gather(*(ask(to) for _ in range(7)))
    assert (database.visits, database.asked) == (2, 7)


async def test_who_waits_in_vain_has_sent_nothing(database: Database, to: Link) -> None:
    database.pause = 0.5
    under_way = [asyncio.ensure_future(ask(to)) for _ in range(2)]
    await until(lambda: database.visits == 2)
    with pytest.raises(Unavailable):
        await ask(to, seconds=0.05)
    await asyncio.gather(*under_way)
    assert database.asked == 2


@pytest.mark.parametrize(
    ("says", "then", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "close", NotHttp),
        (b"", "close", NotHttp),
        (b"garbage\r\n\r\n", "stay", NotHttp),
        (ANSWER + b"x", "stay", NotHttp),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n", "stay", TooLarge),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 101, "stay", TooLarge),
    ],
)
async def test_after_an_odd_answer_the_connection_ends(
    database: Database, to: Link, says: bytes, then: str, expected: type[Exception]
) -> None:
    database.says, database.then = says, then
    with pytest.raises(expected):
        await ask(to)
    await until(lambda: database.gone == 1)
    database.says, database.then = ANSWER, "stay"
    assert (await ask(to)).body == b"{}"
    assert (database.visits, database.asked) == (2, 2)


async def test_an_answer_that_does_not_come_in_time_leaves_its_outcome_unknown(database: Database, to: Link) -> None:
    database.says = b"HTTP/1.1 200 OK\r\n"
    with pytest.raises(OutcomeUnknown, match="TimeoutError"):
        await ask(to, seconds=0.05)
    await until(lambda: database.gone == 1)


async def test_who_is_cancelled_leaves_no_connection_behind(database: Database, to: Link) -> None:
    database.pause = 20
    task = asyncio.ensure_future(ask(to))
    await until(lambda: database.asked == 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    database.pause = 0
    assert (await ask(to)).body == b"{}"
    assert database.visits == 2


async def test_what_comes_unasked_ends_an_idle_connection(database: Database, to: Link) -> None:
    await ask(to)
    database.writers[0].write(b"HTTP/1.1 500 Poison\r\n\r\n")
    await until(lambda: database.gone == 1)
    assert (await ask(to)).status == 200
    assert database.visits == 2


async def test_an_idle_connection_that_the_database_ended_is_not_taken(database: Database, to: Link) -> None:
    await ask(to)
    database.writers[0].close()
    await until(lambda: not to._idle[0].is_good)
    assert (await ask(to)).status == 200
    assert database.visits == 2


@pytest.mark.parametrize("says", [ANSWER.replace(b"OK", b"OK\r\nConnection: close"), b"HTTP/1.0" + ANSWER[8:]])
async def test_a_connection_that_ends_with_its_answer_is_not_kept(database: Database, to: Link, says: bytes) -> None:
    database.says = says
    await ask(to)
    await ask(to)
    assert database.visits == 2


async def test_what_is_idle_for_long_is_closed(database: Database, to: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "KEEPALIVE_SECONDS", 0.05)
    await ask(to)
    await until(lambda: database.gone == 1)
    assert to._idle == []


async def test_closing_lets_what_is_under_way_finish(database: Database, to: Link) -> None:
    database.pause = 0.1
    task = asyncio.ensure_future(ask(to))
    await until(lambda: database.asked == 1)
    to.close()
    await task
    await until(lambda: database.gone == 1)


async def test_cutting_leaves_the_outcome_of_what_is_under_way_unknown(database: Database, to: Link) -> None:
    database.pause = 20
    task = asyncio.ensure_future(ask(to))
    await until(lambda: database.asked == 1)
    await to.cut()
    with pytest.raises((OutcomeUnknown, NotHttp)):
        await task


async def test_nobody_there_means_nothing_sent() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        to = Link(Address(f"http://127.0.0.1:{closed.getsockname()[1]}", None), None, 1, Http1Connection)
        for _ in range(2):  # and its place is free again
            with pytest.raises(Unavailable):
                await ask(to)


async def test_without_tls_where_there_should_be_some_nothing_is_sent(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "CONNECT_SECONDS", 0.2)
    to = Link(Address(f"https://127.0.0.1:{database.port}", None), ssl.create_default_context(), 1, Http1Connection)
    with pytest.raises(Unavailable):
        await ask(to)
    assert database.asked == 0


MOST = 16 * LARGE
BODIES = {
    "told": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (2 * LARGE, b"a" * 2 * LARGE),
    "in chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"%x\r\n%b\r\n" % (LARGE // 4, b"a" * (LARGE // 4)) * 8
    + b"0\r\n\r\n",
}


async def large(link: Link[Reader], turn: Turn, seconds: float = 20) -> int:
    reader = Reader("GET", MOST)
    await link.ask(ASKED, reader, seconds, turn)
    return len(reader.body)


@pytest.mark.parametrize("told", BODIES)
async def test_a_large_answer_waits_for_its_turn_and_small_ones_pass(database: Database, told: str) -> None:
    turns, link = Turns(MOST // 4), Link(Address(f"http://127.0.0.1:{database.port}", None), None, 1, Http1Connection)
    first, second, small = (Turn(turns) for _ in range(3))
    await first.take(MOST // 4)
    database.says = BODIES[told]
    waits = asyncio.get_running_loop().create_task(large(link, second))
    await until(lambda: bool(turns._waiting))
    database.says = ANSWER
    reader = Reader("GET", MOST)
    await link.ask(ASKED, reader, 20, small)  # over another connection, though there may be one
    assert reader.body == b"{}"
    assert not waits.done()
    first.end()
    assert await waits == 2 * LARGE
    assert turns.free < MOST // 4
    second.end()
    assert turns.free == MOST // 4
    await link.cut()


async def test_who_has_no_turn_in_time_is_told_so_and_takes_nothing_along(database: Database) -> None:
    turns, link = Turns(LARGE), Link(Address(f"http://127.0.0.1:{database.port}", None), None, 1, Http1Connection)
    first, second = Turn(turns), Turn(turns)
    await first.take(LARGE)
    database.says = BODIES["told"]
    with pytest.raises(AnswerWaited):
        await large(link, second, 0.3)
    first.end()
    assert turns.free == LARGE
    assert await large(link, second) == 2 * LARGE
    await link.cut()


async def test_a_connection_that_breaks_while_its_answer_waits_fails_at_its_turn(database: Database) -> None:
    turns, link = Turns(LARGE), Link(Address(f"http://127.0.0.1:{database.port}", None), None, 1, Http1Connection)
    first, second = Turn(turns), Turn(turns)
    await first.take(LARGE)
    database.says = BODIES["told"][:-10]
    waits = asyncio.get_running_loop().create_task(large(link, second))
    await until(lambda: bool(turns._waiting))
    for writer in database.writers:
        writer.transport.abort()
    first.end()
    with pytest.raises((OutcomeUnknown, NotHttp)):
        await waits
    second.end()
    assert turns.free == LARGE
    await link.cut()
