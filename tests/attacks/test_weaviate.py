"""Two tenants in one class of Weaviate, through a gateway: one's own is there, the other's is not."""

from collections.abc import Iterator
from typing import Any

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.leaks import Ask, Said
from support.servers.rowed import Rowed, fronted, rowed

ANNA = "abc10000-0000-4000-8000-000000000001"
EVA = "abc10000-0000-4000-8000-000000000005"


@pytest.fixture(scope="module")
def town(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rowed]:
    folder = tmp_path_factory.mktemp("weaviate")
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    with (
        fronted(stack, folder / "weaviate", "weaviate") as (_, told),
        rowed(stack, factory, folder, upstreams={"tickets-db": told}) as made,
    ):
        yield made


def say(town: Rowed, method: str, path: str, tree: Any = None) -> Said:
    return town.say(Ask(method, f"/v1{path}", tree), town.token("ana", tenant="t1"))


def test_ones_own_records_are_there_and_no_others(town: Rowed) -> None:
    """W-47, W-60, W-63"""
    said = say(town, "POST", "/graphql", {"query": "{Get{Person{name}} Aggregate{Person{meta{count}}}}"})
    assert said.status == 200, said.text
    assert [*map(str, said.tree["data"]["Get"]["Person"][0])] == ["name"]
    assert len(said.tree["data"]["Get"]["Person"]) == 3
    assert said.tree["data"]["Aggregate"]["Person"] == [{"meta": {"count": 3}}]
    assert say(town, "GET", f"/objects/Person/{ANNA}").tree["properties"]["tenant"] == "t1"
    for method, path, tree in (
        ("GET", f"/objects/Person/{EVA}", None),
        ("DELETE", f"/objects/Person/{EVA}", None),
        ("PATCH", f"/objects/Person/{EVA}", {"properties": {"name": "Stolen"}}),
        ("POST", "/batch/objects", {"objects": [{"class": "Person", "id": EVA}]}),
        ("GET", "/objects?class=Person", None),
    ):
        refused = say(town, method, path, tree)
        assert 400 <= refused.status < 500, (method, path)
        assert "rows." in refused.tree["error"][0]["message"]
    assert say(town, "PATCH", f"/objects/Person/{ANNA}", {"properties": {"city": "Bonn"}}).status == 204
    counted = say(town, "DELETE", "/batch/objects", {"match": {"class": "Person", "where": {
        "operator": "Like", "path": ["name"], "valueText": "*"}}, "dryRun": True})  # fmt: skip
    assert counted.tree["results"]["matches"] == 3


def test_ones_own_record_is_said_to_be_there_and_anothers_is_not_any_more_than_none(town: Rowed) -> None:
    """W-27, W-81"""
    nobodys = EVA.replace("abc1", "abc9")
    for name in ("Person", "person"):
        told = [say(town, "HEAD", f"/objects/{name}/{id}") for id in (ANNA, EVA, EVA.upper(), nobodys)]
        assert told == [Said(204, None), *[Said(404, None)] * 3]
    owner = town.token("olga", "owners")
    whole = [town.say(Ask("HEAD", f"/v1/objects/Person/{id}"), owner).status for id in (ANNA, EVA, nobodys)]
    assert whole == [204, 204, 404]
    assert say(town, "HEAD", f"/objects/{ANNA}").status == 403
    assert [say(town, "HEAD", f"/schema/Note/tenants/{one}").status for one in ("t1", "nope")] == [200, 404]
    assert say(town, "HEAD", "/schema/Person/tenants/t1").status == 400


def test_what_is_refused_says_so_as_the_database_would(town: Rowed) -> None:
    """W-16, W-19, W-40"""
    for method, path, tree, status, code in (
        (
            "POST",
            "/graphql",
            {"query": "query{Get{Person{...F}}} fragment F on Person{name ...F}"},
            400,
            "body.unreadable",
        ),
        ("DELETE", "/schema/Note/tenants", [], 400, "body.unreadable"),
        ("DELETE", "/schema/PERSON", None, 404, "collection.unknown"),
        ("POST", "/graphql/batch", [{}], 403, "route.refused"),
    ):
        said = say(town, method, path, tree)
        assert (said.status, said.tree["error"][0]["message"].split(":")[0]) == (status, code)
