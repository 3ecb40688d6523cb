"""vecgate routes: which calls of a database are known, and what is each? One row for each route."""

import argparse
import json
from typing import TYPE_CHECKING

from vecgate import dialects
from vecgate.dialects import Route
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.refusals.errors import VecgateError

if TYPE_CHECKING:
    from vecgate.cli import Subparsers


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate routes`."""
    words = "list the routes of a database, with what each means"
    parser = subparsers.add_parser("routes", help=words, description=__doc__, allow_abbrev=False)
    parser.add_argument("--db", metavar="NAME", required=True, help=f"database: {', '.join(dialects.names())}")
    parser.add_argument("--format", choices=("json", "table"), default="table", help="how they are printed")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print them. Raises VecgateError."""
    try:
        rows = dialects.load(args.db).routes
    except LookupError as e:
        raise VecgateError(str(e)) from e
    if args.format == "json":
        print(json.dumps([_row(route) for route in rows], indent=2))
        return 0
    table = [("METHOD", "PATH", "OPERATION", "KIND", "DANGER", "GROUP", "PASSES")]
    table += [(r.method, r.path, r.name, r.kind, str(r.danger), OPERATION_KINDS[r.kind], passes(r)) for r in rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
    return 0


def passes(route: Route) -> str:
    """Whether a rule can let it through: `no` if it is always refused, `raw` if its answer could not be masked."""
    return "no" if route.refused else "raw" if route.raw else "yes"


def _row(route: Route) -> dict[str, object]:
    return {
        "method": route.method,
        "path": route.path,
        "operation": route.name,
        "kind": route.kind,
        "group": OPERATION_KINDS[route.kind],
        "danger": route.danger,
        "passes": passes(route),
        "query": [*route.query],
        "body": route.has_body,
        "source": route.url,
    }
