"""What else does a rule guard? Scores, depth, budgets, canaries, stamps and poison, each only where it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final, Literal

from vecgate.domain.call import Json

#: What is written into records by the gateway itself begins like this, in every database.
RESERVED: Final = "_vecgate_"
WHO: Final = f"{RESERVED}who"
WHEN: Final = f"{RESERVED}when"
AGENT: Final = f"{RESERVED}agent"
CLIENT: Final = f"{RESERVED}client"
#: Of a record whose text carries instructions to a model: what becomes of it (`mark` or `withhold`), and why.
QUARANTINE: Final = f"{RESERVED}quarantine"

STAMPS: Final = (WHO, WHEN, AGENT, CLIENT)
#: All of them.
OWN: Final = (*STAMPS, QUARANTINE)

type Quarantine = Literal["mark", "withhold", "refuse"]


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds, for one principal under one rule."""

    requests: int
    seconds: float

    def __str__(self) -> str:
        unit = {1: "s", 60: "min", 3600: "h", 86400: "day"}.get(int(self.seconds))
        return f"{self.requests}/{unit}" if unit else f"{self.requests} in {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class Budget:
    """How much one person may have in a time: different records, searches, opened tokens, searches near earlier ones.

    `within`: two searches are near each other whose vectors have at most this cosine distance.
    """

    records: Rate | None = None
    searches: Rate | None = None
    opened: Rate | None = None
    similar: Rate | None = None
    within: float = 0.05

    @property
    def rates(self) -> dict[str, Rate | None]:
        """How much of each kind, by its name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "within"}


@dataclass(frozen=True, slots=True)
class Canaries:
    """Records that nobody has a reason to read: some ids, or all whose metadata has the values of a mark."""

    ids: frozenset[str] = frozenset()
    marks: tuple[Mapping[str, Json], ...] = ()

    @property
    def fields(self) -> list[str]:
        """The names of fields that marks are in."""
        return [*dict.fromkeys(name for mark in self.marks for name in mark)]


@dataclass(frozen=True, slots=True)
class Guards:
    """`scores`: `keep`, `drop`, or to how many places they are rounded.

    `exempt`: fields that may be asked for although they are masked.
    """

    scores: Literal["keep", "drop"] | int = "keep"
    depth: int | None = None
    budget: Budget | None = None
    canaries: Canaries | None = None
    quarantine: Quarantine | None = None
    stamp: bool = False
    show_stamp: bool = False
    exempt: frozenset[str] = frozenset()

    @property
    def asks(self) -> bool:
        """Whether it must be told which records an answer holds."""
        return bool(self.canaries or self.quarantine or (self.budget and self.budget.records))

    @property
    def asked(self) -> tuple[str, ...]:
        """What a rule asks for that needs to be told something of a call's records, as a rule calls it."""
        rates = self.budget.rates if self.budget else {}
        words = {
            "scores": self.scores != "keep",
            "depth": self.depth is not None,
            **{f"budget.{name}": rates.get(name) is not None for name in ("searches", "similar", "records")},
            "canaries": self.canaries is not None,
            "quarantine": self.quarantine is not None,
            "stamp": self.stamp,
        }
        return tuple(word for word, is_asked in words.items() if is_asked)

    def beside(self, other: "Guards", *, shown: bool) -> "Guards":
        """What both come to for one call: all that either asks for, as strictly. `shown`: its answer is for both."""
        if self == other or other == NO_GUARDS:
            return replace(self, show_stamp=False) if shown and not other.show_stamp and self.show_stamp else self
        one, two = self.canaries or Canaries(), other.canaries or Canaries()
        canaries = Canaries(one.ids | two.ids, (*one.marks, *(mark for mark in two.marks if mark not in one.marks)))
        return Guards(
            scores=min(self.scores, other.scores, key=lambda how: {"drop": -1, "keep": 99}.get(str(how), how)),
            depth=least(self.depth, other.depth),
            budget=_budget(self.budget, other.budget),
            canaries=canaries if canaries != Canaries() else None,
            quarantine=max(self.quarantine, other.quarantine, key=_HARDER.index),
            stamp=self.stamp or other.stamp,
            show_stamp=self.show_stamp and (other.show_stamp or not shown),
            exempt=self.exempt,
        )

    def __str__(self) -> str:
        said = {f.name: getattr(self, f.name) for f in fields(self)}
        rest = {
            n: value for n, value in said.items() if value not in (None, "keep", frozenset()) and value is not False
        }
        return ", ".join(name if value is True else f"{name} {_words(value)}" for name, value in rest.items())


def _words(value: object) -> str:
    if isinstance(value, Budget):
        return " and ".join(f"{name} {rate}" for name, rate in value.rates.items() if rate is not None)
    if isinstance(value, Canaries):
        return f"{len(value.ids)} ids" if value.ids else "by mark"
    if isinstance(value, frozenset):
        return " and ".join(sorted(value))
    return str(value)


_HARDER: Final = (None, "mark", "withhold", "refuse")


def least(one: int | None, other: int | None) -> int | None:
    """The lower of two limits; None is none."""
    return min((limit for limit in (one, other) if limit is not None), default=None)


def _budget(one: Budget | None, other: Budget | None) -> Budget | None:
    """Of each kind the smaller one, for its time."""
    if one is None or other is None:
        return one or other
    theirs, rates = other.rates, dict[str, Rate | None]()
    for name, rate in one.rates.items():
        both = filter(None, (rate, theirs[name]))
        rates[name] = min(both, key=lambda rate: rate.requests / rate.seconds, default=None)
    return Budget(**rates, within=max(one.within, other.within))


NO_GUARDS: Final = Guards()
