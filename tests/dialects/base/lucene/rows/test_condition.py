"""Which query finds the records of some rows, by how an index keeps their field?"""

import asyncio
import json
from dataclasses import replace
from typing import Any

from support.lucene.asked import KEYWORD, OWN, PEOPLE, T, no, raw_of, scoped
from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.base.lucene.names import Index
from vecgate.dialects.base.lucene.rows import condition
from vecgate.domain.call import Answer, Call
from vecgate.domain.row import Row

FIELDS: list[tuple[Any, str]] = [
    ({"type": "keyword"}, "tenant"), ({"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}}, "tenant.keyword"),
    ({"type": "text", "fields": {"raw": {"type": "keyword"}, "low": {"type": "keyword", "normalizer": "lowercase"}}}, "tenant.raw"), ({"type": "long"}, "tenant"),
]  # fmt: skip


NO_FIELDS: list[tuple[Any, str]] = [
    ({"type": "text"}, "as a keyword"), ({"type": "keyword", "normalizer": "lowercase"}, "as a keyword"), ({"type": "keyword", "null_value": "acme"}, "as a keyword"),
    ({"type": "alias", "path": "city"}, "part of something else"), ({"type": "nested"}, "part of something else"), ({"type": "float"}, "as a keyword"),
    ({"type": "join"}, "part of something else"), ({"type": "text", "fields": {"low": {"type": "keyword", "normalizer": "lowercase"}}}, "as a keyword"),
]  # fmt: skip


@every(("mapping", "field"), FIELDS)
def test_rows_are_found_by_what_keeps_values_whole(mapping: Any, field: str) -> None:
    """O-65"""
    tree: Any = scoped("POST", "/people/_search", {}, mapped={**PEOPLE, "tenant": mapping}).call.tree
    assert field in tree["query"]["bool"]["filter"][0]["bool"]["filter"][0]["terms"]


@every(("mapping", "why"), NO_FIELDS)
def test_a_field_that_does_not_is_refused(mapping: Any, why: str) -> None:
    """O-65"""
    for call in (("POST", "/people/_search", {}), ("PUT", "/people/_doc/r1", {}), ("GET", "/people/_doc/r1")):
        assert why in no(*call, mapped={**PEOPLE, "tenant": mapping})


def test_an_index_that_changes_what_is_written_or_found_is_refused() -> None:
    """O-52, O-65"""
    for key in ("index.default_pipeline", "index.final_pipeline", "index.search.default_pipeline"):
        assert "pipeline" in no("PUT", "/people/_doc/r1", {}, settings={key: "p"})
        assert scoped("PUT", "/people/_doc/r1", {}, settings={key: "_none"})
    copied = {**PEOPLE, "city": {"type": "keyword", "copy_to": ["tenant"]}}
    assert "copies other fields" in no("POST", "/people/_search", {}, mapped=copied)


def test_rows_of_several_values_and_fields_are_all_demanded() -> None:
    """O-63"""
    several = replace(OWN, rows=(Row("tenant", ("globex", "acme")), Row("age", (3,))))
    tree: Any = scoped("POST", "/people/_search", {}, decision=several).call.tree
    condition = tree["query"]["bool"]["filter"][0]["bool"]
    assert condition["filter"] == [{"terms": {"tenant": ["acme", "globex"]}}, {"terms": {"age": [3]}}]
    assert {"range": {"tenant": {"gt": "acme", "lt": "globex"}}} in condition["must_not"]
    assert {"range": {"age": {"gt": 3}}} in condition["must_not"]


def test_indices_that_keep_a_field_in_different_ways_are_each_asked_in_theirs() -> None:
    """O-65"""
    text = {"properties": {"tenant": {"type": "text", "fields": {"keyword": KEYWORD}}}}
    indices = [
        Index(name, "u", {}, {}, mapping) for name, mapping in (("a", {"properties": PEOPLE}), ("b", text), ("c", text))
    ]
    made: Any = condition.of(indices, "search", OWN)
    assert made["bool"]["minimum_should_match"] == 1
    assert [one["bool"]["filter"][0] for one in made["bool"]["should"]] == [
        {"terms": {"_index": ["a"]}},
        {"terms": {"_index": ["b", "c"]}},
    ]
    assert made["bool"]["should"][0]["bool"]["filter"][1] == T


def test_a_field_that_an_index_does_not_keep_yet_finds_nothing() -> None:
    """The first write makes a text of it, of which `acme` would find `ACME`: the server is asked anew, and then nothing is found."""
    untold = {"city": KEYWORD}
    tree: Any = scoped("POST", "/people/_search", {}, mapped=untold).call.tree
    assert tree["query"]["bool"]["filter"] == [{"match_none": {}}]
    assert condition.is_kept(Index("a", "u", {}, {}, {"properties": PEOPLE}), OWN.rows)
    assert not condition.is_kept(Index("a", "u", {}, {}, {"properties": untold}), OWN.rows)


def test_what_is_remembered_of_an_index_is_asked_again_where_it_lacks_the_field() -> None:
    dialect, mapped = dialects.load("opensearch"), [{"city": KEYWORD}]

    async def ask(call: Call) -> Answer:
        index = {"aliases": {}, "mappings": {"properties": mapped[0]}, "settings": {"index.uuid": "u"}}
        return Answer(200, body=json.dumps({call.path[1:]: index}).encode())

    async def found() -> Any:
        call = dialect.read(raw_of("POST", "/people/_count", {}))
        operation = await dialect.classify(call, ask)
        kept = await dialect.scoped(dialect.restrict(call, operation, OWN), OWN, ask)
        return kept.call.tree["query"]["bool"]["filter"]  # type: ignore[index, call-overload]

    assert asyncio.run(found()) == [{"match_none": {}}]
    mapped[0] = {"tenant": {"type": "text", "fields": {"keyword": KEYWORD}}}
    assert asyncio.run(found())[0]["bool"]["filter"] == [{"terms": {"tenant.keyword": ["acme"]}}]


def test_beside_a_radius_only_the_plain_condition_stands_in_the_filter() -> None:
    """O-59: what a server may simplify stands around the search, which finds all that is near enough."""
    far: Any = {"knn": {"vec": {"vector": [1], "max_distance": 3}}}
    inner: Any = scoped("POST", "/people/_search", {"query": far}).call.tree
    assert inner["query"]["bool"]["must"][0]["knn"]["vec"]["filter"] == T
    marks: Any = {"bool": {"must_not": [{"prefix": {"mark": "x"}}]}}
    apart: Any = {"bool": {"should": [{"bool": {"filter": [{"terms": {"_index": ["a"]}}, T]}}, T]}}
    for said in (marks, apart, {"match_none": {}}):
        for radius in ("max_distance", "min_score"):
            far = {"knn": {"vec": {"vector": [1], radius: 3}}}
            assert condition.within(far, said) == {"bool": {"must": [far], "filter": [said]}}
        near: Any = {"knn": {"vec": {"vector": [1], "k": 3}}}
        assert condition.inside(near, said)["knn"]["vec"]["filter"] == said  # type: ignore[index, call-overload]
