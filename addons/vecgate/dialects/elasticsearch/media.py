"""Which media types do the clients of Elasticsearch say? `application/vnd.elasticsearch+json; compatible-with=8` is JSON.

The server takes such a type in both headers or in neither, and only of its own version and the one before; `7` opens an
old API, in which records stand under names of types. To the server a call goes as plain JSON, whatever its client said.
"""

import re
from dataclasses import replace
from typing import Final

from vecgate.domain.exchange import Raw
from vecgate.parsing.forms import unreadable

_NAMES: Final = ("content-type", "accept")
_VENDOR: Final = re.compile(
    r"application/vnd\.elasticsearch\+(json|x-ndjson)\s*;\s*compatible-with=([0-9]{1,3})", re.IGNORECASE
)
#: Versions in which every route that is served means what it means without one.
_KNOWN: Final = ("8", "9")


def plain(raw: Raw) -> Raw:
    """The request with the plain names of its media types. Raises CallRefused."""
    if not any("vnd." in value.lower() for name, value in raw.headers if name.lower() in _NAMES):
        return raw
    headers = tuple((name, _plain(value)) if name.lower() in _NAMES else (name, value) for name, value in raw.headers)
    return replace(raw, headers=headers)


def _plain(value: str) -> str:
    found = _VENDOR.fullmatch(value.strip())
    if found is None:
        return value  # of what is sent, whoever reads the body says no
    if found[2] not in _KNOWN:
        unreadable(f"it is in the API of version {found[2]}; what is spoken here is that of {' and '.join(_KNOWN)}")
    return f"application/{found[1].lower()}"
