"""Leases on a real OpenBao: who gets one, for how long, how many are issued, and what an outage does."""

import asyncio
import http.client
import json
from pathlib import Path
from typing import Any

import pytest

from demo.stack import Stack
from support.servers.issuing import Part
from vecgate.credentials.kinds import Means
from vecgate.credentials.leases import Leases
from vecgate.credentials.vouching import GATEWAY_NAME
from vecgate.domain.lease import ClientCertificate, Lease
from vecgate.refusals.errors import NotVouched, TokenInvalid, Unavailable, VaultDenied
from vecgate.settings import file as settings
from vecgate.vault.client import BREAKER_SECONDS

DB = "tickets-db"
ISSUE = "pki/issue/vecgate-client"
LOGIN = "auth/vecgate/login"


def peer_of(stack: Stack, lease: Lease) -> int:
    """The status the database's front gives to that certificate."""
    assert isinstance(lease.material, ClientCertificate)
    context = lease.material.context
    connection = http.client.HTTPSConnection("127.0.0.1", stack.ports["front"], timeout=10, context=context)
    try:
        connection.request("GET", "/api/v2/heartbeat")
        return connection.getresponse().status
    finally:
        connection.close()


async def all_landed(part: Part) -> None:
    """Until nothing is being issued any more."""
    await asyncio.gather(*part.leases._flights.values(), return_exceptions=True)


# --- nobody


async def test_a_token_that_ends_now_gets_nothing_and_openbao_is_not_asked(part: Part) -> None:
    principal = part.caller("alice", expires_at=part.clock() + 0.5)
    with pytest.raises(TokenInvalid) as caught:
        await part.leases.get(principal, DB)
    assert caught.value.code == "identity.expired"
    assert part.vault.calls == []


@pytest.mark.parametrize(
    "name", [GATEWAY_NAME, "Vecgate-GATEWAY", "vecgate-gateway\u200b", "bob@alice@x", "*", "*.alice"]
)
async def test_a_name_that_nobody_may_have_gets_nothing(part: Part, name: str) -> None:
    with pytest.raises(VaultDenied):
        await part.leases.get(part.caller("alice", user=name), DB)


# --- one person


async def test_a_lease_opens_the_database_and_names_the_user(part: Part) -> None:
    lease = await part.leases.get(part.caller("alice"), DB)
    principal = part.caller("alice")
    assert (lease.principal, lease.upstream) == (principal.key, DB)
    assert part.clock() < lease.expires_at <= part.clock() + 600
    assert isinstance(lease.material, ClientCertificate)
    assert await asyncio.to_thread(peer_of, part.stack, lease) == 200


async def test_leases_are_counted(part: Part) -> None:
    assert part.leases.count == 0
    lease = await part.leases.get(part.caller("alice"), DB)
    await part.leases.get(part.caller("alice"), DB)
    assert part.leases.count == 1
    part.leases.drop(lease.principal)
    assert part.leases.count == 0


async def test_a_lease_shows_nothing_but_its_id(part: Part) -> None:
    principal = part.caller("alice")
    lease = await part.leases.get(principal, DB)
    assert lease.id.count(":") > 10
    assert "PRIVATE" not in f"{lease!r} {part.leases!r} {vars(part.leases)!r}"


async def test_a_lease_ends_with_the_callers_token(part: Part) -> None:
    principal = part.caller("alice", expires_at=part.clock() + 120)
    assert (await part.leases.get(principal, DB)).expires_at <= principal.expires_at


async def test_a_shorter_token_of_the_same_person_shortens_what_it_gets(part: Part) -> None:
    first = await part.leases.get(part.caller("alice"), DB)
    short = part.caller("alice", expires_at=part.clock() + 60)
    second = await part.leases.get(short, DB)
    assert second.id == first.id
    assert second.expires_at == short.expires_at < first.expires_at


async def test_openbaos_audit_log_names_the_user(part: Part) -> None:
    lease = await part.leases.get(part.caller("carol"), DB)
    lines = [json.loads(line) for line in part.stack.bao.audit.read_text().splitlines()]
    issued = [row for row in lines if row["type"] == "response" and row["request"]["path"] == ISSUE]
    assert issued[-1]["auth"]["display_name"] == "vecgate-carol"
    assert lease.material is not None


