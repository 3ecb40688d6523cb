"""How does a log line look to a machine? One JSON object per line, without raw bytes and without exception texts.

`{"time": ISO 8601 in UTC, "level", "logger", "message"}`, with `"exchange"` where one is meant, with `"code"` where
it was refused, and with
`"error"` (its type) and `"place"` (the innermost lines of code) where something failed.
"""

import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

import orjson

LONGEST: Final = 8192
_FRAMES: Final = 3
#: What `repr` makes of bytes: libraries put raw input into their messages like this. One without an end was cut.
_BYTES: Final = re.compile(
    r"""\b(?:bytearray\()?b(?:'(?:[^'\\]|\\(?:.|\Z))*(?:'|\Z)|"(?:[^"\\]|\\(?:.|\Z))*(?:"|\Z))\)?""", re.DOTALL
)
_HIDDEN: Final = "(bytes)"


def _hidden(value: Any) -> Any:
    return _HIDDEN if isinstance(value, bytes | bytearray | memoryview) else value


def message_of(record: logging.LogRecord) -> str:
    """What a record says, with every stretch of bytes hidden and cut to a bound."""
    args = record.args
    if isinstance(args, tuple):
        args = tuple(map(_hidden, args))
    elif args:
        args = {name: _hidden(value) for name, value in args.items()}
    try:
        said = str(record.msg) % args if args else str(record.msg)
    except (TypeError, ValueError, KeyError):  # its arguments do not fit: they are not shown
        said = str(record.msg)
    said = _BYTES.sub(_HIDDEN, said[:LONGEST])
    return said.encode("utf-8", "backslashreplace").decode()  # half a surrogate pair is not JSON


def _place(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON. Of which exchange: `extra={"exchange": id, "code": its refusal}`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        line: dict[str, Any] = {
            "time": at,
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
        }
        for name in ("exchange", "code"):
            if isinstance(value := getattr(record, name, None), str):
                line[name] = value
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["place"] = _place(record.exc_info[2])
        return orjson.dumps(line, default=lambda _: _HIDDEN).decode()
