"""A journal that is full goes on in a next part: one chain, and each part says whose it is."""

import asyncio
from pathlib import Path

import pytest

from support.fakes.journals import SESSION, Clock, LocalSealer, fill
from vecgate.recording import parts, read, verdicts
from vecgate.recording.journal import Journal
from vecgate.recording.recorder import Recorder
from vecgate.recording.seal import DataKey
from vecgate.recording.verdicts import Verdict
from vecgate.refusals.errors import Unavailable
from vecgate.settings.recording import Recording


def names(folder: Path) -> list[str]:
    return [path.name for path in parts.named(folder)]


@pytest.mark.parametrize(
    ("name", "session"),
    [
        (SESSION, SESSION),
        (f"{SESSION}.2", SESSION),
        (f"{SESSION}.17", SESSION),
        (f"{SESSION}.1", SESSION),  # as which the end of the first part is noted
        (f"{SESSION}.0", None),
        (f"{SESSION}.02", None),
        (f"{SESSION}.x", None),
        (f"{SESSION}.2.2", None),
        ("heads", None),
    ],
)
def test_a_part_is_named_after_its_session(name: str, session: str | None) -> None:
    assert parts.session_of(name) == session


def test_a_full_journal_goes_on_in_the_next_part(tmp_path: Path, long: Journal, key: DataKey) -> None:
    assert names(tmp_path) == [*(f"{SESSION}.{part}.jsonl" for part in range(2, 7)), f"{SESSION}.jsonl"]
    recorded = read.load(tmp_path, SESSION)
    assert recorded.problems == ()
    assert [entry.n for entry in recorded.entries] == [*range(12)]
    assert [entry.exchange for entry in recorded.entries if entry.exchange] == [f"x{i}" for i in range(6)]
    assert [entry.body["part"] for entry in recorded.entries if entry.code == "session.continued"] == [*range(2, 7)]
    opened = [key.open(entry.original, SESSION, entry.n) for entry in recorded.entries if entry.original]
    assert opened == [b"original %d" % i for i in range(6)]
    assert verdicts.verdict(tmp_path, SESSION, key).verdict is Verdict.WHOLE
    assert verdicts.of_all(tmp_path, {SESSION: key})[SESSION].verdict is Verdict.WHOLE
    (row,) = read.sessions(tmp_path)
    assert (row.session, row.user, row.entries, row.parts) == (SESSION, "alice", 12, 6)


@pytest.mark.parametrize(
    ("gone", "verdict", "why"),
    [(1, Verdict.CUT, "part 1 is gone"), (2, Verdict.CUT, "part 2 is gone"), (6, Verdict.CUT, "cut short: 2 of 12")],
)
def test_a_part_that_is_gone_is_told(
    tmp_path: Path, long: Journal, key: DataKey, gone: int, verdict: Verdict, why: str
) -> None:
    parts.path_of(tmp_path, SESSION, gone).unlink()
    for found in (verdicts.verdict(tmp_path, SESSION, key), verdicts.of_all(tmp_path, {})[SESSION]):
        assert (found.verdict, found.why.startswith(why)) == (verdict, True), found


def test_parts_that_changed_places_and_parts_of_others_are_told(tmp_path: Path, long: Journal, key: DataKey) -> None:
    second, third = (parts.path_of(tmp_path, SESSION, part) for part in (2, 3))
    raw = second.read_bytes()
    second.write_bytes(third.read_bytes())
    third.write_bytes(raw)
    assert verdicts.verdict(tmp_path, SESSION, key).at == 3
    second.write_bytes(raw.replace(b'"part":2', b'"part":9'))
    assert verdicts.verdict(tmp_path, SESSION, key).at == 3


def test_without_room_for_a_next_part_nothing_is_written(tmp_path: Path, key: DataKey) -> None:
    space = [10_000]
    journal = Journal(tmp_path, SESSION, key, min_free=5_000, sync=False, part_bytes=1, free=lambda _: space[0])
    fill(journal, 1)
    space[0] = 5_100
    with pytest.raises(Unavailable, match="too little free space"):
        fill(journal, 1)
    assert names(tmp_path) == [f"{SESSION}.jsonl"]
    space[0] = 10_000
    fill(journal, 1)
    assert [entry.code for entry in read.load(tmp_path, SESSION).entries][1:] == ["session.continued", "request.sent"]
    assert read.load(tmp_path, SESSION).problems == ()
    journal.close()


def test_a_part_that_somebody_else_made_ends_the_journal(tmp_path: Path, key: DataKey) -> None:
    journal = Journal(tmp_path, SESSION, key, min_free=1, sync=False, part_bytes=1)
    fill(journal, 1)
    parts.path_of(tmp_path, SESSION, 2).write_bytes(b"")
    with pytest.raises(Unavailable, match="changed by someone else"):
        fill(journal, 1)
    assert journal.broken
    journal.close()


async def test_a_steady_caller_stays_in_one_session(tmp_path: Path) -> None:
    settings = Recording(folder=tmp_path / "sessions", min_free=1, part_bytes=2000)
    recorder = Recorder(settings, sealer := LocalSealer(), Clock())
    who = ("issuer#alice", "alice", "10.0.0.1:5000", "curl/8.5.0")
    session = await recorder.session(*who)
    for i in range(20):
        assert await recorder.session(*who) == session
        await recorder.write(session, "request.sent", f"x{i}", {"client": "10.0.0.1"}, b"original")
        await recorder.write(session, "answer.released", f"x{i}", {"status": 200})
    await recorder.close()
    (row,) = await asyncio.to_thread(read.sessions, settings.folder)
    assert (row.session, row.parts > 2, row.agent) == (session, True, "curl/8.5.0")
    assert verdicts.verdict(settings.folder, session, sealer.made[0]).verdict is Verdict.WHOLE
