"""What does the policy say of what is asked? The rule behind a request, as it is by now, beside what was asked for.

    GET /.vecgate/v1/requests/ID/rule    RULE    for whoever may see that request
    GET /.vecgate/v1/access/ID/rule      RULE

A RULE has `rule` (its name), `there` (it still is), `changed` (the policies are others than when it was asked; null:
not known), and of one that is there: `effect`, `about` (description), `operations`, `where`, `counts` (when it does),
`above` (up to so many records nobody is asked) and `offers`, what can be asked for by it, null where nothing can:
`operations` (every kind), `upstreams` (those of here), `seconds`, `records`, `opened`, `masks`, `reason`, `ticket`,
`answered_by` (in words). `more`: what of a request for access is more than the rule lets anybody ask for by now.
"""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from vecgate.api.asked import members
from vecgate.api.own import Asked, Own, Parts
from vecgate.api.requests import HeldCalls, OnHeld
from vecgate.domain.call import Json
from vecgate.domain.kinds import NO_RECORDS
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.offers import outgrown

if TYPE_CHECKING:
    from vecgate.api.access import Desk


def of_held(parts: Parts, asked: Asked) -> Own:
    """What makes a question about the rule that holds a call."""
    return OnHeld(partial(_of_held, parts), parts, asked)


async def _of_held(parts: Parts, held: HeldCalls, principal: Principal, id: str, tree: Json) -> Json:
    found, now = (await held.seen(principal, id)).held, parts.policies.current
    members(tree)
    rule = by_name(now, found.rule)
    return {"rule": found.rule, **_there(rule, parts.upstreams), "changed": found.policy != now.version}


async def of_access(desk: "Desk", id: str, tree: dict[str, Any]) -> Json:
    """The rule by which access was asked for."""
    members(tree)
    one, policies = (await desk.seen(id)).request, desk.parts.policies.current
    rule = policies.asking.get(one.rule)
    more = [*outgrown(rule, one.terms)] if rule is not None else []
    return {"rule": one.rule, **_there(rule, desk.parts.upstreams), "changed": None, "more": [*more]}


def _there(rule: CompiledRule | None, upstreams: Iterable[str]) -> dict[str, Json]:
    return {"there": False} if rule is None else {"there": True, **told(rule, upstreams)}


def told(rule: CompiledRule, upstreams: Iterable[str]) -> dict[str, Json]:
    """What is told of a rule that denies nothing, to those whom it concerns."""
    where = rule.rule.where
    return {
        "effect": rule.effect.value,
        "about": rule.rule.description or "",
        "operations": [*rule.rule.operations],
        "where": where if isinstance(where, str) else where.model_dump(mode="json", exclude_defaults=True),
        "counts": str(rule.conditions) if rule.conditions is not None else "",
        "above": rule.approvers.above if rule.approvers is not None else None,
        "offers": offers(rule, upstreams),
    }


def offers(rule: CompiledRule, upstreams: Iterable[str]) -> dict[str, Json] | None:
    """What can be asked for by a rule; nothing, where that is not what it is for."""
    grant = rule.rule.grant
    if grant is None:
        return None
    nothing, nobody = Operation("", "", "", 0), Principal("", "", "", frozenset(), 0)
    places = [check for check in rule.checks if check.about == "upstreams"]
    here = [name for name in upstreams if all(check.test(nobody, nothing, name) for check in places)]
    return {
        "operations": [*sorted(rule.kinds - NO_RECORDS or rule.kinds)],
        "upstreams": [*here],
        "seconds": grant.longest,
        "records": grant.records,
        "opened": grant.opened,
        "masks": [*dict.fromkeys(rule.masks)],
        "reason": grant.reason == "required",
        "ticket": grant.ticket == "required",
        "answered_by": str(rule.approvers) if rule.approvers is not None else "",
    }


def by_name(policies: PolicySet, name: str) -> CompiledRule | None:
    """The rule of that name; None: there is none any more."""
    return next((one for one in policies.rules if one.rule.name == name), None)
