"""Text that is JSON is read as it stands; in doubt it is a text."""

import pytest

from masking.apply.test_walk import EVERYTHING, NONE
from support.tools.work import growth
from vecgate.masking.apply.embedded.inner import Inner
from vecgate.masking.apply.places import Places
from vecgate.masking.apply.walk import Walk


def read(text: str) -> tuple[bool, list[str]]:
    places = Places(EVERYTHING, NONE)  # type: ignore[arg-type]
    inner, reading = Inner(text, places.top, Walk(None, places, "normal", NONE.whole)), None
    reading = inner.read()
    while True:
        try:
            next(reading)
        except StopIteration as e:
            return e.value, [found.value for found in inner.texts()]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{}", []),
        ('["ab", {"c": ["de"]}]', ["ab", "de"]),
        ('{"a": "bc"}\n\n{"a": "de"}\n', ["bc", "de"]),
        ('\x1e{"a": "bc"}\n\x1e["de"]\n', ["bc", "de"]),
        ('one\n{"a": "bc"}\ntwo', ["bc", "one\n", "two"]),
        ('{"a": "bc"} three\n{"a": "de"}', ["de", '{"a": "bc"} three\n']),
    ],
)
def test_documents_and_the_lines_between_them_are_read(text: str, found: list[str]) -> None:
    assert read(text) == (True, found)


@pytest.mark.parametrize(
    "text",
    ["[", "{]", '{"a"}', '{"a":}', "[1,]", "[1 2]", '{a: "bc"}', "[see]", "[1] ab\n[2] cd", '["ab', '{"a": "b\\x"}'],
)
def test_what_is_no_json_is_a_text(text: str) -> None:
    assert read(text)[0] is False


@pytest.mark.parametrize(
    "part",
    ['{"a": "bc"}\n', '{"a": ["bc"\n', '{"a":\n', "[", '{"a":{', '"\\u0041', '{"a": 1}, x\n', '{"a": 11111111}\n'],
)
def test_twice_the_text_is_twice_the_work(part: str) -> None:
    assert growth(lambda n: part * n, read, 300, ("scanstring",)) < 2.3
