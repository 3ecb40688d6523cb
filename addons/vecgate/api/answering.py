"""Who answers a request for access: which people, for how long, or a condition of the rule itself?

A yes of a condition is for who has nothing open: no debrief that is unread, no broken glass that nobody has reviewed,
no other grant of that kind. Nor is more time given so: what goes on for long, a person has seen.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from vecgate.access import request as moves
from vecgate.access.ledger import Entry, NotAlone
from vecgate.access.proving import given
from vecgate.access.request import Asking, Request
from vecgate.api.own import Parts
from vecgate.domain.exchange import need
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.policy.language.automatic_words import OF_ACCESS
from vecgate.policy.rules.automatic import UNREAD, Asked
from vecgate.policy.rules.automatic import answered as by_condition
from vecgate.policy.rules.circumstances import Circumstances
from vecgate.policy.rules.offers import Offer
from vecgate.policy.rules.whom import Nobody, asked
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

_NOT_ALONE: Final = "but they have one that nobody agreed to"
_LONGER: Final = "but a person agrees to more time"

type Made = Callable[[str, float], Request]


def answering(parts: Parts, principal: Principal, found: Offer) -> Asking:
    """The people, and the clocks. Raises CallRefused (`access.nobody`)."""
    named, terms, rule = need(found.rule.approvers), found.terms, found.rule.rule
    rota = {name: parts.on_call(name) for stage in named.stages for name in stage.on_call}
    try:
        people = asked(named, parts.policies.current, principal, terms.collections, terms.records, rota.__getitem__)
    except Nobody as e:
        raise CallRefused(refuse("access.nobody", rule=rule.name, stage=str(e))) from e
    grant = need(rule.grant)
    return Asking(people, grant.pending, grant.starts, rule.mask or "", named, tuple(rota.items()))


async def answered(parts: Parts, principal: Principal, found: Offer, made: Made) -> Entry:
    """Keep a request: waiting, or answered by a condition. Raises as `Ledger.ask`."""
    conditions = parts.policies.current.automatic.get(found.rule.rule.name, ())
    if not conditions:
        return await parts.access.ask(made)
    unread, things = bool(await parts.access.unread_debriefs(principal)), await parts.things(found.terms)

    def as_answered(alone: bool, id: str, now: float) -> Request:
        one = made(id, now)
        said = by_condition(conditions, _what(principal, one, now))
        one = replace(one, would=said.would)
        if said.answer == "deny":
            return moves.over(replace(one, automatic=said.by), "denied", "denied", f"rule '{one.rule}'", "", now)
        if said.answer != "approve":
            return one
        if why := _LONGER if one.extends else UNREAD if unread else "" if alone else _NOT_ALONE:
            return replace(one, would=said.withheld(why))
        return given(moves.granted(replace(one, automatic=said.by, things=things), now), parts.access.proof)

    try:
        return await parts.access.ask(partial(as_answered, True))
    except NotAlone:
        return await parts.access.ask(partial(as_answered, False))


def _what(principal: Principal, one: Request, now: float) -> Asked:
    terms, begins = one.terms, max(now, one.begins, one.follows)
    span = (begins, begins + terms.seconds) if one.asking.starts == "approval" else None
    amounts = terms.seconds, terms.records, terms.opened
    return Asked(frozenset(terms.operations), terms.mask, span, *amounts, known=_known(principal, one, now))


def _known(principal: Principal, one: Request, now: float) -> Mapping[str, Any]:
    terms = one.terms
    like = Operation("", "", "", 0, terms.tenant or None, terms.database or None, terms.collections)
    return Circumstances(now, records=terms.records).about(principal, like, terms.upstream, OF_ACCESS)
