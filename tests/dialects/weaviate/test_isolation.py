"""Does any way lead to another tenant's records? What goes out is judged by a stand-in that reads calls as the real server."""

import asyncio
import itertools
import json
from typing import Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.tools.every import every
from support.weaviate.asked import JSON, T1, decided, graphql
from support.weaviate.weaviate_recorded import WeaviateRecorded, condition
from vecgate.dialects.weaviate.dialect import Weaviate
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.guards import rows
from vecgate.parsing import strict_json
from vecgate.refusals.errors import CallRefused, MaskFailed

ANNA: Final = "abc10000-0000-4000-8000-000000000001"
EVA: Final = "abc10000-0000-4000-8000-000000000005"
T: Final = {"operator": "Equal", "path": ["tenant"], "valueText": "t1"}
T2: Final = {**T, "valueText": "t2"}
#: Filters of a caller who wants more.
HOSTILE: Final[tuple[dict[str, Any], ...]] = (
    T2,
    {"operator": "Or", "operands": [{"operator": "GreaterThan", "path": ["age"], "valueInt": 0}, T2]},
    {"operator": "Not", "operands": [T]},
    {**T, "operator": "NotEqual"},
    {"operator": "Like", "path": ["tenant"], "valueText": "*"},
    {"operator": "IsNull", "path": ["tenant"], "valueBoolean": False},
    {"operator": "Equal", "path": ["id"], "valueText": EVA},
    {"operator": "Or", "operands": [{"operator": "Like", "path": ["name"], "valueText": "Eva*"}]},
    {"operator": "And", "operands": [{"operator": "Not", "operands": [{"operator": "And", "operands": [T, T]}]}]},
)


#: What no answer may hold: names of the other tenant's people.
THEIRS: Final = ("Dario", "Eva", "Finn", "dario", "eva.", "finn")


def told(where: Any) -> str:
    """A filter as GraphQL."""
    if isinstance(where, dict):
        return (
            "{" + ",".join(f"{key}:{value if key == 'operator' else told(value)}" for key, value in where.items()) + "}"
        )
    return "[" + ",".join(map(told, where)) + "]" if isinstance(where, list) else json.dumps(where)


