"""vecgate scan: which collections and fields hold which kinds of personal data, by sample, and a first mask profile.

A sample of each collection is read through the running gateway, as the person whose token is given: it takes a rule
that names `scan`, and is recorded. The gateway looks through the records itself and answers with counts by field:
no record, no value and no text of one leaves it, masked or not.
"""

import argparse
import json
import random
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vecgate.cli import NO, OK, _upstream
from vecgate.cli._gateway import GatewayFailed, safe
from vecgate.cli._table import table
from vecgate.cli.scan.scanned import Collection, profile
from vecgate.dialects.base.scanned import MOST
from vecgate.domain.profiles import ON_REQUEST
from vecgate.refusals.errors import VecgateError

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

HEADER: Final = "vecgate-scan"
#: Longest wait for one answer: its texts are looked through when nobody else wants the workers.
TIMEOUT: Final = 600.0
_HEAD: Final = ("collection", "field", "kind", "records", "share", "found")
_NO_SCAN: Final = "the gateway's answer is no scan: is it of this version?"
_TAIL: Final = "A sample proves no absence: what is listed is there, and what is not may be there all the same."


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate scan`."""
    words = "tell which fields hold which kinds of personal data, by sample"
    parser = subparsers.add_parser("scan", help=words, description=__doc__, allow_abbrev=False)
    parser.add_argument("--collection", metavar="NAME", help="only this one; left out: all that you may see")
    parser.add_argument(
        "--sample", metavar="N", type=_sample, default=300, help=f"records of each collection, at most {MOST}"
    )
    _upstream.options(parser)
    parser.add_argument("--write-profile", metavar="FILE", help="write a first mask profile there; '-': print it")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    parser.set_defaults(func=run)


def _sample(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST:
        raise argparse.ArgumentTypeError(f"a sample has 1 to {MOST} records")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """0 when all was scanned, 1 when some of it was not. Raises GatewayFailed or SettingsError."""
    if args.write_profile not in (None, "-") and Path(args.write_profile).exists():
        raise GatewayFailed(f"{args.write_profile} is there already; nothing was scanned")
    if args.json and args.write_profile == "-":
        raise GatewayFailed("counts and a profile are not printed together; name a file for the profile")
    reached = _upstream.reach(args)
    scanned, failed = list[Collection](), list[dict[str, str]]()
    for database, name in _named(args, reached):
        try:
            scanned.append(_look(reached, database, name, args.sample))
        except VecgateError as e:  # refused there, or a name that is sent to nobody
            print(f"vecgate: {safe(name)} was not scanned: {e}", file=sys.stderr)
            failed.append({"database": database, "name": name, "why": str(e)})
    if args.json:
        told = {"upstream": args.upstream, "collections": [_plain(one) for one in scanned], "failed": failed}
        print(json.dumps(told, indent=2))
    elif args.write_profile != "-" and (scanned or not failed):
        print("\n".join(_printed(scanned, reached.database)))
    if args.write_profile is not None and scanned:
        _write(args.write_profile, profile(args.upstream, scanned))
    return NO if failed else OK


def _write(where: str, text: str) -> None:
    if where == "-":
        print(text, end="")
        return
    try:
        with Path(where).open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as e:
        raise GatewayFailed(f"{where}: {e.strerror}") from e
    print(f"\nA first mask profile is in {where}; it opens nothing to anybody yet.", file=sys.stderr)


def _named(args: argparse.Namespace, reached: _upstream.Reached) -> Iterable[tuple[str, str]]:
    """The collections to look at, each with its database."""
    if args.collection:
        return [(reached.database, args.collection)]
    going = reached.dialect.inventory(reached.tenant)
    if going is None:
        raise GatewayFailed(f"collections of {reached.dialect.name} cannot be listed; name one with --collection")
    found = sorted(_asked(reached, going)[0])
    return [one for one in found if args.database in (None, one[0])]


def _look(reached: _upstream.Reached, database: str, name: str, most: int) -> Collection:
    # Not a secret: which records are looked at need not be hard to guess, only spread.
    draw = random.Random().randrange  # noqa: S311
    going = reached.dialect.sample(reached.tenant, database, name, most, draw)
    if going is None:
        raise GatewayFailed(f"a collection of {reached.dialect.name} cannot be scanned")
    made = Collection(database, name)
    try:
        made.records, reports = _asked(reached, going)
        for one in reports:
            made.add(one)
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        raise GatewayFailed(_NO_SCAN) from e
    if made.records and not made.looked_at:
        raise GatewayFailed(_NO_SCAN)
    return made


def _asked(reached: _upstream.Reached, going: Any) -> tuple[Any, list[dict[str, Any]]]:
    """What a dialect's questions come to, and what the gateway told of samples among them."""
    reports = list[dict[str, Any]]()
    try:
        call = next(going)
        while True:
            asks = {HEADER: "1"} if reached.dialect.samples(call) else {}
            answer, _ = reached.gateway.said(call, asks, TIMEOUT)
            if isinstance(answer, dict) and "scan" in answer:
                reports.append(answer["scan"])
            call = going.send(answer)
    except StopIteration as e:
        return e.value, reports
    except ValueError as e:
        raise GatewayFailed("the answer is not the database's") from e


def _plain(one: Collection) -> dict[str, Any]:
    tree = asdict(one)
    tree["fields"] = [
        {"field": each.name, "records": each.records, "kinds": each.kinds} for each in one.fields.values()
    ]
    return tree


def _printed(scanned: list[Collection], home: str) -> Iterator[str]:
    rows = [row for one in scanned for row in _rows(one, home)]
    if rows:
        yield from table([_HEAD, *rows])
        yield ""
    for one in scanned:
        found = "" if any(each.kinds for each in one.fields.values()) else "; nothing personal was found"
        more = f"; {one.more} more fields are not listed" if one.more else ""
        yield f"{_called(one, home)}: {one.looked}{found}{more}"
    if not scanned:
        yield "There is no collection that you may see."
    if any(kind in ON_REQUEST for one in scanned for each in one.fields.values() for kind in each.kinds):
        yield f"* {', '.join(sorted(ON_REQUEST))}: masked only where a profile names them."
    yield _TAIL


def _called(one: Collection, home: str) -> str:
    return safe(one.name if one.database == home else f"{one.database}/{one.name}")


def _rows(one: Collection, home: str) -> Iterator[tuple[str, ...]]:
    for each in sorted(one.fields.values(), key=lambda each: each.path):
        for kind, counts in sorted(each.kinds.items(), key=lambda item: -item[1]["records"]):
            share = f"{100 * counts['records'] / max(1, one.looked_at):.0f} %"
            shown = f"{kind} *" if kind in ON_REQUEST else kind
            yield _called(one, home), safe(each.name), shown, str(counts["records"]), share, str(counts["found"])
