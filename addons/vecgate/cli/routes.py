"""vecgate routes: which calls of a database are known, and what is each? One row for each route.

`passes`: `no` for what is always refused (`why`), `raw` for what answers with data that nothing could mask. `rows`:
what becomes of it under a rule that opens some rows only: `kept` to them, `whole` as it shows none, or `refused`.
`unguarded`: the guards of a rule (`canaries`, `stamp`, ...) under which it is refused, as nobody could see to them.
"""

import argparse
import json
from typing import TYPE_CHECKING, Final

from vecgate import dialects
from vecgate.cli import _offline
from vecgate.cli._table import table
from vecgate.dialects import Dialect, Route
from vecgate.domain.kinds import OPERATION_KINDS

if TYPE_CHECKING:
    from vecgate.cli import Subparsers

_COLUMNS: Final = ("method", "path", "operation", "kind", "danger", "group", "passes", "rows", "unguarded", "why")


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate routes`."""
    words = "list the routes of a database, with what each means"
    parser = subparsers.add_parser("routes", help=words, description=__doc__, allow_abbrev=False)
    parser.add_argument("--db", metavar="NAME", required=True, help=f"database: {', '.join(dialects.names())}")
    parser.add_argument("--format", choices=("json", "table"), default="table", help="how they are printed")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Print them. Raises VecgateError."""
    dialect = _offline.known(args.db)
    rows = [_row(dialect, route) for route in dialect.routes]
    if args.format == "json":
        print(json.dumps(rows, indent=2))
        return 0
    lines = [tuple(column.upper() for column in _COLUMNS)]
    lines += [tuple(_cell(row[column]) for column in _COLUMNS) for row in rows]
    print("\n".join(table(lines)))
    return 0


def _cell(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


def passes(route: Route) -> str:
    """Whether a rule can let it through: `no` if it is always refused, `raw` if its answer could not be masked."""
    return "no" if route.refused else "raw" if route.raw else "yes"


def _row(dialect: Dialect, route: Route) -> dict[str, object]:
    return {
        "method": route.method,
        "path": route.path,
        "operation": route.name,
        "kind": route.kind,
        "group": OPERATION_KINDS[route.kind],
        "danger": route.danger,
        "passes": passes(route),
        "rows": dialect.scope_of(route),
        "unguarded": [] if route.refused else [*dialect.unguarded(route)],
        "why": route.refused,
        "query": [*route.query],
        "body": route.has_body,
        "source": route.url,
    }
