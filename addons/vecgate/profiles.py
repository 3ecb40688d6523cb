"""What becomes of personal data that is found? The words of a mask profile, shared by policy and masking.

Policy reads profiles out of YAML; masking carries them out. Neither knows the other, so the words are here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

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
    "URL",
    "SECRET",
    "CRYPTO",
    "MAC",
    "HANDLE",
)

#: Every operator, with the parameters it takes; all of them may be left out.
OPERATORS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "redact": frozenset(),  # one fixed mark, whatever was found
        "replace": frozenset({"with"}),  # the entity's name, or the given text
        "partial": frozenset({"keep_first", "keep_last", "char"}),  # some characters stay
        "hash": frozenset({"length"}),  # the same value gives the same keyed hash
        "keep": frozenset(),  # left as it is
    }
)

#: Bounds of the number parameters, both inclusive. A number outside would mean "mask nothing" to some operator.
NUMBERS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {"keep_first": (0, 16), "keep_last": (0, 16), "length": (8, 64)}
)

#: Lengths of the text parameters, both inclusive, in characters.
TEXTS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({"with": (1, 64), "char": (1, 1)})


def _parameter_problem(name: str, value: int | str) -> str | None:
    if name in NUMBERS:
        low, high = NUMBERS[name]
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return None
        return f"'{name}' must be a whole number from {low} to {high}"
    low, high = TEXTS[name]
    if isinstance(value, str) and low <= len(value) <= high:
        return None
    return f"'{name}' must be a text of {low} to {high} characters" if high > 1 else f"'{name}' must be one character"


@dataclass(frozen=True, slots=True)
class OperatorSpec:
    """One operator with its parameters. Raises ValueError for anything not in OPERATORS or out of bounds."""

    name: str
    params: Mapping[str, int | str] = field(default_factory=dict)

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
        object.__setattr__(self, "params", MappingProxyType(dict(self.params)))

    def __reduce__(self) -> tuple[type["OperatorSpec"], tuple[str, dict[str, int | str]]]:
        # A mapping proxy cannot be pickled, and masking hands specs to its worker processes.
        return OperatorSpec, (self.name, dict(self.params))


REPLACE: Final = OperatorSpec("replace")
KEEP: Final = OperatorSpec("keep")


@dataclass(frozen=True, slots=True)
class MaskProfile:
    """Which operator is used on which entity, and on which fields.

    `fields` maps key-path globs (`*.email`) to the operator used on the whole value, before any model
    sees it. Raises ValueError for an entity that is not in ENTITIES.
    """

    name: str
    entities: Mapping[str, OperatorSpec] = field(default_factory=dict)
    fields: Mapping[str, OperatorSpec] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.entities) - set(ENTITIES)):
            raise ValueError(f"unknown entity '{unknown[0]}'. Known: {', '.join(ENTITIES)}.")
        object.__setattr__(self, "entities", MappingProxyType(dict(self.entities)))
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))

    def __reduce__(self) -> tuple[type["MaskProfile"], tuple[str, dict[str, OperatorSpec], dict[str, OperatorSpec]]]:
        return MaskProfile, (self.name, dict(self.entities), dict(self.fields))

    def operator(self, entity: str) -> OperatorSpec:
        """What to do with a found entity; one the profile does not name is replaced, never left alone."""
        return self.entities.get(entity, REPLACE)

    @property
    def masks_nothing(self) -> bool:
        """True only if every entity is spelled out as `keep` and there is no field policy."""
        return not self.fields and all(self.operator(entity).name == "keep" for entity in ENTITIES)


#: The one profile that is always there. Its name is long because it is the unsafe one.
UNSAFE_NOTHING: Final = MaskProfile("unsafe-nothing", {entity: KEEP for entity in ENTITIES})
