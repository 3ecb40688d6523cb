"""Which strings of a JSON tree are structure, which are identifiers, and which are people's text?

A dialect knows its database's shapes and writes them down as pointers; the masker asks, leaf by leaf.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

type Kind = Literal["keep", "patterns", "text"]

_NOTHING: Final = re.compile(r"(?!)")
_ESCAPE: Final = re.compile(r"~(?![01])")


def _expression(pointer: str) -> str:
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"pointer {pointer!r} must be empty or start with '/' (RFC 6901)")
    if _ESCAPE.search(pointer):
        raise ValueError(f"pointer {pointer!r} has a '~' that is not '~0' or '~1' (RFC 6901)")
    parts = pointer.split("/")[1:]
    return "".join({"*": "/[^/]*", "**": "(?:/[^/]*)*"}.get(part, "/" + re.escape(part)) for part in parts)


def _compile(pointers: Iterable[str]) -> re.Pattern[str] | None:
    expressions = [_expression(pointer) for pointer in pointers]
    return re.compile("|".join(expressions)) if expressions else None


def token(part: str | int) -> str:
    """One step of a path in written form (RFC 6901 section 3)."""
    return f"/{str(part).replace('~', '~0').replace('/', '~1')}"


@dataclass(frozen=True, slots=True)
class Surface:
    """Where what stands in a tree, as RFC 6901 pointers; `*` stands for one level, `**` for any number.

    `keep`: structure (ids of collections, names, enumerations), left alone. `forms`: structure of one form, as
    (pointer, expression); what has another form is text that somebody put there. `numbers`: vectors; whatever is no
    number there is text. `patterns`: identifiers (URIs), where only validated patterns apply. `ids`: those of
    records, looked at in the same way, and shown as tokens where they are personal. `names`: the same as they are
    stored; one that is somebody's name becomes a mark of all of it. All else is text: NER and patterns. `schema`: what
    is said of a field and is no value of it (its type): field policies leave it alone unless they drop the field.
    The empty pointer is the whole document. Raises ValueError for a malformed pointer.
    """

    keep: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    forms: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    schema: tuple[str, ...] = ()
    _ids: re.Pattern[str] | None = field(init=False, repr=False, compare=False)
    _names: re.Pattern[str] | None = field(init=False, repr=False, compare=False)
    _keep: re.Pattern[str] | None = field(init=False, repr=False, compare=False)
    _patterns: re.Pattern[str] | None = field(init=False, repr=False, compare=False)
    _forms: list[tuple[re.Pattern[str], re.Pattern[str]]] = field(init=False, repr=False, compare=False)
    _numbers: re.Pattern[str] | None = field(init=False, repr=False, compare=False)
    _schema: re.Pattern[str] | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        formed = tuple(pointer for pointer, _ in self.forms)
        object.__setattr__(self, "_keep", _compile((*self.keep, *formed, *self.numbers)))
        object.__setattr__(self, "_forms", [(_compile((at,)), re.compile(form)) for at, form in self.forms])
        object.__setattr__(self, "_numbers", _compile(self.numbers))
        object.__setattr__(self, "_patterns", _compile((*self.patterns, *self.ids, *self.names)))
        object.__setattr__(self, "_ids", _compile(self.ids))
        object.__setattr__(self, "_names", _compile(self.names))
        object.__setattr__(self, "_schema", _compile(self.schema))

    @lru_cache(maxsize=4096)  # noqa: B019 - surfaces are few, and live as long as their dialect
    def kind_at(self, written: str) -> Kind:
        """What the string leaf at that path is, in written form. Where two pointers match, the stricter one wins.

        A walk may write any list place as `*`.
        """
        if self._patterns is not None and self._patterns.fullmatch(written):
            return "patterns"
        if self._keep is not None and self._keep.fullmatch(written):
            return "keep"
        return "text"

    def form_at(self, written: str) -> re.Pattern[str] | None:
        """The form that what is kept at that path must have, as it is written; None: any."""
        if self.numbers_at(written):
            return _NOTHING
        return next((form for at, form in self._forms if at.fullmatch(written)), None)

    def numbers_at(self, written: str) -> bool:
        """Whether numbers are at home at that path."""
        return self._numbers is not None and self._numbers.fullmatch(written) is not None

    def names_records(self, written: str) -> bool:
        """Whether ids of records stand at that path."""
        return self._ids is not None and self._ids.fullmatch(written) is not None

    def stores_names(self, written: str) -> bool:
        """Whether ids of records stand at that path as they are stored."""
        return self._names is not None and self._names.fullmatch(written) is not None

    def describes(self, written: str) -> bool:
        """Whether what stands at that path says how a field is made, and nothing of what is in it."""
        return self._schema is not None and self._schema.fullmatch(written) is not None
