"""What does a document ask for, once variables and fragments are written out? One `Asked` for each search of a class."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from vecgate.dialects.base.vectors import is_numbers
from vecgate.dialects.weaviate.graphql import numbers
from vecgate.dialects.weaviate.graphql.arguments import ENUMS
from vecgate.domain.call import Json

type Tree = dict[str, Json]

GET: Final = "Get"
AGGREGATE: Final = "Aggregate"


@dataclass(frozen=True, slots=True)
class Selected:
    """A field that an answer is to show, with what of it; `most`: the number it takes."""

    name: str
    fields: "tuple[Selected, ...]" = ()
    most: int | None = None

    def __str__(self) -> str:
        told = "" if self.most is None else f"(limit:{self.most})"
        return f"{self.name}{told}{block(self.fields)}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One search: `root` is `Get` or `Aggregate`, `key` what the answer calls it, `name` the class."""

    root: str
    key: str
    name: str
    arguments: Tree = field(hash=False)
    fields: tuple[Selected, ...]

    def __str__(self) -> str:
        alias = "" if self.key == self.name else f"{self.key}:"
        told = ",".join(f"{key}:{printed(value, key)}" for key, value in self.arguments.items())
        return f"{alias}{self.name}{f'({told})' if told else ''}{block(self.fields)}"

    def of(self, name: str) -> tuple[Selected, ...]:
        """What is asked for below the fields of that name."""
        return next((one.fields for one in self.fields if one.name == name), ())

    @property
    def additional(self) -> frozenset[str]:
        """What is asked for beside the properties."""
        return frozenset(one.name for one in self.of("_additional"))


def block(fields: Iterable[Selected]) -> str:
    """The fields in braces; nothing where there are none."""
    inner = " ".join(map(str, fields))
    return f"{{{inner}}}" if inner else ""


def document(asked: Iterable[Asked]) -> str:
    """The one text of some searches."""
    by: dict[str, list[str]] = {}
    for one in asked:
        by.setdefault(one.root, []).append(str(one))
    return "{" + " ".join(f"{root}{{{' '.join(found)}}}" for root, found in by.items()) + "}"


def printed(value: Json, key: str = "") -> str:
    """A value as GraphQL; words of the schema stand bare."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{printed(inner, name)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        if is_numbers(value) and (whole := numbers.printed(value)):
            return whole
        return "[" + ",".join(printed(inner, key) for inner in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if key in ENUMS else text(value)
    return repr(value)


_ESCAPED: Final = {
    **{chr(code): f"\\u{code:04X}" for code in (*range(32), *range(127, 160))},
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f",
    "\u2028": "\\u2028", "\u2029": "\\u2029", "\ufeff": "\\uFEFF",
}  # fmt: skip
_ESCAPES: Final = str.maketrans(_ESCAPED)


def text(value: str) -> str:
    """A text in quotation marks."""
    return f'"{value.translate(_ESCAPES)}"'


def walked(fields: Iterable[Selected], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Selected]]:
    """Every field that is asked for, and the names on the way to it."""
    for one in fields:
        path = (*above, one.name)
        yield path, one
        yield from walked(one.fields, path)
