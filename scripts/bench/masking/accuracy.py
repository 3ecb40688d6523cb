"""What do both maskers find in the same texts? Sets in, scores and the CPU time it took out, texts in turns."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from pathlib import Path
from typing import Any, Final

from bench.masking.env import Side
from bench.masking.score import ASIDE, LOOSE, Document, Score, Span, covered, masked_share, named, score
from bench.masking.sets import tech
from bench.masking.values import chance

#: Sets of texts in which nothing is personal (`tech`: hardly anything; nobody labelled it).
CLEAN: Final = ("clean", "tech")
#: Texts per question, as many as a search has hits.
_HITS: Final = 10


@dataclass(frozen=True, slots=True)
class Set:
    """Texts with what is personal in them. `rows`: as they were read; `labelled`: the types it labels, None for all."""

    name: str
    documents: tuple[Document, ...]
    labelled: frozenset[str] | None
    rows: tuple[Mapping[str, Any], ...] = ()

    @property
    def texts(self) -> list[str]:
        return [document.text for document in self.documents]


def document(row: Mapping[str, Any]) -> Document:
    """Raises KeyError, ValueError or TypeError for a row that is none."""
    return Document(row["text"], tuple(Span(int(start), int(end), label) for start, end, label in row["spans"]))


def read(file: Path, count: int, seed: int, *, all_labels: bool) -> Set:
    """So many documents of a file of JSON lines. `all_labels`: the set labels every type, not only those in it."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    documents = [document(row) for row in rows]
    labelled = None if all_labels else frozenset(named(span.label) for one in documents for span in one.spans)
    chosen = sorted(chance(seed, file.stem).sample(range(len(rows)), min(count, len(rows))))
    return Set(file.stem, tuple(documents[i] for i in chosen), labelled, tuple(rows[i] for i in chosen))


def sets(made: Path, data: Path | None, count: int, seed: int) -> Iterator[Set]:
    """The generated ones, those in `data`, and technical text that is installed here."""
    for name in ("hits", "hits_adv", "other", "clean"):
        yield read(made / f"{name}.jsonl", 2 * count if name == "hits_adv" else count, seed, all_labels=True)
    yield read(made / "shapes.jsonl", 10**6, seed, all_labels=False)
    yield Set("tech", tuple(Document(text, ()) for text in tech(count, seed)), None)
    for file in sorted(data.glob("*.jsonl")) if data else ():
        yield read(file, count, seed, all_labels=False)


@dataclass(slots=True)
class Found:
    """What one side found in each text of a set, what of it is masked unasked, and the CPU seconds it took."""

    spans: list[list[Span]]
    unasked: list[list[Span]]
    cpu: float = 0.0


def ask(sides: Sequence[Side], texts: Sequence[str]) -> dict[str, Found]:
    """Every side reads every text; they take turns, so that a busy moment of the machine meets all of them."""
    found = {side.name: Found([], []) for side in sides}
    for some in batched(texts, _HITS):
        for side in sides:
            heard = side.ask(some)
            found[side.name].spans += heard["found"]
            found[side.name].unasked += heard["unasked"]
            found[side.name].cpu += heard["cpu"]
    return found


def _obfuscations(one: Set, found: Sequence[Sequence[Span]], plain: Sequence[Sequence[Span]]) -> dict[str, Any]:
    """By obfuscation: cover of the values it changed, and the core of their documents, obfuscated and as they were."""
    values: Counter[str] = Counter()
    hidden: Counter[tuple[str, str]] = Counter()
    scores: dict[tuple[str, str], Score] = defaultdict(Score)
    for row, seen, seen_plain in zip(one.rows, found, plain, strict=True):
        how = row["how"]
        values[how] += sum(row["changed"])
        for state, twin, spans in (("obfuscated", row, seen), ("plain", row["plain"], seen_plain)):
            hidden[how, state] += covered(document(twin), spans, row["changed"])
            scores[how, state].add(document(twin), spans)
    result: dict[str, Any] = {how: {"values": count} for how, count in values.items()}
    for (how, state), judged in scores.items():
        cover = round(hidden[how, state] / max(1, values[how]), 4)
        result[how][state] = {"cover": cover} | judged.tree()["core"]
    return result


def _cleanness(one: Set, seen: Found) -> dict[str, Any]:
    """Share of letters masked: by the types of the core, of the strict core, and of those masked unasked."""
    kinds, spans = Counter(named(span.label) for found in seen.spans for span in found), seen.spans
    return {
        "core": round(masked_share(one.texts, spans, ASIDE), 5),
        "strict": round(masked_share(one.texts, spans, ASIDE | LOOSE), 5),
        "default": round(masked_share(one.texts, seen.unasked, ASIDE), 5),
        "by_type": dict(kinds.most_common()),
    }


def _whole(one: Set, seen: Found) -> dict[str, Any]:
    """By shape: how many names there are, and which share is masked to the last letter: unasked, and by all types."""
    there: Counter[str] = Counter()
    hidden: dict[str, Counter[str]] = {"default": Counter(), "all": Counter()}
    for row, doc, unasked, found in zip(one.rows, one.documents, seen.unasked, seen.spans, strict=True):
        for gold in doc.spans:
            for shape in (row["kind"], row["half"], "all shapes"):
                there[shape] += 1
                for how, masked in (("default", unasked), ("all", found)):
                    hidden[how][shape] += covered(Document(doc.text, (gold,)), masked, [True])
    return {
        shape: {"names": count} | {how: round(counts[shape] / count, 4) for how, counts in hidden.items()}
        for shape, count in there.items()
    }


def judge(one: Set, sides: Sequence[Side]) -> tuple[dict[str, Any], dict[str, Found]]:
    """A set's part of the report, and what was found."""
    found = ask(sides, one.texts)
    report: dict[str, Any] = {"documents": len(one.documents), "characters": sum(map(len, one.texts))}
    for name, seen in found.items():
        judged = _cleanness(one, seen) if one.name in CLEAN else score(one.documents, seen.spans, one.labelled).tree()
        report[name] = judged | {"cpu_seconds": round(seen.cpu, 3)}
    if one.name == "shapes":
        for name, seen in found.items():
            report[name]["whole"] = _whole(one, seen)
    if one.name == "hits_adv":
        plain = ask(sides, [row["plain"]["text"] for row in one.rows])
        for name, seen in found.items():
            report[name]["obfuscations"] = _obfuscations(one, seen.spans, plain[name].spans)
    return report, found


def errors(one: Set, spans: Sequence[Sequence[Span]], count: int) -> Iterator[str]:
    """Some misses and false alarms, a line each, spread over the set."""
    lines = []
    for doc, found in zip(one.documents, spans, strict=True):
        for gold in doc.spans:
            if not covered(Document(doc.text, (gold,)), found, [True]):
                lines.append(_line("miss", doc.text, gold))
        for span in found:
            if not any(span.start < gold.end and gold.start < span.end for gold in doc.spans):
                lines.append(_line("alarm", doc.text, span))
    yield from chance().sample(lines, min(count, len(lines)))


def _line(kind: str, text: str, span: Span) -> str:
    around = text[max(0, span.start - 40) : span.start], text[span.start : span.end], text[span.end : span.end + 40]
    return f"{kind:5} {span.label:12} {'>>'.join(around[:2])}<<{around[2]}".replace("\n", "\\n")
