"""Which rules do not count now, though whoever reads them would think so? A part of `vecgate policy check`."""

from collections.abc import Iterator

from vecgate.policy.language.times import said
from vecgate.policy.rules.evaluate import PolicySet

type Found = Iterator[tuple[str, str]]


def apart(policies: PolicySet, at: float | None) -> Found:
    """Rules whose time is over, or is yet to come; deputies whose time is over."""
    for rule in policies.rules:
        found, head = rule.conditions, f"rule '{rule.rule.name}'"
        if found is None or at is None:
            continue
        if found.ends <= at:
            yield rule.place, f"{head} is over since {said(found.ends)}; remove it, or say another 'until'"
        elif found.begins > at:
            yield rule.place, f"{head} does not count before {said(found.begins)}"
    for one in policies.deputies:
        if at is not None and one.ends <= at:
            yield "deputies", f"'{one.by}' answers for nobody since {said(one.ends)}; remove what stood for '{one.of}'"
