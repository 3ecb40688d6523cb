"""What is told of a collection whose vectors are made from texts, and which analyzers may be made?"""

import asyncio
import json
from typing import Any, Final

import pytest

from support.milvus.asked import V2, FakeMilvus, raw, read
from support.tools.every import every
from vecgate.dialects.milvus import functions
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.domain.inlets import AnyOf, Condition
from vecgate.refusals.errors import CallRefused

S: Final = f"{V2}/entities/search"
P: Final = {"collectionName": "people"}
ONE: Final = {"name": "f", "type": "BM25", "inputFieldNames": ["t"], "outputFieldNames": ["v"], "params": {}}


def server(kind: Any = 1) -> FakeMilvus:
    """With words of `name` in `words`, beside a vector `vec`."""
    made = FakeMilvus()
    made.types |= {"words": "SparseFloatVector"}
    made.functions = [{"type": kind, "inputFieldNames": ["name"], "outputFieldNames": ["words"]}]
    return made


def kinds(path: str, tree: Any, kind: Any = 1) -> list[str]:
    dialect = Milvus()
    found = asyncio.run(dialect.classify(dialect.read(raw(path, tree)), server(kind).ask))
    return [one.kind for one in found.also]


def create(**schema: Any) -> Any:
    return {"collectionName": "a", "schema": {"fields": [{"fieldName": "id", "dataType": "Int64"}], **schema}}


def test_words_are_looked_for_by_the_database_itself_and_other_texts_by_a_model() -> None:
    words = {**P, "data": ["a text"], "annsField": "words"}
    for kind in (1, "BM25"):
        assert kinds(S, words, kind) == []
    for kind in (2, 3, 4, "TextEmbedding", None):
        assert kinds(S, words, kind) == ["inference"]
    assert kinds(S, {**P, "data": ["a text"]}) == ["inference"], "it may be any vector"
    assert kinds(S, {**P, "data": ["a text"], "annsField": "vec"}) == ["inference"]
    hybrid = {**P, "search": [{"data": ["a"], "annsField": "words"}, {"data": ["a"], "annsField": "vec"}]}
    assert kinds(f"{V2}/entities/hybrid_search", hybrid) == ["inference"]


def test_what_is_written_goes_to_a_model_where_one_makes_the_vectors() -> None:
    rows = {**P, "data": [{"id": 1, "name": "a"}]}
    assert [kinds(f"{V2}/entities/{one}", rows, 2) for one in ("insert", "upsert")] == [["inference"], ["inference"]]
    assert kinds(f"{V2}/entities/insert", rows) == []


def test_a_model_elsewhere_is_made_by_whom_a_rule_names_it_for() -> None:
    made = f"{V2}/collections/create"
    assert kinds(made, create(functions=[ONE])) == []
    assert kinds(made, create(functions=[ONE, {**ONE, "type": "TextEmbedding"}])) == ["embedding_config"]
    for kind in ("Rerank", "MinHash", "bm25", 1, None):
        with pytest.raises(CallRefused, match="make those at the database itself"):
            read(made, create(functions=[{**ONE, "type": kind}]))


@every("search", [{"annsField": "words", "data": ["x"]}, {"data": ["x"]}, {"annsField": "words", "data": [{"1": 0.5}]}])
def test_who_looks_for_words_looks_at_the_texts_they_are_of(search: Any) -> None:
    """M-64"""
    dialect = Milvus()
    for path, tree, at in (
        (S, {**P, **search}, "/data"),
        (f"{V2}/entities/hybrid_search", {**P, "search": [{"annsField": "words", **search}]}, "/search/0/data"),
    ):
        call = dialect.read(raw(path, tree))
        found = asyncio.run(dialect.classify(call, server().ask))
        assert (at, ("name",), "text") in [(one.at, one.path, one.how) for one in dialect.fields(call, found)]


def test_a_search_in_another_field_looks_at_no_words() -> None:
    dialect = Milvus()
    call = dialect.read(raw(S, {**P, "annsField": "vec", "data": [[1, 0]]}))
    found = asyncio.run(dialect.classify(call, server().ask))
    assert [one.how for one in dialect.fields(call, found)] == ["show"]


