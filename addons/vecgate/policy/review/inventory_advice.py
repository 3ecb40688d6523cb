"""Which patterns fit no collection that there is? A part of `vecgate policy check`."""

from collections.abc import Iterable, Iterator

from vecgate.parsing.words import did_you_mean
from vecgate.policy.rules.covers import shape
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.matching import glob

type Found = Iterator[tuple[str, str]]


def idle(policies: PolicySet, collections: Iterable[str]) -> Found:
    """Patterns of collections that fit none of those there are; nothing where none are known."""
    known = [*collections]
    for rule in policies.rules if known else ():
        for pattern in shape(rule).where.collections:
            if not any(map(glob([pattern]), known)):
                said = f"no collection there is fits '{pattern}'.{did_you_mean(pattern, known)}"
                yield rule.place, f"rule '{rule.rule.name}': {said}"
