"""What else does a rule guard? Scores, depth, budgets, canaries, stamps and poison, each only where it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Final, Literal

from vecgate.domain.call import Json
from vecgate.domain.rate import Rate

#: What is written into records by the gateway itself begins like this, in every database.
RESERVED: Final = "_vecgate_"
WHO: Final = f"{RESERVED}who"
WHEN: Final = f"{RESERVED}when"
AGENT: Final = f"{RESERVED}agent"
CLIENT: Final = f"{RESERVED}client"
#: Of a record whose text carries instructions to a model: what becomes of it (`mark` or `withhold`), and why.
QUARANTINE: Final = f"{RESERVED}quarantine"

type Quarantine = Literal["mark", "withhold", "refuse"]


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


@dataclass(frozen=True, slots=True)
class Canaries:
    """Records that nobody has a reason to read: some ids, or all whose metadata has these values."""

    ids: frozenset[str] = frozenset()
    mark: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))


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

    def __str__(self) -> str:
        said = {f.name: getattr(self, f.name) for f in fields(self)}
        rest = {
            n: value for n, value in said.items() if value not in (None, "keep", frozenset()) and value is not False
        }
        return ", ".join(name if value is True else f"{name} {_words(value)}" for name, value in rest.items())


def _words(value: object) -> str:
    if isinstance(value, Budget):
        listed = {f.name: getattr(value, f.name) for f in fields(value) if f.name != "within"}
        return " and ".join(f"{name} {rate}" for name, rate in listed.items() if rate is not None)
    if isinstance(value, Canaries):
        return f"{len(value.ids)} ids" if value.ids else "by mark"
    if isinstance(value, frozenset):
        return " and ".join(sorted(value))
    return str(value)


NO_GUARDS: Final = Guards()
