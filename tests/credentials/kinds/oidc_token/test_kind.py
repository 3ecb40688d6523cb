"""Tokens of a real OpenBao's identity engine: they name the person, for one database, for minutes."""

from collections.abc import AsyncIterator, Iterator

import jwt
import pytest

from support.credentials.cases import oidc_token
from support.credentials.cases.oidc_token import token
from support.credentials.store import UPSTREAM, Case, Trying, Vouching, trying, vouching
from vecgate.credentials.kinds.oidc_token.kind import OidcToken
from vecgate.dialects import kind, names
from vecgate.refusals.errors import VaultDenied


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vouching]:
    with vouching(tmp_path_factory.mktemp("o")) as made:
        yield made


@pytest.fixture(scope="module")
def case(store: Vouching) -> Iterator[Case]:
    with oidc_token.prepared(store, store.folder) as made:
        yield made


@pytest.fixture
async def tried(store: Vouching, case: Case) -> AsyncIterator[Trying]:
    async with trying(store, case) as made:
        yield made


async def test_it_names_the_person_and_the_one_database_it_is_for(tried: Trying) -> None:
    lease = await tried.leases.get(tried.caller("alice"), UPSTREAM)
    said = jwt.decode(token(lease.material), options={"verify_signature": False})
    assert (said["name"], said["aud"]) == ("alice", "docs-db")
    assert said["exp"] - said["iat"] == 300
    other = await tried.leases.get(tried.caller("bob"), UPSTREAM)
    assert jwt.decode(token(other.material), options={"verify_signature": False})["sub"] != said["sub"]


async def test_a_lease_ends_no_later_than_its_token_says(tried: Trying) -> None:
    """Which says it in whole seconds; OpenSearch, told to, allows none more."""
    for who in ("carol", "dave", "erin"):
        lease = await tried.leases.get(tried.caller(who), UPSTREAM)
        said = jwt.decode(token(lease.material), options={"verify_signature": False})
        assert lease.expires_at <= said["exp"]


async def test_the_gateways_own_token_gets_none(tried: Trying) -> None:
    with pytest.raises(VaultDenied):
        await tried.vault.call("GET", "identity/oidc/token/docs", token=await tried.means.own.get())


def test_databases_that_know_no_login_service_are_told_at_the_start(store: Vouching, case: Case) -> None:
    said = {}
    for dialect in names():
        case.dialect = dialect
        upstream = store.settings(case).upstreams[UPSTREAM]
        said[dialect] = OidcToken.unfit(upstream, kind(dialect).ways)
    case.dialect = "weaviate"
    told = {name for name, why in said.items() if why is not None}
    assert told >= {"milvus", "pinecone", "qdrant"}
    assert told.isdisjoint({"chroma", "elasticsearch", "opensearch", "weaviate"})
    assert said["milvus"] == "is for databases that trust a login service; milvus knows none"