def ways() -> list[tuple[str, str, Any]]:
    found: list[tuple[str, str, Any]] = []
    for where in HOSTILE:
        found += [
            ("POST", "/graphql", graphql(f"{{Get{{Person(where:{told(where)}){{name email}}}}}}")),
            (
                "POST",
                "/graphql",
                graphql(
                    f"{{Aggregate{{Person(where:{told(where)}){{meta{{count}} email{{topOccurrences{{value}}}}}}}}}}"
                ),
            ),
            ("POST", "/aggregate/Person", {"groupBy": "email", "where": where}),
            ("DELETE", "/batch/objects", {"match": {"class": "Person", "where": where}}),
            ("POST", "/search/Person/near-object", {"id": ANNA, "where": where}),
            ("POST", "/search/Person/near-text", {"query": ["a"], "where": where, "returnProperties": ["email"]}),
        ]
    found += [
        ("POST", "/graphql", graphql("{Get{a:Person{name} b:Person(limit:9){email} p:Person(offset:1){email}}}")),
        ("POST", "/graphql", graphql(f'{{Get{{Person(nearObject:{{id:"{EVA}"}}){{name}}}}}}')),
        ("POST", "/graphql", graphql('{Get{Person(sort:[{path:["email"],order:desc}]){name}}}')),
        ("POST", "/graphql", graphql('{Get{Person(bm25:{query:"weather"}){name}}}')),
        ("POST", "/graphql", graphql('{Get{Person(limit:9,after:""){name}}}')),
        ("POST", "/graphql", graphql("{Get{Person{knows{... on Person{email}}}}}")),
        ("POST", "/graphql", {"query": "query($w:W){Get{Person(where:$w){email}}}", "variables": {"w": T2}}),
        ("POST", "/graphql", {"query": "query($w:W){Get{Person(where:$w){email}}}", "variables": {"w": None}}),
        ("POST", "/graphql", '{"query":"{Get{Person{name}}}","QUERY":"{Get{Person{email}}}"}'),
        ("POST", "/aggregate/Person", '{"groupBy":"email","where":{"operator":"Equal","path":["tenant"],"valueText":"t1"},"where":null}'),
        ("POST", "/aggregate/Person", {"groupBy": "tenant", "Where": T}),
        ("POST", "/search/Person/bm25", {"query": "weather"}),
        ("POST", "/search/Person/near-object", {"id": EVA}),
        ("GET", "/objects", None), ("GET", "/objects?class=Person", None), ("GET", "/objects?Class=Person", None),
        ("GET", f"/objects/Person/{EVA}", None), ("GET", f"/objects/PERSON/{EVA}", None), ("GET", f"/objects/person/{EVA.upper()}", None),
        ("GET", f"/objects/{EVA}", None), ("HEAD", f"/objects/Person/{EVA}", None), ("DELETE", f"/objects/Person/{EVA}", None),
        ("PUT", f"/objects/Person/{EVA}", {"class": "Person", "properties": {"name": "Stolen"}}),
        ("PATCH", f"/objects/Person/{EVA}", {"properties": {"name": "Stolen"}}),
        ("PATCH", f"/objects/Person/{ANNA}", {"properties": {"Tenant": "t2"}}),
        ("PATCH", f"/objects/Person/{ANNA}", {"id": EVA, "properties": {"name": "Stolen"}}),
        ("POST", "/objects", {"class": "Person", "id": EVA, "properties": {"name": "Stolen"}}),
        ("POST", "/objects", {"class": "Person", "id": EVA.upper(), "properties": {"name": "Stolen"}}),
        ("POST", "/objects", {"class": "Person", "properties": {"tenant": "t2"}}),
        ("POST", "/batch/objects", {"objects": [{"class": "Person", "id": EVA, "properties": {"name": "Stolen"}}]}),
        ("POST", "/batch/objects", {"objects": [{"class": "Person", "id": ANNA}, {"class": "person", "id": EVA.upper()}]}),
        ("DELETE", "/schema/PERSON", None), ("DELETE", "/schema/Note/tenants", []), ("POST", "/classifications", {}),
        ("POST", f"/objects/Person/{ANNA}/references/knows", {"beacon": f"weaviate://localhost/Person/{EVA}"}),
    ]  # fmt: skip
    return found


class Sent:
    """One call through the dialect, as the steps lead it, to a stand-in of its own."""

    def __init__(self) -> None:
        self.server = WeaviateRecorded()
        self.theirs = self._others()

    def _others(self) -> dict[Any, Any]:
        return {
            key: dict(one) for key, one in self.server.stored.items() if one.get("tenant") == "t2" or key[1] == "t2"
        }

    async def ask(self, call: Call) -> Answer:
        query = "&".join(f"{key}={value}" for key, value in call.query)
        status, tree = self.server.answer(call.method, f"{call.path}?{query}", call.body)
        return Answer(status, body=b"" if tree is None else json.dumps(tree).encode())

    async def through(self, method: str, path: str, tree: Any) -> Any:
        dialect = Weaviate()
        body = b"" if tree is None else tree.encode() if isinstance(tree, str) else json.dumps(tree).encode()
        call = dialect.read(Raw(method, f"/v1{path}", JSON if body else (), body))
        decision = decided(T1)
        operation = await dialect.classify(call, self.ask)
        kept = await dialect.scoped(dialect.restrict(call, operation, decision), decision, self.ask)
        await rows.check(kept.owned, decision, self.ask)
        answer = dialect.spoken(operation, await self.ask(kept.call))
        said = strict_json.parse(answer.body) if answer.body else None
        return kept.answered(said)[0] if answer.status < 300 and said is not None else said

    def intact(self) -> bool:
        return self._others() == self.theirs


