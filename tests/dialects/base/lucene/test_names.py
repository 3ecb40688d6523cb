"""What is remembered of names, for how long, and what is told before anything is asked?"""

import asyncio
import json
from typing import Any

import pytest

from support.lucene.asked import Described, raw_of
from vecgate import dialects
from vecgate.dialects.base.lucene.names import FRESH_SECONDS, Index, Names, check, under_own_names
from vecgate.domain.call import Answer, Call
from vecgate.domain.inlets import Condition
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused, Unavailable


async def nothing() -> None:
    pass


def test_a_name_is_asked_for_once_and_again_when_it_is_old_or_changed() -> None:
    """O-37"""
    clock, described = [0.0], Described(everyone="people")
    names = Names(now=lambda: clock[0])

    def asked(**how: Any) -> int:
        before = len(described.asked)
        asyncio.run(names.of(described.ask, "everyone", nothing, **how))
        return len(described.asked) - before

    assert (asked(), asked(), asked(anew=True), asked()) == (1, 0, 1, 0)
    clock[0] += FRESH_SECONDS + 1
    assert (asked(), asked()) == (1, 0)
    names.forget()
    assert asked() == 1


def test_what_is_not_there_is_not_remembered() -> None:
    """O-36: a moment later it may be an alias of anything."""
    asked = []

    async def ask(call: Call) -> Answer:
        asked.append(call.path)
        return Answer(404)

    names = Names()
    for _ in range(2):
        found = asyncio.run(names.of(ask, "nope", nothing))
        assert [(one.name, one.uuid) for one in found] == [("nope", "")]
    assert len(asked) == 2


def test_who_may_do_nothing_learns_nothing() -> None:
    """Before the server is asked, whoever decides is told of what it could be."""
    dialect, told = dialects.load("opensearch"), list[Operation]()

    async def may(*could_be: Operation) -> None:
        told.extend(could_be)
        raise CallRefused("no")  # type: ignore[arg-type]

    async def ask(call: Call) -> Answer:
        raise AssertionError("asked")

    with pytest.raises(CallRefused):
        asyncio.run(dialect.classify(dialect.read(raw_of("DELETE", "/people*")), ask, may=may))
    assert [(one.kind, one.collections, one.things, one.unnamed) for one in told] == [
        ("collection_drop", (), ("people*",), True)
    ]


def test_an_answer_that_describes_nothing_is_no_answer() -> None:
    for body in (b"[]", b'{"people":{}}', b"no"):

        async def ask(call: Call, body: bytes = body) -> Answer:
            return Answer(200, body=body)

        with pytest.raises(Unavailable):
            asyncio.run(Names().of(ask, "people", nothing))


def test_more_indices_than_a_request_line_holds_are_refused() -> None:
    async def ask(call: Call) -> Answer:
        told = {f"i{n}": {"settings": {"index.uuid": f"u{n}"}} for n in range(65)}
        return Answer(200, body=json.dumps(told).encode())

    dialect = dialects.load("opensearch")
    with pytest.raises(CallRefused, match="no more than 64"):
        asyncio.run(dialect.classify(dialect.read(raw_of("GET", "/_all/_search")), ask))


def test_an_alias_is_refused_for_what_is_lost_under_the_index_own_name() -> None:
    """O-33: not for where it writes to, which is that index, nor for being hidden."""
    for said, is_refused in (
        ({}, False), ({"is_write_index": True}, False), ({"is_write_index": False, "is_hidden": True}, False), ({"filter": {"term": {"a": 1}}}, True),
        ({"index_routing": "1"}, True), ({"search_routing": "1"}, True), ({"is_write_index": True, "filter": {}}, True), ({"of_later_versions": 1}, True),
    ):  # fmt: skip
        found = [Index("people-1", "u", {"people": said}, {}, {})]
        for expression in ("people", "peop*"):
            if is_refused and expression == "people":
                with pytest.raises(CallRefused, match="a filter or a routing"):
                    check(found, expression)
            elif not is_refused:
                check(found, expression)
        check(found, "people-1")


SHADOWED: Any = {
    "properties": {
        "phone": {"type": "keyword", "copy_to": "everything"}, "tel": {"type": "alias", "path": "phone"}, "everything": {"type": "text"},
        "a": {"properties": {"b": {"type": "alias", "path": "phone"}, "c": {"type": "keyword", "copy_to": ["x.y"]}}},
    },
    "derived": {"made": {"type": "keyword"}},
}  # fmt: skip


