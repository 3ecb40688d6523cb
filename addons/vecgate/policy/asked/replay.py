"""What would other policies have said? Recorded calls are decided on anew, by two sets, and held against each other.

A record tells who called, from where and when, what kind of call it was, and on which collections (by names fit to be
shown); it does not tell claims, tenants, fields or grants.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vecgate.domain.decision import Decision
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal, Proof
from vecgate.policy.language.model import Where, Who
from vecgate.policy.rules.circumstances import Circumstances
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.evaluate import UNTOLD, PolicySet


@dataclass(frozen=True, slots=True)
class Called:
    """One recorded call, as far as a decision needs it."""

    at: str
    session: str
    exchange: str
    principal: Principal
    operation: Operation
    upstream: str
    now: Circumstances


@dataclass(frozen=True, slots=True)
class Change:
    """A call that another set would decide otherwise, or of which that cannot be told."""

    call: Called
    old: Decision
    new: Decision

    def __str__(self) -> str:
        call = self.call
        names = ", ".join(call.operation.collections) or "no collection"
        head = f"{call.at} {call.principal.user}: {call.operation.kind} on {names} of {call.upstream}"
        return f"{head}: {_said(self.old)} -> {_said(self.new)} ({call.session} {call.exchange})"


def _said(decision: Decision) -> str:
    told = " (a condition asks for what is not recorded)" if decision.reason == UNTOLD else ""
    return f"{decision.effect}{f' by {decision.rule!r}' if decision.rule else ', no rule'}{told}"


def called(at: str, session: str, exchange: str, told: Mapping[str, Any]) -> Called | None:
    """The call that a record tells of (`told`: its fields); None where it was none for a database, or is not told."""
    who, operation = told.get("who"), told.get("operation")
    if not isinstance(who, dict) or not isinstance(operation, dict) or not told.get("upstream"):
        return None
    kind, names = str(operation.get("kind") or ""), operation.get("collections")
    if kind not in OPERATION_KINDS:
        return None
    issuer, _, subject = str(who.get("key") or "").partition("#")
    groups = frozenset(map(str, who.get("groups") or ()))
    principal = Principal(issuer, subject, str(who.get("user") or ""), groups, float("inf"), proof=_proof(who))
    listed = tuple(map(str, names)) if isinstance(names, list) else ()
    touched = (told.get("impact") or {}).get("touched")
    now = Circumstances(datetime.fromisoformat(at).timestamp(), str(told.get("client") or "") or None, None, touched)
    name, (limit, records) = str(operation.get("name") or kind), map(operation.get, ("limit", "records"))
    asked = Operation("recorded", name, kind, 0, collections=listed, limit=_whole(limit), records=_whole(records))
    return Called(at, session, exchange, principal, asked, str(told["upstream"]), now)


def _proof(who: Mapping[str, Any]) -> Proof:
    said = who.get("proof")
    return said if said in ("dpop", "mtls") else ""


def _whole(value: object) -> int | None:
    return value if type(value) is int else None


def changes(old: PolicySet, new: PolicySet, calls: Iterable[Called]) -> Iterator[Change]:
    """The calls whose outcome would change: effect, mask, rows, limits or approvers, and not only the rule's name."""
    for call in calls:
        about = call.principal, call.operation, call.upstream, (), call.now
        before, after = old.evaluate(*about), new.evaluate(*about)
        if _outcome(before, old) != _outcome(after, new):
            yield Change(call, before, after)


def _outcome(decision: Decision, policies: PolicySet) -> tuple[object, ...]:
    """What a decision comes to for the caller; a mask by what it does, as its name tells nothing."""
    mask = policies.profiles.get(decision.mask or "")
    what = (mask.entities, mask.fields, mask.sensitivity, mask.allow, mask.deny) if mask is not None else None
    return (
        decision.effect, what, decision.vectors, decision.max_results, decision.max_records, decision.rate,
        decision.approvers, decision.inputs, decision.rows, decision.guards, decision.reason == UNTOLD,
    )  # fmt: skip


def turns_on_what_is_not_recorded(rule: CompiledRule) -> bool:
    """Whether a rule asks for claims, tenants or fields, so that nobody can tell of a record whether it fits."""
    who, where, when = rule.rule.who, rule.rule.where, rule.rule.when
    asked = when is not None and not {"principal.claims", "tenant", "database", "fields"}.isdisjoint(when.names)
    placed = isinstance(where, Where) and bool(where.tenants or where.databases)
    return asked or placed or bool(rule.claims) or (isinstance(who, Who) and bool(who.claims or who.acting))
