"""Can the bytes of this body be read in one way only? Framing, content type and JSON; what they say is `forms.py`'s."""

import re
from typing import Final, NamedTuple, Never

from vecgate.domain.call import Json
from vecgate.parsing import lines, strict_json
from vecgate.parsing.forms import Form, Nothing
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

type Headers = tuple[tuple[str, str], ...]

#: Headers that two readers could take differently when they stand twice (RFC 9110 section 5.3, RFC 9112 section 3.2).
_ONCE: Final = ("host", "content-type", "content-length", "content-encoding", "transfer-encoding")
#: Several objects, one a line, come under either name; clients differ.
_LINES_TYPE: Final = re.compile(r'application/(?:x-ndjson|json)\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?', re.IGNORECASE)
_JSON_TYPE: Final = re.compile(r'application/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?', re.IGNORECASE)


def _written(detail: str, cause: str = "") -> Never:
    raise CallRefused(refuse("body.unreadable", cause=cause, detail=detail))


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


class Body(NamedTuple):
    """What a body says (an object, or a list where its form takes one), and the bytes in which that is sent on."""

    tree: Json
    printed: bytes


NONE: Final = Body(None, b"")


def read(headers: Headers, raw: bytes, body: Form | None) -> Body:
    """A request's body, none at all for a route without one. Raises CallRefused."""
    framing = check_framing(headers)
    if framing.get("content-encoding", "identity").strip().lower() != "identity":
        _written("it is compressed")
    if body is None:
        if raw:
            _written("this route takes none", "none")
        return NONE
    if not raw and isinstance(body, Nothing):
        return NONE
    if not raw:
        _written("there is none, and this route takes one", "missing")
    several = isinstance(body, lines.Lines)
    if not (_LINES_TYPE if several else _JSON_TYPE).fullmatch(framing.get("content-type", "").strip()):
        kind = "application/x-ndjson" if several else "application/json"
        _written(f"its content type must be {kind}", "type of lines" if several else "type")
    found = _one_form(raw, body)
    return NONE if isinstance(body, Nothing) else found


def of(tree: dict[str, Json], body: Form | None) -> Body:
    """A body that came as something else than JSON, in its one form; it is held to the bounds of JSON. Raises CallRefused."""
    if body is None or isinstance(body, Nothing):
        if tree:
            _written("this route takes none", "none")
        return NONE
    found = body.read(tree, "")
    printed = strict_json.dump(found)
    try:
        strict_json.within(printed)
    except strict_json.NotStrict as e:
        _written(str(e))
    return Body(found, printed)


def _one_form(raw: bytes, body: Form) -> Body:
    given: Json
    try:
        if isinstance(body, lines.Lines):
            given, printed = body.gathered(lines.read(raw)), b""
        else:
            given, printed = strict_json.read(raw)
    except strict_json.NotStrict as e:
        _written(str(e), "lines" if isinstance(body, lines.Lines) else "")
    tree = body.read(given, "")
    if not isinstance(tree, dict | list):
        _written("it must be a JSON object, or a list")
    return Body(tree, printed if printed and tree is given else strict_json.dump(tree))
