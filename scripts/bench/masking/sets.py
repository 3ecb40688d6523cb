"""What is masking judged on? Search hits with known personal data, the same obfuscated, and text without any.

Run as: PYTHON_WITH_FAKER scripts/bench/masking/sets.py FOLDER [--seed N] [--documents N]
Writes one file of JSON lines per set: `{"id", "kind", "text", "spans": [[start, end, label], ...]}`; in `hits_adv`
each also has `how`, its `plain` twin, and in `changed` which spans were obfuscated. Templates are in
`templates.toml`; neither they nor the locales of `values.py` may be trained on.
"""

import argparse
import json
import random
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, Final, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench.masking.obfuscations import OBFUSCATIONS
from bench.masking.shapes import shapes
from bench.masking.values import LOCALES, Values, chance

TEMPLATES: Final = Path(__file__).with_name("templates.toml")
#: Whose names are in the templates of `other`, by language; those of it, nl, pt and pl may be trained on.
_OWN: Final = {"de": "de_LU", "fr": "fr_CH", "es": "es_AR", "it": "it_IT", "nl": "nl_BE", "pt": "pt_PT", "pl": "pl_PL"}
#: Gap -> what a masker must call it. Gaps that are not here are nobody's data.
GOLD: Final = {
    "person": "PERSON", "first": "PERSON", "last": "PERSON", "city": "LOCATION", "country": "LOCATION",
    "address": "ADDRESS", "org": "ORG", "email": "EMAIL", "phone": "PHONE", "card": "CREDIT_CARD", "iban": "IBAN",
    "ssn": "SSN", "passport": "ID", "licence": "ID", "mrn": "ID", "ip": "IP", "mac": "MAC", "dob": "DATE",
    "date": "DATE", "timestamp": "DATE",
    "secret": "SECRET", "password": "SECRET", "crypto": "CRYPTO", "handle": "HANDLE",
}  # fmt: skip
_OBFUSCATED: Final = frozenset({"PERSON", "EMAIL", "PHONE", "CREDIT_CARD", "IBAN", "SSN", "ADDRESS", "IP"})
#: No masker can know a word of four letters that was encoded.
_SHORTEST_OBFUSCATED: Final = 6
_GAP: Final = re.compile(r"\{([a-z]+)(?:\.([a-z]))?\}")


class Part(NamedTuple):
    """A piece of a document; `label` is empty for what is nobody's."""

    text: str
    label: str = ""


def render(template: str, values: Callable[[str, str], str]) -> list[Part]:
    """A template with its gaps filled. Raises KeyError for a gap that does not exist."""
    parts, at = [], 0
    for gap in _GAP.finditer(template):
        parts += [Part(template[at : gap.start()]), Part(values(gap[1], gap[2] or ""), GOLD.get(gap[1], ""))]
        at = gap.end()
    return [part for part in [*parts, Part(template[at:])] if part.text]


def assemble(parts: Sequence[Part]) -> tuple[str, list[list[Any]]]:
    """The whole text and its `[start, end, label]`."""
    text, spans = "", []
    for part in parts:
        if part.label:
            spans.append([len(text), len(text) + len(part.text), part.label])
        text += part.text
    return text, spans


def obfuscate(parts: Sequence[Part], how: str, rng: random.Random) -> tuple[list[Part], list[bool]]:
    """The parts with their values obfuscated, and for each labelled part whether it was changed."""
    hidden, changed = [], []
    for part in parts:
        able = part.label in _OBFUSCATED and len(part.text) >= _SHORTEST_OBFUSCATED
        text = OBFUSCATIONS[how](part.text, rng) if able else part.text
        hidden.append(Part(text, part.label))
        if part.label:
            changed.append(text != part.text)
    return hidden, changed


# --- found on this machine ---

_SIGNED: Final = re.compile(r"@|copyright|author|maintain|contribut|licen[cs]e|thank", re.IGNORECASE)
_CHUNK: Final = 500


def _paragraphs(text: str) -> Iterator[str]:
    """Pieces of some 500 characters, without the lines that say who wrote it."""
    piece = ""
    for line in text.splitlines():
        if _SIGNED.search(line):
            continue
        piece += line + "\n"
        if len(piece) >= _CHUNK:
            yield piece.strip()
            piece = ""


def _installed() -> Iterator[str]:
    """What installed packages say of themselves, after the headers. Not the standard library: it may be trained on."""
    for package in sorted(distributions(), key=lambda d: d.name.lower()):
        yield (package.read_text("METADATA") or "").partition("\n\n")[2]


def tech(count: int, seed: int) -> list[str]:
    """So many pieces of technical text that are installed beside this interpreter; nobody labelled them."""
    found = sorted({piece for text in _installed() for piece in _paragraphs(text) if len(piece) > _CHUNK // 2})
    return chance(seed, "tech").sample(found, min(count, len(found)))


# --- sets ---


def load_templates() -> dict[str, Any]:
    """`fill`, and the lists of templates by set."""
    return tomllib.loads(TEMPLATES.read_text("utf-8"))


def _values(
    name: str, number: int, seed: int, kind: str, known: Mapping[str, Any], faker: Callable[[str], Any]
) -> Values:
    rng = chance(seed, name, number)
    return Values(faker, rng, known["fill"], (_OWN[kind],) if name == "other" else LOCALES)


def documents(name: str, count: int, seed: int, faker: Callable[[str], Any]) -> Iterator[dict[str, Any]]:
    """So many documents of a set (`hits`, `other` or `clean`), over all its templates in turn."""
    known = load_templates()
    for number in range(count):
        template = known[name][number % len(known[name])]
        values = _values(name, number, seed, template["kind"], known, faker)
        text, spans = assemble(render(template["text"], values))
        yield {"id": f"{name}-{number}", "kind": template["kind"], "text": text, "spans": spans}


def adversarial(count: int, seed: int, faker: Callable[[str], Any]) -> Iterator[dict[str, Any]]:
    """So many search hits, each with one obfuscation, all of them in turn, beside itself as it was."""
    known, hows = load_templates(), list(OBFUSCATIONS)
    mailed = [t for t in known["hits"] if "{email" in t["text"]]
    for number in range(count):
        how = hows[number % len(hows)]
        able = mailed if how == "at/dot" else known["hits"]
        template = able[number // len(hows) * 7 % len(able)]
        values = _values("hits_adv", number, seed, template["kind"], known, faker)
        parts = render(template["text"], values)
        hidden, changed = obfuscate(parts, how, values.rng)
        if not any(changed):
            continue
        text, spans = assemble(hidden)
        plain_text, plain_spans = assemble(parts)
        yield {
            "id": f"hits_adv-{number}", "kind": template["kind"], "how": how, "changed": changed,
            "text": text, "spans": spans, "plain": {"text": plain_text, "spans": plain_spans},
        }  # fmt: skip


def write(folder: Path, seed: int, count: int, faker: Callable[[str], Any]) -> None:
    """All sets, as files of JSON lines."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {name: documents(name, count, seed, faker) for name in ("hits", "other", "clean")}
    made["hits_adv"] = adversarial(2 * count, seed, faker)
    made["shapes"] = shapes(max(4, count // 15), seed, faker)
    for name, rows in made.items():
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """The command; the only part that needs Faker."""
    parser = argparse.ArgumentParser("sets.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--documents", type=int, default=200, help="per set (200); twice as many in hits_adv")
    args = parser.parse_args(argv)
    from faker import Faker  # type: ignore[import-not-found] # only here: the project does not depend on it

    write(args.folder, args.seed, args.documents, cache(Faker))
    return 0


if __name__ == "__main__":
    sys.exit(main())
