"""What becomes of what is found? A profile's words, and whether one hides less; YAML: model.py, load.py.

A new word is carried out in masking/apply/plan.py. One that masks less is also judged in `hides_by_default` and
`hides_all_that`: else records and filters tell what it should hide.

Policy reads profiles out of YAML; masking carries them out. Neither knows the other, so the words are here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
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


# parameters of operators


@dataclass(frozen=True, slots=True)
class IntParam:
    """A whole number; both bounds inclusive. One outside would mean "mask nothing" to some operator."""

    low: int
    high: int

    def problem(self, value: object) -> str | None:
        """What is wrong with a value."""
        if isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high:
            return None
        return f"must be a whole number from {self.low} to {self.high}"

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema's word for it."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}

    def __str__(self) -> str:
        return f" ({self.low} to {self.high})"


@dataclass(frozen=True, slots=True)
class TextParam:
    """A text of so many characters, both bounds inclusive."""

    low: int
    high: int

    def problem(self, value: object) -> str | None:
        """What is wrong with a value."""
        if isinstance(value, str) and self.low <= len(value) <= self.high:
            return None
        return f"must be a text of {self.low} to {self.high} characters" if self.high > 1 else "must be one character"

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema's word for it."""
        return {"type": "string", "minLength": self.low, "maxLength": self.high}

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class ChoiceParam:
    """One of some values; `what` they are called."""

    values: tuple[object, ...]
    what: str

    def problem(self, value: object) -> str | None:
        """What is wrong with a value."""
        same = any(type(value) is type(one) and value == one for one in self.values)
        return None if same else f"must be {self.what}"

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema's word for it."""
        return {"enum": list(self.values)}

    def __str__(self) -> str:
        return ""


FLAG: Final = ChoiceParam((True, False), "true or false")
ENTITY: Final = ChoiceParam(ENTITIES, "an entity, such as EMAIL")


@dataclass(frozen=True, slots=True)
class OperatorWords:
    """What a profile may say of an operator, and what it may count on. All parameters may be left out.

    `either`: parameters that do not go together. `keyed`: it needs the key of the tenant whose data it is. `joins`:
    equal values give equal marks, and different ones different marks. `hides`: it shows nothing of a value.
    """

    params: Mapping[str, IntParam | TextParam | ChoiceParam] = field(default_factory=dict)
    either: frozenset[str] = frozenset()
    keyed: bool = False
    joins: bool = False
    hides: bool = False


@cache
def operators() -> Mapping[str, OperatorWords]:
    """Every operator by its name. Each is a file, where it is carried out; policies are read without knowing where."""
    found: Mapping[str, OperatorWords] = import_module("vecgate.masking.apply.operators").words()
    return found


#: Operators that are named below, before any of them is loaded.
_NAMED: Final = frozenset({"replace", "keep"})

#: Length of a listed text (`allow`, `deny`), both inclusive, and how many a profile may list of each.
LISTED: Final = (2, 200)
LONGEST_LIST: Final = 10_000


@dataclass(frozen=True, slots=True)
class OperatorSpec:
    """One operator with its parameters. Raises ValueError for one that is not there, or a parameter out of bounds."""

    name: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.name not in _NAMED or self.params:
            self._check()
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def _check(self) -> None:
        if self.name not in operators():
            raise ValueError(f"unknown operator '{self.name}'. Known: {', '.join(operators())}.")
        for key, value in self.params.items():
            if key not in self.words.params:
                takes = ", ".join(sorted(self.words.params)) or "none"
                raise ValueError(f"operator '{self.name}' has no parameter '{key}'. It takes: {takes}.")
            if problem := self.words.params[key].problem(value):
                raise ValueError(f"operator '{self.name}': '{key}' {problem}")
        if self.words.either and set(self.params) >= self.words.either:
            raise ValueError(f"operator '{self.name}' takes one of {' and '.join(sorted(self.words.either))}, not both")

    @property
    def words(self) -> OperatorWords:
        """What may be counted on."""
        return operators()[self.name]

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
        return any(spec.words.keyed for spec in specs)

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

    def hides_no_less(self, other: "MaskProfile") -> bool:
        """Whether it shows nothing that the other does not, fields and ways of hiding as well; in doubt it may."""
        ways = all(_hides_as(self.operator(e), other.operator(e)) for e in ENTITIES)
        if self.fields != other.fields or [*self.fields] != [*other.fields]:
            hidden = {name for name, spec in other.fields.items() if spec.name != "keep"}
            ways = ways and all(map(_hides_all, self.fields.values())) and hidden <= self.fields.keys()
        return ways and self.unserved in (other.unserved, "refuse") and self.hides_all_that(other)

    @property
    def masks_nothing(self) -> bool:
        """True only if every entity is spelled out as `keep` and there is no field policy."""
        return not self.fields and all(self.operator(entity).name == "keep" for entity in ENTITIES)


def _hides_as(one: OperatorSpec, other: OperatorSpec) -> bool:
    return one == other or other.name == "keep" or _hides_all(one)


def _hides_all(spec: OperatorSpec) -> bool:
    """Whether it does not even tell which values are one."""
    return spec.words.hides and not spec.words.joins and not spec.params.get("numbered")


#: The one profile that is always there. Its name is long because it is the unsafe one.
UNSAFE_NOTHING: Final = MaskProfile("unsafe-nothing", {entity: KEEP for entity in ENTITIES})
