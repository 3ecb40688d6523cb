"""Is a refusal by policy only noted? In `mode: observe`: what rules do not allow, deny, hold or limit passes.

Never lenient is what would show or open more than a rule says: locks, guards, oracles, rows, raw storage, scans,
tokens, the gateway's own calls; nor what cannot be read. Such a call is shown under the strictest mask, which the
settings name, without vectors, and cleaned and guarded as any rule about that place asks.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from typing import Final

from vecgate.domain.call import Call
from vecgate.domain.decision import Decision, Effect, Inputs
from vecgate.domain.exchange import Exchange, need
from vecgate.domain.guards import NO_GUARDS
from vecgate.domain.kinds import BY_NAME, NO_RECORDS, OPERATION_KINDS, ROWLESS, UNMASK
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.domain.profiles import MaskProfile
from vecgate.gate import Gate
from vecgate.handling.profiles import shown_profile
from vecgate.policy.language.model import Where
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.evaluate import BARE, UNCLAIMED, UNPROVEN, PolicySet
from vecgate.policy.rules.matching import criteria
from vecgate.refusals.catalogue import Refusal
from vecgate.refusals.errors import CallRefused

#: The header of an answer that would have been a refusal, and of which.
OBSERVED: Final = "vecgate-observed"
REASON: Final = "policy.observed"
HELD: Final = "hold.pending"
#: Refusals by policy: what nobody has written down, or somebody has forbidden, and how much of it one may do.
BY_POLICY: Final = frozenset(
    {
        *("policy.no_rule", "policy.denied", "policy.condition", "policy.apart", "access.ask", "access.ended", HELD),
        *("limit.records", "limit.rate", "limit.results", "vectors.not_allowed"),
    }
)
#: Decisions that guard rows, what is masked, and whose token it is.
_GUARDED: Final = frozenset({BARE, UNCLAIMED, UNPROVEN})
_NEVER: Final = BY_NAME | {UNMASK}
_NOBODY: Final = Principal("", "", "", frozenset(), 0.0)
_OPENS: Final = frozenset({Effect.ALLOW, Effect.HOLD, Effect.REQUEST})


def mask(gate: Gate) -> str:
    """The mask profile under which is shown what would be refused; empty: all is enforced."""
    observed = gate.settings.observed
    return observed.mask_at(time.time()) if observed is not None else ""


def may_pass(gate: Gate, operation: Operation) -> bool:
    """Whether a call of this kind could pass without a rule, as far as its kind tells."""
    each = (operation, *operation.also) if mask(gate) else ()
    return bool(each) and all(
        one.dialect != "vecgate" and one.kind in OPERATION_KINDS and one.kind not in _NEVER for one in each
    )


def note(exchange: Exchange, code: str, rule: str = "") -> None:
    """Write down what would have become of it; the caller is told with the answer."""
    exchange.observed.setdefault(code, rule)
    exchange.notes[OBSERVED] = ", ".join(exchange.observed)


def passes(gate: Gate, exchange: Exchange, refusal: Refusal) -> bool:
    """Whether a refusal is noted, and nothing else comes of it."""
    if not mask(gate) or refusal.code not in BY_POLICY or not may_pass(gate, need(exchange.operation)):
        return False
    note(exchange, refusal.code, exchange.decision.rule if exchange.decision else "")
    return True


def instead(gate: Gate, exchange: Exchange, decision: Decision, refusal: Refusal) -> Decision | None:
    """What is done in the place of a deny; None: it is refused."""
    operation = need(exchange.operation)
    if decision.reason in _GUARDED or not may_pass(gate, operation):
        return None
    policies, upstream = gate.policies.current, need(exchange.upstream).name
    if any(_has_rows(policies, one, upstream) for one in (operation, *operation.also)):
        return None
    # To whoever knows no names a refusal tells less than the decision.
    note(exchange, refusal.code if refusal.code.startswith("access.") else decision.reason, decision.rule)
    rules = [rule for one in (operation, *operation.also) for rule in _about(policies, one, upstream)]
    guards = (rule.guards for rule in rules)
    return Decision(
        Effect.ALLOW, decision.rule, REASON, policies.version, mask=mask(gate), vectors="zero",
        inputs=reduce(Inputs.beside, (rule.inputs for rule in rules), Inputs()),
        guards=reduce(lambda one, other: one.beside(other, shown=True), guards, NO_GUARDS),
    )  # fmt: skip


def unheld(gate: Gate, exchange: Exchange, decision: Decision) -> Decision:
    """What a hold shows: nobody will have agreed, so its own mask does not count."""
    if not _lets_go(gate, exchange, decision):
        return decision
    return replace(decision, mask=mask(gate), vectors="zero" if decision.vectors else False)


def would_hold(gate: Gate, exchange: Exchange) -> bool:
    """Whether a call that a rule holds goes on, and that it would have waited is noted."""
    decision = need(exchange.decision)
    if not _lets_go(gate, exchange, decision):
        return False
    note(exchange, HELD, decision.rule)
    return True


def listed(gate: Gate, exchange: Exchange, about: Operation, decision: Decision) -> MaskProfile | None:
    """Under which profile an entry of a list is shown; None: it is left out."""
    if decision.effect is Effect.ALLOW:
        return shown_profile(gate.policies.current, decision)
    if decision.reason in _GUARDED or not may_pass(gate, about):
        return None
    note(exchange, decision.reason if decision.effect is Effect.DENY else HELD, decision.rule)
    return gate.policies.current.profile(mask(gate))


def _lets_go(gate: Gate, exchange: Exchange, decision: Decision) -> bool:
    """A hold without rows is about all of them, where others have some: whoever says yes sees whose they are."""
    operation = need(exchange.operation)
    if not may_pass(gate, operation):
        return False
    return bool(decision.rows) or not _has_rows(gate.policies.current, operation, need(exchange.upstream).name)


def restricted(gate: Gate, exchange: Exchange) -> Call:
    """The call within its decision's limits; what goes beyond them is noted. Raises CallRefused."""
    asked, operation, decision = need(exchange.asked), need(exchange.operation), need(exchange.decision)
    restrict = gate.dialect(need(exchange.upstream)).restrict
    try:
        call = restrict(asked, operation, decision)
    except CallRefused as e:
        if not passes(gate, exchange, e.refusal):
            raise
        freed = {"vectors": "zero"} if e.refusal.code == "vectors.not_allowed" else {"max_results": None}
        exchange.decision = replace(decision, **freed)
        return restricted(gate, exchange)
    if decision.max_results is None or operation.limit is not None or decision.when_over == "cut" or not mask(gate):
        return call
    return restrict(asked, operation, replace(decision, max_results=None))  # its answer is counted, and is given whole


def _at(rule: CompiledRule, operation: Operation, upstream: str) -> bool:
    """Whether a rule is about this place, whoever it is about; tenants aside, as they may be a claim's."""
    where = rule.rule.where
    if not isinstance(where, Where) or where.without_collection:
        return True
    tests = criteria(None, where.model_copy(update={"tenants": (), "databases": ()}), Effect.DENY)
    return all(check.test(_NOBODY, operation, upstream) for check in tests)


def _about(policies: PolicySet, operation: Operation, upstream: str) -> Iterator[CompiledRule]:
    opening = (rule for rule in policies.rules if rule.effect in _OPENS and operation.kind in rule.kinds)
    return (rule for rule in opening if _at(rule, operation, upstream))


def _has_rows(policies: PolicySet, operation: Operation, upstream: str) -> bool:
    """Whether some rule keeps people to rows or a tenant of their own here: who has none would see everybody's."""
    if operation.kind in NO_RECORDS or OPERATION_KINDS[operation.kind] in ROWLESS:
        return False
    kept = (rule for rule in policies.rules if rule.effect in _OPENS and (rule.rule.rows or rule.claims))
    return any(_at(rule, operation, upstream) for rule in kept)
