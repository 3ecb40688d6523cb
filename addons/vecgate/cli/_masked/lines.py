"""How does `vecgate mask` work? Lines in, the engine that the gateway's workers use, lines out."""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final, TextIO

from vecgate.cli._gateway import safe
from vecgate.cli._table import table
from vecgate.domain.profiles import ENTITIES, LONGEST_LIST, ON_REQUEST, listed
from vecgate.masking.apply.explain import Proofs, Reason
from vecgate.masking.apply.explain import explain as reasoned
from vecgate.masking.apply.spans import merge
from vecgate.masking.detect.detector import Detector
from vecgate.masking.detect.model import Model, ModelRefused
from vecgate.masking.detect.texts import Text
from vecgate.refusals.errors import VecgateError
from vecgate.settings.masking import Masking

_BATCH_TEXTS: Final = 64
_BATCH_CHARACTERS: Final = 64 * 1024
_HEAD: Final = ("where", "entity", "text", "outcome", "by", "why")
_WIDEST: Final = 40

type Row = tuple[Any, str]


class BadLine(VecgateError):
    """A line of the input cannot be used. Says which and why, and nothing of what it holds."""


def detector(args: argparse.Namespace) -> Detector:
    """Raises VecgateError when the model cannot be used."""
    package = args.model or Masking.model_fields["model"].default
    try:
        return Detector(Model(package, args.model_sha256))
    except ModelRefused as e:
        raise VecgateError(str(e)) from e


def wanted(everything: bool) -> tuple[str, ...]:
    """The entities to report."""
    return tuple(e for e in ENTITIES if everything or e not in ON_REQUEST)


def objects(source: Iterable[bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each line's number and object; empty lines are passed over. Raises BadLine."""
    for number, line in enumerate(source, 1):
        if line.isspace():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            raise BadLine(f"line {number}: not JSON") from None  # the cause quotes the line
        if not isinstance(row, dict):
            raise BadLine(f"line {number}: not an object")
        yield number, row


def text_of(number: int, row: dict[str, Any]) -> str:
    """Raises BadLine unless the row's `text` is a string of valid Unicode."""
    text = row.get("text")
    if not isinstance(text, str):
        raise BadLine(f'line {number}: no "text", or it is not a string')
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadLine(f"line {number}: the text is not valid Unicode (a lone surrogate)") from None
    return text


def _rows(source: Iterable[bytes]) -> Iterator[Row]:
    for number, row in objects(source):
        if "id" not in row:
            raise BadLine(f'line {number}: no "id"')
        yield row["id"], text_of(number, row)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row[1])
        if len(batch) >= _BATCH_TEXTS or size >= _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def spans(engine: Detector, source: BinaryIO, out: TextIO, args: argparse.Namespace) -> None:
    """Write one line for each line read, in order. Raises BadLine."""
    entities = wanted(args.all)
    for batch in _batches(_rows(source)):
        found = engine.analyse([Text(text, level=args.sensitivity) for _, text in batch])
        for (name, text), findings in zip(batch, found, strict=True):
            merged = [[f.start, f.end, f.entity] for f in merge(text, findings, entities)]
            out.write(json.dumps({"id": name, "spans": merged}, ensure_ascii=False) + "\n")


def explain(engine: Detector, text: str, out: TextIO, args: argparse.Namespace) -> None:
    """Write what was found in the text, by what, why, and what became of it: a table, or JSON."""
    findings = engine.analyse([Text(text, level=args.sensitivity)])[0]
    reasons = reasoned(text, findings, wanted(args.all))
    if args.json:
        out.write(json.dumps([_tree(reason) for reason in reasons], indent=2, ensure_ascii=False) + "\n")
    elif reasons:
        out.writelines(f"{line}\n" for line in table([_HEAD, *(_row(reason) for reason in reasons)]))
    else:
        out.write("nothing personal was found\n")


def _tree(reason: Reason) -> dict[str, Any]:
    found = reason.finding
    return {
        "start": found.start, "end": found.end, "entity": found.entity, "text": reason.text, "by": reason.by,
        "why": reason.why, "outcome": reason.outcome, "lost_to": [[f.start, f.end, f.entity] for f in reason.lost_to],
    }  # fmt: skip


def _row(reason: Reason) -> tuple[str, ...]:
    found = reason.finding
    shown = safe(reason.text if len(reason.text) <= _WIDEST else f"{reason.text[: _WIDEST - 3]}...")
    lost = ", ".join(dict.fromkeys(f"{f.entity} {f.start}-{f.end}" for f in reason.lost_to))
    outcome = f"{reason.outcome}, lost to {lost}" if lost else reason.outcome
    return f"{found.start}-{found.end}", found.entity, shown, outcome, reason.by, reason.why


def suggest(source: BinaryIO, out: TextIO) -> None:
    """Write `allow:` entries for false alarms, most frequent first. Raises BadLine.

    What a check proves to be personal, whatever anybody says of it, is left out and named in a comment.
    """
    counts: Counter[str] = Counter()
    for number, row in objects(source):
        counts.update(_alarms(number, row))
    proofs = Proofs()
    proved = {text: entity for text in counts if (entity := proofs.of(text))}
    entries = [(text, count) for text, count in counts.most_common() if text not in proved][:LONGEST_LIST]
    out.write("allow:\n" if entries else "allow: []\n")
    for text, count in entries:
        out.write(f"  - {json.dumps(text, ensure_ascii=False)}  # {count} {'times' if count > 1 else 'time'}\n")
    for entity, count in sorted(Counter(proved.values()).items()):
        out.write(f"# left out: {count} that a check proves to be {entity}\n")


def _alarms(number: int, row: dict[str, Any]) -> list[str]:
    """The texts that one line says are no personal data. Raises BadLine."""
    text = text_of(number, row)
    spans = row.get("false", [[0, len(text)]])
    if not isinstance(spans, list):
        raise BadLine(f'line {number}: "false" is not a list')
    return [_stretch(number, text, span) for span in spans]


def _stretch(number: int, text: str, span: Any) -> str:
    match span:
        case [int() as start, int() as end, *_] if 0 <= start < end <= len(text):
            try:
                return listed(text[start:end])
            except ValueError as e:
                raise BadLine(f"line {number}: {e}") from None
    raise BadLine(f'line {number}: "false" holds something else than [start, end, label] within the text')
