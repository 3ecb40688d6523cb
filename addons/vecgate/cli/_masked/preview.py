"""How does `vecgate mask --profile` work? It prints what a write of these texts would store: the gateway says."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Final

from vecgate.cli import OK, _gateway
from vecgate.cli._gateway import Gateway, GatewayFailed, in_form, safe

API: Final = "/.vecgate/v1/mask"
LONGEST: Final = 8 * 1024 * 1024
#: A model reads them; the larger they are together, the longer one answer takes.
TIMEOUT: Final = 120.0
_CHARACTERS: Final = 64 * 1024
_PARTS: Final[tuple[str, ...]] = ("text", "metadata")

type Row = dict[str, Any]


def options(parser: argparse.ArgumentParser) -> None:
    """What is said about the gateway, and about where the texts would be written."""
    parser.add_argument("--collection", metavar="NAME", help="with --profile: where they are to be written")
    parser.add_argument("--tenant", metavar="NAME", default="", help="its tenant; left out: that of clients without")
    parser.add_argument("--database", metavar="NAME", default="", help="its database; left out: as with --tenant")
    parser.add_argument("--batch", metavar="N", type=_batch, default=64, help="records asked about at once")
    _gateway.options(parser)


def _batch(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("a batch has 1 to 1000 records")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Print what would be stored. Raises GatewayFailed, or BadLine for a line that cannot be used."""
    if not args.collection:
        raise GatewayFailed("say with --collection where the texts are to be written")
    gateway = Gateway.of(args.gateway, args.ca, args.token_file)
    about = {name: getattr(args, name) for name in ("collection", "profile", "tenant", "database")}
    asked = {name: value for name, value in about.items() if value}
    for batch in _batches(_rows(args), args.batch):
        records: list[Row] = [{part: row[part] for part in _PARTS if part in row} for row in batch]
        body = json.dumps(asked | {"records": records}).encode()
        tree, _ = gateway.ask("POST", API, body, timeout=TIMEOUT)
        for row, masked in zip(batch, _masked(tree, records), strict=True):
            print(json.dumps(row | masked, ensure_ascii=False) if args.json else _printable(masked["text"]))
    return OK


def _masked(tree: Any, records: list[Row]) -> list[Row]:
    """The records of an answer: each has what was sent. Raises GatewayFailed."""
    with in_form(ValueError):
        found = [{part: record[part] for part in sent} for sent, record in zip(records, tree["records"], strict=True)]
    if not all(isinstance(record.get("text", ""), str) for record in found):
        raise GatewayFailed("the answer is not the gateway's: it has another form")
    return found


def _rows(args: argparse.Namespace) -> Iterator[Row]:
    if args.texts:
        yield from ({"text": text} for text in args.texts)
        return
    source: BinaryIO = args.file.open("rb") if args.file else sys.stdin.buffer
    with source:
        if args.json:
            yield from _lines(source)
        else:
            yield {"text": _whole(source)}


def _lines(source: Iterable[bytes]) -> Iterator[Row]:
    from vecgate.cli._masked import lines  # the model's library takes its time; --help does not need it

    for number, row in lines.objects(source):
        if row.keys().isdisjoint(_PARTS):
            raise lines.BadLine(f'line {number}: no "text" and no "metadata"')
        if "text" in row:
            lines.text_of(number, row)
        yield row


def _whole(source: BinaryIO) -> str:
    raw = source.read(LONGEST + 1)
    if len(raw) > LONGEST:
        raise GatewayFailed(f"the text has more than {LONGEST} bytes; give it in parts")
    try:
        return raw.decode().removesuffix("\n")
    except UnicodeDecodeError as e:
        raise GatewayFailed("the text is not UTF-8") from e


def _batches(rows: Iterable[Row], most: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(json.dumps(row))
        if len(batch) >= most or size >= _CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _printable(text: str) -> str:
    return "\n".join(map(safe, text.split("\n"))) if sys.stdout.isatty() else text
