"""What is out stays in the book until it is ended: whoever is there, whatever was killed meanwhile."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
from redis import Redis

from support.servers.valkey import Valkey
from vecgate.credentials import book as books
from vecgate.credentials.book import Book, Entry
from vecgate.refusals.errors import Unavailable
from vecgate.settings.state import State
from vecgate.state.store import Store

ENTRY = Entry("l1", "alice", "docs", "toy", "reader", "read", ("people",), 1.0, 0.0, handle="h1")


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    made = Valkey(tmp_path_factory.mktemp("b"))
    made.start()
    yield made
    made.kill()


@pytest.fixture
async def store(valkey: Valkey) -> AsyncIterator[Store]:
    with Redis(unix_socket_path=str(valkey.socket)) as client:
        client.flushall()
    made = Store(State(url=valkey.url))
    await made.open()
    yield made
    await made.close()


def lasting(entry: Entry = ENTRY) -> Entry:
    return replace(entry, ends=time.time() + 600)


async def test_what_is_entered_is_told_as_it_was_with_who_has_it(store: Store) -> None:
    book = Book(store)
    await book.write(entry := lasting())
    assert await book.all() == [replace(entry, holder=book.holder)]
    await book.gone("l1")
    assert await book.all() == []


async def test_it_is_due_when_it_ends_and_one_alone_has_it_then(store: Store) -> None:
    one, other = Book(store), Book(store)
    await one.write(lasting(replace(ENTRY, id="later")))
    await one.write(replace(ENTRY, ends=time.time() - 1))
    assert [entry.id for entry in await other.claim()] == ["l1"]
    assert await one.claim() == []


async def test_what_failed_is_due_again_also_for_a_process_that_comes_later(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "CLAIM_SECONDS", 0)
    one = Book(store)
    await one.write(lasting())
    await one.due("l1")
    assert [entry.handle for entry in await one.claim()] == ["h1"]
    assert [entry.handle for entry in await Book(store).claim()] == ["h1"]


async def test_what_a_process_held_that_is_gone_is_due(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    killed, after = Book(store), Book(store)
    await killed.write(lasting())
    assert await after.claim() == []
    monkeypatch.setattr(books, "HOLDER_SECONDS", 0)
    assert [entry.id for entry in await after.claim()] == ["l1"]


async def test_a_process_that_says_it_is_there_keeps_what_it_holds(store: Store) -> None:
    busy, other = Book(store), Book(store)
    await busy.write(lasting())
    await busy.claim()
    assert await other.claim() == []
    await busy.leave()
    assert [one.id for one in await other.all()] == ["l1"]


@pytest.mark.parametrize("first", ["claim", "write"])
async def test_where_the_book_was_away_those_who_could_say_nothing_keep_what_they_hold(
    store: Store, valkey: Valkey, first: str
) -> None:
    one, other = Book(store), Book(store)
    await one.write(lasting())
    await other.write(lasting(replace(ENTRY, id="l2")))
    with Redis(unix_socket_path=str(valkey.socket)) as client:  # a minute without it
        held = store.key("leases", "holders")
        client.zadd(held, dict.fromkeys(client.zrange(held, 0, -1), time.time() - 60))  # type: ignore[arg-type]
    if first == "write":
        await one.write(lasting(replace(ENTRY, id="l3")))
    assert await one.claim() == []
    assert await other.claim() == []


async def test_whoever_holds_it_is_told_that_it_was_ended(store: Store) -> None:
    here, there = Book(store), Book(store)
    place = await here.latest()
    await here.write(lasting())
    assert await there.revoke("l1", "nobody's") == 1
    assert [id for _, id in await here.ended_since(place, 2)] == ["l1"]
    assert [entry.id for entry in await there.claim()] == ["l1"]


async def test_a_restart_of_the_store_loses_nothing(store: Store, valkey: Valkey) -> None:
    await Book(store).write(entry := lasting())
    await Book(store).due("l1")
    valkey.kill()
    with pytest.raises(Unavailable):
        await Book(store).all()
    valkey.start()
    assert [(one.id, one.handle) for one in await Book(store).claim()] == [("l1", entry.handle)]


async def test_what_cannot_be_read_is_no_empty_book(store: Store, valkey: Valkey) -> None:
    await Book(store).write(lasting())
    with Redis(unix_socket_path=str(valkey.socket)) as client:
        client.hset(store.key("leases", "out"), "l1", "[1]")
    with pytest.raises(Unavailable):
        await Book(store).all()
