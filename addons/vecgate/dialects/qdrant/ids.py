"""Which point is this id? A number or a UUID: each of the server's spellings of one is brought to one.

The server takes a UUID in either case, without hyphens, as `urn:uuid:`, in braces, and as an array of its 16 bytes; in
a path it takes a number with zeros or a plus sign before it. Two spellings of one id are one point.
"""

import re
from typing import Final
from uuid import UUID

from vecgate.domain.call import Json
from vecgate.parsing.forms import Spelled

_U64: Final = range(2**64)
_HEX: Final = re.compile(r"[0-9a-fA-F]{32}")
_HYPHENS: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NUMBER: Final = re.compile(r"\+?[0-9]{1,40}")
_URN: Final = "urn:uuid:"
_BYTES: Final = range(256)


def one(value: Json) -> Json:
    """The one spelling of a point's id. Raises ValueError for what is none."""
    if type(value) is int and value in _U64:
        return value
    if isinstance(value, str):
        known = _uuid(value)
        return value if known == value else known
    if isinstance(value, list) and len(value) == 16 and all(type(b) is int and b in _BYTES for b in value):
        return _hyphened(bytes(b for b in value if isinstance(b, int)).hex())
    raise ValueError("no id of a point")


def _uuid(text: str) -> str:
    if _HEX.fullmatch(text):
        return _hyphened(text.lower())
    if text.startswith(_URN):
        text = text.removeprefix(_URN)
    elif text[:1] == "{" and text[-1:] == "}":
        text = text[1:-1]
    if not _HYPHENS.fullmatch(text):
        raise ValueError("no UUID")
    return text.lower()


def _hyphened(text: str) -> str:
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def in_path(text: Json) -> str:
    """The same of an id that stands in a path. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("no text")  # noqa: TRY004 - what a call says is a value
    if _NUMBER.fullmatch(text) and int(text) in _U64:
        return str(int(text))
    return _uuid(text)


def after(id: Json) -> Json:
    """The first id that can come after this one in a scroll, where numbers come before UUIDs. Raises ValueError."""
    if type(id) is int and id in _U64:
        return id + 1 if id + 1 in _U64 else _hyphened("0" * 32)
    if not isinstance(id, str):
        raise ValueError("no id of a point")  # noqa: TRY004 - what a server says is a value
    return _hyphened(f"{min(UUID(id).int + 1, 2**128 - 1):032x}")


_UUID: Final = "0f8fad5b-d9cb-469f-a165-70867728950e"
_SAME: Final[tuple[tuple[Json, Json], ...]] = (
    (7, 7),
    (2**64 - 1, 2**64 - 1),
    (_UUID, _UUID),
    (_UUID.upper(), _UUID),
    (_UUID.replace("-", ""), _UUID),
    (_UUID.replace("-", "").upper(), _UUID),
    (f"urn:uuid:{_UUID}", _UUID),
    (f"{{{_UUID}}}", _UUID),
    ([*bytes.fromhex(_UUID.replace("-", ""))], _UUID),
)
POINT: Final = Spelled("the id of a point (a whole number from 0, or a UUID)", one, _SAME)
IN_PATH: Final = Spelled(
    POINT.words,
    in_path,
    (
        ("7", "7"),
        ("007", "7"),
        ("+7", "7"),
        ("1" * 32, f"{'1' * 8}-1111-1111-1111-{'1' * 12}"),
        *((a, b) for a, b in _SAME if isinstance(a, str)),
    ),
)
