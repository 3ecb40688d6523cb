"""Where do fields, ids, examples and the values of filters stand?"""

import asyncio
from typing import Any

import pytest

from support.weaviate.asked import ANNA, EVA, FakeWeaviate, graphql, meant, raw
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.domain.inlets import AnyOf, Condition
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused


def op(name: str, kind: str = "search") -> Operation:
    return Operation("weaviate", name, kind, 1)


def test_fields_ids_and_examples_are_told() -> None:
    """W-61"""
    text = (f'{{Get{{Person(where:{{operator:And,operands:[{{path:["email"],operator:Like,valueText:"a*"}},{{path:["id"],operator:Equal,valueText:"{EVA}"}}]}},'
            f'sort:[{{path:["age"],order:desc}}],nearObject:{{id:"{ANNA}"}}){{city}}}} Aggregate{{Person(groupBy:["tenant"]){{note{{topOccurrences{{value}}}}}}}}}}')  # fmt: skip
    dialect = Weaviate()
    call = dialect.read(raw("/graphql", graphql(text)))
    operation = meant("/graphql", graphql(text))
    told = {(one.path[0], one.how) for one in dialect.fields(call, operation)}
    assert told == {("email", "text"), ("age", "order"), ("city", "show"), ("tenant", "group"), ("note", "facet")}
    assert {value for _, value in dialect.ids(call, operation)} == {ANNA, EVA}
    assert [one.id for one in dialect.examples(call, operation)] == [ANNA]
    assert ("data", "Aggregate", "Person", "*", "note", "topOccurrences", "*", "value") in {
        one.at for one in dialect.beside(call, operation)
    }


def test_values_of_filters_are_rewritten_in_both_languages() -> None:
    def each(one: Condition) -> Any:
        return AnyOf(("b", "c")) if one.value == "a" else one.value

    where = {"operator": "Not", "operands": [{"operator": "Equal", "path": ["city"], "valueText": "a"}]}
    either = {"operator": "Or", "operands": [{"operator": "Equal", "path": ["city"], "valueText": one} for one in "bc"]}
    assert Weaviate().rewritten(op("search_near_object"), {"id": EVA, "where": where}, each)["where"] == {
        "operator": "Not",
        "operands": [either],
    }
    text = '{Get{P(where:{operator:ContainsAny,path:["city"],valueText:["a","d"]}){a}}}'
    assert Weaviate().rewritten(op("graphql"), graphql(text), each) == graphql(text.replace('"a","d"', '"b","c","d"'))


def test_words_are_compared_with_what_is_stored_of_them_in_each_property() -> None:
    """W-79"""
    found = list[Condition]()

    def each(one: Condition) -> Any:
        found.append(one)
        return AnyOf(("<A>", "<B>")) if one.path == ("secret",) else one.value

    for path, tree, now, at in (
        ("/search/Company/bm25", {"query": "a", "queryProperties": ["name", "secret"]}, {"query": "<A> <B>", "queryProperties": ["name", "secret"]}, "query"),
        ("/search/Company/hybrid", {"query": "a", "alpha": 0.5}, {"query": "<A> <B>", "alpha": 0.5}, "query"),
        ("/graphql", graphql('{Get{Company(bm25:{query:"a",properties:["secret^2","name"]}){name}}}'),
         graphql('{Get{Company(bm25:{query:"<A> <B>",properties:["secret^2","name"]}){name}}}'), "query.Get.Company.bm25.query"),
        ("/graphql", graphql('{Get{x:Company(hybrid:{query:"a"}){name}}}'), graphql('{Get{x:Company(hybrid:{query:"<A> <B>"}){name}}}'), "query.Get.x.hybrid.query"),
        ("/graphql", graphql('{Aggregate{Company(hybrid:{query:"a"}){meta{count}}}}'),
         graphql('{Aggregate{Company(hybrid:{query:"<A> <B>"}){meta{count}}}}'), "query.Aggregate.Company.hybrid.query"),
    ):  # fmt: skip
        dialect, server = Weaviate(), FakeWeaviate()
        call = dialect.read(raw(path, tree))
        operation = asyncio.run(dialect.classify(call, server.ask))
        assert dialect.rewritten(operation, call.tree, each) == now  # type: ignore[arg-type]
        told = {Condition(at, ("objects", 0, "properties", one), "part", "a", (one,)) for one in ("name", "secret")}
        assert {*found} == told
        found.clear()


def test_what_is_searched_for_by_its_meaning_or_a_vector_is_no_words() -> None:
    for path, tree in (
        ("/search/Bi/near-text", {"query": ["a"]}),
        ("/graphql", graphql('{Get{Bi(nearText:{concepts:["a"],moveTo:{concepts:["b"],force:0.5}}){text}}}')),
        ("/graphql", graphql("{Get{Company(hybrid:{vector:[1,0.5]}){name}}}")),
        ("/graphql", graphql('{Get{Company(hybrid:{query:"",vector:[1,0.5]}){name}}}')),
    ):
        dialect, server = Weaviate(), FakeWeaviate()
        call = dialect.read(raw(path, tree))
        operation = asyncio.run(dialect.classify(call, server.ask))
        assert "text" not in {one.how for one in dialect.fields(call, operation)}
        assert dialect.rewritten(operation, call.tree, lambda _: "*") == call.tree  # type: ignore[arg-type]


def test_a_class_that_is_not_known_any_more_tells_no_texts() -> None:
    dialect, server = Weaviate(), FakeWeaviate()
    call = dialect.read(raw("/search/Company/bm25", {"query": "a"}))
    operation = asyncio.run(dialect.classify(call, server.ask))
    dialect.forget_names()
    with pytest.raises(CallRefused, match="name the properties that words are looked for in"):
        dialect.rewritten(operation, call.tree, lambda one: one.value)  # type: ignore[arg-type]


def test_words_that_are_looked_for_everywhere_are_looked_for_in_each_text() -> None:
    for path, tree in (
        ("/search/Company/bm25", {"query": "a"}),
        ("/search/Company/hybrid", {"query": "a"}),
        ("/graphql", graphql('{Get{Company(bm25:{query:"a"}){name}}}')),
        ("/graphql", graphql('{Aggregate{Company(hybrid:{query:"a"}){meta{count}}}}')),
    ):
        dialect, server = Weaviate(), FakeWeaviate()
        call = dialect.read(raw(path, tree))
        operation = asyncio.run(dialect.classify(call, server.ask))
        assert {one.path[0] for one in dialect.fields(call, operation) if one.how == "text"} == {"name", "secret"}
        dialect.forget_names()
        with pytest.raises(CallRefused, match="name the properties"):
            list(dialect.fields(call, operation))
