"""Do Weaviate's clients, and what is built on them, do through the gateway, over gRPC, what they do without it? And where they may not, do users read why?

Unmodified, in environments of their own, before a stand-in: it finds as its filters say, and ranks nothing.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from demo.stack import Stack
from path.conftest import Factory
from support.forked.ports import free_port
from support.servers.three_hosts import relay
from support.tools.families import FAMILIES, MASKED, RESULTS, RULE, VECTORS, check_told, walk
from support.weaviate.over_grpc import Town, weaviate_bare, weaviate_town

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]
EVA: Final = "abc10000-0000-4000-8000-000000000005"
POLICY: Final = """
version: 1
mask_profiles:
  people: {default: replace, fields: {"*.email": redact}}
  nothing-here: {default: replace, fields: {"*.salary": redact}}
rules:
  - {name: start, who: anyone, where: {without_collection: true}, operations: [health], effect: allow, mask: nothing-here}
  - {name: owners, who: {groups: [owners]}, where: anywhere, operations: ["*"], effect: allow, mask: unsafe-nothing, vectors: true}
  - name: own-tenant
    who: {groups: [staff]}
    where: {collections: [Person]}
    operations: [read, write, delete]
    effect: allow
    mask: unsafe-nothing
    rows: [{field: tenant, equals: "{claims.tenant}"}]
  - {name: readers, who: {groups: [readers]}, where: {collections: [Person]}, operations: [read], effect: allow, mask: people, limits: {max_results: 6}}
  # They ask for vectors in each search.
  - name: reads-a-framework
    who: {groups: [readers]}
    where: {collections: ["Kept*"]}
    operations: [read]
    effect: allow
    mask: nothing-here
    vectors: zero
    limits: {max_results: 50}
    oracles: {allow: [text, status, n, _node_content, _node_type, document_id, doc_id, ref_doc_id, node_info, relationships, kind]}
