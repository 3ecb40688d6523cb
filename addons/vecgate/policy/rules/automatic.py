"""Is it answered without a person? The first condition that fits says yes or no; a shadow only what it would say.

Pure. What cannot be told is no yes; and behind a no that cannot be told nothing is a yes: then people are asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from vecgate.domain.kinds import NO_RECORDS
from vecgate.policy.language.automatic_words import Amounts, Automatic, asks_records
from vecgate.policy.language.values import expand
from vecgate.policy.language.whens import Untold

#: Hours are looked at for every minute of the time that is asked for; longer than a day nothing is within them.
_MINUTE: Final = 60.0
_DAY: Final = 86400.0
_WEEK: Final = 7 * _DAY
#: Why a yes is none for who has to read or to review something first.
UNREAD: Final = "but not while a debrief or a review of theirs is open"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `span`: from when to when; None: nobody can say. An amount of None: unlimited, or unknown.

    `known`: what conditions may ask (policy/language/whens.py).
    """

    kinds: frozenset[str]
    mask: str
    span: tuple[float, float] | None
    seconds: float | None = None
    records: int | None = None
    opened: int | None = None
    known: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """`answer`: empty: people are asked. `by`: which condition; `would`: what the first shadow would have said."""

    answer: Literal["", "approve", "deny"] = ""
    by: str = ""
    would: str = ""

    def withheld(self, why: str) -> str:
        """Its yes, and why it is none."""
        return f"'{self.by}' would approve it, {why}"


PEOPLE: Final = Answer()


def answered(conditions: Iterable[Automatic], what: Asked) -> Answer:
    """What the conditions of a rule come to."""
    would = ""
    for one in conditions:
        try:
            fits = _fits(one, what)
        except Untold:
            if one.answer == "deny" and not one.shadow:
                return Answer(would=would)
            continue
        if fits and not one.shadow:
            return Answer(one.answer, one.name, would)
        if fits and not would:
            would = f"'{one.name}' would {one.answer} it"
    return Answer(would=would)


def _fits(one: Automatic, what: Asked) -> bool:
    plain = what.kinds - NO_RECORDS or what.kinds  # what clients ask at their start goes along with all
    if one.operations:
        listed = frozenset().union(*map(expand, one.operations))
        if not (plain <= listed if one.answer == "approve" else plain & listed):
            return False
    if one.masks and what.mask not in one.masks:
        return False
    if one.up_to is not None and not _within(one.up_to, what):
        return False
    if one.over is not None and _within(one.over, what):
        return False
    if one.hours and not _in_hours(one, what.span):
        return False
    return one.when is None or one.when.holds(what.known or {})


def _within(most: Amounts, what: Asked) -> bool:
    pairs = (most.lasting, what.seconds), (most.records, what.records), (most.opened, what.opened)
    return all(bound is None or (asked is not None and asked <= bound) for bound, asked in pairs)


def _in_hours(one: Automatic, span: tuple[float, float] | None) -> bool:
    """Whether its time is within the hours: to approve, all of it; to deny, any."""
    if span is None:
        raise Untold("its time begins with its first use")
    first, last = span
    if one.answer == "approve" and last - first > _DAY:
        return False
    lasts = min(last - first, _WEEK)  # then they come again
    moments = [first + n * _MINUTE for n in range(int(lasts // _MINUTE) + 1)]
    moments += [last - 1e-3] if first < last <= first + _WEEK else []  # at its very end it is over
    held = (any(hours.hold(at) for hours in one.hours) for at in moments if at < last or at == first)
    return all(held) if one.answer == "approve" else any(held)


def counts(conditions: Iterable[Automatic]) -> bool:
    """Whether any of them turns on how many records there are."""
    return any(_sized(one) for one in conditions)


def _sized(one: Automatic) -> bool:
    bounds = [amounts.records for amounts in (one.up_to, one.over) if amounts is not None]
    return any(bound is not None for bound in bounds) or asks_records(one.when)
