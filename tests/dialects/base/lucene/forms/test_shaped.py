"""Is a record that is read by its id shown in the part that was asked for, and no less looked at?"""

from typing import Any, Final

import pytest

from support.lucene.asked import Described, operation, raw_of
from vecgate import dialects
from vecgate.domain.call import Json
from vecgate.refusals.errors import CallRefused

RECORD: Final[Any] = {"name": "a", "meta": {"city": "b", "tags": [{"x": 1, "y": 2}]}, "meta.flat": 3, "empty": {}}


def _shown(name: str, query: str, tree: Json) -> Json:
    dialect = dialects.load("opensearch")
    path = "_source" if name == "get_source" else "_doc"
    return dialect.shaped(dialect.read(raw_of("GET", f"/people/{path}/p1?{query}")), operation(name), tree)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("_source=true", RECORD), ("realtime=true", RECORD), ("_source=name", {"name": "a"}), ("_source_includes=name,empty", {"name": "a", "empty": {}}),
        ("_source_includes=meta", {"meta": RECORD["meta"]}), ("_source_includes=meta.tags.x", {"meta": {"tags": [{"x": 1}]}}), ("_source_includes=meta.flat%2Cname", {"name": "a", "meta.flat": 3}),
        ("_source_excludes=meta", {"name": "a", "meta.flat": 3, "empty": {}}), ("_source_includes=meta&_source_excludes=meta.tags", {"meta": {"city": "b"}}),
        ("_source_includes=nothing", {}), ("_source=meta&_source_includes=name", {"name": "a"}),
    ],
)  # fmt: skip
def test_the_fields_of_the_query_are_shown(query: str, left: Any) -> None:
    """O-03"""
    assert _shown("get", query, {"_id": "p1", "found": True, "_source": RECORD}) == {
        "_id": "p1",
        "found": True,
        "_source": left,
    }
    if "true" not in query:
        assert _shown("get_source", query, RECORD) == left
    assert _shown("get", query, {"_id": "p1", "found": False}) == {"_id": "p1", "found": False}


def test_a_record_without_its_fields_is_shown_without() -> None:
    assert _shown("get", "_source=false", {"_id": "p1", "_source": RECORD}) == {"_id": "p1"}


def test_what_goes_out_asks_for_all_of_a_record() -> None:
    described = Described()
    call, _ = described.read("GET", "/people/_doc/p1?_source_includes=name&realtime=false")
    assert dialects.load("opensearch").outgoing(call).query == (("realtime", "false"),)
    call, _ = described.read("GET", "/people/_mget?_source_includes=name", {"ids": ["p1", 2]})
    assert (call.path, call.query, call.tree) == (
        "/people/_mget",
        (),
        {"docs": [{"_id": one, "_source": {"includes": ["name"]}} for one in ("p1", "2")]},
    )
    call, _ = described.read(
        "POST", "/people/_mget?_source=false", {"docs": [{"_id": "p1"}, {"_id": "p2", "_source": ["a"]}]}
    )
    assert call.tree == {"docs": [{"_source": False, "_id": "p1"}, {"_source": ["a"], "_id": "p2"}]}


@pytest.mark.parametrize("query", ["_source_includes=a%26b", "_source_includes=", "_source=a;b"])
def test_what_names_no_fields_is_refused(query: str) -> None:
    with pytest.raises(CallRefused, match=r"path\.odd"):
        _shown("get", query, {})
