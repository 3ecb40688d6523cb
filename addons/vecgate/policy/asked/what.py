"""What can this person do? The rules about somebody, the strongest first, with what each lets, holds or denies them."""

from collections.abc import Iterator
from dataclasses import dataclass

from vecgate.policy.asked.who import Entry
from vecgate.policy.language.model import Who
from vecgate.policy.rules.evaluate import PolicySet


@dataclass(frozen=True, slots=True)
class What:
    """One rule about somebody; with the claims that it takes besides."""

    entry: Entry

    def __str__(self) -> str:
        rule = self.entry.rule.rule
        who = rule.who if isinstance(rule.who, Who) else Who()
        claims = [f"claim {name} {', '.join(map(str, values))}" for name, values in who.claims.items()]
        claims += [f"agents {', '.join(who.acting)}"] if who.acting else []
        notes = [f"with {' and '.join(claims)}"] if claims else []
        line = f"{rule.effect:7} {', '.join(rule.operations)}; by '{rule.name}' ({self.entry.rule.place})"
        return "; ".join([line, *notes, *self.entry.notes()])


def what(policies: PolicySet, user: str, groups: frozenset[str]) -> Iterator[What]:
    """The rules about a person of these groups, whatever else their token says."""
    for rule in sorted(policies.rules, key=lambda rule: rule.rank):
        who = rule.rule.who
        if isinstance(who, str) or _is_meant(who, user, groups):
            yield What(Entry(rule))


def _is_meant(who: Who, user: str, groups: frozenset[str]) -> bool:
    return (
        (not who.called or user in who.called)
        and (not who.groups or not groups.isdisjoint(who.groups))
        and groups.isdisjoint(who.except_groups)
    )
