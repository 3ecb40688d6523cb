"""Which operator is used where, and which findings count? A profile made ready: entities, paths, lists, languages."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from vecgate.domain.fields import ordered, takes
from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES, MaskProfile, OperatorSpec, Sensitivity, Unserved
from vecgate.masking.apply.lists import Lists
from vecgate.masking.apply.marks import marks
from vecgate.masking.apply.operators import build, fresh
from vecgate.masking.apply.operators._base import Operator, PerAnswer
from vecgate.masking.apply.spans import around, merge
from vecgate.masking.detect.hidden import UNREAD
from vecgate.refusals.errors import MaskRefused

#: What a worker says of a text in whose language no model reads.
UNSERVED: Final = "UNSERVED"
#: So many texts' spans are remembered, for each profile.
_MOST: Final = 20_000


#: Whether a tenant's key made what looks like a mark.
type Ours = Callable[[str], bool]


class Unproved(Exception):
    """Something looks like a mark, and whether it is one was not to be told."""


class Span(NamedTuple):
    """What is masked of a text: character offsets (end exclusive), as what, and which rule said so."""

    start: int
    end: int
    entity: str
    rule: str


class Painted(NamedTuple):
    """What is shown in the place of what was `found` in a text: stretches, and how often each entity was why, by rule.

    `gone`: the last of them drops the whole text.
    """

    found: Sequence[Finding]
    edits: Sequence[tuple[int, int, str]]
    why: Sequence[tuple[str, str, int]]
    gone: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """`entities` holds what is masked, without what is kept; `fields` in the order in which they are tried.

    `repeats`: whoever's data it is, and in whichever answer, the same is shown of the same text.
    """

    entities: Mapping[str, Operator]
    fields: tuple[tuple[re.Pattern[str], OperatorSpec, Operator], ...]
    level: Sensitivity = "normal"
    unserved: Unserved = "model"
    lists: Lists = field(default_factory=Lists)
    remembers: bool = False
    repeats: bool = False
    _painted: dict[int, Painted] = field(default_factory=dict, repr=False)
    _spans: dict[int, tuple[Sequence[Finding], tuple[Span, ...] | None]] = field(default_factory=dict, repr=False)

    @property
    def _field_operators(self) -> Sequence[Operator]:
        return [operator for _, _, operator in self.fields]

    def operators(self) -> tuple[Mapping[str, Operator], Sequence[Operator]]:
        """The operators of one answer, by entity and by field policy: those that remember begin anew."""
        if not self.remembers:
            return self.entities, self._field_operators
        entities = {entity: fresh(operator) for entity, operator in self.entities.items()}
        return entities, [*map(fresh, self._field_operators)]

    def field(self, dotted: str) -> int | None:
        """Which field policy takes a key path such as `metadatas.contact.email`, list places left out."""
        if not self.fields:
            return None
        path = dotted.casefold()
        return next((i for i, (glob, _, _) in enumerate(self.fields) if takes(glob, path)), None)

    @property
    def masks(self) -> bool:
        """Whether anything is hidden at all."""
        return bool(self.entities or self.fields)

    @property
    def has_fields(self) -> bool:
        """Whether any field policy is in force."""
        return bool(self.fields)

    def drops(self, rule: int) -> bool:
        """Whether that field policy takes the key away together with its value."""
        return self.fields[rule][1].name == "drop"

    def spans(self, text: str, found: Sequence[Finding], ours: Ours | None = None) -> tuple[Span, ...]:
        """What is masked in a text, without overlaps, in order. `ours`: whether what looks like a mark is one.

        Raises Unproved where that matters and cannot be told.
        Raises ValueError for findings that do not fit the text, MaskRefused for a language the profile refuses.
        """
        if not found:  # one empty tuple stands for many texts
            return self._merged(text, found) if self.lists.deny else ()
        # The same tuple comes out of the cache for the same text: what became of it is known by its identity.
        known = self._spans.get(id(found))
        if known is None or known[0] is not found:
            if len(self._spans) >= _MOST:
                self._spans.clear()
            # Which marks are ours is the tenant's own question; what is remembered is the same for all of them.
            known = self._spans[id(found)] = found, None if any(marks(text)) else self._merged(text, found)
        if known[1] is not None:
            return known[1]
        if ours is None:
            raise Unproved
        return self._merged(text, found, [(start, end) for start, end in marks(text) if ours(text[start:end])])

    def painted(self, found: Sequence[Finding]) -> Painted | None:
        """What is shown of these findings, if that is known; by their identity, as with spans."""
        known = self._painted.get(id(found))
        return known if known is not None and known.found is found else None

    def keep(self, painted: Painted) -> None:
        """Know it, where it is the same for all: but for marks, of which each tenant has its own."""
        known = self._spans.get(id(painted.found))
        if not self.repeats or known is None or known[0] is not painted.found or known[1] is None:
            return
        if len(self._painted) >= _MOST:
            self._painted.clear()
        self._painted[id(painted.found)] = painted

    def _merged(self, text: str, found: Sequence[Finding], kept: Sequence[tuple[int, int]] = ()) -> tuple[Span, ...]:
        if self.unserved != "model":
            language = next((f for f in found if f.entity == UNSERVED), None)
            if language is not None and self.unserved == "refuse":
                raise MaskRefused("mask.language")
            if language is not None:
                return (Span(0, len(text), UNSERVED, language.source),)
        listed = self.lists.apply(text, found)
        findings = merge(text, around(text, listed, kept), self.entities)
        return tuple(Span(f.start, f.end, f.entity, f.source) for f in findings)


def plan(profile: MaskProfile, key: bytes, like: Plan | None = None) -> Plan:
    """A profile made ready. Raises ValueError for a parameter no operator takes.

    `like`: a plan of the same profile under another key. What is masked of a text is the same for both.
    """
    specs = {entity: profile.operator(entity) for entity in ENTITIES}
    entities = {entity: build(spec, key) for entity, spec in specs.items() if spec.name != "keep"}
    if entities:
        entities[UNREAD] = build(OperatorSpec("redact"), key)
    if profile.unserved == "redact":
        entities[UNSERVED] = build(OperatorSpec("redact"), key)
    fields = tuple((glob, spec, build(spec, key)) for glob, spec in ordered(profile.fields))
    remembers = any(isinstance(operator, PerAnswer) for operator in (*entities.values(), *(o for _, _, o in fields)))
    lists = Lists(profile.allow, profile.deny)
    repeats = not remembers and not profile.keyed
    made = Plan(entities, fields, profile.sensitivity, profile.unserved, lists, remembers, repeats)
    return made if like is None else replace(made, _spans=like._spans)