async def test_two_people_never_share_one(part: Part) -> None:
    alice = await part.leases.get(part.caller("alice"), DB)
    bob = await part.leases.get(part.caller("bob"), DB)
    assert alice.id != bob.id
    assert alice.material is not bob.material
    assert alice.principal != bob.principal


# --- many requests


async def test_many_requests_at_once_cause_one_issue_per_person(part: Part) -> None:
    callers = [part.caller(name) for name in ("alice", "bob")] * 100
    leases = await asyncio.gather(*(part.leases.get(caller, DB) for caller in callers))
    assert len({lease.id for lease in leases}) == 2
    assert (part.vault.count(LOGIN), part.vault.count(ISSUE)) == (2, 2)


async def test_five_hundred_first_calls_of_ten_people_cost_ten_issues(part: Part) -> None:
    callers = [part.caller(f"person-{number % 10}") for number in range(500)]
    leases = await asyncio.gather(*(part.leases.get(caller, DB) for caller in callers))
    assert len({lease.id for lease in leases}) == 10
    assert (part.vault.count(LOGIN), part.vault.count(ISSUE)) == (10, 10)


async def test_a_client_that_leaves_does_not_take_the_others_lease_with_it(part: Part) -> None:
    caller = part.caller("alice")
    async with asyncio.TaskGroup() as group:
        leaves = group.create_task(part.leases.get(caller, DB))
        stays = group.create_task(part.leases.get(caller, DB))
        await asyncio.sleep(0)
        leaves.cancel()
    assert leaves.cancelled()
    assert stays.result().id
    assert part.vault.count(ISSUE) == 1


# --- in time


async def test_before_two_thirds_of_its_life_it_is_kept(part: Part) -> None:
    caller = part.caller("alice")
    first = await part.leases.get(caller, DB)
    part.clock.ahead = 390
    assert (await part.leases.get(caller, DB)).id == first.id
    assert part.leases._flights == {}


async def test_after_two_thirds_it_is_replaced_without_anybody_waiting(part: Part) -> None:
    caller = part.caller("alice")
    first = await part.leases.get(caller, DB)
    part.clock.ahead = 410
    now = await asyncio.gather(*(part.leases.get(caller, DB) for _ in range(20)))
    assert {lease.id for lease in now} == {first.id}
    await all_landed(part)
    assert (await part.leases.get(caller, DB)).id != first.id
    assert part.vault.count(ISSUE) == 2


async def test_it_is_not_replaced_when_the_token_ends_as_soon(part: Part) -> None:
    principal = part.caller("alice", expires_at=part.clock() + 300)
    first = await part.leases.get(principal, DB)
    part.clock.ahead = 250
    assert (await part.leases.get(principal, DB)).id == first.id
    assert part.leases._flights == {}


async def test_after_its_end_it_is_never_given_out(part: Part) -> None:
    first = await part.leases.get(part.caller("alice", expires_at=part.clock() + 60), DB)
    part.clock.ahead = 61
    second = await part.leases.get(part.caller("alice"), DB)
    assert second.id != first.id
    assert second.expires_at > part.clock()


async def test_when_the_clocks_differ_by_more_than_a_life_nothing_is_given_out(part: Part) -> None:
    part.clock.ahead = 700
    with pytest.raises(Unavailable):
        await part.leases.get(part.caller("alice"), DB)


# --- the session ends


async def test_a_dropped_lease_is_never_given_out_again(part: Part) -> None:
    caller = part.caller("alice")
    first = await part.leases.get(caller, DB)
    other = await part.leases.get(part.caller("bob"), DB)
    assert part.leases.drop(caller.key) == (first.id,)
    assert part.leases.drop(caller.key) == ()
    assert (await part.leases.get(caller, DB)).id != first.id
    assert (await part.leases.get(part.caller("bob"), DB)).id == other.id


