"""Which rules let somebody destroy or open much, without anybody's yes? A part of `vecgate policy check`."""

from collections.abc import Iterator
from typing import Final

from vecgate.domain.decision import Effect
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.policy.language.values import OPENING
from vecgate.policy.rules.covers import shape
from vecgate.policy.rules.evaluate import PolicySet

#: What cannot be taken back, or lets people do more from then on.
_GRAVE: Final = frozenset(
    {
        *(kind for kind, group in OPERATION_KINDS.items() if group == "destroy"),
        *("delete_filter", "tenant_admin", "auth_admin", "cluster_admin"),
    }
)
#: Of this rows are enough, as they bound it.
_COUNTED: Final = frozenset({"delete_filter"})
_LONG: Final = 31 * 86400.0

type Found = Iterator[tuple[str, str]]


def found(policies: PolicySet) -> Found:
    """All of it."""
    yield from unasked(policies)
    yield from long_grants(policies)
    yield from agents_own(policies)


def unasked(policies: PolicySet) -> Found:
    """Allows of what is grave to whole groups, that no hold catches and no claim or condition narrows."""
    shapes = (shape(rule) for rule in policies.rules if rule.effect is Effect.HOLD)
    holds = [one for one in shapes if not one.who.acting]  # what holds agents alone lets people do it
    for rule in policies.rules:
        who = shape(rule).who
        if rule.effect is not Effect.ALLOW or rule.rule.when is not None or who.called or who.claims:
            continue
        grave = rule.kinds & _GRAVE - (_COUNTED if rule.rule.rows else frozenset())
        if left := sorted(kind for kind in grave if not any(kind in hold.kinds for hold in holds)):
            some = ", ".join(left[:4]) + (f" and {len(left) - 4} more" if len(left) > 4 else "")
            said = f"lets its people do what cannot be taken back, without anybody's yes: {some}"
            yield rule.place, f"rule '{rule.rule.name}' {said}; hold that, ask for a claim such as 'amr', or say 'when'"


def agents_own(policies: PolicySet) -> Found:
    """What is allowed to agents as such: by it they may do what the person whose token they use may not."""
    for rule in policies.rules:
        acting = [name for name in shape(rule).who.claims if name == "act" or name.startswith("act.")]
        if acting and rule.rule.effect in OPENING:
            said = f"allows by '{acting[0]}' what an agent's person may not do without it"
            yield (
                rule.place,
                f"rule '{rule.rule.name}' {said}; allow it to people, and deny agents the rest by 'agents'",
            )


def long_grants(policies: PolicySet) -> Found:
    """Access that is granted for so long that it is no access for a time any more."""
    for rule in policies.asking.values():
        grant = rule.rule.grant
        if grant is not None and grant.longest > _LONG:
            said = f"can be granted for {grant.longest / 86400:g} days at once, which nobody looks at again"
            yield rule.place, f"rule '{rule.rule.name}' {said}; say some days, and let it be extended"
