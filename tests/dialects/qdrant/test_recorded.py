"""Is every call that a real server was recorded with read as the server read it, or refused for a reason on the page?

What both take goes out as it was understood: sent to the engine in that form, it does and answers what the recorded one
does.
"""

import asyncio
import json
import re
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlencode

import pytest

from demo.qdrant_edge_shim.access import Keys
from demo.qdrant_edge_shim.server import Server
from demo.qdrant_edge_shim.store import Store
from support.tools.replayed import Row, ask, is_vague, rows
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import CallRefused

SERVERS: Final = ("open", "api_key+alt_api_key+read_only_api_key+jwt_rbac+audit+hardware_reporting", "single", "open,")

#: What the gateway refuses though the server takes it: the words of the refusal, and the fact on the page.
REVIEWED: Final = {
    r"duplicate key": "Q-10",
    r"'points' and 'batch' stand together": "Q-11",
    r"'points' and 'filter' stand together": "Q-12",
    r"'delete' and '(set_payload|upsert)' are two kinds": "Q-13",
    r"'nearest' and 'recommend' are two kinds": "Q-14",
    r"unknown member 'must' in 'filter\.must": "Q-15",
    r"'match' and 'range' stand together": "Q-16",
    r"'any' and '(value|except)' are two kinds": "Q-17",
    r"is heeded by POST only": "Q-77",
    r"is heeded by no read by ids": "Q-70",
    r"unknown member": "Q-18",
    r"must be an object|must be a JSON object": "Q-22",
    r"nested deeper": "Q-27",
    r"must not be empty": "Q-24",
    r"its content type must be": "Q-30",
    r"it is compressed|not UTF-8": "Q-31",
    r"this route takes none": "Q-33",
    r"empty segment|fragment": "Q-34",
    r"this route knows these query keys|plain 'key=value' pairs": "Q-38",
    r"has a value that it cannot have": "Q-41",
    r"route\.refused": "Q-63",
    r"route\.unknown": "Q-37",
}  # fmt: skip


def raw(row: Row) -> Raw:
    return Raw(row.method, row.path + (f"?{row.query}" if row.query else ""), tuple(row.headers), row.raw)


async def nobody(call: Call) -> Answer:
    return dialects.load("qdrant").offline(call, None)


def read(row: Row) -> tuple[Call, Operation] | Refusal:
    dialect = dialects.load("qdrant")
    try:
        call = dialect.read(raw(row))
        return call, asyncio.run(dialect.classify(call, nobody))
    except CallRefused as e:
        return cast("Refusal", e.refusal)


def taken(row: Row) -> bool:
    return row.status is not None and row.status < 300


@pytest.fixture(scope="module")
def verdicts() -> list[tuple[Row, tuple[Call, Operation] | Refusal]]:
    return [(row, read(row)) for server in SERVERS for row in rows(server)]


def test_what_is_refused_beyond_the_server_is_on_the_page(verdicts: list[Any]) -> None:
    page = (Path(dialects.__file__).parent / "qdrant" / "facts.md").read_text("utf-8")
    refused = [(row, str(said)) for row, said in verdicts if isinstance(said, Refusal) and taken(row)]
    assert len(refused) > 90
    odd = [(row.number, row.path, said) for row, said in refused if not any(re.search(w, said) for w in REVIEWED)]
    assert odd == []
    assert all(f"| {fact} |" in page for fact in REVIEWED.values())
    used = {words for words in REVIEWED for _, said in refused if re.search(words, said)}
    assert used == {*REVIEWED}


def test_no_official_client_is_refused(verdicts: list[Any]) -> None:
    """Q-90, Q-97: qdrant-client, its JavaScript half, LangChain, LlamaIndex, Haystack and the MCP server."""
    clients = [(row, said) for row, said in verdicts if row.source.startswith("client:") and taken(row)]
    assert len(clients) > 250
    assert [(row.source, row.path, str(said)) for row, said in clients if isinstance(said, Refusal)] == []


def test_answers_hold_no_more_than_was_asked_for(verdicts: list[Any]) -> None:
    compared, dialect = 0, dialects.load("qdrant")
    for row, said in verdicts:
        if isinstance(said, Refusal) or not taken(row) or "json" not in (row.answer or {}):
            continue
        _, operation = said
        held = dialect.records(operation, row.answer["json"])
        if held is not None and operation.limit is not None:
            compared += 1
            assert held <= operation.limit, (row.number, row.path, row.request)
        if not operation.wants_vectors and operation.name != "get_point":
            assert dialect.strip_vectors(operation, row.answer["json"]) is row.answer["json"], row.number
    assert compared > 400


class Both:
    """Two servers: one is sent what was recorded, the other what goes out for it. What reads is put to one of them."""

    def __init__(self, folder: Path) -> None:
        keys = Keys()
        self.as_recorded, self.as_read = Server(Store(folder / "a"), keys), Server(Store(folder / "b"), keys)

    def send(self, row: Row, said: tuple[Call, Operation] | Refusal) -> tuple[Any, Any]:
        """Both answers; what is refused is sent to both as it was recorded."""
        target = row.path + (f"?{row.query}" if row.query else "")
        one = ask(self.as_recorded, row.method, target, row.headers, row.raw)
        if isinstance(said, Refusal):
            return one, ask(self.as_read, row.method, target, row.headers, row.raw)
        call, operation = said
        target = call.path + (f"?{urlencode(call.query)}" if call.query else "")
        # Of equal hits two engines have their own order.
        other = self.as_recorded if operation.group == "read" else self.as_read
        return one, ask(other, call.method, target, [*call.headers], call.body)


def same(status: int, answer: Any) -> Any:
    """An answer without what chance decides, and with a write that is waited for as done."""
    text = re.sub(r'"(acknowledged)"', '"completed"', json.dumps(answer, sort_keys=True, default=str))
    text = re.sub(r'"peer_id": \d+| at line \d+ column \d+|\d{4}-\d\d-\d\d[T-][\d:.-]+Z?', "", text)
    return status, text


def test_what_goes_out_means_the_same_to_the_server(verdicts: list[Any], tmp_path: Path) -> None:
    both, compared, other = Both(tmp_path), 0, []
    for row, said in verdicts:
        if row.server != "open" or "snapshot" in row.path or not row.is_whole:
            continue
        one, two = both.send(row, said)
        if isinstance(said, Refusal) or is_vague(row) or (one[0] >= 400 and two[0] >= 400):
            continue
        compared += 1
        if "prefetch" in str(row.request):  # of equal hits the engine has another order each time
            held = [dialects.load("qdrant").records(said[1], answer["json"]) for _, answer in (one, two)]
            assert held[0] == held[1]
        elif same(*one) != same(*two):
            other.append((row.number, row.method, row.path, row.request, one, two))
    assert compared > 500
    assert other == []
