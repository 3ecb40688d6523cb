"""What are brands called that nobody is called? The list `brands.txt` that the gateway's rules know.

Run as: python -m scripts.train_ner.brands SIMPLE-ICONS.json MIMESIS-FOLDER OUT; of the packages simple-icons (npm, CC0)
and mimesis (PyPI, MIT), and of `lists/brands.txt`: games, films, shops, teams and the like that everybody knows.
"""

import json
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, Final

from vecgate.masking.detect.known import is_name, plain

#: Lists of mimesis that hold makers, machines and programs.
_LISTS: Final = {
    "development": ("OS", "PROGRAMMING_LANGS", "SOFTWARE"),
    "transport": ("CARS", "AIRPLANES", "MANUFACTURERS"),
    "finance": ("CRYPTOCURRENCIES",),
    "hardware": ("CPU_CODENAMES", "GRAPHICS", "HDD_SSD", "MANUFACTURERS", "PHONE_MODELS"),
}
_SHORTEST: Final = 4


def titles(icons: Path, mimesis: Path) -> Iterator[str]:
    """All names, as they are written."""
    yield from (Path(__file__).parent / "lists" / "brands.txt").read_text("utf-8").split()
    held = json.loads(icons.read_text("utf-8"))
    yield from (icon["title"] for icon in (held if isinstance(held, list) else held["icons"]))
    for module, lists in _LISTS.items():
        for name in lists:
            yield from _held(mimesis / "datasets" / "int" / f"{module}.py", name)


def _held(file: Path, name: str) -> Iterator[str]:
    spec = spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        return
    module: Any = module_from_spec(spec)
    spec.loader.exec_module(module)
    yield from map(str, getattr(module, name, ()))


def brands(called: Iterator[str]) -> list[str]:
    """Their single words, in small letters; not those that are anybody's name."""
    firsts = {title.split(" ")[0] for title in called}
    return sorted({plain(w) for w in firsts if len(w) >= _SHORTEST and w.isascii() and w.isalpha() and not is_name(w)})


def main(icons: str, mimesis: str, out: str) -> None:
    """The command."""
    Path(out).write_text("\n".join(brands(titles(Path(icons), Path(mimesis)))) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
