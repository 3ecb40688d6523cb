"""By the head alone: who is refused whatever their body holds, and who is not."""

from typing import Any

import pytest
from mitmproxy import http

from mitm.test_door import arriving, code, keeper
from support.fakes.gates import FakeGate
from vecgate.mitm.judged import is_refused
from vecgate.steps._base import EXCHANGES

GOOD = ("authorization", "Bearer a.b.c")


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
    ],
)
def test_who_is_refused_by_their_head(headers: tuple[tuple[str, str], ...], expected: str | None) -> None:
    gate: Any = FakeGate(token_headers=frozenset({"x-chroma-token"}))
    flow = arriving(*headers)
    keeper(gate).requestheaders(flow)
    assert is_refused(gate, flow) is (expected is not None)
    assert code(flow) == (expected or "answer.withheld")
    refusal = EXCHANGES[flow].refusal
    assert (refusal.code if refusal else None) == expected


def test_without_a_gate_all_are() -> None:
    flow = arriving(GOOD)
    keeper(None).requestheaders(flow)
    assert is_refused(None, flow)
    assert code(flow) == "gate.closed"


def test_what_did_not_come_through_the_front_is_no_matter_of_it() -> None:
    flow: http.HTTPFlow = arriving()
    assert not is_refused(None, flow)
