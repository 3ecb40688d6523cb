"""Which names does the gateway know? Faker's, of all locales. `python -m scripts.train_ner.given FOLDER`

In small ASCII letters. A given name that is also a word, a place or a thing of computing is in a list of its own: it
counts only beside something that says more.
"""

import importlib
import pkgutil
import re
import sys
import unicodedata
from pathlib import Path
from typing import Any, Final

from vecgate.masking.detect.model import FOLDER, OWN
from vecgate.masking.detect.reader.words import FILE, Words

from .makers import ROMANISED, romanised, words

_FOLDED: Final = str.maketrans("łŁđĐøØıəƏ", "lLdDoOieE")
_NAME: Final = re.compile(r"[a-z][a-z'-]{2,}")
#: Known by most as something else: languages and programs, cities, months, Greek gods in data centres.
_ELSEWHERE: Final = frozenset(words("elsewhere"))
_PERSON, _PLACE = 1, 2


def _plain(name: str) -> str | None:
    folded = unicodedata.normalize("NFKD", name.translate(_FOLDED))
    bare = "".join(c for c in folded if not unicodedata.combining(c)).lower()
    return bare if _NAME.fullmatch(bare) else None


type Names = dict[str, set[str]]


def _kind(attribute: str, given: Names, family: Names) -> Names | None:
    if re.search("format|prefix|suffix", attribute):
        return None
    return given if re.search("first|given", attribute) else family if "last" in attribute else None


def _note(names: Any, kind: Names | None, where: str) -> None:
    if kind is not None and isinstance(names, (tuple, list, dict)):
        for plain in filter(None, (_plain(name) for name in names if isinstance(name, str))):
            kind.setdefault(plain, set()).add(where)


def _held() -> tuple[dict[str, int], dict[str, int]]:
    """Given and family names, each with in how many locales it is one."""
    import faker.providers.person as person  # only the training's own environment has it

    given: Names = {}
    family: Names = {}
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module(f"{person.__name__}.{module.name}").Provider
        for attribute in dir(provider):
            _note(getattr(provider, attribute), _kind(attribute, given, family), module.name)
    for locale in ROMANISED:
        for kind, names in zip((given, family), romanised(locale), strict=True):
            _note(names, kind, f"{locale} romanised")
    return {n: len(where) for n, where in given.items()}, {n: len(where) for n, where in family.items()}


def _digits(known: int) -> tuple[int, int, int] | None:
    return None if not known else ((known - 1) % 4, (known - 1) // 4 % 4, (known - 1) // 16)


def _is_sure(name: str, locales: int, meaning: tuple[int, int, int] | None) -> bool:
    """Whether it is hardly anything but a name: as those say who speak and as a public model reads it."""
    if name in _ELSEWHERE or name.capitalize() in words("word_given") or name.capitalize() in words("word_family"):
        return locales >= 8 and meaning is not None and meaning[0] != 0 and name not in _ELSEWHERE
    if meaning is None:
        return len(name) >= 4  # a word nobody knows: rare names are among them
    if meaning[0] == _PLACE:
        return locales >= 12
    return meaning[0] == _PERSON or (meaning[1] == _PERSON and locales >= 3) or locales >= 6


def main(folder: Path) -> int:
    """Write the lists."""
    table = Words(FOLDER / OWN / FILE)
    given, family = _held()
    meanings = {name: _digits(table.known(name)) for name in {*given, *family}}
    sure = {n for n, locales in given.items() if _is_sure(n, locales, meanings[n])}
    last = {n for n in family if meanings[n] is None or _PERSON in meanings[n] or family[n] >= 3}
    lists = {"given": sure, "also": {n for n in given if len(n) >= 3} - sure, "family": last}
    for name, held in lists.items():
        (folder / f"{name}.txt").write_text("\n".join(sorted(held)) + "\n", encoding="utf-8")
        print(name, len(held))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
