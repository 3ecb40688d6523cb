"""A session is told exchange by exchange, in bounded memory."""

import gc
import tracemalloc
from pathlib import Path

import pytest

from support.fakes.journals import SESSION
from vecgate.recording import parts, told
from vecgate.recording.journal import Journal

AT = 1_795_443_300.0


def write(journal: Journal, *entries: tuple[str, str]) -> None:
    for code, exchange in entries:
        journal.append(AT, code, exchange, b"{}")


def tell(folder: Path) -> list[tuple[str, list[str]]]:
    return [(talk.exchange, [entry.code for entry in talk.entries]) for talk in told.told(parts.of(folder, SESSION))]


@pytest.mark.parametrize("window", [1, 2, 100])
def test_exchanges_come_in_the_order_in_which_they_began(
    tmp_path: Path, journal: Journal, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "WINDOW", window)
    write(
        journal,
        ("session.opened", ""),
        ("request.sent", "a"),
        ("answer.released", "a"),
        ("request.masked", "a"),
        ("request.sent", "b"),
        ("answer.released", "b"),
        ("session.closed", ""),
    )
    assert tell(tmp_path) == [
        ("", ["session.opened"]),
        ("a", ["request.sent", "answer.released", "request.masked"]),
        ("b", ["request.sent", "answer.released"]),
        ("", ["session.closed"]),
    ]


def test_what_is_under_way_for_long_is_overtaken_and_stays_whole(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "WINDOW", 3)
    write(journal, ("request.held", "long"))
    for i in range(10):
        write(journal, ("request.sent", f"x{i}"), ("answer.released", f"x{i}"))
    write(journal, ("answer.released", "long"))
    found = tell(tmp_path)
    assert ("long", ["request.held", "answer.released"]) in found
    assert [name for name, _ in found if name != "long"] == [f"x{i}" for i in range(10)]


def test_it_stops_where_the_journal_breaks(tmp_path: Path, journal: Journal) -> None:
    write(journal, ("request.sent", "a"), ("request.sent", "b"))
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"b"', b'"c"'))
    assert tell(tmp_path) == [("a", ["request.sent"])]


def test_a_long_journal_takes_no_more_memory_than_a_short_one(
    tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told, "WINDOW", 16)

    def most() -> int:
        gc.collect()
        tracemalloc.start()
        for _ in told.told(parts.of(tmp_path, SESSION)):
            pass
        taken = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return taken

    def fill(n: int) -> None:
        for i in range(n):
            journal.append(AT, "request.sent", f"{journal.entries}-{i}", b'{"answer":"%s"}' % (b"x" * 20_000))
            journal.append(AT, "answer.released", f"{journal.entries - 1}-{i}", b"{}")

    fill(30)
    most()  # what is done once in a process
    short = most()
    fill(270)
    assert most() < 1.5 * short
