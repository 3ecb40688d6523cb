"""How does `vecgate mask` work? Lines in, the engine that the gateway's workers use, lines out."""

import argparse
import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final, TextIO

from vecgate.errors import VecgateError
from vecgate.masking.detect import Detector
from vecgate.masking.model import Model, ModelRefused
from vecgate.masking.spans import merge
from vecgate.masking.texts import Text
from vecgate.profiles import ENTITIES
from vecgate.sections import Masking
from vecgate.terms import Finding

#: Found, but masked only where a profile names them.
ON_REQUEST: Final = frozenset({"ORG", "URL", "LOCATION", "DATE"})
_BATCH_TEXTS: Final = 64
_BATCH_CHARACTERS: Final = 64 * 1024

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
    """To come."""
    findings: list[Finding] = engine.analyse([Text(text, level=args.sensitivity)])[0]
    for f in merge(text, findings, wanted(args.all)):
        out.write(f"{f.start}\t{f.end}\t{f.entity}\t{f.source}\n")


def suggest(source: BinaryIO, out: TextIO) -> None:
    """To come."""
