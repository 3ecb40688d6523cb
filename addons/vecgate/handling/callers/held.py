"""Is this call within what its token says itself: its databases (`upstream`), and what it may do there (`scope`)?

Looked at before rules are, and whatever they allow: who was given less than its person has, has less.
"""

import re
from collections.abc import Iterable
from typing import Final

from vecgate.domain.exchange import Exchange, need
from vecgate.domain.kinds import EVERYWHERE, NO_RECORDS
from vecgate.domain.lease import Reach, reach_of
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import Refusal, named, refuse

#: Of what the gateway answers itself without a rule: who one is, and what became of what one asked.
_OF_ONESELF: Final = re.compile(r"/\.vecgate/v1/(whoami|(news|requests|access)/[0-9a-z]+(/wait)?)")


def elsewhere(exchange: Exchange) -> Refusal | None:
    """The refusal of a token that is for other databases than this one."""
    upstreams = need(exchange.principal).upstreams
    if upstreams is None or need(exchange.upstream).name in upstreams:
        return None
    return refuse("identity.elsewhere", named=_names(upstreams))


def beyond(exchange: Exchange, each: Iterable[Operation]) -> Refusal | None:
    """The same, and that of a call that does more than its token may; `also` counts as well."""
    principal = need(exchange.principal)
    if principal.upstreams is None and principal.scope is None:
        return None
    every = [part for one in each for part in (one, *one.also)]
    if (refusal := elsewhere(exchange)) is not None:
        return refusal
    if principal.upstreams is not None and any(one.kind in EVERYWHERE for one in every):
        return refuse("identity.elsewhere", named=_names(principal.upstreams))
    return _too_far(exchange, {reach_of(frozenset({one.kind})) for one in every if one.kind not in NO_RECORDS})


def beyond_oneself(exchange: Exchange) -> Refusal | None:
    """That of a call to the gateway itself for which there is no rule."""
    principal = need(exchange.principal)
    if exchange.raw.method == "GET" and _OF_ONESELF.fullmatch(exchange.raw.target):
        return None
    if principal.upstreams is not None:  # requests and grants are of all databases
        return refuse("identity.elsewhere", named=_names(principal.upstreams))
    return _too_far(exchange, {Reach.ADMIN})


def _too_far(exchange: Exchange, wanted: set[Reach]) -> Refusal | None:
    scope = need(exchange.principal).scope
    if scope is None:
        return None
    lacks = next((one for one in Reach if one in wanted and one not in scope), None if scope else Reach.READ)
    if lacks is None:
        return None
    return refuse("identity.scope", scope=" ".join(one for one in Reach if one in scope) or "nothing", wanted=lacks)


def _names(upstreams: frozenset[str]) -> str:
    return ", ".join(map(named, sorted(upstreams)[:3])) or "none"
