"""Over gRPC the guards count before an index of Pinecone as over REST. Each kind has a namespace of its own."""

from collections.abc import Iterator
from typing import Any

import pytest

from attacks.over_grpc.test_guards import POISON
from demo.stack import Stack
from dialects.pinecone.grpc.recorded import spoken
from dialects.pinecone.grpc.test_gateway import Pines, planted
from path.conftest import Factory
from support.forked.ports import free_port

POLICY = """
version: 1
rules:
  - {name: stamped, who: {users: [bob]}, where: {tenants: [stamped]}, operations: [write], effect: allow, mask: unsafe-nothing, stamp: true}
  - {name: poisoned, who: {users: [bob]}, where: {tenants: [withheld]}, operations: [write], effect: allow, mask: unsafe-nothing, quarantine: withhold}
  - {name: fills, who: {users: [bob]}, where: {tenants: [counted, bait]}, operations: [write], effect: allow, mask: unsafe-nothing}
  - {name: reads, who: {users: [alice]}, where: {tenants: [stamped, withheld]}, operations: [read], effect: allow, mask: unsafe-nothing}
  - {name: counted, who: {users: [alice]}, where: {tenants: [counted]}, operations: [read], effect: allow, mask: unsafe-nothing, budget: {records: 4/h}}
  - {name: baited, who: {users: [alice, carol]}, where: {tenants: [bait]}, operations: [read], effect: allow, mask: unsafe-nothing, canaries: {mark: {bait: yes-it-is}}}
"""


@pytest.fixture(scope="module")
def pines(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pines]:
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    try:
        with planted(stack, gateways, tmp_path_factory.mktemp("guarded"), POLICY, ("people",)) as made:
            yield made
    finally:
        gateways.stop()


def one(id: str, text: str, key: str = "text") -> str:
    value = f"value {{ string_value: '{text}' }}"
    return f"vectors {{ id: '{id}' values: [0.1, 0.9, 0.5, 0.1] metadata {{ fields {{ key: '{key}' {value} }} }} }} "


def put(pines: Pines, stack: Stack, space: str, *records: str) -> tuple[int, str]:
    text = f"{' '.join(records)} namespace: '{space}'"
    return tuple(pines.call("Upsert", text, token=stack.token("bob")).grpc)  # type: ignore[return-value]


def found(pines: Pines, space: str, most: int) -> Any:
    near = "vector: [0.1, 0.9, 0.5, 0.1]"
    return pines.call("Query", f"top_k: {most} {near} namespace: '{space}' include_metadata: true")


def test_a_budget_is_of_different_records_and_a_hard_stop(pines: Pines, stack: Stack) -> None:
    assert put(pines, stack, "counted", *(one(f"p{n}", f"note {n}") for n in range(9))) == (0, "")
    assert [found(pines, "counted", 3).grpc for _ in range(2)] == [(0, "")] * 2
    for over in (found(pines, "counted", 7), pines.call("Fetch", "ids: ['p5', 'p6', 'p7', 'p8'] namespace: 'counted'")):
        assert (over.grpc[1].split(":")[0], b"note" in over.body) == ("limit.budget", False)


def test_a_write_is_stamped_and_nobody_writes_or_reads_the_stamp(pines: Pines, stack: Stack) -> None:
    assert put(pines, stack, "stamped", one("s1", "mine")) == (0, "")
    assert put(pines, stack, "stamped", one("s2", "eve", "_vecgate_who"))[1].startswith("stamp.reserved")
    stored = pines.served.project.indexes["people"].space("stamped")
    assert [*stored] == ["s1"]
    assert stored["s1"]["metadata"]["_vecgate_who"] == "bob"
    update = (
        "id: 's1' namespace: 'stamped' set_metadata { fields { key: '_vecgate_who' value { string_value: 'eve' } } }"
    )
    assert pines.call("Update", update, token=stack.token("bob")).grpc[1].startswith("stamp.reserved")
    shown = found(pines, "stamped", 5)
    assert (shown.grpc, b"mine" in shown.body, b"vecgate" in shown.body) == ((0, ""), True, False)


def test_poison_is_written_and_withheld(pines: Pines, stack: Stack) -> None:
    assert put(pines, stack, "withheld", one("w1", POISON), one("w2", "plain")) == (0, "")
    shown = found(pines, "withheld", 5)
    assert (shown.grpc, b"plain" in shown.body, b"Ignore all" in shown.body) == ((0, ""), True, False)


def test_a_search_from_a_canary_locks(pines: Pines, stack: Stack) -> None:
    assert put(pines, stack, "bait", one("b1", "yes-it-is", "bait"), one("b2", "plain")) == (0, "")
    fields = "fields { key: 'text' value { struct_value { fields { key: '$eq' value { string_value: 'plain' } } } } }"
    near = f"top_k: 1 namespace: 'bait' include_metadata: true filter {{ {fields} }}"
    carol = stack.token("carol")
    assert pines.call("Query", f"{near} id: 'b2'", token=carol).grpc == (0, "")
    assert pines.call("Query", f"{near} id: 'b1'", token=carol).grpc[1].startswith("user.locked")


def test_a_canary_locks(pines: Pines, stack: Stack) -> None:
    assert put(pines, stack, "bait", one("b1", "yes-it-is", "bait")) == (0, "")
    said = found(pines, "bait", 3)
    assert said.grpc[0] != 0
    assert "canary" not in said.grpc[1]
    assert spoken().messages.heard("pinecone.QueryResponse", said.message if said.body else b"").matches == []
    for space in ("bait", "stamped"):
        assert found(pines, space, 1).grpc[1].startswith("user.locked")
