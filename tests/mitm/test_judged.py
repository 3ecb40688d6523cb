"""By the head alone: who is refused whatever their body holds, and who is not."""

import gc
from typing import Any

import pytest
from mitmproxy import http

from mitm.test_door import arriving, code, keeper
from support.fakes.approvals import ALICE
from support.fakes.gates import SETTINGS, FakeGate, FakePart
from vecgate.domain.principal import Principal, Secret
from vecgate.egress.turns import Shares
from vecgate.mitm.judged import is_refused
from vecgate.refusals.errors import Part, TokenInvalid, Unavailable
from vecgate.steps._base import EXCHANGES

PEER = "127.0.0.1"
GOOD = ("authorization", "Bearer a.b.c")


async def check(token: Secret, address: str) -> Principal:
    """In the place of a verifier's."""
    assert address == PEER, "wrong tokens are counted by where they come from"
    match token.reveal():
        case "for.ged.x":
            raise TokenInvalid("identity.invalid", "its signature does not match")
        case "a.way.x":
            raise Unavailable(Part.ISSUER_KEYS)
    return ALICE


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ((), "identity.missing"),
        ((("authorization", "Digest a"),), "identity.missing"),
        ((("cookie", "a.b.c"),), "identity.missing"),  # taken off, and no token
        ((GOOD, ("api-key", "a.b.c")), "identity.ambiguous"),
        ((("authorization", "Bearer a b"),), "identity.invalid"),
        ((("upgrade", "x"), GOOD), "protocol.invalid"),  # by the door, which says why
        ((GOOD,), None),
        ((("x-chroma-token", "a.b.c"),), None),
        ((("authorization", "Bearer for.ged.x"),), "identity.invalid"),
        ((("authorization", "Bearer a.way.x"),), "identity.unavailable"),
    ],
)
async def test_who_is_refused_by_their_head(headers: tuple[tuple[str, str], ...], expected: str | None) -> None:
    gate: Any = FakeGate(token_headers=frozenset({"x-chroma-token"}), verifier=FakePart(check=check))
    flow = arriving(*headers)
    keeper(gate).requestheaders(flow)
    assert await is_refused(gate, flow, 1_000_000) is (expected is not None)
    assert code(flow) == (expected or "answer.withheld")
    refusal, turn = EXCHANGES[flow].refusal, EXCHANGES[flow].turn
    assert (refusal.code if refusal else None) == expected
    assert gate.bodies.all.free == SETTINGS.limits.bodies_at_once - (1_000_000 if expected is None else 0)
    assert (turn is None) is (expected is not None)


async def test_who_had_no_turn_in_time_is_told_so() -> None:
    limits = SETTINGS.limits.model_copy(update={"body_seconds": 0.01})
    settings = SETTINGS.model_copy(update={"limits": limits})
    gate: Any = FakeGate(verifier=FakePart(check=check), bodies=Shares(10), settings=settings)
    flows = [arriving(GOOD), arriving(GOOD)]
    for flow in flows:
        keeper(gate).requestheaders(flow)
    assert [await is_refused(gate, flow, 1_000_000) for flow in flows] == [False, True]
    assert code(flows[1]) == "body.waited"
    del flow, flows  # and with the first its turn goes
    gc.collect()
    assert gate.bodies.all.free == 10


async def test_without_a_gate_all_are() -> None:
    flow = arriving(GOOD)
    keeper(None).requestheaders(flow)
    assert await is_refused(None, flow, 1)
    assert code(flow) == "gate.closed"


async def test_what_did_not_come_through_the_front_is_no_matter_of_it() -> None:
    flow: http.HTTPFlow = arriving()
    assert not await is_refused(None, flow, 1)
