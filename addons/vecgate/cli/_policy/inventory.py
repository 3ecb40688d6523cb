"""Which collections are there? Asked through the gateway, database by database, as whoever's token it is."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from vecgate.cli._gateway import GatewayFailed, in_form
from vecgate.cli._upstream import Reached, reach

PAGE: Final = 1000
#: So many pages are asked for at the most.
_MOST: Final = 100


def options(parser: argparse.ArgumentParser) -> None:
    """What `there` wants."""
    there = "a database whose collections are asked for through the gateway, so that patterns are told that fit none of"
    there += " those that you may see; may be given again"
    parser.add_argument("--upstream", action="append", default=[], metavar="NAME", help=there)
    parser.add_argument("--tenant", metavar="NAME", help="its tenant; left out: the database's own default")
    parser.add_argument("--database", metavar="NAME", help="its database there; left out: the default one")
    parser.add_argument(
        "--gateway", metavar="URL", help="https://HOST:PORT; left out: VECGATE_GATEWAY, or the settings'"
    )
    parser.add_argument("--ca", metavar="FILE", help="the gateway's CA (PEM); left out: VECGATE_CA, or the settings'")
    parser.add_argument("--token-file", metavar="FILE", type=Path, help="your login token; left out: VECGATE_TOKEN")
    parser.set_defaults(settings=None)


def there(args: argparse.Namespace) -> dict[str, tuple[str, ...]]:
    """The names of the collections of each database that is named. Raises GatewayFailed."""
    found = dict[str, tuple[str, ...]]()
    for name in args.upstream:
        reached = reach(argparse.Namespace(**{**vars(args), "upstream": name}))
        if not reached.dialect.lists_at:
            raise GatewayFailed(
                f"{name}: how its collections are listed is not known of this database; use --inventory"
            )
        found[name] = tuple(dict.fromkeys(_names(reached)))
    return found


def _names(reached: Reached) -> Iterator[str]:
    dialect = reached.dialect
    place = {"tenant": reached.tenant, "database": reached.database, "limit": PAGE}
    for page in range(_MOST):
        path = dialect.lists_at.format(**place, offset=page * PAGE)
        tree: Any = reached.gateway.call("GET", path)
        with in_form(KeyError, TypeError):
            for key in dialect.lists_under:
                tree = tree[key]
            names = [str(one["name"]) for one in tree]
        yield from names
        if "{offset}" not in dialect.lists_at or len(names) < PAGE:
            return
    raise GatewayFailed(f"there are more than {_MOST * PAGE} collections; use --inventory")