async def test_the_leases_of_those_of_whom_it_is_so_are_dropped(part: Part) -> None:
    first = await part.leases.get(part.caller("alice"), DB)
    other = await part.leases.get(part.caller("bob"), DB)
    assert part.leases.drop_of(lambda who: who.user == "alice") == (first.id,)
    assert part.leases.drop_of(lambda who: who.user == "alice") == ()
    assert (await part.leases.get(part.caller("bob"), DB)).id == other.id


async def test_a_replaced_lease_is_dropped_too(part: Part) -> None:
    caller = part.caller("alice")
    first = await part.leases.get(caller, DB)
    part.clock.ahead = 410
    await part.leases.get(caller, DB)
    await all_landed(part)
    second = await part.leases.get(caller, DB)
    assert set(part.leases.drop(caller.key)) == {first.id, second.id}


async def test_dropped_while_it_is_issued_another_one_is_issued(part: Part) -> None:
    caller = part.caller("alice")
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(part.leases.get(caller, DB))
        await part.vault.asked.wait()
        part.leases.drop(caller.key)
    assert waiting.result().id
    assert part.vault.count(LOGIN) == 2


async def test_once_closed_nothing_is_issued(part: Part) -> None:
    await part.leases.close()
    with pytest.raises(Unavailable):
        await part.leases.get(part.caller("alice"), DB)
    assert part.vault.calls == []


# --- the gateway itself


async def test_the_gateway_has_a_lease_of_its_own(part: Part) -> None:
    first, second = await asyncio.gather(part.leases.own(DB), part.leases.own(DB))
    assert first.id == second.id
    assert first.principal == GATEWAY_NAME
    assert await asyncio.to_thread(peer_of, part.stack, first) == 200
    assert part.vault.count("pki/issue/vecgate-gateway") == 1


async def test_the_gateways_lease_needs_no_right_of_its_own_login(part: Part) -> None:
    told: dict[str, Any] = {"token": await part.own_token.get(), "body": {"common_name": GATEWAY_NAME}}
    with pytest.raises(VaultDenied):
        await part.vault.call("POST", "pki/issue/vecgate-gateway", **told)


# --- outages


@pytest.mark.parametrize("outage", ["stopped", "sealed"])
async def test_in_an_outage_old_leases_live_on_new_ones_are_unavailable_and_it_comes_back(
    part: Part, outage: str
) -> None:
    alice, bob = part.caller("alice"), part.caller("bob")
    first = await part.leases.get(part.caller("alice", expires_at=part.clock() + 300), DB)
    await asyncio.to_thread(part.stack.seal_bao if outage == "sealed" else lambda: part.stack.stop("bao"))
    try:
        with pytest.raises(Unavailable) as caught:
            await part.leases.get(bob, DB)
        assert caught.value.part == "vault"
        part.clock.ahead = 250  # past two thirds: the replacement fails, the old one stays
        assert (await part.leases.get(alice, DB)).id == first.id
        await all_landed(part)
        assert (await part.leases.get(alice, DB)).id == first.id
        part.clock.ahead = 301
        with pytest.raises(Unavailable):
            await part.leases.get(alice, DB)
    finally:
        await asyncio.to_thread(part.stack.unseal_bao)
    await asyncio.sleep(BREAKER_SECONDS)
    assert (await part.leases.get(alice, DB)).id != first.id
    assert (await part.leases.get(bob, DB)).id


async def test_a_withdrawn_right_ends_the_lease_at_the_next_replacement(part: Part, foreign_key: Path) -> None:
    caller = part.caller("alice")
    await part.leases.get(caller, DB)
    part.clock.ahead = 410
    part.leases._voucher = part.voucher(key_file=foreign_key)
    await part.leases.get(caller, DB)
    await all_landed(part)
    with pytest.raises(NotVouched):
        await part.leases.get(caller, DB)


def test_an_unknown_kind_stops_the_start(stack: Stack) -> None:
    told = settings.load(stack.settings_path)
    spec = told.upstreams[DB]
    odd = spec.model_copy(update={"credential": spec.credential.model_copy(update={"kind": "vault_pkii"})})
    with pytest.raises(LookupError, match="vault_pkii"):
        Leases(Means(*[None] * 4), told.model_copy(update={"upstreams": {DB: odd}}), {})  # type: ignore[arg-type]