"""
DRIVERS: Final = ("weaviate_js",)
#: What an owner of some rows is told, and what a reader who sees some fields masked.
TOLD: Final = {
    "inserts_over_theirs": "rows.taken", "inserts_for_another": "rows.field", "mixes": "rows.unscopable",
    "searches_words": "rows.unscopable", "iterates": "rows.unscopable", "starts_from_another": "rows.unknown",
    "generates": "body.unreadable", "looks_elsewhere": "collection.unknown", "drops_it": RULE,
    "comes_with_a_bad_token": "identity.invalid",
}  # fmt: skip
TOLD_READERS: Final = {
    "asks_for_too_many": RESULTS, "asks_for_vectors": VECTORS, "filters_by_masked": MASKED, "sorts_by_masked": MASKED,
    "mixes": MASKED, "writes": RULE, "deletes_all": RULE, "drops_it": RULE,
}  # fmt: skip
OWN: Final = ["Anna Beispiel", "Bruno Muster", "Chlo\u00e9 Mod\u00e8le"]
GIVEN: Final = {
    "fetches": OWN, "types": ["number", "string", "boolean", True], "by_id": True, "exists": [True, False, False], "counts": 3,
    "groups": ["Berlin", "Paris", "Wien"], "inserts_many": [2, False], "deletes": [2, 2, 0], "finds_theirs": None,
    "deletes_theirs": 0,
}  # fmt: skip
#: What a reader of what a framework keeps is told.
FRAMEWORKS: Final = {
    "weaviate_langchain": {"asks_for_too_many": RESULTS, "adds": RULE, "deletes": RULE, "drops": RULE},
    "weaviate_llamaindex": {
        "retrieves_too_many": RESULTS,
        "inserts": RULE,
        "deletes_nodes": RULE,
        "deletes_a_document": RULE,
        "clears": RULE,
    },
    "weaviate_haystack": {"filters": RESULTS, "asks_for_too_many": RESULTS, "writes": RULE, "deletes": RULE},
}


@pytest.fixture(scope="module")
def town(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    with weaviate_town(stack, gateways, tmp_path_factory.mktemp("weaviate-clients"), POLICY) as made:
        yield made


@pytest.fixture(scope="module")
def another_port(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """One more of this machine's, behind which is the gateway: Haystack knows one name for both of a server's ways in."""
    port, folder = free_port(), tmp_path_factory.mktemp("weaviate-port")
    with relay("port", folder, f"127.0.0.1:{port}", f"127.0.0.1:{town.made.gateway.listen.port}"):
        yield port


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    with weaviate_bare(tmp_path_factory.mktemp("weaviate-bare")) as told:
        yield told


def walked(family: str, part: str, told: dict[str, Any], collection: str) -> dict[str, Any]:
    names = ("SSL_CERT_FILE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "NODE_EXTRA_CA_CERTS")
    trusts = {**dict.fromkeys(names, told["ca"]), "PYTHONPATH": str(FAMILIES)}
    return walk(family, part, {**told, "collection": collection}, trusts)


def through(town: Town, family: str, part: str, group: str, collection: str, another_port: int = 0) -> dict[str, Any]:
    gateway = town.made.gateway
    port, token = gateway.listen.port, town.made.token("ana", group, tenant="t1")
    told = {"port": port, "secure": True, "grpc_port": another_port or port, "token": token, "ca": str(gateway.ca)}
    return walked(family, part, told, collection)


@pytest.mark.parametrize("family", [*DRIVERS, *FRAMEWORKS])
def test_what_is_allowed_goes_as_without_the_gateway(
    town: Town, bare: dict[str, Any], another_port: int, family: str
) -> None:
    name = "Person" if family in DRIVERS else f"C_{family}"
    without = walked(family, "works", bare, name)
    found = through(town, family, "works", "owners", name, 0 if family in DRIVERS else another_port)
    assert {case: one for case, one in found.items() if "gave" not in one} == {}
    assert found == without


@pytest.mark.parametrize("family", DRIVERS)
def test_one_is_kept_to_ones_own_rows_and_told_so(town: Town, family: str) -> None:
    before = {key: dict(one) for key, one in town.rest.stored.items()}
    found = through(town, family, "limited", "staff", "Person")
    check_told(found, TOLD, town.made.gateway, town.made.token("ana"))
    assert {case: one["gave"] for case, one in found.items() if case in GIVEN} == GIVEN
    assert town.rest.stored == before


@pytest.mark.parametrize("family", DRIVERS)
def test_one_is_shown_what_is_masked_as_such_and_told_what_may_not_be_asked(town: Town, family: str) -> None:
    found = through(town, family, "reads", "readers", "Person")
    check_told(found, TOLD_READERS, town.made.gateway, town.made.token("ana"))
    assert found["fetches_masked"]["gave"] == [6, False, False]


@pytest.mark.parametrize("family", DRIVERS)
def test_streams_lose_nothing_in_silence(town: Town, family: str) -> None:
    """`batch.stream` and `data.ingest`; the stand-in has no streams, so it is what is stored that is looked at."""
    before = {key: dict(one) for key, one in town.rest.stored.items()}
    found = through(town, family, "streams", "staff", "Person")
    del found["starts"]
    assert {case: one["gave"] for case, one in found.items()} == {
        "streams_one": [250, [], []],
        "streams_links": [2, [], [["knows", "rows.unscopable"]]],
        "streams_over_theirs": [0, [[EVA, "rows.field"]], []],
        "ingests": [3, False],
        "ingests_over_theirs": [0, True, [[EVA, "rows.field"]]],
    }
    new = {key: one for key, one in town.rest.stored.items() if key not in before}
    assert (len(new), {one["tenant"] for one in new.values()}) == (255, {"t1"})
    for key in new:
        del town.rest.stored[key]
    assert town.rest.stored == before


@pytest.mark.parametrize("family", FRAMEWORKS)
def test_who_may_read_of_a_framework_reads_and_is_told_of_the_rest(town: Town, another_port: int, family: str) -> None:
    name = family.replace("weaviate", "Kept")
    filled = through(town, family, "fills", "owners", name, another_port)
    assert all("gave" in one for one in filled.values()), filled
    found = through(town, family, "limited", "readers", name, another_port)
    check_told(found, FRAMEWORKS[family], town.made.gateway, town.made.token("ana"))
