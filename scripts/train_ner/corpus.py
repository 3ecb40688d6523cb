"""What does the model learn from? Real text, made-up text, and text without anybody, mixed and disguised."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from . import prose, real, shapes
from .grammar import Grammar, Row, join
from .makers import HELD_OUT, LOCALES, Makers

GENRES: Final = ("tickets", "crm", "mail", "chat", "records", "tables", "prose", "bare", "foreign", "foreign", "odd")
#: How many texts of each kind, at scale 1.
MADE: Final = 23_000
ODD: Final = 13_000
NOBODY: Final = 10_000
DOCUMENTS: Final = 6_000
WITHOUT: Final = 13_000
#: Below this scale the labelled texts are fewer too.
SMALL: Final = 0.5
INSERTED: Final = 9_000
RECORDS: Final = 9_000
_SMALL: Final = re.compile(r"(?<![\w.])[a-z]{3,}(?![\w(])")
_BETWEEN: Final = (" ", " ", "\n", "\n\n", ". ", " - ", "\t", " | ")
_KEYS: Final = ("text", "body", "content", "description", "note", "message", "comment", "summary", "page content")


def _lengthened(row: Row, before: str) -> Row:
    return Row(before + row.text, [[s + len(before), e + len(before), label] for s, e, label in row.spans])


def _same_length(row: Row, text: str) -> Row:
    return Row(text, row.spans) if len(text) == len(row.text) else row


def _without_points(text: str) -> str:
    return "".join(" " if c in ",;:!?" else c for c in text)


def _typo(text: str, pick: random.Random) -> str:
    at = pick.randrange(max(1, len(text) - 1))
    pair = text[at : at + 2]
    return text[:at] + pair[::-1] + text[at + 2 :] if pair.isalpha() else text


def _shouted(row: Row) -> str:
    text = row.text
    for start, end, _ in row.spans:
        text = text[:start] + text[start:end].upper() + text[end:]
    return text


def _titled(row: Row, pick: random.Random) -> str:
    """Some words outside all names with a capital: that alone makes no name."""
    named = {i for start, end, _ in row.spans for i in range(start, end)}
    share = pick.choice([0.05, 0.15, 0.4])
    return _SMALL.sub(
        lambda m: m[0].capitalize() if m.start() not in named and pick.random() < share else m[0], row.text
    )


def disguise(row: Row, pick: random.Random) -> Row:
    """Now and then: a field's name in front, all small or all capital letters, no punctuation, typing errors."""
    if pick.random() < 0.12:
        row = _lengthened(row, f"{pick.choice(_KEYS)}: ")
    roll = pick.random()
    ways: list[tuple[float, Callable[[], str]]] = [
        (0.09, row.text.lower),
        (0.05, row.text.upper),
        (0.03, lambda: _shouted(row)),
        (0.015, row.text.title),
        (0.06, lambda: _titled(row, pick)),
        (0.025, lambda: _without_points(row.text)),
        (0.03, lambda: _typo(row.text, pick)),
        (0.02, lambda: row.text.replace(". ", ".\n")),
    ]
    for share, way in ways:
        roll -= share
        if roll < 0:
            return _same_length(row, way())
    return row


def _documents(grammar: Grammar, pick: random.Random, count: int) -> list[Row]:
    genres = [*GENRES, "negatives", "negatives", "nobody", "nobody"]
    made = []
    for _ in range(count):
        home = pick.choice(genres)  # mostly of one genre, as a real document is
        parts = [grammar.of(home if pick.random() < 0.6 else pick.choice(genres)) for _ in range(pick.randint(2, 6))]
        made.append(join(parts, pick.choice(_BETWEEN)))
    return made


def _without(grammar: Grammar, paragraphs: list[str], pick: random.Random, count: int) -> list[Row]:
    plain = [Row(text, []) for text in pick.sample(paragraphs, min(len(paragraphs), count // 3))]
    plain += [Row(text, []) for text in prose.code(pick, count // 7)]
    return plain + [grammar.of("negatives") for _ in range(count - len(plain))]


def training(data: Path, seed: int, scale: float = 1.0) -> list[Row]:
    """Everything the model learns from, shuffled. A quarter or more of it names nobody."""
    pick, makers = random.Random(seed), Makers(seed)
    labelled = real.labelled(data, pick)
    grammar = Grammar(makers, real.unnamed(labelled))
    if scale < SMALL:
        labelled = pick.sample(labelled, int(len(labelled) * scale))
    made = [grammar.of(*GENRES) for _ in range(int(MADE * scale))]
    made += [grammar.of("odd") for _ in range(int(ODD * scale))]
    made += [grammar.of("nobody") for _ in range(int(NOBODY * scale))]
    made += _documents(grammar, pick, int(DOCUMENTS * scale))
    made += _without(grammar, prose.paragraphs(), pick, int(WITHOUT * scale))
    made += [shapes.inserted(grammar, pick) for _ in range(int(INSERTED * scale))]
    made += [shapes.record(grammar, pick) for _ in range(int(RECORDS * scale))]
    renamed = [real.renamed(row, makers) for row in labelled if row.spans]
    rows = [disguise(row, pick) for row in made + renamed] + labelled
    rows += [disguise(row, pick) for row in labelled if pick.random() < 0.8]
    pick.shuffle(rows)
    return rows


def development(data: Path, seed: int) -> dict[str, list[Row]]:
    """What the model is judged by while it is built: other people, other places, other templates, real tweets."""
    pick, makers = random.Random(seed), Makers(seed, HELD_OUT, foreign=0)
    labelled = real.labelled(data, pick)
    sentences = real.unnamed(labelled)
    grammar = Grammar(makers, sentences)
    known = Grammar(Makers(seed + 1, LOCALES), sentences)
    return {
        "btc_g": list(real.read(data / "dev" / "btc_g.jsonl")),
        "wnut17_dev": list(real.read(data / "dev" / "wnut17_dev.jsonl")),
        "hits": [grammar.of("dev_hits") for _ in range(600)],
        "clean": [known.of("dev_clean") for _ in range(200)],
    }