@every(("method", "path", "tree"), ways())
def test_no_way_leads_to_another_tenants_records(method: str, path: str, tree: Any) -> None:
    """W-47, W-48, W-61, W-63, W-64"""
    sent = Sent()
    try:
        answer = asyncio.run(sent.through(method, path, tree))
    except (CallRefused, MaskFailed):
        answer = None
    said = json.dumps(answer)
    assert not any(name in said for name in THEIRS)
    assert sent.intact()


def test_ones_own_records_are_all_there() -> None:
    """W-47"""
    answer = asyncio.run(
        Sent().through("POST", "/graphql", graphql("{Get{Person{name}} Aggregate{Person{meta{count}}}}"))
    )
    assert [one["name"][:4] for one in answer["data"]["Get"]["Person"]] == ["Anna", "Brun", "Chlo"]
    assert answer["data"]["Aggregate"]["Person"] == [{"meta": {"count": 3}}]
    assert asyncio.run(Sent().through("GET", f"/objects/Person/{ANNA}", None))["properties"]["name"].startswith("Anna")
    sent = Sent()
    asyncio.run(sent.through("DELETE", "/batch/objects", {"match": {"class": "Person", "where": HOSTILE[4]}}))
    assert len([key for key in sent.server.stored if key[0] == "Person"]) == 3


def test_the_stand_in_shows_what_gets_past() -> None:
    """W-10, W-11, W-17, W-19: without the gateway each of these reaches the other tenant"""
    twice = b'{"groupBy":"email","where":{"operator":"Equal","path":["tenant"],"valueText":"t1"},"where":{"valueText":"t2"}}'
    for method, target, body in (
        ("POST", "/v1/aggregate/Person", twice),
        ("POST", "/v1/aggregate/Person", b'{"groupBy":"email","WHERE":{"operator":"Equal","path":["tenant"],"valueTe\xc5\xbft":"t2"}}'
                                         .replace(b"valueTe\xc5\xbft", b"VALUETEXT")),
        ("GET", "/v1/objects?Class=Person", b""),
        ("GET", f"/v1/objects/PERSON/{EVA}", b""),
    ):  # fmt: skip
        assert "eva.przyklad" in json.dumps(WeaviateRecorded().answer(method, target, body)[1])
    server = WeaviateRecorded()
    server.answer("DELETE", "/v1/schema/Note/tenants", b"[]")
    assert not any(key[0] == "Note" for key in server.stored)


def leaf() -> st.SearchStrategy[dict[str, Any]]:
    texts = st.sampled_from(["t1", "t2", "*", "Eva Example", "Berlin", 'a"}', ""])
    plain = st.builds(
        lambda operator, name, value: {"operator": operator, "path": [name], "valueText": value},
        st.sampled_from(["Equal", "NotEqual", "Like"]), st.sampled_from(["tenant", "name", "city", "id"]), texts,
    )  # fmt: skip
    numbers = st.builds(
        lambda operator, value: {"operator": operator, "path": ["age"], "valueInt": value},
        st.sampled_from(["Equal", "GreaterThan", "LessThanEqual"]), st.integers(0, 40),
    )  # fmt: skip
    return st.one_of(plain, numbers)


FILTERS: Final = st.recursive(
    leaf(),
    lambda inner: st.one_of(
        st.builds(lambda word, parts: {"operator": word, "operands": parts}, st.sampled_from(["And", "Or"]), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"operator": "Not", "operands": [part]}, inner),
    ),
    max_leaves=8,
)  # fmt: skip


@given(FILTERS)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_a_random_filter_means_no_more_beside_ours(where: Any) -> None:
    """W-47"""
    sent = Sent()
    answer = asyncio.run(
        sent.through("POST", "/graphql", graphql(f"{{Get{{Person(where:{told(where)}){{name tenant}}}}}}"))
    )
    own = [
        one["name"]
        for key, one in sent.server.stored.items()
        if key[0] == "Person" and one["tenant"] == "t1" and condition(where)(key[2], one)
    ]
    assert answer == {"data": {"Get": {"Person": [{"name": name, "tenant": "t1"} for name in own]}}}


def test_enough_ways_are_tried() -> None:
    assert len([*itertools.chain(ways())]) >= 60
