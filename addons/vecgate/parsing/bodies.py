"""Can the bytes of this body be read in one way only? Framing, content type and JSON; what they say is `forms.py`'s."""

import re
from typing import Final, Never

from vecgate.domain.call import Json
from vecgate.parsing import strict_json
from vecgate.parsing.forms import Form, Nothing
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

type Headers = tuple[tuple[str, str], ...]

#: Headers that two readers could take differently when they stand twice (RFC 9110 section 5.3, RFC 9112 section 3.2).
_ONCE: Final = ("host", "content-type", "content-length", "content-encoding", "transfer-encoding")
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


def read(headers: Headers, raw: bytes, body: Form | None) -> dict[str, Json] | None:
    """The tree of a request body, None for a route without one. Raises CallRefused."""
    framing = check_framing(headers)
    if framing.get("content-encoding", "identity").strip().lower() != "identity":
        _written("it is compressed")
    if body is None:
        if raw:
            _written("this route takes none", "none")
        return None
    if not raw and isinstance(body, Nothing):
        return None
    if not raw:
        _written("there is none, and this route takes one", "missing")
    if not _JSON_TYPE.fullmatch(framing.get("content-type", "").strip()):
        _written("its content type must be application/json", "type")
    tree = _one_form(raw, body)
    return None if isinstance(body, Nothing) else tree


def _one_form(raw: bytes, body: Form) -> dict[str, Json]:
    try:
        tree = body.read(strict_json.parse(raw), "")
    except strict_json.NotStrict as e:
        _written(str(e))
    return tree if isinstance(tree, dict) else _written("it must be a JSON object")
