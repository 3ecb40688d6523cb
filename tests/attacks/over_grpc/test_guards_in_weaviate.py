"""Over gRPC the guards count before Weaviate as over REST, in its streams of batches as well."""

from collections.abc import Iterator
from typing import Any

import pytest

from attacks.over_grpc.test_guards import POISON, POLICY
from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.weaviate.asked import described, prop
from support.weaviate.messages import SERVICE, new, said
from support.weaviate.over_grpc import BatchStreamed, Town, person, weaviate_town

NAMES = ("Counted", "Bait", "Stamped", "Withheld")


def id_of(n: int) -> str:
    return f"abc10000-0000-4000-8000-0000000007{n:02d}"


@pytest.fixture(scope="module")
def town(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    policy = POLICY
    for name in NAMES:
        policy = policy.replace(f"[{name.lower()}", f"[{name}").replace(f", {name.lower()}]", f", {name}]")
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    with weaviate_town(stack, gateways, tmp_path_factory.mktemp("guarded"), policy) as made:
        for name in NAMES:
            fields = (prop("text", "text", "field"), prop("bait", "text", "field"))
            made.rest.classes[name] = described(name, *fields)
        yield made


def found(town: Town, name: str, most: int, who: str, group: str = "readers", near: str = "") -> Any:
    message = new("SearchRequest", collection=name, limit=most, uses_123_api=True, uses_125_api=True, uses_127_api=True)
    message.metadata.uuid = True
    if near:  # and what is found is something else
        message.near_object.id = near
        message.filters.operator = 1
        message.filters.target.property = "text"
        message.filters.value_text = "plain"
    with town.client() as client:
        return client.call(f"{SERVICE}/Search", said(message), [town.key(group, who)])


def test_a_budget_is_of_different_records_and_a_hard_stop(town: Town) -> None:
    for n in range(9):
        town.rest.stored["Counted", "", id_of(n)] = {"text": f"note {n}"}
    assert found(town, "Counted", 3, "rosa").grpc == (0, "")
    assert found(town, "Counted", 3, "rosa").grpc == (0, "")
    over = found(town, "Counted", 7, "rosa")
    assert (over.grpc[1].split(":")[0], b"note" in over.body) == ("limit.budget", False)
    assert found(town, "Counted", 3, "rolf").grpc == (0, "")


def test_a_canary_locks_also_in_the_middle_of_a_stream(town: Town) -> None:
    town.rest.stored["Bait", "", id_of(1)] = {"text": "sweet", "bait": "yes-it-is"}
    with town.client() as client:
        stream = BatchStreamed(client, [town.key("readers", "ruth")]).start()
        assert stream.put(person(id_of(2), collection="Bait")).results()[id_of(2)].startswith("policy.no_rule")
        bait = found(town, "Bait", 5, "ruth")
        assert bait.grpc[0] != 0
        assert b"sweet" not in bait.body
        assert "canary" not in bait.grpc[1]
        assert stream.put(person(id_of(2), collection="Bait")).results()[id_of(2)].startswith("user.locked")
    assert found(town, "Counted", 1, "ruth").grpc[1].startswith("user.locked")


def test_a_search_from_a_canary_locks(town: Town) -> None:
    town.rest.stored["Bait", "", id_of(1)] = {"text": "sweet", "bait": "yes-it-is"}
    town.rest.stored["Bait", "", id_of(3)] = {"text": "plain"}
    assert found(town, "Bait", 1, "rita", near=id_of(3)).grpc == (0, "")
    assert found(town, "Bait", 1, "rita", near=id_of(1)).grpc[1].startswith("user.locked")


def test_a_write_is_stamped_and_nobody_writes_the_stamp(town: Town) -> None:
    with town.client() as client:
        stream = BatchStreamed(client, [town.key("writers", "wim")]).start()
        mine = person(id_of(1), collection="Stamped", values={"text": "mine"})
        forged = person(id_of(2), collection="Stamped", values={"text": "forged", "_vecgate_who": "eve"})
        spelt = person(id_of(3), collection="Stamped", values={"text": "forged", "vecgate_who": "eve"})
        stream.put(mine, forged, spelt)
        told = dict[str, str]()
        while len(told) < 3:
            told |= stream.results()
    stored = {key[2]: one for key, one in town.rest.stored.items() if key[0] == "Stamped"}
    assert told[id_of(1)] == ""
    assert "wim" in stored[id_of(1)].values()
    assert all("eve" not in one.values() or "wim" in one.values() for one in stored.values()), (told, stored)
    assert told[id_of(2)] or id_of(2) not in stored, (told, stored)


def test_poison_is_written_and_withheld(town: Town) -> None:
    with town.client() as client:
        stream = BatchStreamed(client, [town.key("writers", "wim")]).start()
        poisoned = person(id_of(1), collection="Withheld", values={"text": POISON})
        plain = person(id_of(2), collection="Withheld", values={"text": "plain"})
        assert stream.put(poisoned, plain).results() == {id_of(1): "", id_of(2): ""}
    shown = found(town, "Withheld", 5, "rolf")
    assert shown.grpc == (0, "")
    assert b"plain" in shown.body
    assert b"Ignore all previous" not in shown.body
