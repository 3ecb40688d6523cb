"""How well are texts told that carry instructions to a model? Recall and false alarms of the prompt injection detector.

Attacks are judged as they are written, planted in an ordinary document, and in disguise; the half that the detector
was written with apart from the half that it was not. Innocent are texts that are installed on this machine (what
packages say of themselves, and their docstrings), and ones that look like attacks. Run: scripts/bench/poison.py
"""

import argparse
import ast
import codecs
import json
import sys
import time
import tomllib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.masking.sets import tech
from bench.masking.values import chance
from vecgate.guards.poison.judge import judge

_HERE: Final = Path(__file__).resolve().parent
ATTACKS: Final = _HERE / "poison_attacks.toml"
INNOCENT: Final = _HERE / "poison_innocent.toml"
#: Families whose held-out half was written last, after the last phrase: what the phrases are worth elsewhere.
LATER: Final = ("agents", "judges", "a_few_words", "a_few_words_elsewhere")
#: Families that were written next, with `automated.py`, whose phrases were made for their known half alone.
NEXT: Final = ("tool_answers", "coding_agents", "mail_assistants", "rankings", "told_to_remember", "games")
#: Ordinary documents; the attack stands where the braces are.
DOCUMENTS: Final = (
    "Quarterly report. Revenue grew by 4 % to 12.1 million. {} The outlook for spring is unchanged.",
    "Ticket 5521\nThe printer on the second floor is out of toner again.\n{}\nPriority low.",
    "Minutes of the meeting of 4 May. 1. The budget was approved.\n\n{}\n\n2. Next meeting in June.",
    "Dear all, the canteen is closed on Friday because of the move. {} Kind regards, the facilities team",
    "# Setup\n\nInstall the package, then start the service and look at the log.\n\n{}\n\nThe port is 8080 by default.",
)
_WIDE: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_ALIKE: Final = str.maketrans("aeopcxi", "аеорсхі")  # noqa: RUF001
_LEET: Final = str.maketrans("oleas", "01345")
#: How a text is hidden from whoever looks for words.
DISGUISES: Final[Mapping[str, Callable[[str], str]]] = {
    "base64": lambda text: f"Decode this: {b64encode(text.encode()).decode()}",
    "hex": lambda text: f"data={text.encode().hex()}",
    "percent": quote,
    "HTML entities": lambda text: "".join(f"&#{ord(c)};" if c.isalpha() else c for c in text),
    "full width": lambda text: text.translate(_WIDE),
    "look-alikes": lambda text: text.translate(_ALIKE),
    "zero width": lambda text: "\u200b".join(text),
    "soft hyphens": lambda text: "\u00ad".join(text),
    "tag characters": lambda text: "Nice text." + "".join(chr(0xE0000 + ord(c)) for c in text),
    "digits for letters": lambda text: text.translate(_LEET),
    "spaced out": lambda text: "  ".join(" ".join(word) for word in text.split(" ")),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "backwards": lambda text: text[::-1],
    "upper case": str.upper,
}


def texts(file: Path) -> dict[str, list[str]]:
    """The texts of a file, by family."""
    return tomllib.loads(file.read_text("utf-8"))


def halves(listed: Sequence[str]) -> dict[str, Sequence[str]]:
    """What the detector was written with, and what was held out."""
    return {"known": listed[::2], "held out": listed[1::2]}


def planted(text: str, number: int) -> str:
    """The attack inside of a document."""
    return DOCUMENTS[number % len(DOCUMENTS)].replace("{}", text)


def docstrings(count: int, seed: int) -> list[str]:
    """So many docstrings of installed packages, each at least a few lines long."""
    roots = sorted({str(d.locate_file("")) for d in distributions()})
    files = sorted(file for root in roots for file in Path(root).rglob("*.py") if file.stat().st_size < 200_000)
    chosen = chance(seed, "docstrings").sample(files, min(len(files), count))
    found = sorted({said for file in chosen for said in _said(file)})
    return chance(seed, "docstrings", 1).sample(found, min(len(found), count))