def test_words_are_compared_with_what_is_stored() -> None:
    dialect, seen = Milvus(), list[Condition]()

    def each(one: Condition) -> Any:
        seen.append(one)
        return AnyOf(("<A>", "<B>"))

    subs = [{"data": ["ann"], "annsField": "words"}, {"data": [[1, 0]], "annsField": "vec"}]
    for path, tree, at in (
        (S, {**P, **subs[0]}, "data"),
        (f"{V2}/entities/hybrid_search", {**P, "search": subs}, "search.0.data"),
    ):
        call = dialect.read(raw(path, tree))
        found = asyncio.run(dialect.classify(call, server().ask))
        new = json.dumps(dialect.rewritten(found, call.tree, each))  # type: ignore[arg-type]
        assert seen.pop() == Condition(at, ("data", 0, "name"), "part", "ann", ("name",))
        assert ("<A> <B>" in new, "ann" in new.replace("annsField", ""), seen) == (True, False, [])


def analyzer(value: Any, key: str = "analyzer_params") -> Any:
    field = {"fieldName": "t", "dataType": "VarChar", "elementTypeParams": {"max_length": "9", key: value}}
    call = read(f"{V2}/collections/create", create(fields=[field]))
    return call.tree["schema"]["fields"][0]["elementTypeParams"][key]  # type: ignore[call-overload, index]


@every(
    "tree",
    [
        {"type": "english", "stop_words": ["a", "_english_"]},
        {"tokenizer": "standard", "filter": ["lowercase", {"type": "length", "max": 40}, {"type": "stemmer", "language": "english"}]},
        {"tokenizer": {"type": "jieba", "dict": ["_default_"], "mode": "search", "hmm": False}},
        {"tokenizer": "standard", "filter": [{"type": "stop", "stop_words": ["grpc", "endpoint"]}]},
    ],
)  # fmt: skip
def test_an_analyzer_goes_out_as_a_text_however_it_came(tree: Any) -> None:
    for value in (tree, json.dumps(tree), json.dumps(tree, indent=1)):
        out = analyzer(value)
        assert isinstance(out, str)
        assert json.loads(out) == tree


def test_analyzers_by_names_of_their_maker_are_looked_into() -> None:
    plain = {"analyzers": {"path": {"type": "english"}}, "by_field": "lang", "alias": {"cn": "chinese"}}
    assert json.loads(analyzer(plain, "multi_analyzer_params")) == plain
    with pytest.raises(CallRefused, match="'endpoint'"):
        analyzer({"analyzers": {"x": {"tokenizer": {"type": "a", "endpoint": "h:1"}}}}, "multi_analyzer_params")


@every(
    ("value", "why"),
    [
        ({"tokenizer": {"type": "grpc"}}, "'grpc'"),
        ({"tokenizer": "grpc"}, "'grpc'"),
        ('{"tokenizer": {"type": "grpc", "endpoint": "h:1"}}', "'grpc'"),
        ({"tokenizer": {"type": "lindera", "download_urls": ["http://h"]}}, "'download_urls'"),
        ({"tokenizer": "standard", "filter": [{"type": "stop", "stop_words_file": {"path": "/etc/passwd"}}]}, "'stop_words_file'"),
        ('{"type": "a", "type": "b"}', "is no JSON"),
        ("english", "is no JSON"),
        ('["english"]', "must be an object"),
        (3, "must be an object"),
    ],
)  # fmt: skip
def test_an_analyzer_that_may_read_or_call_is_refused_as_an_object_and_as_a_text(value: Any, why: str) -> None:
    with pytest.raises(CallRefused, match=why):
        analyzer(value)


def test_what_is_not_known_of_a_description_may_be_elsewhere() -> None:
    assert functions.told({"functions": None}) == functions.NOTHING
    assert functions.told({"functions": [{"type": 9}]}).elsewhere


@pytest.mark.parametrize("kind", [{}, {"a": 1}, [], None, 1, "bm25"])
def test_a_function_of_no_kind_that_is_spoken_is_refused_by_name(kind: Any) -> None:
    with pytest.raises(CallRefused, match="others are not spoken here"):
        Milvus().read(raw(f"{V2}/collections/create", create(functions=[{**ONE, "type": kind}])))
