"""What becomes of what is found? A profile's words, and whether one hides less; YAML: model.py, load.py.

A new word is carried out in masking/apply/plan.py. One that masks less is also judged in `hides_by_default` and
`hides_all_that`: else records and filters tell what it should hide.

Policy reads profiles out of YAML; masking carries them out. Neither knows the other, so the words are here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

#: Every kind of personal data a profile may name.
ENTITIES: Final[tuple[str, ...]] = (
    "PERSON",
    "EMAIL",
    "PHONE",
    "CREDIT_CARD",
    "IBAN",
    "SSN",
    "ID",
    "ADDRESS",
    "LOCATION",
    "ORG",
    "IP",
    "DATE",
    "DATE_OF_BIRTH",
    "URL",
    "SECRET",
    "CRYPTO",
    "MAC",
    "HANDLE",
)

#: Found, but masked only when a profile names them: mostly they are what a text is about, not whom.
ON_REQUEST: Final = frozenset({"ORG", "LOCATION", "DATE", "URL"})

type Sensitivity = Literal["low", "normal", "high"]
SENSITIVITIES: Final[tuple[Sensitivity, ...]] = ("low", "normal", "high")
type Unserved = Literal["model", "redact", "refuse"]
type Param = int | str

#: Every operator, with the parameters it takes; all of them may be left out.
OPERATORS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "redact": frozenset(),  # one fixed mark, whatever was found
        "replace": frozenset({"with", "numbered"}),  # the entity's name, also with a number, or the given text
        "partial": frozenset({"keep_first", "keep_last", "char"}),  # some characters stay
        "hash": frozenset({"length", "as"}),  # the same value gives the same keyed hash: to be looked at
        "pseudonym": frozenset({"as"}),  # the same value gives the same made-up name: to be worked with
        "token": frozenset({"as"}),  # the value itself, encrypted; `vecgate unmask` opens it
        "date_shift": frozenset({"days"}),  # a date moved by a secret number of days, the same for a whole tenant
        "year_only": frozenset(),  # of a date, the year
        "generalise": frozenset({"step", "digits", "ipv4_bits", "ipv6_bits"}),  # a range, a network, a region
        "drop": frozenset(),  # the field goes away
        "block": frozenset(),  # the whole answer is refused
        "keep": frozenset(),  # left as it is
    }
)

#: Operators that need the key of the tenant whose data it is.
KEYED: Final = frozenset({"hash", "pseudonym", "token", "date_shift"})

#: Bounds of the number parameters, both inclusive. A number outside would mean "mask nothing" to some operator.
NUMBERS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "keep_first": (0, 16),
        "keep_last": (0, 16),
        "length": (8, 64),
        "days": (7, 3650),
        "step": (2, 1_000_000),
        "digits": (1, 3),
        "ipv4_bits": (8, 24),
        "ipv6_bits": (16, 48),
    }
)

#: Lengths of the text parameters, both inclusive, in characters.
TEXTS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({"with": (1, 64), "char": (1, 1)})

#: Parameters that are true or false.
FLAGS: Final = frozenset({"numbered"})

#: Parameters that name an entity.
NAMES: Final = frozenset({"as"})

#: Parameters that do not go together.
_EITHER: Final = frozenset({"with", "numbered"})

#: Length of a listed text (`allow`, `deny`), both inclusive, and how many a profile may list of each.
LISTED: Final = (2, 200)
LONGEST_LIST: Final = 10_000


def _number_problem(name: str, value: Param) -> str | None:
    low, high = NUMBERS[name]
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return None
    return f"'{name}' must be a whole number from {low} to {high}"


def _text_problem(name: str, value: Param) -> str | None:
    low, high = TEXTS[name]
    if isinstance(value, str) and low <= len(value) <= high:
        return None
    return f"'{name}' must be a text of {low} to {high} characters" if high > 1 else f"'{name}' must be one character"


def _parameter_problem(name: str, value: Param) -> str | None:
    if name in NUMBERS:
        return _number_problem(name, value)
    if name in FLAGS:
        return None if isinstance(value, bool) else f"'{name}' must be true or false"
    if name in NAMES:
        return None if value in ENTITIES else f"'{name}' must be an entity, such as EMAIL"
    return _text_problem(name, value)


@dataclass(frozen=True, slots=True)
class OperatorSpec:
    """One operator with its parameters. Raises ValueError for anything not in OPERATORS or out of bounds."""

    name: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.name not in OPERATORS:
            raise ValueError(f"unknown operator '{self.name}'. Known: {', '.join(OPERATORS)}.")
        known = OPERATORS[self.name]
        for key, value in self.params.items():
            if key not in known:
                takes = ", ".join(sorted(known)) or "none"
                raise ValueError(f"operator '{self.name}' has no parameter '{key}'. It takes: {takes}.")
            if problem := _parameter_problem(key, value):
                raise ValueError(f"operator '{self.name}': {problem}")
        if set(self.params) >= _EITHER:
            raise ValueError(f"operator '{self.name}' takes one of {' and '.join(sorted(_EITHER))}, not both")
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __reduce__(self) -> tuple[type["OperatorSpec"], tuple[str, dict[str, Param]]]:
        # A mapping proxy cannot be pickled, and masking hands specs to its worker processes.
        return OperatorSpec, (self.name, dict(self.params))


REPLACE: Final = OperatorSpec("replace")
KEEP: Final = OperatorSpec("keep")


def listed(text: str) -> str:
    """A text of `allow` or `deny`. Raises ValueError: one that is too short would be found everywhere."""
    low, high = LISTED
    if not low <= len(text.strip()) <= high:
        raise ValueError(f"a listed text has {low} to {high} characters")
    return text.strip()


def unlisted(entity: str, listed: Mapping[str, OperatorSpec], default: OperatorSpec) -> OperatorSpec:
    """What becomes of an entity that a profile does not name. Who masks every date masks those of births alike."""
    if entity == "DATE_OF_BIRTH" and (spec := listed.get("DATE", KEEP)) != KEEP:
        return spec
    return KEEP if entity in ON_REQUEST else default


@dataclass(frozen=True, slots=True)
class MaskProfile:
    """Which operator is used on which entity, and on which fields.

    `fields` maps key-path globs (`*.email`) to the operator used on the whole value, before any model
    sees it. `sensitivity`: how readily the model takes a word for personal; `unserved`: what becomes of a
    text in a language that no model serves. `allow` lists texts that are never personal here, `deny` those
    that always are, by entity. Raises ValueError for an entity that is not in ENTITIES, a bad text, or an
    unknown word.
    """

    name: str
    entities: Mapping[str, OperatorSpec] = field(default_factory=dict)
    fields: Mapping[str, OperatorSpec] = field(default_factory=dict)
    sensitivity: Sensitivity = "normal"
    unserved: Unserved = "model"
    allow: tuple[str, ...] = ()
    deny: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := sorted((set(self.entities) | set(self.deny)) - set(ENTITIES)):
            raise ValueError(f"unknown entity '{unknown[0]}'. Known: {', '.join(ENTITIES)}.")
        words = (("sensitivity", self.sensitivity, Sensitivity), ("unserved", self.unserved, Unserved))
        for name, value, known in words:
            if value not in known.__value__.__args__:
                raise ValueError(f"'{name}' must be one of {', '.join(known.__value__.__args__)}")
        object.__setattr__(self, "entities", MappingProxyType(dict(self.entities)))
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))
        object.__setattr__(self, "allow", tuple(map(listed, self.allow)))
        deny = {entity: tuple(map(listed, texts)) for entity, texts in self.deny.items()}
        object.__setattr__(self, "deny", MappingProxyType(deny))

    def __reduce__(self) -> tuple[type["MaskProfile"], tuple[Any, ...]]:
        maps = dict(self.entities), dict(self.fields)
        return MaskProfile, (self.name, *maps, self.sensitivity, self.unserved, self.allow, dict(self.deny))

    def operator(self, entity: str) -> OperatorSpec:
        """What to do with a found entity; one the profile does not name is replaced, but for those ON_REQUEST."""
        spec = self.entities.get(entity)
        return unlisted(entity, self.entities, REPLACE) if spec is None else spec

    @property
    def keyed(self) -> bool:
        """Whether any operator of it needs a key."""
        specs = (*self.fields.values(), *map(self.operator, ENTITIES))
        return any(spec.name in KEYED for spec in specs)

    @property
    def hides_by_default(self) -> bool:
        """Whether whatever is masked unless said is masked in it: then what it shows may be recorded."""
        return not (
            self.allow
            or self.sensitivity == "low"
            or any(spec.name == "keep" for spec in self.fields.values())
            or any(self.operator(entity).name == "keep" for entity in ENTITIES if entity not in ON_REQUEST)
        )

    def hides_all_that(self, other: "MaskProfile") -> bool:
        """Whether of texts it leaves nothing that the other masks in them; fields aside."""
        wider = all(self.operator(e).name != "keep" for e in ENTITIES if other.operator(e).name != "keep")
        level = SENSITIVITIES.index(self.sensitivity) >= SENSITIVITIES.index(other.sensitivity)
        denies = all({*texts} <= {*self.deny.get(entity, ())} for entity, texts in other.deny.items())
        return wider and level and {*self.allow} <= {*other.allow} and denies

    @property
    def masks_nothing(self) -> bool:
        """True only if every entity is spelled out as `keep` and there is no field policy."""
        return not self.fields and all(self.operator(entity).name == "keep" for entity in ENTITIES)


#: The one profile that is always there. Its name is long because it is the unsafe one.
UNSAFE_NOTHING: Final = MaskProfile("unsafe-nothing", {entity: KEEP for entity in ENTITIES})
