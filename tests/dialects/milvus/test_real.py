"""Does a real Milvus 2.3.5 do with what is sent what was meant, and nothing to another tenant's records?"""

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings

from dialects.milvus.filters.test_grammar import GIVEN, SIMPLER, _filters, printed
from dialects.milvus.filters.test_grammar import ROWS as TEXTS
from support.leaks import Ask, Said, Way, attempt, milvus
from support.milvus.evaluated import found
from support.milvus.people import TYPES, people
from support.milvus.real import Real, running_real
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.row import Row

pytestmark = [pytest.mark.long, pytest.mark.timeout(900), pytest.mark.shares("milvus")]
OWN: Final = Decision(Effect.ALLOW, "own", "because", "v1", rows=(Row("tenant", (milvus.OWN,)),), vectors=True)
ALICE: Final = Decision(Effect.ALLOW, "own", "because", "v1", rows=(Row("tenant", ("t1",)),), vectors=True)
OLDER: Final = [way for way in milvus.WAYS if all(ask.path.startswith(milvus.V1) for ask in way.calls)]


def _without_lists(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The older routes write into no collection that has a field for lists or JSON, so `meta` is a dynamic one."""
    return [{key: value for key, value in row.items() if key not in ("tags", "nums")} for row in rows]


def _plain(types: Mapping[str, str]) -> dict[str, str]:
    return {name: kind for name, kind in types.items() if kind not in ("Array", "JSON")}


class Shared(milvus.Milvus):
    """The collection of two tenants, at a server that has the older routes alone."""

    def __init__(self, real: Real) -> None:
        super().__init__(real.tell)
        self.real, self.made = real, False

    def fill(self) -> None:
        if not self.made:
            self.real.make(milvus.NAME, _plain(milvus.TYPES), 2)
            self.made = True
        self.real.tell("POST", f"{milvus.V1}/delete", {"collectionName": milvus.NAME, "filter": "id >= 0"})
        for tenant, ids, text in (
            (milvus.OWN, milvus.OWN_IDS, "acme"),
            (milvus.OTHER, milvus.FOREIGN_IDS, milvus.MARK),
        ):
            self.real.tell(
                "POST",
                f"{milvus.V1}/insert",
                {"collectionName": milvus.NAME, "data": _without_lists(milvus.rows(tenant, ids, text))},
            )

        want = [milvus.RECORDS] * 2
        for _ in range(100):  # what was deleted and written is seen a moment later
            if [len(self.of(f'tenant == "{tenant}"')) for tenant in (milvus.OWN, milvus.OTHER)] == want:
                return
            time.sleep(0.1)
        raise RuntimeError("the records are not all there")

    def of(self, text: str) -> Any:
        asked = {"collectionName": milvus.NAME, "filter": text, "outputFields": ["*"], "limit": 1000}
        return self.real.tell("POST", f"{milvus.V1}/query", asked)["data"]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    with running_real(tmp_path_factory.mktemp("milvus")) as one:
        one.make("people", _plain(TYPES), 4)
        one.alias("people", "staff")
        one.tell("POST", "/v1/vector/insert", {"collectionName": "people", "data": _without_lists(people())})
        yield one


@pytest.fixture(scope="module")
def shared(real: Real) -> Shared:
    place = Shared(real)
    place.fill()
    return place


def ids_of(real: Real, text: str, decision: Decision | None = None) -> list[int] | None:
    body = {"collectionName": "people", "filter": text, "outputFields": ["id"], "limit": 100}
    ask = Ask("POST", "/v1/vector/query", body)
    said = real.through(ask, decision) if decision else Said(200, real.tell("POST", ask.path, body))
    return None if said.tree.get("code") != 200 else sorted(int(one["id"]) for one in said.tree["data"])


def test_every_recorded_text_that_is_taken_finds_its_rows_and_no_others(real: Real) -> None:
    """M-41, M-44, M-50, M-51"""
    compared = 0
    for row in TEXTS:
        if printed(row["user"], GIVEN) is None or "alone" not in row or "tags" in row["user"] or "nums" in row["user"]:
            continue
        compared += 1
        assert ids_of(real, str(printed(row["user"], GIVEN))) == row["alone"], row["user"]
        assert ids_of(real, row["user"], ALICE) == [id for id in row["alone"] if id <= 3], row["user"]
    assert compared > 40


def test_what_is_sent_in_a_simpler_form_finds_what_was_meant(real: Real) -> None:
    """M-59 to M-63"""
    for text, form in SIMPLER.items():
        try:
            alone = ids_of(real, text) or []
        except RuntimeError:  # it has no words in capitals
            assert " IN " in text or "JSON_" in text, text
            continue
        assert ids_of(real, form) == alone, text
        assert ids_of(real, text, ALICE) == [id for id in alone if id <= 3], text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=_filters)
def test_a_filter_of_the_grammar_finds_there_what_was_meant(real: Real, text: str) -> None:
    """M-44"""
    mine = str(printed(text))
    meant = found(mine, people(), TYPES)
    there = ids_of(real, text, ALICE)
    assert there is None or there == [id for id in meant if id <= 3], mine  # 2.3.5 has less of the language


@pytest.mark.parametrize("way", OLDER, ids=str)
def test_no_way_over_the_older_routes_leads_to_another_tenants_records(shared: Shared, way: Way) -> None:
    """M-48, M-53"""

    def client(ask: Ask) -> Said:
        return milvus.heard(shared.real.through(ask, OWN))

    assert attempt(way, client, shared, milvus.FOREIGN_IDS) == []


def test_a_delete_takes_no_other_record_of_its_id(real: Real) -> None:
    """M-57: at the server itself both are gone."""
    real.make("twins", {"id": "Int64", "tenant": "VarChar", "vec": "FloatVector"}, 2)

    def put(id: int, tenant: str) -> None:
        data = [{"id": id, "tenant": tenant, "vec": [0.5, 0.5]}]
        real.tell("POST", "/v1/vector/insert", {"collectionName": "twins", "data": data})

    def there(tenant: str) -> list[int]:
        asked = {"collectionName": "twins", "filter": f'tenant == "{tenant}"', "outputFields": ["id"], "limit": 9}
        return sorted(int(one["id"]) for one in real.tell("POST", "/v1/vector/query", asked)["data"])

    def until(tenant: str, ids: list[int]) -> None:
        """Its routes cannot be told to wait for what was written before."""
        for _ in range(100):
            if there(tenant) == ids:
                return
            time.sleep(0.2)
        raise AssertionError(there(tenant))

    for id, tenant in ((1, "t1"), (2, "t1"), (1, "t2")):
        put(id, tenant)
    until("t1", [1, 2])
    until("t2", [1])

    def deleted(text: str) -> Any:
        said = real.through(Ask("POST", "/v1/vector/delete", {"collectionName": "twins", "filter": text}), ALICE)
        return said.tree

    assert "somebody else's" in deleted("id in [1]")["message"]
    assert "somebody else's" in deleted("id > 0")["message"]
    assert deleted("id in [2]")["code"] == 200
    until("t1", [1])
    assert there("t2") == [1]


def test_an_alias_is_refused_where_nobody_tells_what_it_stands_for(real: Real) -> None:
    """M-36"""
    ask = Ask("POST", "/v1/vector/query", {"collectionName": "staff", "filter": "id > 0"})
    said = real.through(ask, ALICE)
    assert said.tree["message"].startswith("collection.unknown")
    assert real.tell("POST", ask.path, ask.body)["data"]


def test_ones_own_records_are_all_there(shared: Shared) -> None:
    asked = {"collectionName": milvus.NAME, "filter": "id >= 0", "outputFields": ["id"], "limit": 1000}
    said = shared.real.through(Ask("POST", f"{milvus.V1}/query", asked), OWN)
    assert len(said.tree["data"]) == milvus.RECORDS
