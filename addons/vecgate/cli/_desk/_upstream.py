"""Which database is meant, and where is it behind the gateway? As desk.toml says, or as options do."""

import argparse
from dataclasses import dataclass

from vecgate.cli._gateway import Gateway, GatewayFailed, options, place, safe
from vecgate.desk import clients
from vecgate.desk.told import told


@dataclass(frozen=True, slots=True)
class Meant:
    """A database as clients reach it: what it speaks, the gateway's address for it, and the gateway's CA."""

    dialect: str
    url: str
    ca: str


def upstream_options(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """What `meant` wants."""
    about = "the database: a name of desk.toml, or, with --dialect, any"
    parser.add_argument("--upstream", metavar="U", required=required, help=about)
    about = f"what it speaks, at the gateway's address: {', '.join(clients.names())}"
    parser.add_argument("--dialect", metavar="NAME", choices=clients.names(), help=about)
    options(parser)


def meant(args: argparse.Namespace) -> Meant:
    """The database that is meant. Raises GatewayFailed, DeskFailed."""
    found = told()
    known = (found.upstreams or {}).get(args.upstream or "")
    url, ca = place(args.gateway, args.ca)
    if known is not None:
        url, ca = args.gateway or known.url, ca or found.ca
        Gateway.of(url, ca, args.token_file)  # that the address is one
        return Meant(args.dialect or known.dialect, url, ca)
    if args.upstream and not args.dialect:
        names = ", ".join(found.upstreams or {}) or "none"
        raise GatewayFailed(
            f"desk.toml has no upstreams.{safe(args.upstream)} (there: {names}); say --dialect, or add it"
        )
    Gateway.of(url, ca, args.token_file)  # that the address is one
    return Meant(args.dialect or "", url, ca)
