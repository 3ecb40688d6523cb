"""Are several objects, one a line, read in one way only, and bounded as one document is?"""

import pytest

from support.tools.every import every
from vecgate.parsing import lines, strict_json
from vecgate.refusals.errors import CallRefused


def test_each_line_is_an_object() -> None:
    assert lines.read(b'{"a":1}\n{"b":[1]}\n') == lines.read(b'{"a":1} \r\n {"b":[1]}') == [{"a": 1}, {"b": [1]}]
    assert lines.read(b'{"a":1}\n\n') == lines.read(b'{"a":1}\r\n\r\n') == [{"a": 1}]
    assert lines.written([{"a": 1}, {"b": "x\n"}]) == b'{"a":1}\n{"b":"x\\n"}\n'


@every(
    "raw",
    [
        b"",
        b"\n",
        b'{"a":1}\n\n{"b":1}\n',
        b'{"a":1}\n \n',
        b'\n{"a":1}',
        b'{"a":1}{"b":1}',
        b'{"a":\n1}',
        b'{"a":1,"a":2}',
        b'{"a":1}\r{"b":1}',
        b'{"a":1}\n{"b":\xff}',
        b'{"a":NaN}',
    ],
)
def test_what_could_be_read_otherwise_is_none(raw: bytes) -> None:
    with pytest.raises(strict_json.NotStrict):
        lines.read(raw)


def test_which_line_it_is_is_told() -> None:
    for raw, told in ((b'{"a":1}\n\n{"b":1}', "line 2 is empty"), (b'{"a":1}\n{"a":1} {"b":1}', "line 2: not JSON"), (b"\n{}", "line 1 is empty")):  # fmt: skip
        with pytest.raises(strict_json.NotStrict, match=told):
            lines.read(raw)


@every("raw", [b"[]\n", b'{"a":1}\n"x"\n', b"1\n"])
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(CallRefused, match="must be a JSON object"):
        lines.read(raw)


def test_all_lines_together_are_bounded() -> None:
    bounds = strict_json.Bounds()
    line = b"{}\n"
    assert len(lines.read(line * bounds.containers)) == bounds.containers
    with pytest.raises(strict_json.NotStrict, match="objects and arrays"):
        lines.read(line * (bounds.containers + 1))
