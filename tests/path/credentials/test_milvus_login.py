"""A real Milvus 2.3.5 that asks for a login, reached through the gateway with a name and a password out of Vault's KV."""

from collections.abc import Iterator

import pytest

from path.credentials.conftest import Make
from support.credentials.fronted import fronted
from support.credentials.store import Vouching
from support.milvus.real import Real, running_real

pytestmark = [pytest.mark.long, pytest.mark.timeout(900), pytest.mark.shares("milvus")]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    with running_real(tmp_path_factory.mktemp("milvus")) as made:
        yield made


def test_people_search_it_and_without_the_login_it_lets_nobody_in(
    real: Real, store: Vouching, keyed: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    real.make("people", {"id": "Int64", "vector": "FloatVector", "text": "VarChar"}, 2)
    row = {"id": 1, "vector": [1.0, 0.0], "text": "one"}
    real.tell("POST", "/v1/vector/insert", {"collectionName": "people", "data": [row]})
    for path in ("reader", "own"):
        login = {"username": "root", "password": "Milvus"}
        store.call("POST", f"secret/data/milvus/{path}", {"data": login})
    store.permit("person", "secret/data/milvus/reader", "read")
    store.permit("lookups", "secret/data/milvus/own", "read")
    told = {"kind": "vault_kv", "role": "milvus/reader", "gateway_role": "milvus/own", "reread": 1}
    asked = {"collectionName": "people", "filter": "id > 0", "outputFields": ["id"], "limit": 5}
    with fronted(tmp_path_factory.mktemp("f") / "front", real.rest) as front:
        made = keyed("milvus", front, told)
        found = made.ask("POST", "/v1/vector/query", asked)
        assert (found.status, found.json["code"], len(found.json["data"])) == (200, 200, 1), found.body
        assert any("Bearer root:Milvus" in head for head in front.heads)
        assert "root:Milvus" not in made.written()
        store.call("POST", "secret/data/milvus/reader", {"data": {"username": "root", "password": "wrong"}})
        answers = [made.ask("POST", "/v1/vector/query", asked, who="bob") for _ in range(2)]
        assert all(one.status != 200 or one.json["code"] != 200 for one in answers), answers
