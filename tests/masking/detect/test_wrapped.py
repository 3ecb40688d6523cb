"""Text cut by a line's end, by mark-up or by quoted-printable is put together, with its places."""

import pytest

from vecgate.domain.profiles import ENTITIES, ON_REQUEST
from vecgate.masking.apply.spans import merge
from vecgate.masking.detect.detector import Detector
from vecgate.masking.detect.normalise import normalise
from vecgate.masking.detect.texts import Text
from vecgate.masking.detect.wrapped import unwrapped, windows

DEFAULT = frozenset(ENTITIES) - ON_REQUEST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # numbers and addresses over a line's end
        (
            "card 4111 1111\n1111 1111, call +1 415 555\n0134, SSN 536-22-\n8726",
            ["4111 1111\n1111 1111", "+1 415 555\n0134", "536-22-\n8726"],
        ),
        ("call 415-555-\r\n0134 now", ["415-555-\r\n0134"]),
        ("IBAN DE89 3704 0044\n0532 0130 00", ["DE89 3704 0044\n0532 0130 00"]),
        ("> card 4111 1111\n> 1111 1111", ["4111 1111\n> 1111 1111"]),
        ("write to anna.kowalski@\nexample.com today", ["anna.kowalski@\nexample.com"]),
        ("write to anna.kowalski@exam-\nple.com today", ["anna.kowalski@exam-\nple.com"]),
        # hyphenated names
        ("the report which Judith Cald-\nwell wrote", ["Judith Cald-\nwell"]),
        ("Anna Holm-\nPedersen signed", ["Anna Holm-\nPedersen"]),
        # mark-up
        ("card 4111 <b>1111</b> 1111 1111", ["4111 <b>1111</b> 1111 1111"]),
        ("4111<span class='x'>1111</span>11111111", ["4111<span class='x'>1111</span>11111111"]),
        ("4111 1111<br/>1111 1111", ["4111 1111<br/>1111 1111"]),
        ("SSN 536-<i>22</i>-8726", ["536-<i>22</i>-8726"]),
        ("mail anna<b>.kowalski</b>@example.com", ["anna<b>.kowalski</b>@example.com"]),
        ("card 4111 **1111** 1111 1111", ["4111 **1111** 1111 1111"]),
        ("anna\\_kowalski@example.com", ["anna\\_kowalski@example.com"]),
        # quoted-printable
        ("anna=40example.com", ["anna=40example.com"]),
        ("mail anna.ko=\nwalski@example.com", ["anna.ko=\nwalski@example.com"]),
        # columns of numbers, arithmetic, code
        ("12\n45\n7812\n3312\n90", []),
        ("1234 5678\n4321 8765\n1111 2222", []),
        ("2019\n2020\n2021", []),
        ("ratio 3*4, 2**10, a*b, x=\n5; y=3D", []),
    ],
)
def test_what_was_cut_is_masked_whole(detector: Detector, text: str, expected: list[str]) -> None:
    found = merge(text, detector.analyse([Text(text)])[0], DEFAULT)
    assert [text[f.start : f.end] for f in found] == expected


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Ko<b>wal</b>ski", "Kowalski"),
        ("<b>Anna</b>Kowalski", "<b>Anna Kowalski"),
        ("An**na**lena", "Annalena"),
        ("J=C3=B6rg =\nM=C3=BCller", "J\u00f6rg =\nM\u00fcller"),
        ("wel-\ncome", "welcome"),
        ("if a < b and c > d: x = 3", "if a < b and c > d: x = 3"),
        ("a - b\nc", "a - b\nc"),
    ],
)
def test_unwrapped(text: str, plain: str) -> None:
    normal = unwrapped(normalise(text))
    assert normal.text == plain
    assert normal.original(0, len(plain)) == (0, len(text))


def test_twice_the_text_is_twice_the_work() -> None:
    """What goes over a line's end is looked for near it: the read characters grow with the text."""
    counts = []
    for lines in (200, 400):
        normal = normalise("call 415 555\n0134 or 4111 1111\n1111 1111 at once\n" * lines)
        counts.append(sum(len(window.joined.text) for window in windows(normal)))
    assert 0 < counts[1] <= 2.3 * counts[0]


@pytest.mark.parametrize("text", ["===  =====\nid   n\n===  =====\n1    2\n", "=\n", "a==\nb"])
def test_a_drawn_line_is_no_soft_break(text: str) -> None:
    assert unwrapped(normalise(text)).text == text