def test_a_field_that_stands_for_another_is_not_searched_by() -> None:
    """O-45, O-52: it would tell of the other under a name that no policy knows."""
    dialect = dialects.load("opensearch")

    async def ask(call: Call) -> Answer:
        return Answer(
            200, body=json.dumps({"people": {"settings": {"index.uuid": "u"}, "mappings": SHADOWED}}).encode()
        )

    def read(body: Any) -> None:
        asyncio.run(dialect.classify(dialect.read(raw_of("POST", "/people/_search", body)), ask))

    for field in ("tel", "everything", "everything.raw", "a.b", "x.y", "made"):
        for body in (
            {"query": {"term": {field: "x"}}},
            {"sort": [field]},
            {"aggs": {"a": {"terms": {"field": field}}}},
            {"post_filter": {"exists": {"field": field}}},
        ):
            with pytest.raises(CallRefused, match="what others hold"):
                read(body)
    read({"query": {"term": {"phone": "x"}}, "_source": ["tel"]})


def test_what_is_deleted_is_named_by_itself() -> None:
    """An alias is deleted by nobody, as at the server: neither one that is named, nor one that a pattern matches."""

    def described(*indices: str) -> list[Index]:
        return [Index(name, "u", {}, {}, {}) for name in indices]

    for expression, found, left in (
        ("people", ("people",), ["people"]), ("_all", ("people", "pets"), ["people", "pets"]), ("pe*,-pets", ("people",), ["people"]),
        ("cre*,pets", ("people", "pets"), ["pets"]), ("*,-pets", ("people",), ["people"]),
    ):  # fmt: skip
        assert [one.name for one in under_own_names(described(*found), expression)] == left, expression
    for expression in ("everyone", "people,everyone", "pe*,everyone"):
        with pytest.raises(CallRefused, match="an alias is no index to delete"):
            under_own_names(described("people"), expression)
    with pytest.raises(CallRefused, match=r"collection\.unknown"):
        under_own_names(described("people"), "cre*")
    assert "an alias is no index" in Described(everyone="people").no("DELETE", "/everyone")


PARTS: Any = {
    "properties": {
        "email": {"type": "text", "fields": {"raw": {"type": "keyword"}}}, "meta": {"type": "flat_object"},
        "a": {"properties": {"b": {"type": "text", "fields": {"keyword": {"type": "keyword"}}}, "keyword": {"type": "keyword"}}},
    }
}  # fmt: skip


def test_a_field_that_is_kept_in_several_ways_is_one_field() -> None:
    """What is masked as `email` is not found out by its other forms, nor by all values of what holds it."""
    dialect = dialects.load("opensearch")

    async def ask(call: Call) -> Answer:
        index = {"settings": {"index.uuid": "u"}, "mappings": PARTS}
        return Answer(200, body=json.dumps({"people": index}).encode())

    def told(field: str) -> str:
        body = {"query": {"prefix": {field: "x"}}, "sort": [field], "aggs": {"t": {"terms": {"field": field}}}}
        call = dialect.read(raw_of("POST", "/people/_search", body))
        operation = asyncio.run(dialect.classify(call, ask))
        found, tree = list[tuple[Any, ...]](), call.tree
        assert isinstance(tree, dict)

        def each(one: Condition) -> Any:
            assert one.home == ("items", 0, "doc", *one.path)
            found.append(one.path)
            return one.value

        assert dialect.rewritten(operation, tree, each) == tree, "it is sent as it was said"
        found += [one.path for one in dialect.fields(call, operation)]
        found += [one.path for one in dialect.beside(call, operation)]
        assert len(found) == 9
        (path,) = set(found)
        return ".".join(map(str, path))

    for field, own in (
        ("email", "email"), ("email.raw", "email"), ("a.b.keyword", "a.b"), ("a.keyword", "a.keyword"), ("meta._value", "meta"),
        ("meta._valueAndPath", "meta"), ("meta.x", "meta.x"), ("other.keyword", "other.keyword"),
    ):  # fmt: skip
        assert told(field) == own
    assert Names().own(["people"], ("email", "keyword")) == ("email",), "where nobody remembers the index"


def test_how_a_field_is_found_is_known_also_while_nothing_is_remembered() -> None:
    """O-57, E-68: names that change meanwhile take away what is decided by, and not what was seen of a mapping."""

    async def ask(call: Call) -> Answer:
        said = {"settings": {"index.uuid": "u"}, "mappings": {"properties": {"phone": {"type": "keyword"}}}}
        return Answer(200, body=json.dumps({"people": said}).encode())

    names = Names(quiet=lambda: False)
    assert names.found(("people",), ("phone",)) == {"unknown"}
    asyncio.run(names.of(ask, "people", nothing))
    names.forget()
    assert names.remembered("people") is None
    assert names.found(("people",), ("phone",)) == {"whole"}
    assert names.found(("people", "no-such"), ("phone",)) == {"whole", "unknown"}
