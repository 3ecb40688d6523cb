"""Does a call ask for what its caller sees masked: by a filter, an order, a group, a facet, a formula, a text match?

Masking an answer hides what a field holds; whether a record is found tells it all the same, bit by bit. So a field
that is masked for somebody is not theirs to name. That it is masked shows in three ways: a field policy hides it, what
holds it or a part of it; the value it is compared with would be masked where it is stored; or it is called as what is
masked is called, and is asked for its order or its letters. What is looked for in texts must be a word, and no pattern.

Harmless is what is translated into a mark that is stored, and what a rule exempts by name. `strict` (`filters: refuse`)
lets nobody look into a text, or for an order of texts, at all.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from vecgate.dialects import Dialect
from vecgate.domain.decision import AS_IT_CAME, Inputs
from vecgate.domain.fields import above, ordered, takes
from vecgate.domain.inlets import Condition, Field, Home, Path, pointer
from vecgate.domain.profiles import ENTITIES, MaskProfile
from vecgate.guards import guesses
from vecgate.masking.apply import record_ids
from vecgate.masking.apply.marks import is_mark, marks
from vecgate.masking.apply.operators.token import TOKEN
from vecgate.masking.inputs.filters import Filters
from vecgate.masking.inputs.joining import Derived
from vecgate.refusals.catalogue import Refusal, refuse

#: How a field is named where nothing is learnt of what it holds.
TELLS_NOTHING: Final = frozenset({"show", "write", "index"})
#: What compares with a value, which may be translated. All else a mark has not: order, length, being there.
_BY_VALUE: Final = frozenset({"equal", "part", "match"})
_TOLD_APART: Final = frozenset({"order", "group", "facet", "formula", "text"})
#: JSON in a text, as frameworks write it: it repeats what stands beside it.
_REPEATS: Final = frozenset({"_node_content"})
#: What stands for something that was masked: it has another place in any order.
_LABEL: Final = re.compile(rf"<(?:{'|'.join(sorted(ENTITIES))})(?:#[^>]*)?>")
_NAMEABLE: Final = re.compile(r"[#$]?[A-Za-z_][A-Za-z0-9_-]{0,39}")
_MOST: Final = 4096
_PROFILES: Final = 64

type ShownAt = Callable[[Path], Iterable[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Asker:
    """By which rule somebody asks: what they are shown, how stored data is cleaned, and which fields are exempt."""

    rule: str
    shown: MaskProfile
    stored: MaskProfile | None = None
    inputs: Inputs = AS_IT_CAME
    exempt: frozenset[str] = frozenset()
    strict: bool = False


class Seen:
    """What of a database's fields is masked by one profile."""

    def __init__(self, profile: MaskProfile, shown_at: ShownAt) -> None:
        self.profile, self._shown_at = profile, shown_at
        self.masks = not profile.masks_nothing
        self.kinds = frozenset(entity for entity in ENTITIES if profile.operator(entity).name != "keep")
        self._fields, self._above = ordered(profile.fields), above(profile.fields)
        self._hides = any(spec.name != "keep" for _, spec in self._fields)
        self._known: dict[Path, str] = {}
        #: Values that were looked at where they are stored, and would be shown as they are.
        self.plain: set[tuple[Home, type, object]] = set()

    def of(self, path: Path) -> str:
        """`hidden`; `called` as what is masked is called; `plain` by a field policy; or the empty text."""
        known = self._known.get(path)
        if known is None:
            if len(self._known) >= _MOST:  # they are callers' words
                self._known.clear()
            known = self._known[path] = self._found(path)
        return known

    def _found(self, path: Path) -> str:
        taken = [self._taken(keys) for keys in self._shown_at(path)]
        if "hidden" in taken or (self._hides and path[-1:] and path[-1] in _REPEATS):
            return "hidden"
        if "plain" in taken:
            return "plain"
        return "called" if guesses.called(path) & self.kinds else ""

    def _taken(self, keys: tuple[str, ...]) -> str:
        """What becomes of a value there: the first policy that takes it, or what it is in, decides."""
        dotted = ""
        for key in keys:
            dotted = f"{dotted}.{key}".casefold() if dotted else key.casefold()
            for pattern, spec in self._fields:
                if takes(pattern, dotted):
                    return "plain" if spec.name == "keep" else "hidden"
        return "hidden" if any(takes(pattern, dotted) for pattern in self._above) else ""


