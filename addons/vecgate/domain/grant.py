"""What was granted? Terms: what one asks for and what one is given; a Grant: those terms, to somebody, until then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase, translate
from functools import cached_property
from re import compile as compiled
from typing import Final

from vecgate.domain.approval import Signed
from vecgate.domain.kinds import BY_NAME, OPERATION_KINDS
from vecgate.domain.operation import Operation
from vecgate.domain.patterns import within

#: What makes a pattern of a name.
_WILD: Final = frozenset("*?[")


@dataclass(frozen=True)
class Terms:
    """In the database's own words: where, which kinds of operation, for how long, how much, under which mask.

    `collections` are patterns, as in a policy; empty: only calls that name none. `tenant`, `database`: empty: any that
    the rule has. `records`, `opened`: so many different records, and opened tokens, in all; None: no such limit.
    """

    upstream: str
    operations: tuple[str, ...]
    collections: tuple[str, ...]
    seconds: float
    mask: str
    tenant: str = ""
    database: str = ""
    records: int | None = None
    opened: int | None = None

    def cover(self, operation: Operation, upstream: str) -> bool:
        """Whether a call is one of those that were asked for; all collections that it touches are."""
        if upstream != self.upstream or operation.kind not in self.operations:
            return False
        if self.tenant and operation.tenant != self.tenant:
            return False
        if self.database and operation.database != self.database:
            return False
        return self.may_be_named(operation) and all(map(self._fits, operation.collections))

    def may_cover(self, operation: Operation, upstream: str) -> bool:
        """The same of a call on a collection of a name that is not known yet."""
        known = not self.tenant or operation.tenant in (None, self.tenant)
        return known and upstream == self.upstream and operation.kind in self.operations

    def alike(self, other: "Terms") -> bool:
        """Whether they are for the same, whatever the time and the budget."""
        return replace(self, seconds=0, records=None, opened=None) == replace(
            other, seconds=0, records=None, opened=None
        )

    def is_within(self, other: "Terms") -> bool:
        """Whether this is no more than the other, in any respect."""
        return (
            (self.upstream, self.mask) == (other.upstream, other.mask)
            and set(self.operations) <= set(other.operations)
            and bool(self.operations)
            and self.seconds <= other.seconds
            and (bool(self.collections) or not other.collections)
            and all(within(one, other.collections) for one in self.collections)
            and all(mine == theirs or not theirs for mine, theirs in self._places(other))
            and all(most is None or (asked is not None and asked <= most) for asked, most in self._amounts(other))
        )

    def _places(self, other: "Terms") -> tuple[tuple[str, str], ...]:
        return (self.tenant, other.tenant), (self.database, other.database)

    def _amounts(self, other: "Terms") -> tuple[tuple[int | None, int | None], ...]:
        return (self.records, other.records), (self.opened, other.opened)

    def place(self, home: tuple[str, str]) -> tuple[str, str]:
        """Tenant and database in which names are looked up; where none is said, those of clients that say none."""
        return self.tenant or home[0], self.database or home[1]

    @property
    def exact(self) -> tuple[str, ...]:
        """The names among its patterns."""
        return tuple(one for one in self.collections if not _WILD & {*one})

    def may_be_named(self, operation: Operation) -> bool:
        """Whether a call that names no collection may be one of these."""
        return bool(operation.collections) or not self.collections or "*" in self.collections

    def reaches(self, collection: str) -> bool:
        """Whether a collection of this name is one of those that they are for."""
        return self._fits(collection)

    def places(self, collection: str) -> Iterator[int]:
        """Which of its patterns a name fits, by their places."""
        return (place for place, pattern in enumerate(self.collections) if fnmatchcase(collection, pattern))

    @cached_property
    def _fits(self) -> Callable[[str], bool]:
        found = compiled("|".join(map(translate, self.collections)) or "(?!)").match
        return lambda name: found(name) is not None


@dataclass(frozen=True, slots=True)
class Grant:
    """What one person may do until it ends, by a request rule.

    `holder` is the principal's key. `begins` and `ends` are seconds of the shared state's clock; `ends` None: its time
    begins with its first use, or it `lapses`. `glass`: somebody broke it for themselves, by `command` or by a `call`;
    then it is for calls that say so. `reason` and `approved_by` stand in the record of each call. `things`: what the
    names that it names exactly stood for when it was granted; it is for these, and for no others of the same name.
    `automatic`: the condition that granted it, and no person. `proofs`: of each yes that was signed.
    """

    id: str
    rule: str
    holder: str
    terms: Terms
    begins: float
    ends: float | None
    reason: str = ""
    approved_by: tuple[str, ...] = ()
    lapses: float = field(default=0.0, compare=False)
    glass: str = ""
    things: tuple[tuple[str, str], ...] = ()
    automatic: str = ""
    proofs: tuple[Signed, ...] = field(default=(), compare=False, repr=False)

    @property
    def over(self) -> float:
        """When it gives nothing any more, as it stands: at its end, or where nobody has used it, when it lapses."""
        return self.lapses if self.ends is None else self.ends


def kinds(words: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds that words of `operations` stand for; raw storage by its own name alone, as in a rule, `*` or not."""
    wide = {*words, *(OPERATION_KINDS.values() if "*" in words else ())}
    listed = (k for k, group in OPERATION_KINDS.items() if k in words or (group in wide and k not in BY_NAME))
    return tuple(sorted(listed))
