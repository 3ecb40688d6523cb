"""Can this body be read in one way only, and does it hold only what the route knows?"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Never

from vecgate import strict_json
from vecgate.errors import CallRefused
from vecgate.refusals import refuse
from vecgate.terms import Json

type Headers = tuple[tuple[str, str], ...]

#: Headers that two readers could take differently when they stand twice (RFC 9110 section 5.3, RFC 9112 section 3.2).
_ONCE: Final = ("host", "content-type", "content-length", "content-encoding", "transfer-encoding")
_JSON_TYPE: Final = re.compile(r'application/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a member may hold: a check, and its words for a refusal."""

    words: str
    fits: Callable[[Json], bool]

    def or_null(self) -> "Shape":
        """The same, or null."""
        return Shape(f"{self.words} or null", lambda value: value is None or self.fits(value))


@dataclass(frozen=True, slots=True)
class Body:
    """The JSON object a route takes: its members by name, and which of them must be there."""

    members: Mapping[str, Shape]
    required: tuple[str, ...] = ()

    def check(self, tree: Json) -> dict[str, Json]:
        """The object, if every member is known and fits. Raises CallRefused (`body.unreadable`)."""
        if not isinstance(tree, dict):
            unreadable("it must be a JSON object")
        for key, value in tree.items():
            if key not in self.members:
                unreadable(f"unknown member {_shown(key)}. Known: {', '.join(sorted(self.members)) or 'none'}")
            if not self.members[key].fits(value):
                unreadable(f"'{key}' must be {self.members[key].words}")
        for key in self.required:
            if key not in tree:
                unreadable(f"'{key}' is missing")
        return tree


def unreadable(detail: str) -> Never:
    """Raise CallRefused (`body.unreadable`); `detail` never carries values of the body."""
    raise CallRefused(refuse("body.unreadable", detail=detail))


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
        unreadable("it is compressed")
    if body is None:
        if raw:
            unreadable("this route takes none")
        return None
    if not _JSON_TYPE.fullmatch(framing.get("content-type", "").strip()):
        unreadable("its content type must be application/json")
    try:
        return body.check(strict_json.parse(raw))
    except strict_json.NotStrict as e:
        unreadable(str(e))
