"""Which fields may a search show?"""

import pytest

from support.tools.every import every
from support.weaviate.asked import read
from vecgate.refusals.errors import CallRefused


@every(("given", "why"), [
    ("{x:Get{P{a}}}", "another name"),
    ("{Get{P{email:name}}}", "another name"),
    ("{Get{P{a:_additional{id}}}}", "another name"),
    ("{Get{P{a @deferred}}}", "directive"),
    ("{Get{P{a @include}}}", "directive"),
    ("{Get{P{a @include(if:true) @include(if:true)}}}", "directive"),
    ("{Get{P{a @include(if:true, unless:false)}}}", "directive"),
    ("query Q @include(if:true) {Get{P{a}}}", "directive"),
    ("{Get{P{...F}}} fragment F on P @skip(if:false) {a}", "directive"),
    ('{Get{P{a @include(if:"true")}}}', "neither true nor false"),
    ("{Get{P{a @include(if:1)}}}", "neither true nor false"),
    ("{Get{P{a @skip(if:$x)}}}", "does not declare"),
    ("query Q($x:Boolean!){Get{P{a @skip(if:$x)}}}", "no value"),
    ("{Get{P{a @skip(if:true)}}}", "empty block"),
    ("{Get{P @skip(if:true) {a}}}", "asks for nothing"),
    ("{Get @include(if:false) {P{a}}}", "asks for nothing"),
    ("{Get{P{knows{... on Person{name}}}}}", "follows a reference"),
    ("{Get{P{knows{...F}}}} fragment F on Person{name}", "follows a reference"),
    ("{Get{P{_additional{generate(singleResult:{prompt:\"x\"}){singleResult}}}}}", "'generate'"),
    ("{Get{P{_additional{rerank(property:\"a\"){score}}}}}", "'rerank'"),
    ("{Aggregate{P{knows{pointingTo}}}}", "other records"),
    ("{Get{P{a a}}}", "twice"),
    ("{Get{P}}", "no field"),
])  # fmt: skip
def test_a_document_is_refused_by_name(given: str, why: str) -> None:
    """W-42, W-46, W-48, W-49"""
    with pytest.raises(CallRefused, match=why):
        read("/graphql", {"query": given})


@every(("given", "is_"), [
    ("{Get{P{a @include(if:true) b @skip(if:true)}}}", "{Get{P{a}}}"),
    ("{Get @skip(if:false){P @include(if:true) {a}} Aggregate @skip(if:true) {P{meta{count}}}}", "{Get{P{a}}}"),
    ("{Get{P{a ...F @include(if:false)}}} fragment F on P{b}", "{Get{P{a}}}"),
    ("{Get{P{a ... on P @include(if:true) @skip(if:false) {b} ... on P @include(if:true) @skip(if:true) {c}}}}", "{Get{P{a b}}}"),
    ("{Get{P{a _additional{id @skip(if:true) distance}}}}", "{Get{P{a _additional{distance}}}}"),
    ("{Aggregate{P{a{topOccurrences(limit:2) @include(if:true) {value}}}}}", "{Aggregate{P{a{topOccurrences(limit:2){value}}}}}"),
    ("query Q($x:Boolean=false){Get{P{a b @include(if:$x)}}}", "{Get{P{a}}}"),
])  # fmt: skip
def test_what_directives_take_away_is_not_asked_for(given: str, is_: str) -> None:
    """W-46"""
    assert read("/graphql", {"query": given}).tree == {"query": is_}


def test_directives_are_worked_out_with_variables() -> None:
    """W-46"""
    asked = 'query Q($x:Boolean!){Get{P(tenant:"t1"){a b @include(if:$x)} x:P(tenant:"t2") @skip(if:$x) {c}}}'
    for value, is_ in ((True, '{Get{P(tenant:"t1"){a b}}}'), (False, '{Get{P(tenant:"t1"){a} x:P(tenant:"t2"){c}}}')):
        assert read("/graphql", {"query": asked, "variables": {"x": value}}).tree == {"query": is_}
    for value in ("false", 0, None, [True]):
        with pytest.raises(CallRefused):
            read("/graphql", {"query": asked, "variables": {"x": value}})


def test_fragments_that_grow_are_bounded() -> None:
    grown = "".join(f"fragment F{i} on P{{...F{i + 1} ...F{i + 1}}}" for i in range(30))
    with pytest.raises(CallRefused, match=r"5000 fields|twice"):
        read("/graphql", {"query": f"{{Get{{P{{...F0}}}}}}{grown}fragment F30 on P{{a}}"})
