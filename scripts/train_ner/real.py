"""Which texts have people labelled? WNUT-17, the Broad Twitter Corpus and GUM, and the same with other names."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .grammar import Row, join
from .makers import Makers

FILES: Final = ("wnut17_train", "btc_a", "btc_b", "btc_e", "btc_f", "gum_open")
_LABELS: Final = {"PERSON": "PERSON", "LOCATION": "LOC", "ORG": "ORG", "ADDRESS": "ADDRESS"}


def read(file: Path) -> Iterator[Row]:
    """The rows of a JSONL file with our labels. Handles and groups are nobody's name."""
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = [[s, e, _LABELS[label]] for s, e, label in sorted(row["spans"]) if label in _LABELS]
        if row["text"].strip():
            yield Row(row["text"], spans)


def passages(rows: list[Row], pick: random.Random) -> list[Row]:
    """Sentences that follow each other, two to five together: texts to mask are mostly longer than a sentence."""
    joined, at = [], 0
    while at < len(rows):
        size = pick.randint(2, 5)
        joined.append(join(rows[at : at + size], " "))
        at += size
    return joined


def labelled(data: Path, pick: random.Random) -> list[Row]:
    """All labelled rows: tweets one by one, GUM's sentences alone and as passages."""
    rows = {name: list(read(data / "train" / f"{name}.jsonl")) for name in FILES}
    return [row for each in rows.values() for row in each] + passages(rows["gum_open"], pick)


def unnamed(rows: list[Row]) -> list[str]:
    """Natural sentences without any name, to fill templates with."""
    return [
        row.text
        for row in rows
        if not row.spans and 25 < len(row.text) < 160 and row.text[0].isalpha() and "@" not in row.text
        and "http" not in row.text and row.text.isascii()
    ]  # fmt: skip


def renamed(row: Row, makers: Makers) -> Row:
    """The same text about somebody else: each name gives way to a made-up one of its kind."""
    text, spans, at = "", [], 0
    for start, end, label in row.spans:
        if start < at:
            continue
        old = row.text[start:end]
        new = _like(old, label, makers)
        text += row.text[at:start]
        spans.append([len(text), len(text) + len(new), label])
        text += new
        at = end
    return Row(text + row.text[at:], spans)


def _like(old: str, label: str, makers: Makers) -> str:
    if label == "PERSON":
        new = makers.person() if " " in old else makers.random.choice([makers.first, makers.last])()
    elif label == "LOC":
        new = makers.place()
    else:
        new = makers.org() if label == "ORG" else makers.address()
    if old.islower():
        return new.lower()
    return new.upper() if old.isupper() and len(old) > 4 else new  # an abbreviation is not shouting
