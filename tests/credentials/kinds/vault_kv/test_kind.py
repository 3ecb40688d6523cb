"""Static keys of a real KV: where they are read, how they are sent, and that a changed one is noticed."""

import base64
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from support.credentials.cases import vault_kv
from support.credentials.store import UPSTREAM, Case, Trying, Vouching, trying, vouching
from vecgate import dialects
from vecgate.credentials import kinds
from vecgate.domain.lease import Headers, Lease, Reach, Scope
from vecgate.refusals.errors import SettingsError, Unavailable, VaultDenied
from vecgate.settings.plugins import are_there


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vouching]:
    with vouching(tmp_path_factory.mktemp("s")) as made:
        made.call("POST", "sys/mounts/old", {"type": "kv", "options": {"version": "1"}})
        made.permit("person", "old/*", "read")
        made.permit("person", "secret/data/tried/*", "read")
        yield made


@pytest.fixture(scope="module")
def case(store: Vouching) -> Iterator[Case]:
    with vault_kv.prepared(store, store.folder) as made:
        yield made


@pytest.fixture
async def tried(store: Vouching, case: Case) -> AsyncIterator[Trying]:
    async with trying(store, case) as made:
        yield made


def pairs(lease: Lease) -> tuple[tuple[str, str], ...]:
    assert isinstance(lease.material, Headers)
    return lease.material.pairs


def basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


async def test_reads_writes_and_the_gateways_own_calls_have_keys_of_their_own(tried: Trying) -> None:
    alice = tried.caller("alice")
    found = [pairs(await tried.leases.get(alice, UPSTREAM, Scope(reach, ("people",)))) for reach in Reach]
    assert found == [(("api-key", f"kv-key-of-{who}-1"),) for who in ("readers", "writers", "writers")]
    assert pairs(await tried.leases.own(UPSTREAM)) == (("api-key", "kv-key-of-its-own-1"),)


SECRETS: list[tuple[str, dict[str, Any], dict[str, Any], tuple[str, str]]] = [
    ("qdrant", {"key": "k-1"}, {"way": "bearer"}, ("authorization", "Bearer k-1")),
    ("chroma", {"key": "k-1"}, {}, ("authorization", "Bearer k-1")),
    ("chroma", {"key": "k-1"}, {"way": "x_chroma_token"}, ("x-chroma-token", "k-1")),
    ("chroma", {"key": "u:p"}, {"way": "basic"}, ("authorization", basic("u:p"))),
    ("milvus", {"username": "u", "password": "p"}, {}, ("authorization", "Bearer u:p")),
    ("milvus", {"username": "u", "password": "p"}, {"way": "basic"}, ("authorization", basic("u:p"))),
    ("opensearch", {"username": "u", "password": "p"}, {}, ("authorization", basic("u:p"))),
    ("elasticsearch", {"username": "u", "password": "p"}, {}, ("authorization", basic("u:p"))),
    ("elasticsearch", {"key": "aWQ6a2V5"}, {"way": "api_key"}, ("authorization", "ApiKey aWQ6a2V5")),
    ("weaviate", {"token": "k-2"}, {"field": "token"}, ("authorization", "Bearer k-2")),
    ("pinecone", {"key": "k-3"}, {}, ("api-key", "k-3")),
    ("qdrant", {"key": "k-4"}, {"header": "X-Proxy-Key"}, ("x-proxy-key", "k-4")),
    ("qdrant", {"key": "k-4"}, {"header": "X-Proxy-Key", "scheme": "Token"}, ("x-proxy-key", "Token k-4")),
]


async def test_it_is_sent_as_each_database_takes_it(store: Vouching, case: Case) -> None:
    for number, (dialect, secret, more, wanted) in enumerate(SECRETS):
        store.call("POST", f"secret/data/tried/{number}", {"data": secret})
        case.dialect, told = dialect, {"role": f"tried/{number}", **more}
        async with trying(store, case, **told) as one:
            assert pairs(await one.leases.get(one.caller("alice"), UPSTREAM, Scope(Reach.READ))) == (wanted,), (
                dialect,
                more,
            )
    case.dialect = "qdrant"


async def test_the_first_version_of_the_engine_does_as_well(store: Vouching, case: Case) -> None:
    store.call("POST", "old/reader", {"key": "k-old"})
    async with trying(store, case, role="reader", write_role="reader", mount="old", version=1) as one:
        assert pairs(await one.leases.get(one.caller("alice"), UPSTREAM, Scope(Reach.READ))) == (("api-key", "k-old"),)


async def test_a_changed_key_is_noticed_though_leases_may_be_long(tried: Trying, store: Vouching) -> None:
    alice, read = tried.caller("alice"), Scope(Reach.READ)
    first = await tried.leases.get(alice, UPSTREAM, read)
    store.call("POST", "secret/data/docs/reader", {"data": {"key": "kv-key-of-readers-2"}})
    try:
        tried.clock.ahead = 41  # two thirds of `reread`: replaced, and nobody waits for that
        assert (await tried.leases.get(alice, UPSTREAM, read)).id == first.id
        for flight in [*tried.leases._flights.values()]:
            await flight
        assert pairs(await tried.leases.get(alice, UPSTREAM, read)) == (("api-key", "kv-key-of-readers-2"),)
    finally:
        store.call("POST", "secret/data/docs/reader", {"data": {"key": "kv-key-of-readers-1"}})


async def test_the_store_knows_who_had_it(tried: Trying) -> None:
    """It is read in the person's name: who has no right to it gets none, and the gateway's own token has none."""
    with pytest.raises(VaultDenied):
        await tried.vault.call("GET", "secret/data/docs/reader", token=await tried.means.own.get())


@pytest.mark.parametrize(
    "secret", [{}, {"other": "k"}, {"key": ""}, {"key": 7}, {"key": "two\nlines"}, {"username": "u"}]
)
async def test_a_secret_that_holds_no_key_is_told_and_not_quoted(
    store: Vouching, case: Case, secret: dict[str, Any]
) -> None:
    store.call("POST", "secret/data/tried/odd", {"data": secret})
    async with trying(store, case, role="tried/odd") as one:
        with pytest.raises(Unavailable, match="no usable key at secret/data/tried/odd") as caught:
            await one.leases.get(one.caller("alice"), UPSTREAM, Scope(Reach.READ))
    assert "lines" not in str(caught.value)


def test_a_way_that_the_database_does_not_take_stops_the_start(store: Vouching, case: Case) -> None:
    told = store.settings(case, way="basic").upstreams
    with pytest.raises(SettingsError) as caught:
        are_there(told, dialects.kind, kinds.load)
    assert caught.value.problems == [
        "upstreams.docs.credential: 'vault_kv' cannot send a key the way 'basic' to qdrant. It takes: api_key, bearer"
    ]
