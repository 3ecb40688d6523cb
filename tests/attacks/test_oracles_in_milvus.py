"""What is masked for somebody is asked of Milvus by every clause, in every place: no answer tells, and nothing is sent."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import pytest

from attacks.test_oracles import ANA, BO, PEOPLE, POLICY, Town, V
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.leaks import milvus as leaks
from support.servers.rowed import fronted, rowed, succeeded

TYPES: Final = {
    "id": "Int64", "email": "VarChar", "salary": "Int64", "born": "Int64", "dept": "VarChar", "person": "JSON", "text": "VarChar", "vec": "FloatVector",
}  # fmt: skip
P: Final = {"collectionName": "people"}


@pytest.fixture(scope="module")
def milvus(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    factory = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    folder = tmp_path_factory.mktemp("oracles")
    with (
        fronted(stack, folder / "milvus", "milvus") as (url, told),
        rowed(stack, factory, folder, POLICY, upstreams={"tickets-db": told}) as made,
    ):
        fields = [{"fieldName": name, "dataType": kind, "isPrimary": name == "id"} for name, kind in TYPES.items()]
        ask = partial(succeeded, url, "POST")
        ask(f"{leaks.V2}/collections/create", {**P, "schema": {"fields": fields}})
        ask(
            f"{leaks.V2}/entities/insert",
            {**P, "data": [{"id": 1 + i, "vec": V, "note": one["email"], **one} for i, one in enumerate(PEOPLE)]},
        )
        yield Town(made, leaks.V2)


Q: Final = "/entities/query"
NEAR: Final = {"data": [V], "annsField": "vec"}
ASKED: list[tuple[str, Any, str]] = [
    (Q, {"filter": "salary == 5200"}, "salary"),
    (Q, {"filter": "salary > 5000"}, "salary"),
    (Q, {"filter": "5000 < salary < 6000"}, "salary"),
    (Q, {"filter": f"salary in {[*range(5000, 5900)]}"}, "salary"),
    (Q, {"filter": "salary + 1 > 5000"}, "salary"),
    (Q, {"filter": "salary > born"}, "salary"),
    (Q, {"filter": "exists salary"}, "salary"),
    (Q, {"filter": "salary is not null"}, "salary"),
    (Q, {"filter": "salary > {x}", "exprParams": {"x": 5000}}, "salary"),
    (Q, {"filter": f'email != "{BO}"'}, "email"),
    (Q, {"filter": 'email like "ana%"'}, "email"),
    (Q, {"filter": 'not (email not in ["x"])'}, "email"),
    (Q, {"filter": '$meta["email"] == "x"'}, "email"),
    (Q, {"filter": 'person["name"] like "A%"'}, "person.name"),
    (Q, {"filter": 'person["age"] > 40'}, "person.age"),
    (Q, {"filter": 'json_contains(person["name"], "x")'}, "person.name"),
    (Q, {"filter": 'dept == "x" or (dept == "hr" and born < 19850101)'}, "born"),
    (Q, {"filter": f'dept == "{ANA}"'}, "dept"),
    (Q, {"filter": 'dept >= "card 4" and dept < "card 5"'}, "dept"),
    (Q, {"filter": '"m" > text'}, "text"),
    (Q, {"filter": '"a" < dept < "m"'}, "dept"),
    (Q, {"filter": "salary > 5000", "outputFields": ["count(*)"]}, "salary"),
    ("/entities/search", {**NEAR, "filter": "salary > 5000"}, "salary"),
    ("/entities/search", {**NEAR, "groupingField": "salary"}, "salary"),
    ("/entities/hybrid_search", {"search": [NEAR, {**NEAR, "filter": "born < 19850101"}]}, "born"),
    ("/entities/delete", {"filter": "salary > 9000"}, "salary"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "body", "name"), ASKED)
def test_no_clause_tells_of_a_masked_field_in_milvus(milvus: Town, verb: str, body: Any, name: str) -> None:
    assert f"'{name}'" in milvus.refused("readers", "POST", verb, {**P, **body})
    said = milvus.ask("owners", "POST", verb, {**P, **body})
    assert said.status == 200, said.text


def test_the_older_routes_tell_no_more(milvus: Town) -> None:
    town = Town(milvus.rowed, leaks.V1, milvus.tokens)
    for verb, body in (
        ("/query", {"filter": "salary > 5000"}),
        ("/search", {"vector": V, "filter": 'email like "a%"'}),
        ("/delete", {"filter": "born < 0"}),
    ):
        town.refused("readers", "POST", verb, {**P, **body})


def test_what_is_shown_is_asked_for_and_what_is_not_is_masked(milvus: Town) -> None:
    for body in (
        {"filter": 'dept == "hr"'},
        {"filter": "id == 1"},
        {"filter": 'dept > "" and dept < "2999-01-01"  or dept == "hr"'},
        {"filter": 'dept == "hr"', "outputFields": ["email", "person", "salary", "note", "$meta"]},
    ):
        said = milvus.ask("readers", "POST", Q, {**P, **body})
        assert said.status == 200
        assert ANA not in said.text
        assert "Ana" not in said.text
        assert "5200" not in said.text
        assert len(said.tree["data"]) == 1
    assert milvus.ask("editors", "POST", Q, {**P, "filter": "salary > 5000"}).status == 200
