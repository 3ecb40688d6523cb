"""Which patterns fit no collection that there is? A part of `vecgate policy check`."""

from collections.abc import Iterable, Iterator, Mapping

from vecgate.parsing.words import did_you_mean
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.covers import shape
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.matching import glob

type Found = Iterator[tuple[str, str]]


def idle(policies: PolicySet, collections: Iterable[str]) -> Found:
    """Patterns of collections that fit none of those there are; nothing where none are known."""
    known = [*collections]
    for rule in policies.rules if known else ():
        yield from _idle(rule, known, "")


def idle_in(policies: PolicySet, there: Mapping[str, Iterable[str]], upstreams: Iterable[str]) -> Found:
    """The same where it is known by database (`there`): of a rule that is about another one, too, nothing is said."""
    for rule in policies.rules if there else ():
        where = shape(rule).upstreams
        mine = [name for name in {*there, *upstreams} if not where or where.cover(name)]
        if mine and all(name in there for name in mine):
            yield from _idle(rule, [one for name in mine for one in there[name]], f" in {', '.join(sorted(mine))}")


def _idle(rule: CompiledRule, known: list[str], where: str) -> Found:
    for pattern in shape(rule).where.collections:
        if not any(map(glob([pattern]), known)):
            said = f"no collection there is{where} fits '{pattern}'.{did_you_mean(pattern, known)}"
            yield rule.place, f"rule '{rule.rule.name}': {said}"
