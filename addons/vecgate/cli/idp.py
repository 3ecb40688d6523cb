"""vecgate idp: a login service: people log in by password or SAML, terminals get short tokens for the gateway.

A process of its own, never in the data path. Programs ask it for a login (RFC 8628); its person types their code in a
browser, logs in, sees who asks, and says yes. Put TLS in front of it, or give it a certificate; without, it serves this
machine only.
"""

import argparse
import getpass
import json
import os
import sys
import time
from pathlib import Path

from vecgate.browsers import serving
from vecgate.cli import OK
from vecgate.refusals.errors import SettingsError

ENVIRONMENT_NAME = "VECGATE_IDP_SETTINGS"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `vecgate idp`."""
    parser = subparsers.add_parser("idp", help="serve logins: SAML or passwords, to tokens", description=__doc__)
    parser.add_argument("--settings", metavar="FILE", type=Path, help=f"its settings; left out: {ENVIRONMENT_NAME}")
    serving.register(parser, 8471)
    parser.add_argument(
        "--front", metavar="ADDRESS", help="the TLS front before it, whose X-Forwarded-For tells who comes"
    )
    parser.add_argument(
        "--add", metavar="NAME", help="serve nothing; add somebody to `people`, or give them another password"
    )
    parser.add_argument("--group", metavar="GROUP", action="append", default=[], help="with --add: a group they are in")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """Serve until it is stopped, or add a person."""
    from vecgate.idp.app import LoginService  # only this command needs it
    from vecgate.idp.told import load

    named = args.settings or os.environ.get(ENVIRONMENT_NAME)
    if not named:
        raise SettingsError([f"name its settings file: --settings, or {ENVIRONMENT_NAME}"])
    told = load(Path(named))
    if args.add is not None:
        return _add(told.people, args.add, args.group)
    service = LoginService(told, time.time)
    serving.check(args)
    print(f"The login service is at {told.url}", flush=True)
    serving.serve(service.app, args, front=args.front or "")
    return OK


def _add(file: Path | None, name: str, groups: list[str]) -> int:
    from vecgate.idp import people

    if file is None:
        raise SettingsError(["people: its settings name no such file"])
    if not people.NAME.fullmatch(name):
        raise SettingsError([f"--add: {name!r} is no name: small letters, digits and . _ @ - only"])
    word = getpass.getpass(f"Password of {name}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    known = people.read(file) if file.exists() else {}
    known[name] = people.Local(password=people.hashed(word), groups=tuple(groups))
    text = json.dumps({who: one.model_dump() for who, one in known.items()}, indent=2)
    beside = file.with_name(f".{file.name}.new")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as new:
        new.write(text)
    beside.replace(file)
    return OK
