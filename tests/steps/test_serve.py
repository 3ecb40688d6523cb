"""What is for the gateway itself is answered in one step: decided where a rule must, recorded, and never sent."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import APPROVED, UPSTREAM, Calls, FakeGate, FakePart, FakeShown, exchange, flow
from vecgate.api.own import OWN_RULE, Parts
from vecgate.domain.exchange import Exchange, Raw
from vecgate.domain.profiles import OperatorSpec
from vecgate.masking.apply.keys import LocalKeys
from vecgate.masking.apply.operators import build
from vecgate.masking.apply.unmask import TokenOpener
from vecgate.policy.watch import PolicyStore
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import CallRefused, Part, Unavailable
from vecgate.steps._base import EXCHANGES
from vecgate.steps.serve import Serve

KEYS = LocalKeys(b"k" * 32)
PENDING = replace(APPROVED, state="pending", approved_by=(), impact=None)
YES = replace(APPROVED, impact=None)
POLICY = """
version: 1
mask_profiles: {standard: {default: replace, entities: {EMAIL: keep}}}
rules:
  - name: opens
    who: {groups: [analysts]}
    where: {tenants: [t]}
    operations: [unmask]
    effect: EFFECT
    mask: standard
    limits: {max_results: 2}
"""
ASK = "hold\n    approvers: {groups: [data-owners]}"


def gate(folder: Path, effect: str = "allow", **over: Any) -> FakeGate:
    (folder / "a.yaml").write_text(POLICY.replace("EFFECT", effect))
    policies = PolicyStore(folder, keyed=True)
    assert policies.refresh(), policies.problems
    board = FakePart(
        ask=Calls(PENDING),
        planned=Calls(None),
        wait=Calls(YES),
        use=Calls(replace(YES, state="spent")),
        settle=Calls(),
        list=Calls([]),
    )
    lent = Parts(board, policies, (), TokenOpener(KEYS), FakeShown(), None, None, None)  # type: ignore[arg-type]
    parts: dict[str, Any] = {
        "policies": policies,
        "board": board,
        "lent": lent,
        "verifier": FakePart(check=Calls(ALICE)),
        "recorder": FakePart(session=Calls("s1"), write=Calls()),
    }
    return FakeGate(**{**parts, **over})


async def tokens(count: int = 1, tenant: str = "t") -> bytes:
    make = build(OperatorSpec("token"), await KEYS.of((UPSTREAM.name, tenant)))
    texts = [make(f"anna{n}@example.com", "EMAIL") for n in range(count)]
    return json.dumps({"tenant": tenant, "texts": texts}).encode()


async def served(made: FakeGate, method: str, target: str, body: bytes = b"") -> tuple[Exchange, Refusal | None]:
    found = exchange(
        raw=Raw(method, target, (), body),
        asked=None,
        call=None,
        operation=None,
        decision=None,
        lease=None,
        profile=None,
    )
    return found, await Serve(made).on_request(found, flow())  # type: ignore[arg-type]


@pytest.mark.parametrize(("target", "ran"), [("/api/v2/version", []), ("/.vecgate/v1/requests", ["serve"])])
async def test_nothing_is_spent_on_what_is_for_a_database(tmp_path: Path, target: str, ran: list[str]) -> None:
    found, shown = exchange(raw=Raw("GET", target, ())), flow()
    EXCHANGES[shown] = found
    await Serve(gate(tmp_path)).request(shown)  # type: ignore[arg-type]
    assert [*found.timings] == ran


async def test_what_is_for_a_database_is_left_to_the_steps_after_it() -> None:
    found = exchange(call=None, operation=None)
    assert await Serve(FakeGate()).on_request(found, flow()) is None  # type: ignore[arg-type]
    assert (found.call, found.operation, found.answer) == (None, None, None)


async def test_what_needs_no_rule_is_answered_recorded_and_asks_no_database(tmp_path: Path) -> None:
    made = gate(tmp_path)
    found, refusal = await served(made, "GET", "/.vecgate/v1/requests")
    assert refusal is None
    assert found.answer is not None
    assert (found.answer.body, found.masked) == (b'{"requests":[]}', b'{"requests":[]}')
    assert found.decision is not None
    assert found.decision.rule == OWN_RULE
    assert (found.sent, found.lease, found.ticket, found.session) == (False, None, None, "s1")
    assert made.recorder.write.given[0][1] == "request.sent"


async def test_what_is_not_recorded_is_not_answered(tmp_path: Path) -> None:
    made = gate(tmp_path, recorder=FakePart(session=Calls(Unavailable(Part.JOURNAL)), write=Calls()))
    with pytest.raises(Unavailable, match="journal"):
        await served(made, "POST", "/.vecgate/v1/unmask", await tokens())


async def test_nothing_is_answered_for_a_client_that_has_left(tmp_path: Path) -> None:
    made = gate(tmp_path)
    found = exchange(raw=Raw("GET", "/.vecgate/v1/requests", ()), call=None, operation=None, left=lambda: True)
    refusal = await Serve(made).on_request(found, flow())  # type: ignore[arg-type]
    assert refusal is not None
    assert refusal.code == "hold.client_left"
    assert found.answer is None


@pytest.mark.parametrize(
    ("tenant", "count", "code"), [("other", 1, "policy.no_rule"), ("t", 2, None), ("t", 3, "limit.results")]
)
async def test_opening_tokens_is_answered_here_but_decided_by_the_policies(
    tmp_path: Path, tenant: str, count: int, code: str | None
) -> None:
    try:
        found, refusal = await served(gate(tmp_path), "POST", "/.vecgate/v1/unmask", await tokens(count, tenant))
    except CallRefused as e:
        refusal = e.refusal  # type: ignore[assignment]
    assert (refusal.code if refusal else None) == code
    if code is None:
        assert found.decision is not None
        assert found.decision.rule == "opens"
        assert found.recorded == {"opened": {"EMAIL": count}, "masked": {}}, "no value is recorded"


async def test_where_somebody_must_say_yes_they_are_told_what_it_opens_and_the_yes_is_spent(tmp_path: Path) -> None:
    made = gate(tmp_path, ASK)
    found, refusal = await served(made, "POST", "/.vecgate/v1/unmask", await tokens(2))
    assert refusal is None
    (held,) = made.board.ask.given[0]
    assert (held.effect, held.impact) == ("opens tokens (2 EMAIL) of tenant t", None)
    assert found.approval is not None
    assert found.approval.state == "used"
    assert found.answer is not None


async def test_without_a_yes_nothing_is_opened(tmp_path: Path) -> None:
    made = gate(tmp_path, ASK)
    made.board.wait = Calls(PENDING)
    found, refusal = await served(made, "POST", "/.vecgate/v1/unmask", await tokens())
    assert refusal is not None
    assert refusal.code == "hold.pending"
    assert "would open tokens (1 EMAIL) of tenant t" in str(refusal)
    assert (found.answer, made.board.use.given) == (None, [])
