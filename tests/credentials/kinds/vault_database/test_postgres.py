"""The same with a real PostgreSQL: users are narrow, named for their person, and gone with the session."""

from collections.abc import AsyncIterator, Iterator

import pytest

from support.credentials import postgres
from support.credentials.cases.vault_database import named
from support.credentials.postgres import Postgres
from support.credentials.store import UPSTREAM, Trying, Vouching, trying, vouching
from vecgate.domain.lease import Reach, Scope

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def at() -> Iterator[Postgres]:
    with postgres.running() as made:
        yield made


@pytest.fixture(scope="module")
def store(at: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vouching]:
    with vouching(tmp_path_factory.mktemp("u")) as made:
        yield made


@pytest.fixture(scope="module")
def case(store: Vouching, at: Postgres) -> postgres.Case:
    return postgres.case(store, at)


@pytest.fixture
async def tried(store: Vouching, case: postgres.Case) -> AsyncIterator[Trying]:
    async with trying(store, case) as made:
        yield made


@pytest.mark.parametrize(("reach", "may"), [(Reach.READ, False), (Reach.WRITE, True)])
async def test_a_lease_for_reads_cannot_write_and_one_for_writes_can(
    tried: Trying, at: Postgres, reach: Reach, may: bool
) -> None:
    lease = await tried.leases.get(tried.caller("alice"), UPSTREAM, Scope(reach, ("people",)))
    user, password = named(lease.material)
    assert at.ask(user, password, "SELECT count(*) FROM docs")[0] == 0
    status, said = at.ask(user, password, "INSERT INTO docs VALUES (2)")
    assert (status == 0) is may, said
    assert at.ask(user, password, "CREATE ROLE eve LOGIN")[0] != 0


async def test_its_user_is_named_for_the_person_and_gone_with_the_session(tried: Trying, at: Postgres) -> None:
    lease = await tried.leases.get(tried.caller("alice"), UPSTREAM)
    kept = await tried.leases.get(tried.caller("bob"), UPSTREAM)
    user = named(lease.material)[0]
    assert user in at.users()
    assert "alice" in user
    assert tried.case.works is not None
    assert tried.case.works(lease.material)
    tried.leases.drop(tried.caller("alice").key)
    await tried.until(lambda: user not in at.users())
    assert not tried.case.works(lease.material)
    assert tried.case.works(kept.material)


async def test_it_ends_by_itself_where_nobody_is_there_to_end_it(tried: Trying, at: Postgres) -> None:
    """PostgreSQL knows the end, too (`VALID UNTIL`): never later than the person's login."""
    lease = await tried.leases.get(tried.caller("alice", 60), UPSTREAM)
    words = (
        f"SELECT extract(epoch FROM rolvaliduntil - now()) FROM pg_roles WHERE rolname = '{named(lease.material)[0]}'"
    )
    status, said = at.ask("bao", "bao-password", words)
    assert status == 0
    assert 0 < float(said) <= 65
