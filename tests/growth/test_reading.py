"""Twice as much to read, to decide on and to record is at most 2.3 times the work, whatever it is made of."""

import contextlib
import gzip
import json
import zlib
from collections.abc import Callable
from typing import Any, Final

import pytest

from support.tools.work import growth
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Principal
from vecgate.masking.detect.hidden import hidden
from vecgate.masking.detect.normalise import normalise
from vecgate.masking.detect.patterns import Patterns
from vecgate.parsing.inflate import inflate
from vecgate.parsing.strict_json import NotStrict, parse
from vecgate.policy.load import from_texts
from vecgate.recording import chain

MOST: Final = 2.3
PATTERNS: Final = Patterns()


def strictly(raw: bytes) -> None:
    with contextlib.suppress(NotStrict):
        parse(raw)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: json.dumps({f"k{i}": i for i in range(n)}).encode(),
        lambda n: json.dumps([{"a": i} for i in range(n)]).encode(),
        lambda n: json.dumps([0.5] * n).encode(),
        lambda n: b'{"a":"' + b"\\\\" * n + b'"}',
        lambda n: b"[" + b'"[,",' * n + b"1]",
        lambda n: b"[" * n,
    ],
    ids=["keys", "objects", "vector", "escapes", "brackets in texts", "nested"],
)
def test_json_is_read(make: Callable[[int], bytes]) -> None:
    assert growth(make, strictly, 500) < MOST


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
def test_what_is_packed_is_unpacked(pack: Callable[[bytes], bytes]) -> None:
    coding = "gzip" if pack is gzip.compress else "deflate"
    assert growth(lambda n: pack(bytes(n * 1000)), lambda raw: inflate(raw, coding, 10**9), 2000) < MOST


TEXTS: Final = {
    "contacts": "Amelia Donnelly,p1@example.com,+1 415 555 0134\n",
    "at signs": "a@",
    "digits": "1-",
    "brackets": "[(",
    "escapes": "&#64;%40\\u0040",
    "ampersands": "&",
    "invisible": "a\u200b\u00ad",
    "accents": "e\u0301\u0302",
    "look-alikes": "\u0430\u0435 ",
    "base64": "YW5uYS5zY2htaWR0QGV4YW1wbGUub3Jn ",
    "hex": "616e6e612e7363686d69647440 ",
    "spaced out": "a n n a @ e x ",
    "secrets": "password=abc123 ",
    "numbers": "4111 1111 1111 1111 ",
    "streets": "12 Main Street, Springfield, ",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_is_read_plainly(text: str) -> None:
    assert growth(lambda n: text * n, normalise, 150) < MOST


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_is_packed_in_a_text_is_found(text: str) -> None:
    assert growth(lambda n: (text * n).encode("ascii", "replace").decode(), hidden, 150) < MOST


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_patterns_are_looked_for(text: str) -> None:
    assert growth(lambda n: normalise(text * n), lambda one: [*PATTERNS.find(one)], 150) < MOST


def rules(n: int) -> dict[str, str]:
    head = "version: 1\nmask_profiles:\n  m: {default: replace}\nrules:\n"
    rule = "  - {{name: r{0}, who: {{groups: [g{0}]}}, where: {{collections: ['c{0}-*']}}, operations: [read], effect: allow, mask: m}}\n"
    # Of other names for each size: `re` remembers what it has compiled.
    return {"a.yaml": head + "".join(rule.format(f"{n}-{i}") for i in range(n))}


def test_rules_are_read() -> None:
    assert growth(rules, from_texts, 40) < MOST


def test_rules_are_asked() -> None:
    """Those for other people cost nothing; those for one are all looked at."""
    who = Principal("i", "a", "a", frozenset({"g40-1", "g80-1"}), 4e9)
    asked = Operation("chroma", "search", "search", 1, "t", "d", ("c40-1-x",))
    assert growth(lambda n: from_texts(rules(n)), lambda one: one.evaluate(who, asked, "db"), 40) < MOST


def test_entries_are_chained() -> None:
    def write(bodies: list[bytes]) -> None:
        prev = chain.genesis("s")
        for n, body in enumerate(bodies):
            line, prev = chain.finish(chain.core(n, prev, "t", "request.sent", "x", body, None), None)
            chain.parse(line)

    def make(n: int) -> list[Any]:
        return [b'{"status":200}'] * n

    assert growth(make, write, 200) < MOST
