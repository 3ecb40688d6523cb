"""Journals are read piece by piece: each exchange once and whole, whatever stands between, and never more than a bound."""

from pathlib import Path

import pytest

from support.fakes.journals import SESSION
from vecgate.recording import journals
from vecgate.recording.calls import Wanted
from vecgate.recording.journal import Journal
from vecgate.recording.journals import Journals, Spot
from vecgate.recording.read import NoSuchSession

AT = 1_795_443_300.0


def write(journal: Journal, *entries: tuple[str, str]) -> None:
    for code, exchange in entries:
        journal.append(AT, code, exchange, b'{"operation":{"kind":"search","collections":["%s"]}}' % exchange.encode())


def another(folder: Path, name: str, user: str) -> Journal:
    made = Journal(folder, name, None, min_free=1, sync=False)
    made.append(AT, "session.opened", "", b'{"kind":"person","user":"%s","opened":"2026-11-23"}' % user.encode())
    return made


async def pieces(folder: Path, most: int) -> list[list[str]]:
    """All of a session, in pieces: of each exchange its name and how many entries there are."""
    found, place = list[list[str]](), Spot(SESSION)
    for _ in range(100):
        _, piece = await Journals(folder).replay(place, most)
        found.append([f"{talk.exchange}{len(talk.entries)}" for _, talk in piece.talks])
        if piece.next is None:
            return found
        place = Spot.read(str(piece.next))
    raise AssertionError("it does not end")


#: b ends after c, d after everything.
ENTRIES = [
    ("session.opened", ""), ("request.sent", "a"), ("answer.released", "a"), ("request.masked", "a"), ("request.sent", "b"),
    ("request.held", "d"), ("request.sent", "c"), ("answer.released", "c"), ("answer.withheld", "b"), ("request.refused", "e"),
    ("session.refused", ""), ("answer.released", "d"), ("session.closed", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("most", "found"),
    [
        (1, [["a3"], ["b2"], ["d2"], ["c2"], ["e1"]]),
        (2, [["a3", "b2"], ["d2", "c2"], ["e1"]]),
        (9, [["a3", "b2", "d2", "c2", "e1"]]),
    ],
)
async def test_each_exchange_comes_once_and_whole(
    tmp_path: Path, journal: Journal, most: int, found: list[list[str]]
) -> None:
    write(journal, *ENTRIES)
    assert await pieces(tmp_path, most) == found


@pytest.mark.parametrize("room", [1, 300, 700, 2000])
async def test_a_piece_is_no_larger_than_there_is_room_and_goes_on(
    tmp_path: Path, journal: Journal, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journals, "PIECE", room)
    monkeypatch.setattr(journals, "_BEYOND", 0)
    write(journal, *ENTRIES)
    found = await pieces(tmp_path, 9)
    assert [name[0] for piece in found for name in piece] == [*"abdce"]
    assert len(found) > 1


async def test_what_is_not_there_is_no_session(tmp_path: Path) -> None:
    with pytest.raises(NoSuchSession):
        await Journals(tmp_path).replay(Spot(SESSION), 9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x:1:0",
        f"{SESSION}:1",
        f"{SESSION}:-1:0",
        f"../{SESSION}:1:0",
        f"{SESSION}:1:{'9' * 30}",
        f"{SESSION}:1:0:0",
    ],
)
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Spot.read(text)


async def test_a_changed_line_ends_what_can_be_read(tmp_path: Path, journal: Journal) -> None:
    write(journal, *ENTRIES)
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"request.held"', b'"request.hold"'))
    assert await pieces(tmp_path, 9) == [["a3", "b1"]]


async def test_sessions_come_newest_first_in_pieces_and_as_they_are_wanted(tmp_path: Path) -> None:
    for day, user in ((1, "ann"), (2, "bob"), (3, "ann")):
        another(tmp_path, f"2026112{day}T141500-{user}-8f3a", user).close()
    read = Journals(tmp_path)
    first, next = await read.sessions(Wanted(), "", 2)
    rest, end = await read.sessions(Wanted(), next, 2)
    assert [row.session[:8] for row in (*first, *rest)] == ["20261123", "20261122", "20261121"]
    assert (first[0].user, first[0].kind, end) == ("ann", "person", "")
    found, _ = await read.sessions(Wanted(user="bob"), "", 9)
    assert [row.user for row in found] == ["bob"]
    assert (await read.sessions(Wanted(until="2026-11-22T00:00:00.000Z"), "", 9))[0] == []
    assert (await read.sessions(Wanted(since="2126-01-01T00:00:00.000Z"), "", 9))[0] == []


async def test_a_look_that_finds_nothing_ends_somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journals, "LOOKED_AT", 2)
    for day in range(1, 6):
        another(tmp_path, f"2026112{day}T141500-ann-8f3a", "ann").close()
    read, place, turns = Journals(tmp_path), "", 0
    while turns == 0 or place:
        found, place = await read.sessions(Wanted(user="nobody"), place, 9)
        turns += 1
        assert found == []
    assert turns == 3


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), "pqrs"),
        (Wanted(collection="q"), "q"),
        (Wanted(user="ann"), "rs"),
        (Wanted(operation="delete"), ""),
        (Wanted(refused=True), ""),
    ],
)
@pytest.mark.parametrize("most", [1, 9])
async def test_calls_of_all_sessions(tmp_path: Path, wanted: Wanted, names: str, most: int) -> None:
    for day, user, exchanges in ((1, "ann", "rs"), (2, "bob", "pq")):
        made = another(tmp_path, f"2026112{day}T141500-{user}-8f3a", user)
        for one in exchanges:
            write(made, ("request.sent", one), ("answer.released", one))
        made.close()
    read, place, found = Journals(tmp_path), None, ""
    for _ in range(9):
        piece = await read.calls(wanted, place, most)
        found += "".join(talk.exchange for _, talk in piece.talks)
        place = piece.next
        if place is None:
            break
    assert found == names
    assert place is None
