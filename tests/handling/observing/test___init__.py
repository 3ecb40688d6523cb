"""What is only noted in `mode: observe`, and what never is: by kind, by code, by place."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.fakes.gates import OPERATION, SETTINGS, FakeGate, exchange
from support.tools.every import every
from vecgate.domain.decision import Decision
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.handling import observing
from vecgate.policy.watch import PolicyStore
from vecgate.refusals.catalogue import CATALOGUE, refuse
from vecgate.settings.observing import Observing

POLICY = """
version: 1
mask_profiles: {strict: {default: replace}, loose: {default: keep}}
rules:
  - {name: rows, who: {groups: [a]}, where: {collections: ["rowed*"]}, operations: [read], effect: allow, mask: strict,
     rows: [{field: t, equals: "{claims.t}"}]}
  - {name: tenants, who: {groups: [a]}, where: {collections: [mine], tenants: ["{claims.t}"]}, operations: [read],
     effect: allow, mask: strict}
  - {name: cleans, who: {groups: [a]}, where: {collections: ["clean*"]}, operations: [write, search], effect: allow,
     mask: strict, inputs: {payload: mask, profile: strict}, scores: drop, canaries: {ids: [bait]}}
  - {name: shows, who: {groups: [a]}, where: {collections: ["clean*"]}, operations: [search], effect: hold,
     mask: unsafe-nothing, vectors: true, approvers: {groups: [o]}}
"""


@pytest.fixture
def gate(tmp_path: Path) -> FakeGate:
    (tmp_path / "a.yaml").write_text(POLICY)
    store = PolicyStore(tmp_path)
    assert store.refresh(), store.problems
    settings = SETTINGS.model_copy(update={"mode": "observe", "observing": Observing(mask="strict")})
    return FakeGate(policies=store, settings=settings)


def told(gate: FakeGate, kind: str = "search", *names: str, dialect: str = "chroma") -> tuple[Any, Decision | None]:
    """A call of nobody's groups, and what is done in the place of its refusal."""
    found = exchange(decision=None)
    found.operation = replace(OPERATION, kind=kind, collections=names or ("tickets",), dialect=dialect)
    decision = gate.policies.current.evaluate(found.principal, found.operation, "tickets-db")
    found.decision = decision
    refusal = refuse("policy.no_rule", operation=kind, target="x", who="you")
    return found, observing.instead(gate, found, decision, refusal)


NEVER = {
    *("snapshot_list", "snapshot_create", "snapshot_read", "snapshot_restore", "snapshot_delete", "export"),
    *("inference", "embedding_config", "scan", "lock", "unmask", "sessions_read", "policies_read"),
}


@every("kind", sorted(OPERATION_KINDS))
def test_raw_storage_ways_out_scans_locks_and_tokens_are_refused_as_ever(gate: FakeGate, kind: str) -> None:
    found, decision = told(gate, kind)
    assert (decision is None, bool(found.observed)) == (kind in NEVER, kind not in NEVER)


def test_a_kind_nobody_knows_and_the_gateways_own_calls_are_refused(gate: FakeGate) -> None:
    assert [told(gate, kind, dialect=by)[1] for kind, by in (("made_up", "chroma"), ("search", "vecgate"))] == [
        None
    ] * 2


@pytest.mark.parametrize(
    ("kind", "name", "passes"),
    [
        ("search", "tickets", True),
        ("search", "rowed-1", False),  # who has no row would see everybody's
        ("count", "rowed-1", False),
        ("delete_ids", "rowed-1", False),
        ("upsert", "rowed-1", False),
        ("collection_read", "rowed-1", True),  # tells of no record
        ("collection_drop", "rowed-1", True),
        ("list_scan", "mine", False),
    ],
)
def test_who_has_no_rows_where_others_have_is_shown_none(gate: FakeGate, kind: str, name: str, passes: bool) -> None:
    assert (told(gate, kind, name)[1] is not None) is passes


def test_it_is_shown_under_the_mask_that_the_settings_name_without_vectors(gate: FakeGate) -> None:
    found, decision = told(gate)
    assert decision is not None
    assert (decision.effect, decision.mask, decision.vectors, decision.rows) == ("allow", "strict", "zero", ())
    assert (found.observed, found.notes) == ({"policy.no_rule": ""}, {"vecgate-observed": "policy.no_rule"})


def test_it_is_cleaned_and_guarded_as_any_rule_about_the_place_asks(gate: FakeGate) -> None:
    _, decision = told(gate, "search", "clean-1")
    assert decision is not None
    assert decision.guards.canaries is not None
    assert (decision.inputs.payload, decision.inputs.profile, decision.guards.scores) == ("mask", "strict", "drop")
    assert decision.guards.canaries.ids == {"bait"}
    _, elsewhere = told(gate, "search", "tickets")
    assert elsewhere is not None
    assert elsewhere.inputs.keeps_all


def test_a_hold_that_holds_nothing_shows_nothing_of_its_own(gate: FakeGate) -> None:
    found = exchange(decision=None)
    found.operation = replace(OPERATION, kind="search", collections=("clean-1",))
    found.principal = replace(found.principal, groups=frozenset({"a"}))
    decision = gate.policies.current.evaluate(found.principal, found.operation, "tickets-db")
    assert (decision.effect, decision.mask, decision.vectors) == ("hold", "unsafe-nothing", True)
    eased = observing.unheld(gate, found, decision)
    assert (eased.effect, eased.mask, eased.vectors) == ("hold", "strict", "zero")
    found.decision = eased
    assert observing.would_hold(gate, found)
    assert found.observed == {"hold.pending": "shows"}
    found.operation = replace(
        found.operation, collections=("rowed-1",)
    )  # whoever agreed would know whose rows they are
    assert not observing.would_hold(gate, found)


def test_only_these_refusals_are_by_policy() -> None:
    assert set(CATALOGUE) >= observing.BY_POLICY
    stays = {
        "rows",
        "oracle",
        "guards",
        "user",
        "group",
        "gateway",
        "identity",
        "answer",
        "stamp",
        "input",
        "route",
        "body",
    }
    assert not [code for code in observing.BY_POLICY if code.partition(".")[0] in stays]
    assert {"policy.copy", "policy.claim", "limit.budget", "limit.depth"}.isdisjoint(observing.BY_POLICY)


@pytest.mark.parametrize("code", ["limit.budget", "oracle.field", "user.locked"])
def test_other_refusals_stand(gate: FakeGate, code: str) -> None:
    found, _ = told(gate)
    values = dict.fromkeys(
        ("what", "rule", "field", "allowed", "retry", "since", "by", "where", "how", "said", "why"), "x"
    )
    assert not observing.passes(gate, found, refuse(code, **values))
    assert code not in found.observed


def test_once_it_is_over_all_is_enforced(gate: FakeGate) -> None:
    for until, mask in (("2020-01-01", ""), ("2999-01-01", "strict"), ("2020-01-01T00:00:00+01:00", "")):
        gate.settings = SETTINGS.model_copy(
            update={"mode": "observe", "observing": Observing(mask="strict", until=until)}
        )
        assert observing.mask(gate) == mask
        assert (told(gate)[1] is None) is not bool(mask)
    gate.settings = SETTINGS
    assert observing.mask(gate) == ""
