"""A text that a parser reads as we do is parsed: the same is looked at, and the same is written, as where it is not."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from masking.apply.test_walk import EVERYTHING, NONE, Fields
from support.tools.work import growth
from vecgate.masking.apply.embedded import parsed as module
from vecgate.masking.apply.embedded.inner import Inner
from vecgate.masking.apply.operators._base import DROP, Drop
from vecgate.masking.apply.places import Places
from vecgate.masking.apply.walk import Walk
from vecgate.masking.detect.texts import Text

PIECES = [
    '"ana lima"', '"x"', '""', '"caf\\u00e9 ana lima \\ud83d\\ude00"', '"a\\\\"', '"a\\"b ana lima\\\\\\""', "1", "-0",
    "1.50", "41111111", "-41111111.5", "1e400", "99999999999999999999", "true", "null", "[]", "{}", "[1, 2.5, null]",
    "[1, 4111111111111111]", '"{\\"u\\": \\"ana lima\\", \\"v\\": [\\"x\\\\\\"y\\", 41111111]}"', '"[\\"gone\\"]"', '"gone"',
    '"\\ud800 ana lima"', '"ana lima {"', '"two\\nlines ana lima"',
]  # fmt: skip
HEADINGS = [
    '["id", "name"]',
    '[ "id" , "a b"]',
    '["id"]',
    '["id", 1]',
    '["id", "name", ]',
    '["ana lima", "x"]',
    '["\\u0069d","name"]',
]
KEYS = ['"a"', '"b"', '"ana lima"', '"a b"', '"\\u0061"', '"AnaLima"', '"a\\"b"']


def made(rnd: random.Random, depth: int = 0) -> str:
    kind = rnd.random()
    if depth > 3 or kind < 0.4:
        return rnd.choice(PIECES)
    space = rnd.choice(["", " ", "\n\t"])
    below = [made(rnd, depth + 1) for _ in range(rnd.randrange(5))]
    if kind < 0.5:
        below.insert(0, rnd.choice(HEADINGS))
    if kind < 0.6:
        return f"[{space}{f'{space},'.join(below)}]"
    return f"{{{space}{f',{space}'.join(f'{rnd.choice(KEYS)}{space}:{one}' for one in below)}}}"


def shown(text: str, plan: Fields) -> tuple[dict[Text, int], Any]:
    walking = Walk({"raw": text}, Places(EVERYTHING, plan), "normal", plan.whole)  # type: ignore[arg-type]
    for _ in walking.go():
        pass

    def of(text: Text) -> str | Drop:
        if text.value == "gone":
            return DROP
        return text.value.replace("ana lima", "<X>").replace("Ana Lima", "<X>").replace("41111111", "<N>")

    def parts(text: Text) -> Iterator[tuple[int, int, str]]:
        at = text.value.find("ana lima")
        return [(at, at + 8, "<X>")] if at >= 0 else [(0, len(text.value), str(of(text)))]  # type: ignore[return-value]

    for _ in walking.fill({text: of(text) for text in walking.texts}, parts):  # type: ignore[arg-type]
        pass
    return walking.texts, walking.result


def is_parsed(text: str) -> bool:
    places = Places(EVERYTHING, NONE)  # type: ignore[arg-type]
    inner = Inner(text, places.inside(places.top), Walk(None, places, "normal", NONE.whole))
    for _ in inner.read():
        pass
    return inner.parsed is not None


@pytest.mark.parametrize(
    "plan", [NONE, Fields(("raw.a.b", lambda *_: "***")), Fields(("raw.b", lambda *_: DROP), drops=True)]
)
@pytest.mark.parametrize("seed", range(4))
def test_whether_it_is_parsed_nobody_can_tell(seed: int, plan: Fields, monkeypatch: pytest.MonkeyPatch) -> None:
    rnd = random.Random(seed)
    texts = [f" [{made(rnd)}, {made(rnd)}]" for _ in range(150)] + [made(rnd) for _ in range(150)]
    with monkeypatch.context() as patched:
        patched.setattr(module, "AT_ONCE", 0)
        assert not any(map(is_parsed, filter(None, texts)))
        as_it_stands = [shown(text, plan) for text in texts]
    assert 100 < sum(map(is_parsed, texts)) < 250
    for text, expected in zip(texts, as_it_stands, strict=True):
        assert shown(text, plan) == expected, text


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "bc", "a": "de"}', '{"a": {"b": 1, "\\u0062": 2}}', '{"a": "bc"}{"a": "de"}', '\ufeff{"a": "bc"}',
        '{"a": 1111111.5}', '{"a": 18446744073709551616}', '{"a": NaN}', '{"a": "\\ud800"}', "[" * 70 + "]" * 70,
        '{"a": "b\nc"}', f'["{"a" * module.AT_ONCE}"]',
    ],
)  # fmt: skip
def test_what_a_parser_would_take_otherwise_is_read_as_it_stands(text: str) -> None:
    assert not is_parsed(text)


@pytest.mark.parametrize(
    "text", ['{"a": "bc"}', ' [1, {"a": [], "\\u0061\\"": "b\\\\\\"", "c": "\\\\"}]', '{"a": 4111111111111111}']
)
def test_one_plain_document_is_parsed(text: str) -> None:
    assert is_parsed(text)


@pytest.mark.parametrize("part", ['{"a": "b\\"c"}', '["ab", 1]', "11111111", '{"a b": 1.5}'])
def test_twice_the_text_is_twice_the_work(part: str) -> None:
    assert growth(lambda n: f"[{','.join([part] * n)}]", is_parsed, 300) < 2.3
