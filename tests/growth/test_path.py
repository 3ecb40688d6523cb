"""Twice as much to ask, to answer, to hold and to look at is at most 2.3 times the work."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

from support.fakes.journals import SESSION
from support.tools.work import growth
from vecgate.approvals.glimpse import glimpse
from vecgate.dialects.chroma import filters
from vecgate.domain.call import Call
from vecgate.domain.inlets import Condition
from vecgate.domain.profiles import OperatorSpec, operators
from vecgate.masking.apply.operators import build
from vecgate.parsing import paths
from vecgate.parsing.http1 import Reader, request
from vecgate.parsing.strict_json import dump
from vecgate.parsing.talk import Talk
from vecgate.recording import chain, heads, parts
from vecgate.recording.chain import Entry
from vecgate.recording.journal import Journal
from vecgate.recording.pretty import pretty_bytes
from vecgate.recording.read import Conversation, check
from vecgate.recording.seal import DataKey
from vecgate.recording.told import told
from vecgate.viewer.flows import flow_of

MOST: Final = 2.3
KEY: Final = DataKey(b"k" * 32, "")


# HTTP


def answered(pieces: list[bytes]) -> None:
    reader = Reader("POST", 10**9)
    for piece in pieces:
        reader.feed(piece)
    reader.end()


def whole(n: int) -> list[bytes]:
    return [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (n * 100), *[b"x" * 100] * n]


def chunked(n: int) -> list[bytes]:
    return [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *[b"1\r\nx\r\n"] * n, b"0\r\n\r\n"]


def byte_by_byte(n: int) -> list[bytes]:
    return [bytes([one]) for one in b"".join(chunked(n // 4))]


def headers(n: int) -> list[bytes]:
    return [b"HTTP/1.1 200 OK\r\n", *[b"A: b\r\n"] * (n // 10), b"Content-Length: 0\r\n\r\n"]


def asked(pieces: list[bytes]) -> None:
    talk = Talk(10**9, 10**9, 10**9)
    for piece in pieces:
        talk.receive(piece)
        while talk.next() is not None:
            pass


def of_a_client(make: Callable[[int], list[bytes]]) -> Callable[[int], list[bytes]]:
    def made(n: int) -> list[bytes]:
        first, *rest = make(n)
        return [b"POST / HTTP/1.1\r\n" + first.removeprefix(b"HTTP/1.1 200 OK\r\n"), *rest]

    return made


def head_byte_by_byte(n: int) -> list[bytes]:
    return [bytes([one]) for one in b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * (n // 6) + b"\r\n"]


@pytest.mark.parametrize("make", [*map(of_a_client, [whole, chunked, headers]), head_byte_by_byte])
def test_a_request_is_read(make: Callable[[int], list[bytes]]) -> None:
    assert growth(make, asked, 400) < MOST


@pytest.mark.parametrize("make", [whole, chunked, byte_by_byte, headers])
def test_an_answer_is_read(make: Callable[[int], list[bytes]]) -> None:
    assert growth(make, answered, 400) < MOST


def test_a_request_is_written() -> None:
    def make(n: int) -> tuple[tuple[str, str], ...]:
        return tuple((f"h{i}", "v") for i in range(n))

    assert growth(make, lambda one: request("POST", "/a", one, b""), 200) < MOST


@pytest.mark.parametrize(
    "make", [lambda n: "/a%20b" * n, lambda n: "/a?" + "&".join(f"k{i}=v" for i in range(n)), lambda n: "/" + "a" * n]
)
def test_a_path_is_split_and_joined(make: Callable[[int], str]) -> None:
    paths.split.cache_clear()

    def work(one: str) -> None:
        segments, _ = paths.split(one)
        paths.join(segments)

    assert growth(make, work, 150) < MOST


# what is asked


def wide(n: int) -> Any:
    return {"$and": [{f"k{i}": {"$in": ["a", "b"]}} for i in range(n)]}


def one_list(n: int) -> Any:
    return {"k": {"$in": [f"v{i}" for i in range(n)]}}


def nested(n: int) -> Any:
    tree: Any = {"k": "v"}
    for _ in range(n // 10):
        tree = {"$or": [tree, {"k": "w"}]}
    return tree


@pytest.mark.parametrize("make", [wide, one_list, nested])
def test_a_filter_is_read(make: Callable[[int], Any]) -> None:
    def each(condition: Condition) -> Any:
        return condition.value

    def work(where: Any) -> None:
        filters.check_where(where, "where")
        filters.rewritten("collection_get", {"where": where}, each)
        filters.fields("collection_get", {"where": where})

    assert growth(make, work, 200) < MOST  # one filter joins at most 500


@pytest.mark.parametrize("make", [wide, one_list, nested])
def test_what_is_held_is_bound_and_shown_to_approvers(make: Callable[[int], Any]) -> None:
    def work(tree: Any) -> None:
        Call("POST", "/a", body=dump(tree), tree=tree).digest("somebody", "db", "terms")
        glimpse(tree)

    assert growth(make, work, 300) < MOST


# what is shown


@pytest.mark.parametrize("name", operators())
def test_an_operator_shows_something_else(name: str) -> None:
    show = build(OperatorSpec(name), b"k" * 32)
    assert growth(lambda n: "Rosalind 4111 " * n, lambda text: show(text, "PERSON"), 200) < MOST


def entries(n: int) -> list[Entry]:
    call = {"method": "POST", "path": "/a/" * 20, "query": [[f"q{i}", "v"] for i in range(n)]}
    body = {"call": call, "answer": {"documents": ["text"] * n, "embeddings": [[0.5] * 8] * n}, "status": 200}
    return [Entry(0, "2026-11-23T14:15:00.000Z", "answer.released", "x", body, None, "", "")]


def test_the_viewer_paints_an_exchange() -> None:
    def work(found: list[Entry]) -> None:
        flow = flow_of("s", "c", Conversation("x", found))
        assert flow.response is not None
        pretty_bytes(flow.response.content or b"")

    assert growth(entries, work, 200) < MOST


# what is recorded


def journal(folder: Path, n: int) -> Path:
    made = folder / f"{n}"
    made.mkdir(exist_ok=True)
    for old in made.iterdir():
        old.unlink()
    written = Journal(made, SESSION, KEY, min_free=1, sync=False, part_bytes=5000)
    for i in range(n):
        written.append(1_795_443_300.0, "request.sent", f"x{i}", b'{"status":200}', b"original")
        written.append(1_795_443_300.0, "answer.released", f"x{i}", b'{"status":200}')
    written.close()
    return made


def test_a_journal_is_written(tmp_path: Path) -> None:
    made = iter(range(10))

    def folder(n: int) -> tuple[Path, int]:
        path = tmp_path / f"w{next(made)}"
        path.mkdir()
        return path, n

    assert growth(folder, lambda one: journal(*one), 60) < MOST


def test_a_journal_is_verified_and_told(tmp_path: Path) -> None:
    def work(folder: Path) -> None:
        assert (
            check(folder, SESSION, lambda line: "" if KEY.mac_is(*(chain.mac_parts(line) or (b"", ""))) else "x") == []
        )
        assert sum(1 for _ in told(parts.of(folder, SESSION))) > 0

    assert growth(lambda n: journal(tmp_path, n), work, 60) < MOST


def test_heads_are_read(tmp_path: Path) -> None:
    def make(n: int) -> Path:
        folder = tmp_path / f"h{n}"
        folder.mkdir(exist_ok=True)
        lines = [orjson.dumps(heads.Head(f"20261123T14150{i % 10}-a-{i:04x}", i, "0" * 64, "t")) for i in range(n)]
        (folder / heads.NAME).write_bytes(b"\n".join(lines) + b"\n")
        return folder

    assert growth(make, heads.load, 200) < MOST
