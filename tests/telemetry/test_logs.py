"""A log line for machines: one JSON object, and nothing in it that an exception or a buffer would tell."""

import logging
import sys
from datetime import datetime
from typing import Any

import orjson
import pytest

from vecgate.telemetry.logs import LONGEST, JsonLines

SECRET = "jane.doe@example.com"


def record(message: object, *args: object, **over: Any) -> logging.LogRecord:
    made = logging.LogRecord("vecgate.steps._base", logging.WARNING, "/app/_base.py", 7, message, args, None)
    for name, value in over.items():
        setattr(made, name, value)
    return made


def line(*given: Any, **over: Any) -> dict[str, Any]:
    text = JsonLines().format(record(*given, **over))
    assert "\n" not in text
    tree: dict[str, Any] = orjson.loads(text)
    return tree


def test_a_line_says_when_how_bad_who_and_what() -> None:
    found = line("%d rules", 3, created=1_700_000_000.5)
    assert found == {
        "time": "2023-11-14T22:13:20.500Z",
        "level": "WARNING",
        "logger": "vecgate.steps._base",
        "message": "3 rules",
    }
    assert datetime.fromisoformat(found["time"]).timestamp() == 1_700_000_000.5


def test_it_names_the_exchange_if_there_is_one() -> None:
    assert line("refused", exchange="x1")["exchange"] == "x1"
    assert "exchange" not in line("refused", exchange=7)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        # no bytes
        (("empty",), "empty"),
        (("a word like cab's",), "a word like cab's"),
        # as arguments
        (("got %s", b"raw"), "got (bytes)"),
        (("got %r", bytearray(b"raw")), "got '(bytes)'"),
        (("got %(what)s", {"what": b"raw"}), "got (bytes)"),
        # written into the message by somebody else
        (("Invalid request line: b'GET /jane'",), "Invalid request line: (bytes)"),
        (('got b"it\'s"!',), "got (bytes)!"),
        ((r"got b'a\'b' and b'c'",), "got (bytes) and (bytes)"),
        (("got bytearray(b'raw')",), "got (bytes)"),
        (("got b'raw and no end \\",), "got (bytes)"),
        # inside other arguments
        (("got %s", [b"raw", 1]), "got [(bytes), 1]"),
        # arguments that do not fit
        (("%d of %d", 1), "%d of %d"),
        (("%d", SECRET), "%d"),
        (("%(a)s", {"b": SECRET}), "%(a)s"),
    ],
)  # fmt: skip
def test_raw_bytes_are_never_shown(given: tuple[object, ...], shown: str) -> None:
    assert line(*given)["message"] == shown


def test_bytes_that_are_cut_off_are_not_shown_either() -> None:
    shown = line("x" * (LONGEST - 10) + f"b'{SECRET}{'y' * 3 * LONGEST}'")["message"]
    assert len(shown) <= LONGEST
    assert SECRET not in shown


def test_several_lines_are_one_line() -> None:
    assert line("first\nsecond\r\x1b[2Jthird")["message"] == "first\nsecond\r\x1b[2Jthird"


def test_an_exception_is_its_type_and_place_without_its_words() -> None:
    def fail() -> None:
        raise RuntimeError(SECRET)

    try:
        fail()
    except RuntimeError:
        found = line("it failed", exc_info=sys.exc_info())
    assert found["error"] == "RuntimeError"
    assert found["place"][-1].startswith("test_logs.py:")
    assert found["place"][-1].endswith(" fail")
    assert SECRET not in str(found)


def test_a_record_without_an_exception_has_no_place() -> None:
    assert line("fine", exc_info=(None, None, None)).keys() == {"time", "level", "logger", "message"}


def test_what_is_not_text_does_not_stop_a_line() -> None:
    assert line({"a": 1})["message"] == "{'a': 1}"
    assert line("half a pair: \ud800")["message"] == "half a pair: \\ud800"
