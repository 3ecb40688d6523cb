"""vecgate warm: get to know what a collection holds before anybody reads it, so that no read waits for the model.

The collection is read page by page through the running gateway, as the person whose token is given: allowed by the
policies, masked and recorded like any other read. With each page the gateway looks through its texts for everybody
who may read them, whenever no answer wants its workers.
"""

import argparse
import json
import re
import sys
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from vecgate.cli import _upstream
from vecgate.cli._gateway import Gateway, GatewayFailed
from vecgate.dialects import Dialect
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import SENSITIVITIES

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

HEADER: Final = "vecgate-warm"
#: Longest wait for one page: its texts are looked through when nobody else wants the workers.
TIMEOUT: Final = 600.0
_TOLD: Final = re.compile(r"seen=(\d+), analysed=(\d+)")


@dataclass(frozen=True, slots=True)
class Tally:
    """What there was so far. A text that comes on several pages counts on each of them."""

    pages: int = 0
    records: int = 0
    texts: int = 0
    analysed: int = 0

    def __str__(self) -> str:
        known = self.texts - self.analysed
        return f"{self.records} records, {self.texts} texts: {self.analysed} analysed, {known} already known"


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate warm`."""
    words = "look through a collection ahead of its readers"
    parser = subparsers.add_parser("warm", help=words, description=__doc__, allow_abbrev=False)
    parser.add_argument("--collection", metavar="NAME", required=True, help="the collection")
    parser.add_argument(
        "--page", metavar="N", type=_page, default=50, help="records at a time, as many as a rule lets you read at once"
    )
    parser.add_argument(
        "--sensitivity",
        choices=SENSITIVITIES,
        default="all",
        help="only for mask profiles of this sensitivity; all: for those that the policies use",
    )
    _upstream.options(parser)
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    parser.set_defaults(func=run)


def _page(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError("a page has 1 to 10000 records")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """0 when the whole collection was read. Raises GatewayFailed or SettingsError."""
    gateway, dialect, tenant, database = _upstream.reach(args)
    going = dialect.pages(tenant, database, args.collection, args.page)
    if going is None:
        raise GatewayFailed(f"a collection of {dialect.name} cannot be read page by page")
    tally = Tally()
    for tally in _read(gateway, dialect, going, args.sensitivity):
        print(f"page {tally.pages}: {tally}", file=sys.stderr)
    print(json.dumps(asdict(tally)) if args.json else str(tally))
    return 0


def _read(gateway: Gateway, dialect: Dialect, going: Generator[Call, Json, None], level: str) -> Iterator[Tally]:
    """The tally after each page that has records."""
    tally = Tally()
    try:
        call = next(going)
        while True:
            answer, headers = gateway.said(call, {HEADER: level}, TIMEOUT)
            route = dialect.match(call).route
            records = dialect.records(Operation(dialect.name, route.name, route.kind, route.danger), answer)
            if records:
                tally = _counted(tally, records, headers.get(HEADER, ""))
                yield tally
            call = going.send(answer)
    except StopIteration:
        return
    except ValueError as e:
        raise GatewayFailed("the answer is not the database's") from e


def _counted(tally: Tally, records: int, told: str) -> Tally:
    found = _TOLD.fullmatch(told)
    if found is None:
        raise GatewayFailed("this gateway does not look through answers ahead of their readers")
    texts, analysed = map(int, found.groups())
    return Tally(tally.pages + 1, tally.records + records, tally.texts + texts, tally.analysed + analysed)
