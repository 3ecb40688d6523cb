"""What can a filter (an expression) say? Its conditions, and how each is printed in the one form that every server reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.milvus.filters.tokens import Scalar, quoted

type Node = "Compare | Range | Among | Like | Null | Exists | Holds | Match | Not | Joined"
type Side = "Path | Length | Sum | Value | Values"

#: The rows of the answer are everything that the filter finds; nothing more is known of a field than its name.
META: Final = "$meta"


@dataclass(frozen=True, slots=True)
class Path:
    """A field, and the steps into it where it holds JSON or a list."""

    root: str
    steps: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        return self.root + "".join(f"[{quoted(step) if isinstance(step, str) else step}]" for step in self.steps)

    @property
    def keys(self) -> tuple[str | int | None, ...]:
        """Its steps as guards name a field: dynamic fields stand beside the others, a place in a list is any."""
        steps = [None if isinstance(step, int) else step for step in self.steps]
        return (*steps,) if self.root == META and steps else (self.root, *steps)


@dataclass(frozen=True, slots=True)
class Value:
    """A value that something is compared with."""

    value: Scalar

    def __str__(self) -> str:
        if isinstance(self.value, str):
            return quoted(self.value)
        return str(self.value).lower() if isinstance(self.value, bool) else repr(self.value)


@dataclass(frozen=True, slots=True)
class Values:
    """A list of values, all of one kind, as they are: there may be a hundred thousand."""

    items: tuple[Scalar, ...]

    def __str__(self) -> str:
        kinds = {*map(type, self.items)}
        if kinds <= {int, float}:
            return str([*self.items])
        if kinds == {str}:
            return f"[{', '.join(map(quoted, self.items))}]"  # type: ignore[arg-type]
        return f"[{', '.join(str(Value(one)) for one in self.items)}]"


@dataclass(frozen=True, slots=True)
class Nested:
    """A list that JSON is asked to hold, or to hold the members of: of values of any kind, and of lists of them."""

    items: "tuple[Value | Nested, ...]"

    def __str__(self) -> str:
        return f"[{', '.join(map(str, self.items))}]"


@dataclass(frozen=True, slots=True)
class Length:
    """How long the list of a field is."""

    path: Path

    def __str__(self) -> str:
        return f"array_length({self.path})"


@dataclass(frozen=True, slots=True)
class Sum:
    """A field with one number added, or otherwise put to it: the servers know no more of arithmetic."""

    path: Path
    sign: str
    number: Value

    def __str__(self) -> str:
        return f"{self.path} {self.sign} {self.number}"


@dataclass(frozen=True, slots=True)
class Compare:
    left: Side
    sign: str
    right: Side

    def __str__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"


@dataclass(frozen=True, slots=True)
class Range:
    low: Value
    path: Path
    high: Value
    signs: tuple[str, str]

    def __str__(self) -> str:
        return f"{self.low} {self.signs[0]} {self.path} {self.signs[1]} {self.high}"


@dataclass(frozen=True, slots=True)
class Among:
    side: Path | Sum
    values: Values
    negated: bool = False

    def __str__(self) -> str:
        return f"{self.side} {'not in' if self.negated else 'in'} {self.values}"


@dataclass(frozen=True, slots=True)
class Like:
    path: Path
    text: Value

    def __str__(self) -> str:
        return f"{self.path} like {self.text}"


@dataclass(frozen=True, slots=True)
class Null:
    path: Path
    negated: bool

    def __str__(self) -> str:
        return f"{self.path} is {'not ' if self.negated else ''}null"


@dataclass(frozen=True, slots=True)
class Exists:
    path: Path

    def __str__(self) -> str:
        return f"exists {self.path}"


@dataclass(frozen=True, slots=True)
class Holds:
    """Whether a list holds one value (`json_contains`, `array_contains`), or all or any of several."""

    name: str
    path: Path
    what: Value | Values | Nested

    def __str__(self) -> str:
        return f"{self.name}({self.path}, {self.what})"


@dataclass(frozen=True, slots=True)
class Match:
    """Whether words of a text are in a field (`text_match`, `phrase_match`)."""

    name: str
    path: Path
    text: Value
    slop: Value | None = None

    def __str__(self) -> str:
        more = "" if self.slop is None else f", {self.slop}"
        return f"{self.name}({self.path}, {self.text}{more})"


@dataclass(frozen=True, slots=True)
class Not:
    inner: Node

    def __str__(self) -> str:
        return f"not ({self.inner})"


@dataclass(frozen=True, slots=True)
class Joined:
    """Several of which all (`and`) or any (`or`) must hold."""

    word: str
    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return f" {self.word} ".join(
            f"({part})" if isinstance(part, Joined | Exists) else str(part) for part in self.parts
        )


def each(node: Node) -> Iterator[Node]:
    """Every condition of a filter that is made of no others."""
    if isinstance(node, Not):
        yield from each(node.inner)
    elif isinstance(node, Joined):
        for part in node.parts:
            yield from each(part)
    else:
        yield node


def paths(node: Node) -> Iterator[Path]:
    """Every field that one condition names."""
    if isinstance(node, Compare):
        for side in (node.left, node.right):
            yield from _of(side)
    elif isinstance(node, Among):
        yield from _of(node.side)
    elif not isinstance(node, Not | Joined):
        yield node.path


def _of(side: Side) -> Iterator[Path]:
    if isinstance(side, Path):
        yield side
    elif isinstance(side, Length | Sum):
        yield side.path
