"""In which shapes are names found, and in which not? Names broken, shouted, misread, beside emojis, in file names.

Run by `sets.py`; templates are in `shapes.toml`.
"""

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from bench.masking.values import LOCALES, Values, chance

TEMPLATES: Final = Path(__file__).with_name("shapes.toml")
_GAP: Final = re.compile(r"\{([pfl])(?:\.([a-z]))?\}")
_MISREAD: Final = {"o": "0", "l": "1", "e": "c", "m": "rn", "S": "5", "O": "0", "i": "l", "I": "l"}
_LIGATURES: Final = {"ffi": "\ufb03", "ffl": "\ufb04", "ff": "\ufb00", "fi": "\ufb01", "fl": "\ufb02"}
_SHORTEST_CUT: Final = 6


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.replace("ł", "l").replace("\u0131", "i").replace("ə", "e"))
    return re.sub("[^a-z]", "", folded.encode("ascii", "ignore").decode().lower()) or "mara"


def _hyphenated(first: str, last: str, rng: Any) -> str:
    word = last if len(last) >= _SHORTEST_CUT or len(first) < _SHORTEST_CUT else first
    at = max(2, min(len(word) - 2, rng.randint(2, 6)))
    cut = f"{word[:at]}-\n{word[at:]}"
    return f"{first} {cut}" if word is last else f"{cut} {last}"


def _ocr(first: str, last: str, rng: Any) -> str:
    name = f"{first} {last}"
    places = [i for i, c in enumerate(name) if c in _MISREAD]
    at = rng.choice(places) if places else 0
    return name[:at] + _MISREAD.get(name[at], name[at]) + name[at + 1 :]


def _ligatures(first: str, last: str, _: Any) -> str:
    name = f"{first} {last}"
    for plain, sign in _LIGATURES.items():
        name = name.replace(plain, sign)
    return name


WAYS: Final[dict[str, Callable[[str, str, Any], str]]] = {
    "": lambda first, last, _: f"{first} {last}",
    "broken": lambda first, last, _: f"{first}\n{last}",
    "hyphenated": _hyphenated,
    "ligatures": _ligatures,
    "lower": lambda first, last, _: f"{first} {last}".lower(),
    "upper": lambda first, last, _: f"{first} {last}".upper(),
    "family first": lambda first, last, _: f"{last} {first}",
    "initials": lambda first, last, rng: f"{first[0]}. {'' if rng.random() < 0.6 else 'J. '}{last}",
    "double": lambda first, last, rng: f"{first} {last}-{rng.choice(('Marsh', 'Lindqvist', 'Okoro', 'Weber'))}",
    "last first": lambda first, last, rng: f"{last.upper() if rng.random() < 0.2 else last}, {first}",
    "slug": lambda first, last, rng: rng.choice("._-").join((_plain(first), _plain(last))),
    "ocr": _ocr,
}


def _person(shape: dict[str, Any], groups: dict[str, Any], values: Values) -> tuple[str, str]:
    if "names" in shape:
        given, family = groups[shape["names"]]
        # Both of one script: names of eight scripts stand side by side in `foreign`.
        at = values.rng.randrange(len(given))
        return given[at], family[at] if shape["names"] == "foreign" else values.rng.choice(family)
    return values("first", ""), values("last", "")


def _filled(shape: dict[str, Any], text: str, groups: dict[str, Any], values: Values) -> tuple[str, list[list[Any]]]:
    people: dict[str, tuple[str, str]] = {}
    way = shape.get("way", "")
    made, spans, at = "", [], 0
    for gap in _GAP.finditer(text):
        first, last = people.get(gap[2] or "") or _person(shape, groups, values)
        if gap[2]:
            people[gap[2]] = first, last
        name = {"p": WAYS[way](first, last, values.rng), "f": first, "l": last}[gap[1]]
        name = name.lower() if way == "lower" else name.upper() if way == "upper" else name
        made += text[at : gap.start()].replace("{{", "{").replace("}}", "}")
        spans.append([len(made), len(made) + len(name), "PERSON"])
        made, at = made + name, gap.end()
    return made + text[at:].replace("{{", "{").replace("}}", "}"), spans


def shapes(count: int, seed: int, faker: Callable[[str], Any]) -> Iterator[dict[str, Any]]:
    """So many texts of each shape, its templates in turn; `half`: for developing or for judging."""
    known = tomllib.loads(TEMPLATES.read_text("utf-8"))
    for shape in known["shape"]:
        for number in range(count):
            values = Values(faker, chance(seed, shape["kind"], number), {}, LOCALES)
            turn = number % len(shape["texts"])
            text, spans = _filled(shape, shape["texts"][turn], known["names"], values)
            half = "judging" if turn % 2 else "developing"
            yield {"id": f"{shape['kind']}-{number}", "kind": shape["kind"], "half": half, "text": text, "spans": spans}
