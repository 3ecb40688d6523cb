"""Does a document of any grammar mean no more with rows than without? Made at random: aliases, fragments, variables, several searches."""

import asyncio
import json
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialects.weaviate.test_isolation import FILTERS, THEIRS, Sent, told
from support.weaviate.asked import graphql
from support.weaviate.weaviate_recorded import condition
from vecgate.dialects.weaviate.graphql import document
from vecgate.dialects.weaviate.graphql.asked import Asked

SPACES: Final = st.sampled_from([" ", ",", " , ", "\n", "\t", " # Person(where:{}){email}\n"])
FIELDS: Final = st.lists(st.sampled_from(["name", "email", "city", "age"]), min_size=1, max_size=4, unique=True)
SEARCH: Final = st.fixed_dictionaries(
    {
        "root": st.sampled_from(["Get", "Get", "Aggregate"]),
        "where": st.none() | FILTERS,
        "variable": st.booleans(),
        "fragment": st.sampled_from(["", "fields", "search"]),
        "fields": FIELDS,
        "more": st.sampled_from(["", "limit:2", 'sort:[{path:["email"],order:desc}]', "offset:0", "nearVector:{vector:[0.1,0.2,0.3,0.4]}"]),
    }
)  # fmt: skip


def made(searches: list[dict[str, Any]], space: str) -> tuple[str, dict[str, Any]]:
    """A document, and its variables."""
    variables, roots, fragments = dict[str, Any](), list[str](), list[str]()
    for n, one in enumerate(searches):
        is_get = one["root"] == "Get"
        arguments = [one["more"]] if one["more"] and is_get else []
        if one["where"] is not None and one["variable"]:
            variables[f"w{n}"] = one["where"]
        if one["where"] is not None:
            arguments.append(f"where:$w{n}" if one["variable"] else f"where:{told(one['where'])}")
        block = f"tenant{space}{space.join(one['fields'])}" if is_get else "meta{count}"
        if one["fragment"] == "fields" and is_get:
            fragments.append(f"fragment F{n} on Person{{{block}}}")
            block = f"...F{n}"
        search = f"s{n}:Person{f'({space.join(arguments)})' if arguments else ''}{{{block}}}"
        if one["fragment"] == "search":
            fragments.append(f"fragment S{n} on {'GetObjectsObj' if is_get else 'AggregateObjectsObj'}{{{search}}}")
            search = f"...S{n}"
        roots.append(f"{one['root']}{{{search}}}")
    declared = f"query Q({space.join(f'${name}:W' for name in variables)})" if variables else ""
    return f"{declared}{{{space.join(roots)}}}{space}{space.join(fragments)}", variables


@given(st.lists(SEARCH, min_size=1, max_size=4), SPACES)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_a_random_document_means_no_more_beside_ours(searches: list[dict[str, Any]], space: str) -> None:
    """W-42, W-43, W-44, W-47"""
    text, variables = made(searches, space)
    sent = Sent()
    answer = asyncio.run(
        sent.through("POST", "/graphql", {**graphql(text), "variables": variables} if variables else graphql(text))
    )
    assert not any(name in json.dumps(answer) for name in THEIRS)
    own = [(key[2], one) for key, one in sent.server.stored.items() if key[0] == "Person" and one["tenant"] == "t1"]
    for n, one in enumerate(searches):
        mine = [record for id, record in own if one["where"] is None or condition(one["where"])(id, record)]
        said = answer["data"][one["root"]][f"s{n}"]
        if one["root"] == "Get":
            most = 2 if one["more"] == "limit:2" else len(mine)
            assert [
                {"tenant": "t1", **{name: record.get(name) for name in one["fields"]}} for record in mine[:most]
            ] == said
        else:
            assert said == [{"meta": {"count": len(mine)}}]


@given(st.lists(SEARCH, min_size=1, max_size=4), SPACES)
@settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_a_random_document_is_printed_as_what_it_says(searches: list[dict[str, Any]], space: str) -> None:
    """What is sent is read again as it was understood."""
    text, variables = made(searches, space)
    asked: tuple[Asked, ...] = document.read(text, variables, None)
    assert document.read(document.said(asked), {}, None) == asked
