"""Recorded calls of a real Qdrant, sent once more: to the shim, in the order they were made, and what differs."""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from demo.qdrant_edge_shim.call import Accepted, Plain, Raw
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.server import Headers, Server

RECORDED: Final = Path(__file__).resolve().parents[2] / "recorded" / "qdrant.jsonl"
#: What depends on the machine, the hour, or how many writes there were before.
_VARIES: Final = frozenset(
    {
        "operation_id", "version", "peer_id", "segments_count", "wal_config", "creation_time", "size", "checksum", "startup",
        "disk_usage_percent", "disk_bytes", "cached_bytes", "expected_cache_bytes", "ram_bytes", "indexed_vectors_count", "uuid",
        "time", "usage",
    }
)  # fmt: skip
_PLACE: Final = re.compile(r" at line \d+ column \d+$")
#: Encodings and byte orders that only the recording's note tells.
_BYTES: Final = {
    "json: count BOM": lambda raw: b"\xef\xbb\xbf" + raw,
    "json: count utf-16": lambda raw: raw.decode().encode("utf-16"),
    "json: count utf-16le charset": lambda raw: raw.decode().encode("utf-16-le"),
    "ids: retrieve -0": lambda raw: raw.replace(b"[0]", b"[-0]"),
    "json: query 1e400": lambda raw: raw.replace(b"Infinity", b"1e400"),
    "transfer: no length, no chunked": lambda _: b"",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One recorded call. `number` is its line, from 1."""

    number: int
    told: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.told[name]

    @property
    def note(self) -> str:
        return str(self.told.get("note", ""))

    @property
    def raw(self) -> bytes:
        said = self.told["request"]
        if not said:
            return b""
        if "json" in said:
            raw = json.dumps(said["json"], ensure_ascii=False).encode("utf-8", "surrogatepass")
        else:
            raw = (
                base64.b64decode(said["base64"]) if "base64" in said else said["text"].encode("utf-8", "surrogatepass")
            )
        return _BYTES[self.note](raw) if self.note in _BYTES else raw

    @property
    def headers(self) -> Headers:
        found = [("content-type", self.told["content_type"])] if self.told["content_type"] else []
        encoding = re.match(r"content-encoding: ([\w-]+)", self.note)
        if encoding and "w/o header" not in self.note:
            said = "gzip" if encoding[1] == "local" else encoding[1]
            found.append(("content-encoding", said))
        return found

    @property
    def is_whole(self) -> bool:
        """Whether the recording holds all that was sent."""
        said = self.told["request"] or {}
        return "cut" not in said and ("base64" not in said or len(base64.b64decode(said["base64"])) == said["bytes"])


def rows(server: str) -> Iterator[Row]:
    """The calls to the server with that configuration."""
    for number, line in enumerate(RECORDED.read_text("utf-8").splitlines(), 1):
        row = Row(number, json.loads(line))
        if row.server.partition(" ")[0] == server:
            yield row


def ask(server: Server, method: str, target: str, headers: Headers, raw: bytes) -> tuple[int, Any]:
    """Status and answer, in the recordings' form."""
    try:
        value = server.answer(method, target, headers, raw)
    except Fault as e:
        if e.shape == "empty":
            return e.status, None
        return e.status, {"text": e.message} if e.shape == "text" else {"json": {"status": {"error": e.message}}}
    if isinstance(value, Accepted):
        return 202, {"json": {"status": "accepted"}}
    if isinstance(value, Raw):
        return 200, {"base64": ""}
    if isinstance(value, Plain):
        return 200, {"text": value.value} if isinstance(value.value, str) else {"json": value.value}
    tree = {"result": value, "status": "ok"}
    return 200, {"json": orjson.loads(orjson.dumps(tree, option=orjson.OPT_SERIALIZE_NUMPY))}


def is_vague(row: Row) -> bool:
    """Whether chance, or the machine, is all of the answer."""
    machine = row.path.endswith(("/memory", "/telemetry", "/quotas"))
    return machine or "matrix" in row.path or '"sample"' in json.dumps(row.request)


def differs(row: Row, status: int, answer: Any) -> str:
    """In what the answer is not the recorded one; the empty string: in nothing that is the same each time."""
    if status != row.status:
        return f"status {status}, not {row.status}"
    wanted = row.answer
    if not wanted or "cut" in wanted or is_vague(row):
        return ""
    if _form(answer) != _form(wanted):
        return f"form {_form(answer)}, not {_form(wanted)}"
    if _form(wanted) == "text":
        return "" if wanted["text"][:40] == answer["text"][:40] else "another text"
    if "json" not in wanted:
        return ""
    if row.source.startswith("script:isolation") and row.status == 200:
        who, expected = _who(answer["json"]), _who(wanted["json"])
        return "" if who == expected else f"{sorted(who)}, not {sorted(expected)}"
    return "" if _same(_plain(answer["json"]), _plain(wanted["json"])) else "another body"


def _who(tree: Any) -> set[str]:
    """Whose records are in an answer, and counts: vectors of these rows are in no recording, so that scores are others."""
    if isinstance(tree, list):
        return set[str]().union(*map(_who, tree))
    if not isinstance(tree, dict):
        return set()
    own = {f"{name} {tree[name]}" for name in ("id", "count", "value") if isinstance(tree.get(name), (str, int))}
    return own.union(*map(_who, tree.values()))


def _form(answer: Any) -> str:
    return next((form for form in ("json", "text", "base64") if answer and form in answer), "nothing")


def _plain(tree: Any) -> Any:
    """The tree without what varies; hits of one score in no order."""
    if isinstance(tree, dict):
        if isinstance(tree.get("error"), str):
            return {"error": _PLACE.sub("", tree["error"])}
        found = {key: _plain(one) for key, one in tree.items() if key not in _VARIES}
        return found | {"groups": _untied_groups(found["groups"])} if "groups" in found else found
    if isinstance(tree, list):
        inner = [_plain(one) for one in tree]
        return _untied(inner) if _scored(inner) else inner
    return "*.snapshot" if isinstance(tree, str) and tree.endswith(".snapshot") else tree


def _scored(many: Any) -> bool:
    return isinstance(many, list) and bool(many) and all(isinstance(one, dict) and "score" in one for one in many)


def _untied(hits: list[Any]) -> list[Any]:
    """Where several have one score, only that; and so for the last ones, of which more may have been cut off."""
    scores = [round(one["score"], 5) if one["score"] is not None else None for one in hits]
    return [
        {"score": score} if scores.count(score) > 1 or score == scores[-1] else one
        for one, score in zip(hits, scores, strict=True)
    ]


def _untied_groups(groups: list[Any]) -> list[Any]:
    """The same for groups, by their best hit."""
    best = [group["hits"][0]["score"] if group["hits"] else None for group in groups]
    return [
        group if best.count(score) == 1 and score != best[-1] else {"score": score}
        for group, score in zip(groups, best, strict=True)
    ]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        both = isinstance(one, (int, float)) and isinstance(other, (int, float))
        return both and abs(one - other) <= 1e-5 * max(1.0, abs(one))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return bool(one == other)
