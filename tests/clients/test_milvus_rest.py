"""Does Milvus's client for Node do over REST, through the gateway, what it does without it? And does its user read why not?

Unmodified, in an environment of its own, with the stand-in that answers REST v2 as it was recorded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.milvus.recorded.server import Recorded, running_milvus
from support.servers.rowed import Rowed, fronted, rowed
from support.tools.families import FAMILIES, RESULTS, RULE, VECTORS, check_told, walk

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]
POLICY: Final = """
version: 1
mask_profiles:
  people: {default: replace}
rules:
  - {name: lists, who: anyone, where: {without_collection: true}, operations: [collection_read], effect: allow, mask: people}
  - {name: owners, who: {groups: [owners]}, where: {collections: ["c_*"]}, operations: [read, write, delete, schema, destroy], effect: allow, mask: unsafe-nothing, vectors: true}
  - {name: own-rows, who: {groups: [staff]}, where: {collections: ["people"]}, operations: [read], effect: allow, mask: people, rows: [{field: tenant, equals: t1}], limits: {max_results: 50}}
"""
FIELDS: Final = {"id": "Int64", "tenant": "VarChar", "name": "VarChar", "note": "VarChar", "vec": "FloatVector"}
TOLD: Final = {
    "breaks_out": "body.unreadable",
    "asks_for_too_many": RESULTS,
    "asks_for_vectors": VECTORS,
    "drops": RULE,
}


@dataclass(frozen=True, slots=True)
class Town:
    """A gateway, and the stand-in behind it."""

    rowed: Rowed
    url: str

    def walk(self, part: str, group: str | None, collection: str) -> dict[str, Any]:
        uri = self.url if group is None else f"https://localhost:{self.rowed.gateway.listen.port}"
        token = "" if group is None else self.rowed.token(f"{group}-person", group)
        trust = {"PYTHONPATH": str(FAMILIES), "NODE_EXTRA_CA_CERTS": str(self.rowed.gateway.ca)}
        return walk("milvus_js_http", part, {"uri": uri, "token": token, "collection": collection}, trust)


@pytest.fixture(scope="module")
def server() -> Recorded:
    return Recorded()


@pytest.fixture(scope="module")
def town(stack: Stack, server: Recorded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("milvus-rest")
    (folder / "gateways").mkdir()
    gateways = Factory(stack, folder / "gateways", free_port)

    def start(own: Path) -> Any:
        return running_milvus(own, server)

    with (
        fronted(stack, folder / "database", "milvus", start=start) as (url, told),
        rowed(stack, gateways, folder, POLICY, upstreams={"tickets-db": told}) as made,
    ):
        yield Town(made, url)


def test_what_is_allowed_goes_as_without_the_gateway(town: Town, server: Recorded) -> None:
    found = []
    for group, name in ((None, "c_there"), ("owners", "c_here")):
        server.make(name, FIELDS)
        found.append(town.walk("works", group, name))
    alone, through = found
    assert {case: one["said"] for case, one in alone.items() if "said" in one} == {}
    assert through == alone


def test_one_is_kept_to_ones_own_rows_and_told_so(town: Town, server: Recorded) -> None:
    server.make("people", FIELDS).rows = [
        {"id": n, "tenant": "t1" if n < 4 else "t2", "name": f"n{n}", "note": f"mail some.one{n}@example.org", "vec": [n / 10, 0.2, 0.3, 0.4]}
        for n in range(1, 6)
    ]  # fmt: skip
    found = town.walk("limited", "staff", "people")
    assert {one["said"].partition(":")[0] for one in found.values() if "said" in one} == {"HttpError"}
    check_told(found, TOLD, town.rowed.gateway, town.rowed.token("owners-person", "owners"))
    assert found["queries"]["gave"] == [1, 2, 3]
    assert found["filters"]["gave"] == []
    assert found["shows_masked"]["gave"] == ["mail <EMAIL>"]
