"""Which documents are read, as what, and which are refused for which reason?"""

import pytest

from support.tools.every import every
from support.weaviate.asked import read
from vecgate.dialects.weaviate.graphql.asked import document
from vecgate.dialects.weaviate.graphql.document import of
from vecgate.refusals.errors import CallRefused

READ = [
    ("{Get{Person{name}}}", "{Get{Person{name}}}"),
    ("query Q { Get { Person(limit: 2) { ...F } } } fragment F on Person { name }", "{Get{Person(limit:2){name}}}"),
    ("{...R} fragment R on WeaviateObj{Get{...G}} fragment G on GetObjectsObj{Person{name}}", "{Get{Person{name}}}"),
    ("{Get{a:Note(tenant:\"t1\"){text} b:Note(tenant:\"t\\u0032\"){text}}}", '{Get{a:Note(tenant:"t1"){text} b:Note(tenant:"t2"){text}}}'),
    ('{Get{P(where:{path:"a" operator:Equal valueText:"x"}){a}}}', '{Get{P(where:{path:["a"],operator:Equal,valueText:"x"}){a}}}'),
    ('{Get{P(where:{operator:And operands:{path:["a"] operator:Equal valueInt:1}}){a}}}',
     '{Get{P(where:{operator:And,operands:[{path:["a"],operator:Equal,valueInt:1}]}){a}}}'),
    ("#ascii\n{Get{P{a}}}", "{Get{P{a}}}"),
    ('{Get{P(nearText:{concepts:"x" targetVectors:"v"}){a}}}', '{Get{P(nearText:{concepts:["x"],targetVectors:["v"]}){a}}}'),
    ('{Get{P(bm25:{query:"x" properties:"a"}){a}}}', '{Get{P(bm25:{query:"x",properties:["a"]}){a}}}'),
    ("{Get{P(nearVector:{vector:[1] targets:{targetVectors:[\"v\",\"w\"] combinationMethod:manualWeights weights:{v:1 w:[0.5,2]}}}){a}}}",
     '{Get{P(nearVector:{vector:[1],targets:{targetVectors:["v","w"],combinationMethod:manualWeights,weights:{v:1,w:[0.5,2]}}}){a}}}'),
    ('{Get{P(nearObject:{beacon:"weaviate://localhost/P/abc10000-0000-4000-8000-000000000001"}){a}}}',
     '{Get{P(nearObject:{id:"abc10000-0000-4000-8000-000000000001"}){a}}}'),
    ("{Aggregate{P(groupBy:[\"city\"]){groupedBy{value} meta{count} a{topOccurrences(limit:2){value occurs} mean}}}}",
     '{Aggregate{P(groupBy:["city"]){groupedBy{value} meta{count} a{topOccurrences(limit:2){value occurs} mean}}}}'),
    ("{Get{P{home{latitude longitude} _additional{id distance vectors{a} group{count hits{a _additional{id}}}}}}}",
     "{Get{P{home{latitude longitude} _additional{id distance vectors{a} group{count hits{a _additional{id}}}}}}}"),
]  # fmt: skip
REFUSED = [
    ("query{Get{P{...F}}} fragment F on P{a ...F}", "made of itself"),
    ("{Get{P{a}}} fragment F on P{a ...G} fragment G on P{b ...F}", "made of itself"),
    ("query A{Get{P{a}}} query B{Get{P{...F}}} fragment F on P{a ...F}", "made of itself|several operations"),
    ("{Explore(nearVector:{vector:[1]}){beacon}}", "'Explore'"),
    ("{__schema{types{name}}}", "'__schema'"),
    ("{Get{P{a} P{b}}}", "under one name"),
    ("mutation{a}", "mutation"),
    ("type X{a:Int} query{Get{P{a}}}", "defines types"),
    ("query A{Get{P{a}}} query B{Get{P{a}}}", "several operations"),
    ("{Get{P{a}}", "no GraphQL"),
    ("{Get{" + " ".join(f"a{i}:P{{a}}" for i in range(60)) + "}}", "50 searches"),
    ('{Get{P(nearObject:{beacon:"weaviate://localhost/Q/abc10000-0000-4000-8000-000000000001"}){a}}}', "another class"),
]  # fmt: skip


@every(("given", "one"), READ)
def test_a_document_is_printed_anew(given: str, one: str) -> None:
    """W-41, W-43"""
    assert read("/graphql", {"query": given}).tree == {"query": one}
    assert document(of(one)) == one


@every(("given", "why"), REFUSED)
def test_a_document_is_refused_by_name(given: str, why: str) -> None:
    """W-40, W-41, W-42, W-44, W-45, W-46, W-48, W-49"""
    with pytest.raises(CallRefused, match=why):
        read("/graphql", {"query": given})
