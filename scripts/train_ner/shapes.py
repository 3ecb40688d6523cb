"""Can a name stand anywhere, and in any kind of record? Texts no template foresaw: inserted names, random records."""

import json
import random
from typing import Final

from .grammar import Grammar, Row, join
from .makers import words

_KINDS: Final = (
    "person person person place org address phone email date number value heading money id tech sentence".split()
)
_INSERTED: Final = "person person person place org address heading tech value Role".split()
_KEYS: Final = {
    "person": "key_person",
    "place": "key_place",
    "org": "key_org",
    "address": "key_address",
    "sentence": "key_text",
}


def inserted(grammar: Grammar, pick: random.Random) -> Row:
    """A natural sentence with names put where nobody would put them: what is a name must show by itself."""
    sentence = grammar.render("{sentence}").text.split(" ")
    row = Row("", [])
    gaps = set(pick.sample(range(len(sentence) + 1), min(len(sentence), pick.choice([1, 1, 2, 3]))))
    for i in range(len(sentence) + 1):
        if i in gaps:
            row = join([row, grammar.render("{" + pick.choice(_INSERTED) + "}")], pick.choice([" ", " ", ", ", ": "]))
        if i < len(sentence):
            row = join([row, Row(sentence[i], [])], " ")
    return row


def _name(kind: str, pick: random.Random) -> str:
    name = pick.choice(words(_KEYS.get(kind, "key_other")))
    if kind == "person" and pick.random() < 0.4:
        name = pick.choice(words("role"))
    styles = (str, str.title, str.upper, str.lower, lambda n: n.replace(" ", "_"), lambda n: n.replace(" ", "-"))
    return pick.choice(styles)(name)


def _fields(grammar: Grammar, pick: random.Random) -> list[tuple[str, Row]]:
    kinds = [pick.choice(_KINDS) for _ in range(pick.randint(2, 7))]
    return [(_name(kind, pick), grammar.render("{" + kind + "}")) for kind in kinds]


def _as_json(fields: list[tuple[str, Row]], pick: random.Random) -> Row:
    tight = pick.random() < 0.5
    parts = []
    for name, value in fields:
        if json.dumps(value.text, ensure_ascii=False)[1:-1] != value.text:
            continue  # an escape would move the spans
        head = json.dumps(name) + (":" if tight else ": ")
        parts.append(join([Row(f'{head}"', []), value, Row('"', [])], ""))
    body = join(parts, "," if tight else pick.choice([", ", ",\n  "]))
    return join([Row("{", []), body, Row("}", [])], "")


def record(grammar: Grammar, pick: random.Random) -> Row:
    """Some fields in one of the ways records are written down."""
    fields, way = _fields(grammar, pick), pick.random()
    if way < 0.3:
        return _as_json(fields, pick)
    if way < 0.6:
        mark = pick.choice([": ", ":", " - ", "=", " = ", " : "])
        parts = [join([Row(f"{name}{mark}", []), value], "") for name, value in fields]
        return join(parts, pick.choice(["\n", "\n", ", ", "; ", " | ", " ", ". "]))
    if way < 0.7:
        tags = [name.replace(" ", "") for name, _ in fields]
        parts = [join([Row(f"<{t}>", []), v, Row(f"</{t}>", [])], "") for t, (_, v) in zip(tags, fields, strict=True)]
        return join(parts, pick.choice(["", "\n"]))
    between = pick.choice([",", ", ", ";", "\t", " | ", "|", "\n", " - ", " / ", " \u2022 "])
    return join([value for _, value in fields], between)
