"""Is what nobody may know of told like what is not there, whatever it is like?"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import unquote

import pytest

from support.lucene.asked import operation, raw_of
from vecgate import dialects
from vecgate.dialects.base.lucene.classified import Seen, seen
from vecgate.dialects.base.lucene.names import Index, absent
from vecgate.domain.call import Answer, Call
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

_SHADOWED: Final[Any] = {"properties": {"tel": {"type": "alias", "path": "phone"}}}
#: What the server has: an index of one's own, and another one with whatever is refused by name.
_THERE: Final[dict[str, Any]] = {
    "people": {"aliases": {"both": {}}, "mappings": {}, "settings": {"index.uuid": "p"}},
    "secret": {
        "aliases": {"both": {}, "ours": {}, "some": {"filter": {"term": {"a": 1}}}},
        "mappings": _SHADOWED,
        "settings": {"index.uuid": "s"},
    },
}


def _means(item: str, name: str, said: Any) -> bool:
    return item in ("_all", name, *said["aliases"]) or (item.endswith("*") and name.startswith(item[:-1]))


async def _ask(call: Call) -> Answer:
    items = unquote(call.path[1:]).split(",")
    found = {name: said for name, said in _THERE.items() if any(_means(item, name, said) for item in items)}
    assert dict(call.query)["ignore_unavailable"] == "true", "one question, whether it is there or not"
    return Answer(200, body=json.dumps(found).encode())


def _said(target: str, body: Any = None, method: str = "POST") -> Any:
    """What becomes of a call by somebody who may have to do with `people` alone: its indices, or what they are told."""
    dialect = dialects.load("opensearch")

    def denies(one: Operation) -> bool:
        return not one.unnamed and any(name != "people" for part in (one, *one.also) for name in part.collections)

    async def may(*could_be: Operation) -> None:
        if all(map(denies, could_be)):
            raise CallRefused(refuse("policy.no_rule", operation="it", target=could_be[0].collections, who="me"))

    async def sees(each: Sequence[Operation]) -> list[bool]:
        return [not denies(one) for one in each]

    async def told() -> Operation:
        found = await dialect.classify_seen(dialect.read(raw_of(method, target, body)), _ask, sees, may=may)
        await may(found)
        return found

    try:
        return asyncio.run(told()).collections
    except CallRefused as e:
        return str(e.refusal)


_TEL: Final[Any] = {"query": {"term": {"tel": "x"}}}


@pytest.mark.parametrize("path", ["_search", "_count", "_refresh", "_delete_by_query"])
@pytest.mark.parametrize(
    ("hidden", "absent"),
    [("s*", "z*"), ("people,s*", "people,z*"), ("secret", "nope"), ("secret,p*", "nope,p*"), ("ours", "nope"), ("both", "nope"), ("some", "nope"), ("people,ours", "people,nope"), ("p*,-secret", "p*,-nope")],
)  # fmt: skip
def test_what_is_hidden_is_told_as_what_is_not_there(path: str, hidden: str, absent: str) -> None:
    """O-30, O-33: filters of aliases and fields that stand for others are told to who may know of them."""
    body = None if path == "_refresh" else _TEL
    told = _said(f"/{hidden}/{path}", body)
    pairs = zip(hidden.split(","), absent.split(","), strict=True)
    for one, other in pairs:
        told = told.replace(f"'{one}'", f"'{other}'") if isinstance(told, str) else told
    assert told == _said(f"/{absent}/{path}", body)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "_doc/1", None),
        ("DELETE", "", None),
        ("POST", "_bulk", [{"delete": {"_id": "1"}}]),
        ("POST", "_msearch", [{}, {"size": 1}]),
        ("POST", "_mget", {"ids": ["1"]}),
    ],
)
def test_a_name_of_several_is_told_as_such_to_who_sees_them(method: str, path: str, body: Any) -> None:
    for name in ("both", "ours", "some"):
        said = _said(f"/{name}/{path}".rstrip("/"), body, method)
        assert said == _said(f"/nope/{path}".rstrip("/"), body, method).replace("nope", name), said


def test_a_pattern_goes_out_as_what_it_found_of_ones_own() -> None:
    assert _said("/*/_search") == _said("/people,s*/_search") == _said("/_search") == ("people",)
    assert "leave them out of a pattern alone" in _said("/people,p*,-pets/_search")


def index(name: str, *aliases: str) -> Index:
    return Index(name, f"uuid-of-{name}", {alias: {} for alias in aliases}, {}, {})


PEOPLE, PETS, SECRET = (
    index("people", "everyone", "beings"),
    index("pets", "beings"),
    index("secret", "everyone", "ours"),
)


def told(expression: str, *found: Index) -> Seen:
    """What is told of it to somebody who sees all but the secret one."""

    async def sees(each: Sequence[Operation]) -> list[bool]:
        return [one.collections != ("secret",) for one in each]

    return asyncio.run(seen(found, expression, operation("search"), sees))


@pytest.mark.parametrize(
    ("expression", "found", "own"),
    [
        ("s*", [SECRET], []),
        ("*", [PEOPLE, SECRET], ["people"]),
        ("_all", [SECRET, PEOPLE, PETS], ["people", "pets"]),
        ("people,s*", [PEOPLE, SECRET], ["people"]),
        ("*,-people", [PETS, SECRET], ["pets"]),
        ("beings", [PEOPLE, PETS], ["people", "pets"]),
        ("bei*", [PEOPLE, PETS], ["people", "pets"]),
        ("secret,p*", [SECRET, PEOPLE], ["secret", "people"]),  # what it names itself, the decision is about
        ("people", [PEOPLE], ["people"]),
        ("ours,people", [SECRET, PEOPLE], ["ours", "people"]),
    ],
)
def test_a_pattern_finds_what_is_ones_own(expression: str, found: list[Index], own: list[str]) -> None:
    """O-30"""
    assert [one.name for one in told(expression, *found).own] == own


def test_a_name_of_what_is_hidden_is_one_of_nothing_and_what_is_behind_is_told_to_the_decision() -> None:
    """O-37"""
    assert told("ours", SECRET) == Seen([absent("ours")], (("ours", SECRET),))
    assert told("everyone", PEOPLE, SECRET) == Seen([absent("everyone")], (("everyone", SECRET),))
    assert told("everyone,pe*", PEOPLE, SECRET) == Seen([absent("everyone"), PEOPLE], (("everyone", SECRET),))
    assert told("no-such", absent("no-such")) == Seen([absent("no-such")])
