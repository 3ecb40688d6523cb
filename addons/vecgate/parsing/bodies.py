"""Can this body be read in one way only, and does it hold only what the route knows, at every depth?"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Never, Protocol

from vecgate.domain.call import Json
from vecgate.domain.inlets import named
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

type Headers = tuple[tuple[str, str], ...]

#: Headers that two readers could take differently when they stand twice (RFC 9110 section 5.3, RFC 9112 section 3.2).
_ONCE: Final = ("host", "content-type", "content-length", "content-encoding", "transfer-encoding")
_JSON_TYPE: Final = re.compile(r'application/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?', re.IGNORECASE)


class Form(Protocol):
    """What may stand somewhere in a body."""

    def check(self, value: Json, at: str) -> None:
        """Raises CallRefused unless it may stand at that place."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A value as a whole: a check, and its words for a refusal."""

    words: str
    fits: Callable[[Json], bool]

    def check(self, value: Json, at: str) -> None:
        if not self.fits(value):
            unreadable(f"'{at}' must be {self.words}")

    def or_null(self) -> "Shape":
        """The same, or null."""
        return Shape(f"{self.words} or null", lambda value: value is None or self.fits(value))


@dataclass(frozen=True, slots=True)
class Members:
    """An object: its members by name, and which of them must be there.

    A server that knows an object by its places as well takes an array for it: here it is refused.
    """

    members: Mapping[str, Form]
    required: tuple[str, ...] = ()

    def check(self, value: Json, at: str) -> None:
        if not isinstance(value, dict):
            unreadable(f"'{at}' must be an object" if at else "it must be a JSON object")
        for key, inner in value.items():
            form = self.members.get(key)
            if form is None:
                known = ", ".join(sorted(self.members)) or "none"
                unreadable(f"unknown member {_shown(key)}{f' in {at!r}' if at else ''}. Known: {known}")
            form.check(inner, f"{at}.{key}" if at else key)
        for key in self.required:
            if key not in value:
                unreadable(f"'{at}.{key}' is missing" if at else f"'{key}' is missing")


@dataclass(frozen=True, slots=True)
class OrNull:
    """Something, or null."""

    form: Form

    def check(self, value: Json, at: str) -> None:
        if value is not None:
            self.form.check(value, at)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list, each item of one form."""

    form: Form

    def check(self, value: Json, at: str) -> None:
        if not isinstance(value, list):
            unreadable(f"'{at}' must be a list")
        for i, item in enumerate(value):
            self.form.check(item, f"{at}[{i}]")


@dataclass(frozen=True, slots=True)
class MapOf:
    """An object with any keys, each value of one form."""

    form: Form

    def check(self, value: Json, at: str) -> None:
        if not isinstance(value, dict):
            unreadable(f"'{at}' must be an object")
        for key, inner in value.items():
            self.form.check(inner, named(at, key))


@dataclass(frozen=True, slots=True)
class Checked:
    """What a function of its own looks at: given the value and its place, it raises CallRefused or does not."""

    check: Callable[[Json, str], None]


@dataclass(frozen=True, slots=True)
class Body:
    """The JSON object a route takes: its members by name, and which of them must be there."""

    members: Mapping[str, Form]
    required: tuple[str, ...] = ()

    def check(self, tree: Json) -> dict[str, Json]:
        """The object, if all that is in it is known and fits. Raises CallRefused (`body.unreadable`)."""
        Members(self.members, self.required).check(tree, "")
        return tree  # type: ignore[return-value]


def unreadable(detail: str) -> Never:
    """Raise CallRefused (`body.unreadable`) for what a body says; `detail` never carries values of it."""
    raise CallRefused(refuse("body.unreadable", cause="said", detail=detail))


def harmful(detail: str) -> Never:
    """Raise CallRefused (`body.harmful`); `detail` never carries values of the body."""
    raise CallRefused(refuse("body.harmful", detail=detail))


def _written(detail: str, cause: str = "") -> Never:
    raise CallRefused(refuse("body.unreadable", cause=cause, detail=detail))


def _shown(key: str) -> str:
    # A key could carry personal data as well as a value can: only what looks like an identifier is repeated.
    return f"'{key}'" if re.fullmatch(r"[A-Za-z_]{1,32}", key) else "(not shown)"


def check_framing(headers: Headers) -> dict[str, str]:
    """The headers that frame a request, each at most once. Raises CallRefused (`protocol.invalid`)."""
    found: dict[str, str] = {}
    for name, value in headers:
        key = name.lower()
        if key in found and key in _ONCE:
            raise CallRefused(refuse("protocol.invalid", detail=f"more than one '{key}' header"))
        found[key] = value
    if "content-length" in found and "transfer-encoding" in found:
        raise CallRefused(refuse("protocol.invalid", detail="both a length and a transfer encoding"))
    return found


def read(headers: Headers, raw: bytes, body: Body | None) -> dict[str, Json] | None:
    """The tree of a request body, None for a route without one. Raises CallRefused."""
    framing = check_framing(headers)
    if framing.get("content-encoding", "identity").strip().lower() != "identity":
        _written("it is compressed")
    if body is None:
        if raw:
            _written("this route takes none", "none")
        return None
    if not raw:
        _written("there is none, and this route takes one", "missing")
    if not _JSON_TYPE.fullmatch(framing.get("content-type", "").strip()):
        _written("its content type must be application/json", "type")
    try:
        return body.check(strict_json.parse(raw))
    except strict_json.NotStrict as e:
        _written(str(e))
