"""vecgate doctor: is the gateway in order, and can a database be reached around it?

Run it as the gateway's user, on its host: it looks at files as that user and tries ports from there.
"""

import argparse
import asyncio
import json
import logging
import os
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from vecgate.cli import NO, OK, _offline
from vecgate.cli._gateway import GatewayFailed, read_token, safe
from vecgate.cli._policy.folder import DEFAULT_DIALECT
from vecgate.doctor import Asked, Finding, Level, examine
from vecgate.doctor.checks.upstream import mistakes
from vecgate.doctor.finding import problem, sentence
from vecgate.refusals.errors import SettingsError, VecgateError
from vecgate.settings import file as settings_file

if TYPE_CHECKING:
    from vecgate.cli import Subparsers


def register(subparsers: "Subparsers") -> None:
    """Add `vecgate doctor`."""
    words = "tell whether the gateway is in order, and whether a database can be reached around it"
    parser = subparsers.add_parser("doctor", help=words, description=__doc__)
    parser.add_argument("--settings", type=Path, help=f"settings file; left out: {settings_file.ENVIRONMENT_NAME}")
    parser.add_argument("--upstream", metavar="NAME", help="examine only this database; left out: all")
    parser.add_argument(
        "--port", type=_port, action="append", default=[], help="another port to try on the databases' hosts"
    )
    whose = "a person's login token: their whole way is tried, and whether it opens anything around the gateway"
    parser.add_argument("--token-file", metavar="FILE", type=Path, help=whose)
    parser.add_argument("--strict", action="store_true", help="let warnings count as problems for the exit code")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.set_defaults(func=run)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """0 when there is no problem (with --strict: nor a warning), otherwise 1."""
    logging.getLogger("vecgate").addHandler(logging.NullHandler())  # what fails is told as a finding, once
    findings = sorted(_findings(args), key=lambda finding: list(Level).index(finding.level))
    counts = Counter(finding.level for finding in findings)
    if args.json:
        print(json.dumps({"counts": {level: counts[level] for level in Level}, "findings": _rows(findings)}, indent=2))
    else:
        _show(findings, counts)
    bad = counts[Level.PROBLEM] + (counts[Level.WARNING] if args.strict else 0)
    return NO if bad else OK


class _NoUpstream(VecgateError):
    """The settings have no database of that name."""


def _findings(args: argparse.Namespace) -> list[Finding]:
    try:
        asked = _asked(args)
    except GatewayFailed as e:
        return [problem("login token", sentence(str(e)), "Put the token of a login into that file.")]
    except _NoUpstream as e:
        return [problem("--upstream", str(e), "Name one of these; left out, all are examined.")]
    except SettingsError as e:
        todo = "Correct the settings file; the gateway does not start with it."
        return [problem("settings", sentence(said), todo) for said in e.problems]
    dialects = {asked.settings.upstreams[name].dialect for name in asked.upstreams}
    reader = _offline.reader(dialects.pop() if len(dialects) == 1 else DEFAULT_DIALECT)
    return asyncio.run(examine(asked, reader, time.time))


def _asked(args: argparse.Namespace) -> Asked:
    file = args.settings or Path(os.environ.get(settings_file.ENVIRONMENT_NAME, ""))
    settings = settings_file.load(file) if args.settings else settings_file.from_environment()
    if args.upstream is not None and args.upstream not in settings.upstreams:
        raise _NoUpstream(f"no upstream {args.upstream!r}. Known: {', '.join(settings.upstreams)}.")
    if problems := [said for name, spec in settings.upstreams.items() for said in mistakes(name, spec)]:
        raise SettingsError(problems)
    upstreams = (args.upstream,) if args.upstream else tuple(settings.upstreams)
    token = read_token(args.token_file) if args.token_file else None
    return Asked(file, settings, upstreams, tuple(args.port), token)


def _rows(findings: list[Finding]) -> list[dict[str, str]]:
    return [{"level": f.level, "about": f.about, "found": f.found, "todo": f.todo} for f in findings]


def _show(findings: list[Finding], counts: Counter[Level]) -> None:
    for finding in findings:
        print(f"{finding.level:<8} {safe(finding.about)}: {safe(finding.found)}")
        if finding.todo:
            print(f"{'':<8} To do: {safe(finding.todo)}")
    print(f"\nProblems: {counts[Level.PROBLEM]}, warnings: {counts[Level.WARNING]}, in order: {counts[Level.OK]}.")