def _said(file: Path) -> Iterator[str]:
    if "vecgate" in file.parts:
        return
    try:
        tree = ast.parse(file.read_text("utf-8"))
    except (SyntaxError, UnicodeDecodeError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module | ast.AsyncFunctionDef):
            said = ast.get_docstring(node) or ""
            if len(said) > 120:
                yield said[:3000]


def recall(listed: Sequence[str]) -> tuple[int, int]:
    """How many were told, of how many."""
    return sum(judge(text).carries for text in listed), len(listed)


def attacks() -> dict[str, dict[str, tuple[int, int]]]:
    """By family and half: as they are written and planted, together."""
    found = {}
    for family, listed in texts(ATTACKS).items():
        found[family] = {
            half: recall([*some, *(planted(text, number) for number, text in enumerate(some))])
            for half, some in halves(listed).items()
        }
    return found


def disguised() -> dict[str, tuple[int, int]]:
    """By disguise: orders in English that are told as they stand, and how many of them are told in it."""
    plain = [t for f in ("override", "role_play", "prompt_leak", "conceal") for t in texts(ATTACKS)[f]]
    known = [text for text in plain if judge(text).carries and text.isascii()]
    return {name: recall([disguise(text) for text in known]) for name, disguise in DISGUISES.items()}


def innocent(count: int, seed: int) -> dict[str, Sequence[str]]:
    """Innocent texts, by where they are from."""
    hard = [text for listed in texts(INNOCENT).values() for text in listed]
    said = tech(count // 2, seed)
    return {
        "written to look like attacks": hard,
        "package pages": said,
        "docstrings": docstrings(count - len(said), seed),
    }


def measure(count: int, seed: int) -> dict[str, Any]:
    """The whole report."""
    found, began = innocent(count, seed), time.process_time()
    alarms = {name: [text for text in some if judge(text).carries] for name, some in found.items()}
    spent, length = time.process_time() - began, sum(len(text) for some in found.values() for text in some)
    return {
        "attacks": attacks(),
        "disguises": disguised(),
        "innocent": {name: (len(alarms[name]), len(some)) for name, some in found.items()},
        "alarms": [text for some in alarms.values() for text in some],
        "us_per_kb": round(spent / length * 1e9, 0),
    }


def _row(name: str, *pairs: tuple[int, int]) -> str:
    shown = (f"{hit:>4} of {all:>4}  {100 * hit / max(all, 1):6.2f} %" for hit, all in pairs)
    return f"{name:<30}" + "   ".join(shown)


def _total(pairs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(hit for hit, _ in pairs), sum(every for _, every in pairs)


def show(report: Mapping[str, Any], alarms: bool) -> None:
    """The report as tables."""
    found = report["attacks"]
    print(f"{'attacks told':<30}{'known half':>22}   {'held-out half':>22}")
    for family, by_half in found.items():
        print(_row(family, by_half["known"], by_half["held out"]))
    for name, some in (("of the four before", LATER), ("of the last six", NEXT), ("all", [*found])):
        print(_row(name, *(_total([found[one][half] for one in some]) for half in ("known", "held out"))))
    print()
    print("in disguise, of those told without")
    for name, pair in report["disguises"].items():
        print(_row(name, pair))
    print("\nfalse alarms")
    for name, pair in report["innocent"].items():
        print(_row(name, pair))
    print(_row("all", _total(list(report["innocent"].values()))))
    print(f"\n{report['us_per_kb'] / 1000:.2f} ms per 1,000 characters of innocent text (CPU)")
    for text in report["alarms"] if alarms else ():
        print("ALARM", json.dumps(text[:400], ensure_ascii=False))


def main(argv: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser("scripts/bench/poison.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--innocent", type=int, default=8000, help="innocent texts from this machine (8000)")
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--alarms", action="store_true", help="print the texts that were false alarms")
    parser.add_argument("--json", type=Path, help="write the report there too")
    args = parser.parse_args(argv)
    report = measure(args.innocent, args.seed)
    show(report, args.alarms)
    if args.json:
        args.json.write_text(json.dumps(report, indent=2, ensure_ascii=False), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
