"""vecgate warm: get to know what a collection holds before anybody reads it, so that no read waits for the model.

The collection is read page by page through the running gateway, as the person whose token is given: allowed by the
policies, masked and recorded like any other read. With each page the gateway looks through its texts for everybody
who may read them, whenever no answer wants its workers.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vecgate import dialects
from vecgate.cli._gateway import Gateway, GatewayFailed, safe
from vecgate.dialects import Dialect
from vecgate.domain.call import Call, Json
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import SENSITIVITIES
from vecgate.settings import file as settings_file
from vecgate.settings.file import Settings
from vecgate.settings.upstreams import UpstreamSettings

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
    parser.add_argument("--upstream", metavar="NAME", required=True, help="the database, as the settings call it")
    parser.add_argument("--collection", metavar="NAME", required=True, help="the collection")
    parser.add_argument("--tenant", metavar="NAME", help="its tenant; left out: the database's own default")
    parser.add_argument("--database", metavar="NAME", help="its database there; left out: the default one")
    parser.add_argument("--page", metavar="N", type=_page, default=100, help="records at a time; left out: 100")
    parser.add_argument(
        "--sensitivity",
        choices=SENSITIVITIES,
        default="all",
        help="only for mask profiles of this sensitivity; left out: for all that the policies use",
    )
    parser.add_argument("--settings", metavar="FILE", help=f"settings file; left out: {settings_file.ENVIRONMENT_NAME}")
    parser.add_argument(
        "--gateway", metavar="URL", help="https://HOST:PORT; left out: VECGATE_GATEWAY, or the settings'"
    )
    parser.add_argument("--ca", metavar="FILE", help="the gateway's CA (PEM); left out: VECGATE_CA, or the settings'")
    parser.add_argument("--token-file", metavar="FILE", type=Path, help="your login token; left out: VECGATE_TOKEN")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    parser.set_defaults(func=run)


def _page(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError("a page has 1 to 10000 records")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """0 when the whole collection was read. Raises GatewayFailed or SettingsError."""
    if args.settings:
        os.environ[settings_file.ENVIRONMENT_NAME] = args.settings
    settings = settings_file.from_environment()
    upstream = settings.upstreams.get(args.upstream)
    if upstream is None:
        raise GatewayFailed(f"no upstream '{safe(args.upstream)}'; there are: {', '.join(sorted(settings.upstreams))}")
    gateway = _gateway(args, settings, upstream)
    dialect = dialects.load(upstream.dialect)
    tenant, database = args.tenant or dialect.home[0], args.database or dialect.home[1]
    going = dialect.pages(tenant, database, args.collection, args.page)
    if going is None:
        raise GatewayFailed(f"a collection of {upstream.dialect} cannot be read page by page")
    tally = Tally()
    for tally in _read(gateway, dialect, going, args.sensitivity):
        print(f"page {tally.pages}: {tally}", file=sys.stderr)
    print(json.dumps(asdict(tally)) if args.json else str(tally))
    return 0


def _gateway(args: argparse.Namespace, settings: Settings, upstream: UpstreamSettings) -> Gateway:
    """The gateway, at a name that means this database there."""
    ca = settings.listen.certificate_folder / "mitmproxy-ca-cert.pem"
    url = args.gateway or os.environ.get("VECGATE_GATEWAY") or f"https://{upstream.hosts[0]}:{settings.listen.port}"
    found = Gateway.of(url, args.ca or os.environ.get("VECGATE_CA") or str(ca), args.token_file)
    if found.host not in upstream.hosts:
        raise GatewayFailed(f"at {safe(found.host)} is another database; its names are: {', '.join(upstream.hosts)}")
    return found


def _read(gateway: Gateway, dialect: Dialect, going: Generator[Call, Json, None], level: str) -> Iterator[Tally]:
    """The tally after each page that has records."""
    tally = Tally()
    try:
        call = next(going)
        while True:
            answer, headers = gateway.ask(call.method, call.path, call.body or None, {HEADER: level}, TIMEOUT)
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