class Oracles:
    """Judges calls. What is worked out of a profile is kept as long as the profile is in use."""

    def __init__(self) -> None:
        self._derived = Derived()
        self._known: dict[tuple[int, str], Seen] = {}

    def seen(self, profile: MaskProfile, dialect: Dialect) -> Seen:
        """What of that kind of database's fields the profile masks."""
        known = self._known.get((id(profile), dialect.name))
        if known is None or known.profile is not profile:
            if len(self._known) >= _PROFILES:  # those of policy sets that are gone
                self._known.clear()
            known = self._known[id(profile), dialect.name] = Seen(profile, dialect.shown_at)
        return known

    def named(self, fields: Iterable[Field], seen: Seen, asker: Asker) -> Refusal | None:
        """The refusal of a call that names a field which is masked, by what the field is called alone."""
        translates = asker.inputs.filters == "translate"
        for one in fields:
            if one.how in TELLS_NOTHING or name(one.path) in asker.exempt:
                continue
            what = seen.of(one.path)
            if what == "hidden" and not (translates and one.operator in _BY_VALUE and one.how != "formula"):
                return _no(asker, one.path, one.at, "a field that is masked for you")
            apart, number = one.how in _TOLD_APART or one.operator == "range", one.operator == "number"
            if what != "plain" and one.operator == "words" and seen.kinds and not _covers(asker):
                return _no(asker, one.path, one.at, "told word by word, where it may hold what is masked for you")
            if what == "called" and apart and not _covers(asker):
                return _no(asker, one.path, one.at, "called as what is masked for you is")
            if number and what != "plain" and guesses.spells_a_number(one.path, seen.kinds) and not _covers(asker):
                return _no(asker, one.path, one.at, "turned into a score, and may be a number that is masked for you")
        return None

    async def compared(self, filters: Filters, seen: Seen, asker: Asker) -> Refusal | None:
        """The refusal of a call that compares with what is masked, or looks for pieces of it. Raises as `at_home`."""
        translates = asker.inputs.filters == "translate"
        if not (seen.kinds or translates or asker.strict):  # fields alone are masked, and `named` has seen to them
            return None
        where = [i for i, one in enumerate(filters.found) if _judged(one, seen, asker)]
        masked = await self._masked(filters, where, seen)
        marked = await self._marked(filters, where, asker)
        covered = _covers(asker)
        for i, shown, stored in zip(where, masked, marked, strict=True):
            one, why = filters.found[i], ""
            if one.how == "equal" and record_ids.is_token(one.value):
                continue  # it was opened before, so it was made here and shown
            handled = not asker.strict and (translates or (one.is_query and asker.inputs.query != "keep"))
            if handled and one.how != "order" and (stored != one.value or (translates and _is_mark(one.value))):
                continue  # it becomes what is stored of it, or is refused as what cannot
            if shown != one.value or (one.how == "order" and _LABEL.search(str(one.value))):
                why = "compared with what is masked for you"
            elif guesses.closes_in(one, seen.kinds, strict=asker.strict, covered=handled and covered):
                why = "bit by bit, where it may hold what is masked for you"
            if why:
                return _no(asker, one.path, pointer(one.at), why)
        return None

    async def _masked(self, filters: Filters, where: Sequence[int], seen: Seen) -> Sequence[object]:
        """What is shown of each value where it is stored. What was plain before is not looked at again."""
        keys = {i: (one.home, type(one.value), one.value) for i in where for one in (filters.found[i],)}
        new = [i for i in where if keys[i] not in seen.plain]
        found, _ = await filters.at_home(new, self._derived.finding(seen.profile))
        shown: dict[int, object] = dict(zip(new, found, strict=True))
        for i in new:
            # What looks like a mark is one for some tenants alone.
            if shown[i] == filters.found[i].value and not any(marks(str(filters.found[i].value))):
                if len(seen.plain) >= _MOST:
                    seen.plain.clear()
                seen.plain.add(keys[i])
        return [shown.get(i, filters.found[i].value) for i in where]

    async def _marked(self, filters: Filters, where: Sequence[int], asker: Asker) -> Sequence[object]:
        """What each value is stored as."""
        if asker.stored is None or (asker.inputs.filters != "translate" and asker.inputs.query == "keep"):
            return [filters.found[i].value for i in where]
        return (await filters.at_home(where, self._derived.joining(asker.stored)))[0]


def name(path: Path) -> str:
    """A field as rules name it: its keys, with dots; places in lists left out."""
    return ".".join([step for step in path if isinstance(step, str)])


def _judged(one: Condition, seen: Seen, asker: Asker) -> bool:
    """Whether its value may say anything. Ids that a call names outright name records, and no field."""
    if name(one.path) in asker.exempt:
        return False
    if asker.strict:
        return True
    if one.outright or one.home[0] == "ids":
        return False
    if one.how == "field" or isinstance(one.value, bool) or seen.of(one.path) == "plain":
        return False
    return isinstance(one.value, str) or asker.inputs.filters == "translate" or guesses.is_long(one.value)


def _is_mark(value: object) -> bool:
    """Whether it is what they may have been shown; whether it was made here is found out as it is opened."""
    return is_mark(value) or (isinstance(value, str) and TOKEN.fullmatch(value) is not None)


def _covers(asker: Asker) -> bool:
    """Whether texts are stored without all that is masked in them for the caller."""
    stored, inputs = asker.stored, asker.inputs
    if asker.strict or stored is None or (inputs.filters != "translate" and inputs.query == "keep"):
        return False
    return stored.hides_all_that(asker.shown)


def _no(asker: Asker, path: Path, at: str, why: str) -> Refusal:
    keys = [key if _NAMEABLE.fullmatch(key) else "(key)" for key in name(path).split(".")]
    return refuse("oracle.field", field=".".join(keys), where=at, why=why, rule=asker.rule)
