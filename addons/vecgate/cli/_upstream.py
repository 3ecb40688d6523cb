"""Which database does a command read through the gateway? Its options, and the gateway at a name of that database."""

import argparse
import os
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from vecgate import dialects
from vecgate.cli._gateway import Gateway, GatewayFailed, safe
from vecgate.dialects import Dialect
from vecgate.settings import file as settings_file
from vecgate.settings.file import Settings
from vecgate.settings.upstreams import UpstreamSettings


class Reached(NamedTuple):
    """The gateway, and how to speak to the database behind it; `tenant` and `database` are those that were meant."""

    gateway: Gateway
    dialect: Dialect
    tenant: str
    database: str


def options(parser: argparse.ArgumentParser) -> None:
    """What tells which database, which gateway, and who one is."""
    parser.add_argument("--upstream", metavar="NAME", required=True, help="the database, as the settings call it")
    parser.add_argument("--tenant", metavar="NAME", help="its tenant; left out: the database's own default")
    parser.add_argument("--database", metavar="NAME", help="its database there; left out: the default one")
    parser.add_argument("--settings", metavar="FILE", help=f"settings file; left out: {settings_file.ENVIRONMENT_NAME}")
    parser.add_argument(
        "--gateway", metavar="URL", help="https://HOST:PORT; left out: VECGATE_GATEWAY, or the settings'"
    )
    parser.add_argument("--ca", metavar="FILE", help="the gateway's CA (PEM); left out: VECGATE_CA, or the settings'")
    parser.add_argument("--token-file", metavar="FILE", type=Path, help="your login token; left out: VECGATE_TOKEN")


def reach(args: argparse.Namespace) -> Reached:
    """What the options say. Raises GatewayFailed, SettingsError."""
    if args.settings:
        os.environ[settings_file.ENVIRONMENT_NAME] = args.settings
    settings = settings_file.from_environment()
    upstream = settings.upstreams.get(args.upstream)
    if upstream is None:
        raise GatewayFailed(f"no upstream '{safe(args.upstream)}'; there are: {', '.join(sorted(settings.upstreams))}")
    dialect = dialects.load(upstream.dialect)
    tenant, database = args.tenant or dialect.home[0], args.database or dialect.home[1]
    return Reached(_gateway(args, settings, upstream), dialect, tenant, database)


def _gateway(args: argparse.Namespace, settings: Settings, upstream: UpstreamSettings) -> Gateway:
    """The gateway, at a name and a port that mean this database there."""
    listen = settings.listen
    places = {listen.port + i: name for i, name in enumerate(sorted(settings.upstreams))}  # as in processes/master.py
    own = next(port for port, name in places.items() if name == args.upstream)
    ca = listen.certificate_folder / "mitmproxy-ca-cert.pem"
    url = args.gateway or os.environ.get("VECGATE_GATEWAY") or f"https://{upstream.hosts[0]}:{own}"
    found = Gateway.of(url, args.ca or os.environ.get("VECGATE_CA") or str(ca), args.token_file)
    if found.host not in upstream.hosts:
        raise GatewayFailed(f"at {safe(found.host)} is another database; its names are: {', '.join(upstream.hosts)}")
    if places.get(found.port, args.upstream) == args.upstream:
        return found
    if args.gateway:
        raise GatewayFailed(f"at port {found.port} is another database; its port is {own}")
    return replace(found, port=own)  # the variable is for all commands, and names one database of several
