"""What does every kind of credential keep to? One suite, run for each kind there is, plug-ins too, on a real store.

A kind brings `tests/support/credentials/cases/NAME.py`, which sets it up; nothing of the suite is left out for one.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from importlib import import_module
from typing import Any

import pytest
from redis import Redis

from support.credentials.store import UPSTREAM, Case, Trying, Vouching, trying, vouching
from support.tools.families import REPOSITORY
from vecgate.credentials import kinds
from vecgate.credentials.kinds import CredentialKind, Login, Token
from vecgate.credentials.leases import RETRY_SECONDS
from vecgate.dialects import kind as dialect
from vecgate.domain.exchange import Exchange, Raw
from vecgate.domain.lease import ClientCertificate, Lease, Reach, Scope
from vecgate.domain.principal import Secret
from vecgate.refusals.errors import TokenInvalid, Unavailable, VaultDenied
from vecgate.settings.plugins import are_there

PAGE = (REPOSITORY / ".github/credentials.md").read_text("utf-8").partition("## What the store must let")[2]
READ = Scope(Reach.READ, ("people",), kinds=frozenset({"search"}))
WRITE = Scope(Reach.WRITE, ("people",), kinds=frozenset({"upsert"}))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vouching]:
    with vouching(tmp_path_factory.mktemp("k")) as made:
        yield made


@pytest.fixture(scope="module")
def cases(store: Vouching) -> Iterator[dict[str, Case]]:
    """Every kind, set up. One without a case of its own fails here."""
    with ExitStack() as opened:
        found: dict[str, Case] = {}
        for name in kinds.names():
            folder = store.folder / name
            folder.mkdir()
            prepared = import_module(f"support.credentials.cases.{name}").prepared
            found[name] = opened.enter_context(prepared(store, folder))
        yield found


@pytest.fixture(params=kinds.names())
async def tried(request: pytest.FixtureRequest, store: Vouching, cases: dict[str, Case]) -> AsyncIterator[Trying]:
    async with trying(store, cases[request.param]) as made:
        yield made


def kind_of(tried: Trying) -> type[CredentialKind]:
    return kinds.load(tried.case.kind)


def at_the_database(tried: Trying, lease: Lease) -> bool:
    return tried.case.works is None or tried.case.works(lease.material)


def _needs(case: Case) -> dict[str, set[str]]:
    """What the page says that the store must let this kind do, as rules of a policy, by who."""
    told = {"role": "scoped", **case.credential}
    names = {"ROLE": [told.get(name) for name in ("role", "write_role", "admin_role")]}
    names |= {"GATEWAY_ROLE": [told.get("gateway_role")], "ADMIN": [told.get("admin")]}
    (row,) = re.findall(rf"^\| `{case.kind}` \|(.*)\|(.*)\|(.*)\|$", PAGE, re.MULTILINE)
    found = {}
    for who, cell in zip(("person", "lookups", "gateway"), row, strict=True):
        rules = set()
        for path, may in re.findall(r"`([^`]+)` (\w+(?:, \w+)*)", cell):
            (name,) = re.findall(r"\b(?:GATEWAY_)?ROLE\b|\bADMIN\b", path) or [""]
            capabilities = ", ".join(f'"{one}"' for one in may.split(", "))
            rules |= {
                f'path "{path.replace(name, said) if name else path}" {{ capabilities = [{capabilities}] }}'
                for said in names.get(name, [""])
                if said is not None
            }
        found[who] = rules
    return found


def test_the_page_says_what_the_store_must_let(store: Vouching, cases: dict[str, Case]) -> None:
    """Which is all that it lets here."""
    said = [_needs(case) for case in cases.values()]
    for who in ("person", "lookups", "gateway"):
        assert set(store._policies[who]) == set().union(*(one[who] for one in said))


# --- what it gives


async def test_it_gives_what_it_says_and_the_database_takes_it(tried: Trying) -> None:
    lease = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    assert isinstance(lease.material, kind_of(tried).shows)
    assert at_the_database(tried, lease)
    own = await tried.leases.own(UPSTREAM)
    assert isinstance(own.material, kind_of(tried).shows)
    assert at_the_database(tried, own)
    assert own.id != lease.id


async def test_what_it_is_for_is_checked_at_the_start(tried: Trying, store: Vouching) -> None:
    are_there(store.settings(tried.case).upstreams, dialect, kinds.load)
    place = kind_of(tried).place(store.settings(tried.case).upstreams[UPSTREAM].credential)
    assert place.startswith(("at ", "of "))


# --- for whom


async def test_nobody_shares_one_and_many_calls_at_once_cost_one_each(tried: Trying) -> None:
    people = [tried.caller(name) for name in ("alice", "bob")] * 20
    leases = await asyncio.gather(*(tried.leases.get(one, UPSTREAM, READ) for one in people))
    assert len({lease.id for lease in leases}) == 2
    for person, lease in zip(people, leases, strict=True):
        assert lease.principal == person.key


async def test_the_next_call_of_the_same_kind_finds_it_there(tried: Trying) -> None:
    first = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    asked = len(tried.vault.calls)
    again = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    assert (again.id, len(tried.vault.calls)) == (first.id, asked)


# --- for how long


async def test_it_ends_with_what_proved_the_person_at_the_latest(tried: Trying) -> None:
    person = tried.caller("alice", 100)
    lease = await tried.leases.get(person, UPSTREAM, READ)
    assert tried.clock() < lease.expires_at <= person.expires_at
    tried.clock.ahead = 101
    with pytest.raises(TokenInvalid):
        await tried.leases.get(person, UPSTREAM, READ)
    later = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    assert later.id != lease.id
    if kind_of(tried).revoke is not CredentialKind.revoke:  # ended at its source, too, though nobody asked for that
        await tried.until(lambda: not at_the_database(tried, lease))


async def test_its_own_end_is_no_later_than_its_role_and_the_settings_allow(tried: Trying) -> None:
    lease = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    assert lease.expires_at <= tried.clock() + 600
    if tried.case.ends is not None:
        assert lease.expires_at <= tried.case.ends(lease.material) <= tried.clock() + 600


async def test_it_is_gone_with_the_session(tried: Trying) -> None:
    person = tried.caller("alice")
    lease = await tried.leases.get(person, UPSTREAM, READ)
    other = await tried.leases.get(tried.caller("bob"), UPSTREAM, READ)
    assert tried.leases.drop(person.key) == (lease.id,)
    if kind_of(tried).revoke is not CredentialKind.revoke:
        await tried.until(lambda: not at_the_database(tried, lease))
    assert at_the_database(tried, other)
    assert (await tried.leases.get(person, UPSTREAM, READ)).id != lease.id


async def test_one_that_the_database_does_not_take_any_more_is_given_out_no_more(tried: Trying) -> None:
    person = tried.caller("alice")
    lease = await tried.leases.get(person, UPSTREAM, READ)
    tried.leases.refused(lease)
    assert (await tried.leases.get(person, UPSTREAM, READ)).id == lease.id, "it was only just issued"
    tried.clock.ahead = RETRY_SECONDS + 1
    tried.leases.refused(lease)
    later = await tried.leases.get(person, UPSTREAM, READ)
    if isinstance(lease.material, ClientCertificate):
        assert later.id == lease.id, "no answer speaks of a certificate"
        return
    assert later.id != lease.id or kind_of(tried).revoke is CredentialKind.revoke  # a static key has one name
    if kind_of(tried).revoke is not CredentialKind.revoke:
        await tried.until(lambda: not at_the_database(tried, lease))


async def test_nothing_is_left_over_when_the_gateway_stops(store: Vouching, tried: Trying) -> None:
    for name in ("alice", "bob", "carol"):
        await tried.leases.get(tried.caller(name), UPSTREAM, READ)
        await tried.leases.get(tried.caller(name), UPSTREAM, WRITE)
    await tried.leases.close()
    if tried.case.left is not None:
        assert tried.case.left() == 0


async def test_what_can_be_ended_can_be_ended_twice(store: Vouching, tried: Trying) -> None:
    kind = kind_of(tried)
    if kind.revoke is CredentialKind.revoke:
        assert await handle_of(tried, store) == ""
        return
    handle = await handle_of(tried, store)
    assert handle
    made = tried.leases._kinds[UPSTREAM]
    await made.revoke(handle)
    await made.revoke(handle)


async def handle_of(tried: Trying, store: Vouching) -> str:
    await tried.leases.get(tried.caller("dave"), UPSTREAM, READ)
    (held,) = [one for one in tried.leases._held.values() if one.key.user == "dave"]
    return held.entry.handle


# --- never seen


async def test_it_is_in_no_text_of_anything(tried: Trying, store: Vouching, caplog: pytest.LogCaptureFixture) -> None:
    """Not of a lease, of all that keeps leases, of an exchange, of the log, or in Valkey."""
    caplog.set_level(logging.DEBUG)
    lease = await tried.leases.get(tried.caller("alice"), UPSTREAM, READ)
    exchange = Exchange("1", 0.0, "c", "a", Raw("GET", "/", ()), lease=lease)
    held = [*tried.leases._held.values()]
    tried.leases.drop(lease.principal)
    await tried.leases.get(tried.caller("alice"), UPSTREAM, WRITE)
    texts = [
        repr(lease),
        repr(exchange),
        repr(held),
        repr(vars(tried.leases)),
        repr(vars(tried.leases._kinds[UPSTREAM])),
    ]
    texts += [repr(lease.material), lease.id, caplog.text, *kept(store)]
    for secret in tried.case.secrets(lease.material):
        assert len(secret) > 8
        assert [text for text in texts if secret in text] == []


def kept(store: Vouching) -> Iterator[str]:
    """Everything that is in Valkey."""
    with Redis(unix_socket_path=str(store.valkey.socket), decode_responses=True) as client:
        for key in client.scan_iter("*"):
            yield str(key)
            yield repr(client.dump(key)) if client.type(key) == "stream" else repr(_whole(client, key))


def _whole(client: "Redis[str]", key: str) -> Any:
    read = {"hash": client.hgetall, "string": client.get, "set": client.smembers}
    kind = str(client.type(key))
    if kind == "zset":
        return client.zrange(key, 0, -1, withscores=True)
    return client.lrange(key, 0, -1) if kind == "list" else read[kind](key)


# --- failures


async def test_a_store_that_is_away_is_an_outage_and_one_that_says_no_is_told(
    tried: Trying, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tried.case.away is not None:
        with tried.case.away(), pytest.raises(Unavailable):
            await tried.leases.get(tried.caller("erin"), UPSTREAM, READ)
        return
    asked = tried.vault.call
    for error, wanted in ((Unavailable, Unavailable), (VaultDenied, VaultDenied)):

        async def fails(method: str, path: str, error: Any = error, **told: Any) -> dict[str, Any]:
            if error is VaultDenied and path == "auth/approle/login":  # the gateway itself is let in
                return await asked(method, path, **told)
            raise error("vault" if error is Unavailable else "403 on some/path")

        with monkeypatch.context() as patch:
            patch.setattr(tried.vault, "call", fails)
            with pytest.raises(wanted):
                await tried.leases.get(tried.caller("erin"), UPSTREAM, READ)
    assert (await tried.leases.get(tried.caller("erin"), UPSTREAM, READ)).id


@pytest.mark.sample(12)
@pytest.mark.parametrize("said", [{}, {"data": {}}, {"data": None}, {"data": {"data": {"key": 7}}}])
async def test_what_cannot_be_read_is_an_outage_and_is_not_quoted(
    tried: Trying, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any]
) -> None:
    async def odd(*_: object, **__: object) -> dict[str, Any]:
        return said

    async def token() -> Token:
        return Token(Secret("t"), 9e9)

    if tried.case.away is not None:
        return  # it asks the store for nothing
    kind = tried.leases._kinds[UPSTREAM]
    await tried.means.own.get()
    monkeypatch.setattr(tried.vault, "call", odd)
    with pytest.raises(Unavailable) as caught:
        await kind.obtain(Login("alice", "some-role", 9e9, token, kind.keyed(READ)), 60)
    assert caught.value.__cause__ is None
