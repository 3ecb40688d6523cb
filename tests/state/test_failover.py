"""Another server takes over: what was open on the one before is asked anew or refused, and nothing runs twice."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bench.sentinel import Pair
from demo import certs
from support.fakes.approvals import ALICE, BINDING, BOB, HELD, LONG
from support.fakes.granting import asked
from support.tools.soon import soon
from vecgate.access import request
from vecgate.access.parts import AccessParts
from vecgate.access.request import Request
from vecgate.approvals.board import Board
from vecgate.approvals.refused import BoardRefused
from vecgate.doctor.checks import state as doctor
from vecgate.refusals.errors import CallRefused, NotKept, Unavailable
from vecgate.settings.access import Access
from vecgate.settings.state import State
from vecgate.state.barred import Barred, Lock
from vecgate.state.store import Store

PASSWORD = "pw-of-a-test"
LOCK = Lock("https://login.example#mallory", "mallory", "a test", 1.0)


@dataclass
class Worker:
    """What one worker has of the state."""

    store: Store
    board: Board
    access: AccessParts
    barred: Barred


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    with Pair(tmp_path_factory.mktemp("pair") / "p", password=PASSWORD) as made:
        yield made


@pytest.fixture
async def workers(pair: Pair, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[tuple[Worker, Worker]]:
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    prefix = request.node.name[:40]
    told = State(url=pair.url, replicas=1, timeout=5, prefix=prefix, sentinel_password_file=file)
    async with AsyncExitStack() as stack:

        async def worker() -> Worker:
            store = Store(told)
            made = Worker(store, Board(store, LONG), AccessParts(store, Access()), Barred(store))
            await store.open()
            stack.push_async_callback(store.close)
            await made.board.open()
            stack.push_async_callback(made.board.close)
            for part in (made.access, made.barred):
                part.open()
                stack.push_async_callback(part.close)
            await soon(lambda: made.access.live.is_good)
            return made

        yield await worker(), await worker()


async def pending(board: Board, **changes: object) -> str:
    return (await board.ask(replace(HELD, **changes))).id


async def refused(work: object) -> str:
    with pytest.raises(BoardRefused) as e:
        await work  # type: ignore[misc]
    return e.value.why


async def granted(parts: AccessParts) -> str:
    id = (await parts.ledger.ask(asked)).request.id
    await parts.move(id, lambda one, now: request.approve(one, BOB, now))
    return id


async def moved(pair: Pair, *, kill: bool = True) -> None:
    await asyncio.to_thread(pair.fail_over, kill=kill)
    await asyncio.to_thread(pair.heal)


async def test_what_was_open_is_asked_anew_what_was_granted_is_over_and_what_is_locked_stays_so(
    pair: Pair, workers: tuple[Worker, Worker]
) -> None:
    here, there = workers
    told: list[Request] = []

    async def tell(one: Request) -> None:
        told.append(one)

    here.access.due.on_expired(tell)
    there.access.due.on_expired(tell)
    asks, agreed, done = [await pending(here.board, binding=f"{n}" * 64) for n in "123"]
    for id in (agreed, done):
        await here.board.approve(id, BOB)
    await here.board.use(done, "3" * 64, "r1")
    await here.board.settle(done, "r1", "used")
    id = await granted(here.access)
    await here.barred.bar(LOCK, durable=True)
    await soon(lambda: there.access.live.of(ALICE.key) and there.barred.count)
    waiting = asyncio.ensure_future(there.board.wait(asks, 3600))

    await moved(pair)

    await soon(lambda: there.access.live.is_good and here.access.live.is_good)
    assert await refused(here.board.use(agreed, "2" * 64, "r2")) == "withdrawn"
    assert await refused(there.board.approve(asks, BOB)) == "withdrawn"
    assert (await there.board.show(asks)).reason == "another server took over"
    assert await refused(there.board.use(done, "3" * 64, "r3")) == "used", "what was done is known to be done"
    assert await pending(here.board, binding="1" * 64) != asks
    with pytest.raises((Unavailable, AssertionError)):  # the server was away, or it is another
        assert (await waiting).state == "pending"
    assert (here.access.live.of(ALICE.key), there.access.live.of(ALICE.key)) == ((), ())
    await soon(lambda: len(told) == 1)
    entry = await there.access.ledger.entry(id)
    assert (entry.request.state, entry.request.how, told[0].id) == ("ended", "moved", id)
    await soon(lambda: not there.barred.stale)
    assert [lock.name for lock in await there.barred.all()] == [LOCK.name]
    again = await granted(there.access)
    await soon(lambda: [one.id for one in here.access.live.of(ALICE.key)] == [again])
    assert [one.id for one in told] == [id], "it is written down once"


@pytest.mark.long
async def test_what_the_other_one_never_had_is_not_confirmed_and_not_done_again(
    pair: Pair, workers: tuple[Worker, Worker]
) -> None:
    here, there = workers
    id = await pending(here.board)
    await here.board.approve(id, BOB)
    await here.barred.bar(LOCK, durable=True)
    await soon(lambda: there.barred.count == 1)
    leader = pair.leader
    (other,) = (port for port in pair.ports if port != leader)
    pair.servers[other].pause()
    with pytest.raises((CallRefused, NotKept, Unavailable)):  # so it is not executed
        await here.board.use(id, BINDING, "r1")
    pair.servers[leader].kill()
    pair.servers[other].resume()
    await asyncio.to_thread(pair.until, lambda: pair.leader == other, "the replica leads")
    await asyncio.to_thread(pair.heal)
    await soon(lambda: there.access.live.is_good)
    with pair.client(other) as one:  # what was on its way to it has come: as if it had not
        one.hset(there.board._keys[0] + id, "state", "approved")
        one.hdel(there.board._keys[0] + id, "used_by")
    assert await refused(there.board.use(id, BINDING, "r2")) == "withdrawn"


@pytest.mark.long
async def test_a_lock_that_was_lost_is_put_back_by_whoever_knows_it(pair: Pair, workers: tuple[Worker, Worker]) -> None:
    here, there = workers
    await here.barred.bar(LOCK)
    await soon(lambda: there.barred.count == 1)
    await asyncio.to_thread(pair.fail_over)
    with pair.client(pair.leader) as one:
        one.delete(*there.barred._keys)  # as if it had never come here
    await asyncio.to_thread(pair.heal)

    with pair.client(pair.leader) as one:
        await asyncio.to_thread(pair.until, lambda: one.hlen(there.barred._keys[0]) == 1, "it is put back")
    assert [lock.name for lock in await here.barred.all()] == [LOCK.name]


@pytest.mark.long
async def test_whoever_is_left_with_the_old_one_trusts_nothing(pair: Pair, workers: tuple[Worker, Worker]) -> None:
    here, _ = workers
    id = await granted(here.access)
    assert [one.id for one in here.access.live.of(ALICE.key)] == [id]
    leader = pair.leader
    (other,) = (port for port in pair.ports if port != leader)
    pair.servers[other].kill()  # it leads, and nobody follows: there may be another one by now
    await soon(lambda: not here.access.live.is_good)
    with pytest.raises(Unavailable, match="no replica follows it"):
        await here.store.led()
    await asyncio.to_thread(pair.heal)
    await soon(lambda: here.access.live.is_good)
    assert [one.id for one in here.access.live.of(ALICE.key)] == [id], "it led all the time"


@pytest.mark.long
async def test_the_doctor_finds_it_through_its_sentinel(pair: Pair, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    file.chmod(0o600)
    told = State(url=pair.url, replicas=1, sentinel_password_file=file)
    found = await doctor.check(told)
    assert [one.found for one in found if one.level != "ok"] == []
    assert any("vecgate, as told by 127.0.0.1:" in one.found for one in found)
    (said,) = (one.found for one in await doctor.check(State(url=pair.url, replicas=1)) if one.level != "ok")
    assert "refuses the gateway's login" in said or "does not answer" in said


@pytest.mark.long
@pytest.mark.parametrize(("name", "answers"), [("state.internal", True), (None, False), ("another.internal", False)])
async def test_by_tls_a_server_is_known_by_its_name_wherever_the_sentinel_says_it_is(
    tmp_path: Path, name: str | None, answers: bool
) -> None:
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("redis-server, which speaks TLS, is not installed")
    ca = certs.make_ca(tmp_path, "a test")
    cert, key = certs.make_server(tmp_path, "server", ("state.internal", "localhost"))
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    with Pair(tmp_path / "p", password=PASSWORD, tls=(cert, key, ca), binary=binary) as pair:
        url = pair.url.replace("127.0.0.1", "localhost")
        told = {"url": url, "replicas": 1, "timeout": 5, "certificate_name": name, "sentinel_password_file": file}
        store = Store(State.model_validate(told))
        await store.open()
        try:
            if answers:
                assert await store.led()
            else:
                with pytest.raises(Unavailable):
                    await store.led()
        finally:
            await store.close()
