"""Where in this very answer are texts, ids, vectors, scores and errors? Pointers to each, as masking would meet them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from vecgate.dialects.base.vectors import is_numbers
from vecgate.domain.call import Json
from vecgate.domain.surface import Surface, token

type Found = dict[str, list[str]]

KINDS: Final = ("texts", "ids", "vectors", "scores", "errors")


@dataclass(frozen=True, slots=True)
class Marks:
    """Where what is no text stands in an operation's answers, as pointers; `*` is one level, `**` any number.

    `numbers`: where a list of nothing but numbers is a vector, whatever the field is called.
    """

    vectors: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    _at: dict[str, Surface] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for kind in ("vectors", "scores", "errors", "numbers"):
            self._at[kind] = Surface(ids=getattr(self, kind))

    def kind(self, written: str) -> str:
        """What stands at a path in written form, with `*` for every item of a list; the empty text: nothing marked."""
        return next((kind for kind, surface in self._at.items() if surface.names_records(written)), "")

    def of(self, written: str, node: Json) -> str:
        """The same of what really stands there."""
        kind = self.kind(written)
        if kind != "numbers":
            return kind
        return "vectors" if is_numbers(node) else ""


def places(surface: Surface, marks: Marks, tree: Json) -> Found:
    """RFC 6901 pointers into an answer."""
    found: Found = {kind: [] for kind in KINDS}
    for kind, at in _walk(surface, marks, tree, "", ""):
        found[kind].append(at)
    return found


def _walk(surface: Surface, marks: Marks, node: Json, at: str, written: str) -> Iterator[tuple[str, str]]:
    kind = marks.of(written, node)
    if kind and node is not None and not (kind == "errors" and not isinstance(node, str)):
        yield kind, at
    elif isinstance(node, dict):
        for key, value in node.items():
            step = token(key)
            yield from _walk(surface, marks, value, at + step, written + step)
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from _walk(surface, marks, value, f"{at}/{i}", f"{written}/*")
    elif node is not None and surface.names_records(written):
        yield "ids", at
    elif isinstance(node, str) and _is_text(surface, node, written):
        yield "texts", at


def _is_text(surface: Surface, value: str, written: str) -> bool:
    if surface.kind_at(written) != "keep":
        return True
    form = surface.form_at(written)
    return form is not None and not form.fullmatch(value)
