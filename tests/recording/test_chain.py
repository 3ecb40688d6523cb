from itertools import pairwise
from pathlib import Path

import pytest

from support.fakes.journals import SESSION, fill
from vecgate.recording import chain, heads
from vecgate.recording.chain import verify
from vecgate.recording.heads import Head
from vecgate.recording.journal import Journal
from vecgate.recording.seal import DataKey


@pytest.fixture
def lines(tmp_path: Path, journal: Journal) -> list[bytes]:
    fill(journal, 4)
    return (tmp_path / f"{SESSION}.jsonl").read_bytes().splitlines(keepends=True)


def problems(folder: Path, lines: list[bytes], session: str = SESSION) -> list[str]:
    path = folder / f"{session}.jsonl"
    path.write_bytes(b"".join(lines))
    return verify(session, {1: path}, heads.load(folder)[0])


def test_an_empty_journal_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.touch()
    assert verify(SESSION, {1: path}, {}) == ["empty"]
    assert verify(SESSION, {1: path}, {SESSION: Head(SESSION, 3, "0" * 64)}) == ["empty: all of its entries are gone"]


def test_an_untouched_journal_is_whole(tmp_path: Path, lines: list[bytes]) -> None:
    assert problems(tmp_path, lines) == []


def test_every_flipped_byte_is_found(tmp_path: Path, lines: list[bytes]) -> None:
    whole = b"".join(lines)
    for place in range(len(whole)):
        for bit in (0, 5):
            changed = bytearray(whole)
            changed[place] ^= 1 << bit
            assert problems(tmp_path, [bytes(changed)]), f"byte {place}, bit {bit}"


def test_every_removed_line_is_found(tmp_path: Path, lines: list[bytes]) -> None:
    for gone in range(len(lines)):
        assert problems(tmp_path, lines[:gone] + lines[gone + 1 :]), f"line {gone + 1}"


def test_every_swap_of_neighbours_is_found(tmp_path: Path, lines: list[bytes]) -> None:
    for a, b in pairwise(range(len(lines))):
        swapped = list(lines)
        swapped[a], swapped[b] = swapped[b], swapped[a]
        assert problems(tmp_path, swapped), f"lines {a + 1} and {b + 1}"


def test_every_doubled_line_is_found(tmp_path: Path, lines: list[bytes]) -> None:
    for i, line in enumerate(lines):
        assert problems(tmp_path, [*lines[:i], line, *lines[i:]]), f"line {i + 1}"


def test_every_cut_at_the_end_is_found(tmp_path: Path, lines: list[bytes]) -> None:
    whole = b"".join(lines)
    for length in range(len(whole)):
        assert problems(tmp_path, [whole[:length]]), f"cut to {length} bytes"


def test_a_well_made_line_added_at_the_end_is_found(tmp_path: Path, lines: list[bytes]) -> None:
    last = chain.parse(lines[-1])
    core = chain.core(last.n + 1, last.hash, last.at, "request.sent", "x", b"{}", None)
    assert problems(tmp_path, [*lines, chain.finish(core, None)[0]]) == [
        "1 entries after the last noted head (added, or the gateway stopped right then)"
    ]


def test_a_whole_new_chain_does_not_match_the_noted_head(tmp_path: Path, lines: list[bytes]) -> None:
    prev, forged = chain.genesis(SESSION), []
    for line in lines:
        entry = chain.parse(line)
        line, prev = chain.finish(chain.core(entry.n, prev, entry.at, entry.code, "other", b"{}", None), None)
        forged.append(line)
    assert problems(tmp_path, forged) == ["its last entry is not the one that was noted"]


def test_a_journal_is_bound_to_its_session(tmp_path: Path, lines: list[bytes]) -> None:
    assert problems(tmp_path, lines, "20261123T141500-bob-8f3a") == [
        "line 1: does not follow the line before it (removed, added, moved, or another session's)"
    ]


def test_a_journal_without_a_head_is_a_problem(tmp_path: Path, lines: list[bytes]) -> None:
    (tmp_path / heads.NAME).unlink()
    assert problems(tmp_path, lines) == [
        "no head was noted for it (a foreign file, or lines of heads.jsonl were removed)"
    ]


@pytest.mark.parametrize(
    "line",
    [
        b'{"n":"0","prev":"","at":"","code":"","exchange":"","body":{}',
        b'{"n":0,"prev":"","at":"","code":[],"exchange":"","body":{}',
        b'{"n":0,"prev":"","at":"","code":"","exchange":{},"body":{}',
        b'{"n":0,"prev":"","at":1,"code":"","exchange":"","body":{}',
        b'{"n":0,"prev":"","at":"","code":"","exchange":"","body":[1]',
        b'{"n":true,"prev":"","at":"","code":"","exchange":"","body":{}',
        b'{"n":0,"prev":"","at":"","code":"","exchange":"","body":{},"original":7',
        b'{"n":0,"prev":""',
    ],
)
def test_what_has_a_hash_and_is_no_entry_is_told_so(tmp_path: Path, line: bytes) -> None:
    """Anybody can make the hash of anything: nothing that reads journals may stumble over it."""
    whole, _ = chain.finish(line, None)
    with pytest.raises(ValueError, match="is no entry"):
        chain.parse(whole)
    assert problems(tmp_path, [whole]) == ["line 1: is no entry"]


def test_only_the_data_key_makes_a_mac_that_fits(lines: list[bytes], key: DataKey) -> None:
    found = chain.mac_parts(lines[2])
    assert found is not None
    assert key.mac_is(*found)
    assert not DataKey(b"x" * 32, "").mac_is(*found)


def test_a_line_without_mac_has_none(lines: list[bytes]) -> None:
    entry = chain.parse(lines[0])
    line, _ = chain.finish(chain.core(0, entry.prev, entry.at, entry.code, "", b"{}", None), None)
    assert chain.mac_parts(line) is None
    assert chain.mac_parts(b"not a line") is None
