"""Who is this person to the gateway? What their token says, how it was read, and which rules are about them.

GET /.vecgate/v1/whoami    {"user": "sam", "groups": ["support"], "rules": [{"rule": "support-reads", ...}], ...}
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from vecgate.api.against import offers
from vecgate.api.own import LONGEST, Answered, Asked, Own, Parts
from vecgate.domain.call import Json
from vecgate.domain.claims import ABSENT, claim
from vecgate.domain.decision import Effect
from vecgate.domain.exchange import Exchange
from vecgate.domain.grant import Grant
from vecgate.domain.operation import Operation
from vecgate.domain.people import chain
from vecgate.domain.principal import Principal
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.matching import is_about
from vecgate.refusals.catalogue import named
from vecgate.settings.issuers import Issuer

_GROUPS_NAMED: Final = 5


def issuer_of(issuers: Iterable[Issuer], principal: Principal) -> Issuer | None:
    """The settings of who vouched for them; None where there are none."""
    return next((issuer for issuer in issuers if issuer.issuer == principal.issuer), None)


def in_words(principal: Principal, issuer: Issuer | None) -> str:
    """Who they are, short enough for a refusal: `sam (groups: support, staff)`."""
    groups = sorted(principal.groups)
    listed = ", ".join(map(named, groups[:_GROUPS_NAMED]))
    if len(groups) > _GROUPS_NAMED:
        listed += f" and {len(groups) - _GROUPS_NAMED} more"
    if not groups:
        lacks = issuer is not None and claim(principal.claims, issuer.groups_claim) is ABSENT
        listed = f"none; the token has no claim '{issuer.groups_claim}'" if lacks and issuer else "none"
    return f"{named(principal.user)} (groups: {listed})"


def document(
    principal: Principal,
    issuer: Issuer | None,
    policies: PolicySet,
    now: float,
    grants: tuple[Grant, ...] = (),
    upstreams: tuple[str, ...] = (),
) -> dict[str, Json]:
    """All of it, for the person themselves."""
    read = {"user_claim": issuer.user_claim, "groups_claim": issuer.groups_claim} if issuer else {}
    absent = issuer is not None and claim(principal.claims, issuer.groups_claim) is ABSENT
    return {
        "user": principal.user,
        "groups": [*sorted(principal.groups)],
        "issuer": principal.issuer,
        "subject": principal.subject,
        **read,
        "groups_claim_is_there": not absent,
        "claims": [*sorted(principal.claims)],
        **_held(principal),
        "token_ends": datetime.fromtimestamp(principal.expires_at, UTC).isoformat(timespec="seconds"),
        "policy": policies.version,
        "rules": [_rule(one, upstreams) for one in rules(principal, policies, now)],
        "grants": [{"id": one.id, "rule": one.rule, "ends_at": one.ends} for one in grants],
    }


def _held(principal: Principal) -> dict[str, Json]:
    """Who acts for them, now first, and what the token itself is good for, where it says less than everything."""
    told: dict[str, Json] = {}
    if acting := chain(principal):
        told["acting"] = [*acting]
    if principal.upstreams is not None:
        told["token_upstreams"] = [*sorted(principal.upstreams)]
    if principal.scope is not None:
        told["token_scope"] = [*sorted(principal.scope)]
    return told


def rules(principal: Principal, policies: PolicySet, now: float) -> list[CompiledRule]:
    """The rules that are about them, wherever they hold, and are not over."""
    return [one for one in policies.rules if is_about(one.rule, principal) and not one.over(now)]


def _rule(one: CompiledRule, upstreams: tuple[str, ...]) -> dict[str, Json]:
    """What one may know of a rule, and may ask for by it (in an emergency take, for so many seconds: `break_glass`).

    Of one that denies, not where, as what it hides has names.
    """
    told: dict[str, Json] = {"rule": one.rule.name, "effect": one.effect.value, "operations": [*one.rule.operations]}
    where = one.rule.where
    if one.effect is not Effect.DENY:
        told["where"] = where if isinstance(where, str) else where.model_dump(mode="json", exclude_defaults=True)
    if one.conditions is not None:
        told["counts"] = str(one.conditions)
    if one.glass and one.rule.grant is not None:
        told["break_glass"] = one.rule.grant.longest
    elif (asked := offers(one, upstreams)) is not None:
        told["offers"] = asked
    return told


class WhoAmI(Own):
    """Anybody may ask it of themselves."""

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self._parts, self._principal = parts, asked.principal
        self.call = asked.call(LONGEST)
        self.operation = Operation(dialect="vecgate", name="whoami", kind="requests", danger=0)

    async def answer(self, exchange: Exchange) -> Answered:
        issuer = issuer_of(self._parts.issuers, self._principal)
        live = self._parts.access.live
        known = self._parts.policies.current, live.now, live.of(self._principal.key)
        return Answered(document(self._principal, issuer, *known, self._parts.upstreams))
