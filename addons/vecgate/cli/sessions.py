"""vecgate sessions: what was recorded. Lists, shows, checks and opens sessions, from their files alone.

With --gateway, and always in 'replay', the running gateway is asked in their place, by who may read sessions there.
"""

import argparse
import asyncio
import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from vecgate.cli._gateway import options
from vecgate.cli._sessions import asked
from vecgate.cli._sessions import decisions as _decisions
from vecgate.cli._sessions import shown as _shown
from vecgate.cli._sessions import unseal as _unseal
from vecgate.domain.principal import Secret
from vecgate.recording import calls, parts, read, verdicts
from vecgate.recording.archive import NotWhole, archive
from vecgate.recording.journal import moment_of
from vecgate.recording.parts import Parts
from vecgate.recording.pretty import printable
from vecgate.recording.read import Summary
from vecgate.recording.seal import DataKey
from vecgate.refusals.errors import Part, SettingsError, Unavailable
from vecgate.settings import file as settings_file

TOKEN_NAME: Final = "VECGATE_TOKEN"  # noqa: S105  # the variable's name
DEFAULT_PORT: Final = 0


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `vecgate sessions` and its subcommands."""
    top = subparsers.add_parser("sessions", help="list, show, check and open recorded sessions", description=__doc__)
    top.set_defaults(func=_run)
    words = top.add_subparsers(title="subcommands", metavar="SUBCOMMAND", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--folder", type=Path, help="folder of the journals; left out: the settings' recording.folder")

    _add_list(words.add_parser("list", parents=[common], help="one line for each session, or for each call"))

    show = words.add_parser("show", parents=[common], help="everything that happened in one session")
    show.add_argument("session", metavar="ID", help="the session's id, as 'list' shows it")
    show.add_argument("--json", action="store_true", help="as JSON")
    show.add_argument("--unseal", action="store_true", help="with the originals; needs permission, and is recorded")
    asked.other_options(show)
    show.set_defaults(work=show_session)

    again = words.add_parser("replay", help="one session as the running gateway shows it: each request and its answer")
    again.add_argument("session", metavar="ID", help="the session's id, as 'list --gateway URL' shows it")
    again.add_argument("--json", action="store_true", help="as JSON")
    options(again)
    again.set_defaults(work=asked.shown)

    verify = words.add_parser("verify", parents=[common], help="check that nothing was changed or removed")
    which = verify.add_mutually_exclusive_group(required=True)
    which.add_argument("session", metavar="ID", nargs="?", help="the session's id, as 'list' shows it")
    which.add_argument("--all", action="store_true", help="every session in the folder")
    verify.add_argument(
        "--token-file", type=Path, help=f"file with an auditor's login token, to check MACs; left out: ${TOKEN_NAME}"
    )
    verify.set_defaults(work=verify_sessions)

    away = words.add_parser("archive", parents=[common], help="note that a session's files are kept elsewhere")
    away.add_argument("session", metavar="ID", help="the session's id; its files may be moved away afterwards")
    away.add_argument("--part", type=int, metavar="N", help="only its parts up to this one, of a session that goes on")
    away.set_defaults(work=archive_session)

    web = words.add_parser("open", parents=[common], help="look at one session in a read-only mitmweb")
    web.add_argument("session", metavar="ID", help="the session's id, as 'list' shows it")
    web.add_argument("--port", type=int, default=DEFAULT_PORT, help="port of the viewer on 127.0.0.1; 0: a free one")
    web.add_argument("--no-browser", action="store_true", help="do not start a browser")
    web.set_defaults(work=open_session)


def _add_list(listing: argparse.ArgumentParser) -> None:
    listing.add_argument("--user", help="only this user's")
    listing.add_argument("--since", type=_time, metavar="TIME", help="not what ended before, such as 2026-11-23T14:15")
    listing.add_argument("--until", type=_time, metavar="TIME", help="not what began after")
    listing.add_argument("--calls", action="store_true", help="a line for each call")
    listing.add_argument("--collection", help="only calls on this collection, or on those like tick*")
    listing.add_argument("--operation", help="only calls of this kind, group or name: delete_filter, write")
    listing.add_argument("--refused", action="store_true", help="only refused calls")
    asked.other_options(listing)
    form = listing.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--csv", action="store_true", help="a line for each call, as CSV with a head")
    listing.set_defaults(work=list_sessions)


def _run(args: argparse.Namespace) -> int:
    try:
        code: int = args.work(args)
    except BrokenPipeError:
        raise
    except OSError as e:
        raise Unavailable(Part.SESSIONS, f"cannot read the recordings: {e.strerror}") from e
    return code


def list_sessions(args: argparse.Namespace) -> int:
    """Print the list; 0 also when it is empty."""
    if args.gateway:
        return asked.listed(args)
    wanted = calls.Wanted(args.user, args.since, args.until, args.collection, args.operation, refused=args.refused)
    if args.calls or args.csv or wanted.of_calls:
        _print_calls(args, _shown.or_why_none(calls.calls(_folder(args), wanted), args.operation))
        return 0
    rows = [row for row in read.sessions(_folder(args)) if wanted.takes_session(row)]
    if args.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
        return 0
    for row in rows:
        print(_line(row))
    return 0


def _print_calls(args: argparse.Namespace, found: Iterator[calls.Row]) -> None:
    if args.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(calls.Row._fields)
        writer.writerows(map(calls.safe_cells, found))
    elif args.json:
        print(json.dumps([row._asdict() for row in found], indent=2))
    else:
        for row in found:
            print(printable("  ".join([row.at[:19], f"{row.user:<12}", f"{row.operation:<16}", *row[5:-1]])))


def _time(text: str) -> str:
    """A time in UTC as journals write it. Raises argparse.ArgumentTypeError."""
    try:
        return moment_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-11-23 or 2026-11-23T14:15 (UTC)") from None


def archive_session(args: argparse.Namespace) -> int:
    """Note that a whole session, or its parts up to one, are kept elsewhere: their files may go, and are known."""
    try:
        last = archive(_folder(args), args.session, args.part)
    except read.NoSuchSession as e:
        raise _unknown(args.session) from e
    except NotWhole as e:
        print(printable(f"{args.session}: {e}"), file=sys.stderr)
        return 1
    what = "archived" if args.part is None else f"parts up to {args.part} archived"
    print(f"{args.session}: {what}, {last.n + 1} entries, last hash {last.hash}")
    return 0


def _line(row: Summary) -> str:
    entries = f"{row.entries} entries" if row.entries >= 0 else "not noted"
    entries += f" in {row.parts} parts" if row.parts > 1 else ""
    times = f"{row.opened[:19]} .. {row.last[11:19]}"
    return printable(f"{row.session:<42} {times}  {row.kind:<9} {row.user:<16} {row.client:<16} {entries}")


def show_session(args: argparse.Namespace) -> int:
    """Print one session; 1 when its chain is broken or its originals stay sealed."""
    if args.gateway:
        return asked.shown(args)
    folder = _folder(args)
    files, key = _files(folder, args.session), None
    if args.unseal:
        first = read.first_entry(folder, args.session)
        key = asyncio.run(_unseal.key(_settings(args), first, _token(args.token_file)))
    problems = read.check(folder, args.session, _shown.proof(key), files=files)
    shown = _shown.Shown(args.session, files, problems, key)
    shown.print_json() if args.json else shown.print_text()
    return 1 if problems else 0


def verify_sessions(args: argparse.Namespace) -> int:
    """Print a verdict for each session; the exit code is that of the worst (see `vecgate.recording.verdicts`)."""
    folder = _folder(args)
    token = _own_token(args.token_file)
    there = parts.all_in(folder)
    names = [*there] if args.all else [name for name in (args.session,) if name in there]
    keys: dict[str, DataKey] = {}
    if token is not None:
        opened = (read.first_entry(folder, name) for name in names)
        keys = asyncio.run(_unseal.keys(_settings(args), opened, token))
    if args.all:
        found = verdicts.of_all(folder, keys)
    else:
        try:
            found = {args.session: verdicts.verdict(folder, args.session, keys.get(args.session))}
        except read.NoSuchSession as e:
            raise _unknown(args.session) from e
    for session, verdict in found.items():
        print(printable(f"{session}: {verdict}"))
    unsigned = _unsigned(args, folder, found)
    # Some kinds of journal have no MACs, so with a key for all others they are as right as can be.
    counted = [one.verdict.code for one in found.values() if token is None or one.why not in verdicts.NO_MACS.values()]
    return max([*counted, *unsigned], default=0)


def _unsigned(args: argparse.Namespace, folder: Path, sessions: Iterable[str]) -> list[int]:
    """Tell of decisions that those who may have not signed. Without settings nobody knows whose signatures count."""
    try:
        settings = _settings(args).approvals
    except SettingsError:
        return []
    codes = []
    for session in sessions:
        with suppress(read.NoSuchSession):
            for problem in _decisions.problems(folder, session, settings):
                print(printable(f"{session}: {problem}"))
                codes.append(verdicts.Verdict.FORGED.code)
    return codes


def _own_token(file: Path | None) -> Secret | None:
    """The login token, if one is given."""
    return _token(file) if file is not None or os.environ.get(TOKEN_NAME, "").strip() else None


def open_session(args: argparse.Namespace) -> int:
    """Serve one session until Ctrl-C; of a long one, the end."""
    folder = _folder(args)
    _files(folder, args.session)
    recorded = read.load(folder, args.session, _shown.IN_A_VIEWER)
    from vecgate.viewer import (
        recorded as viewer,  # mitmproxy takes a second to import; the other subcommands do not need it
    )

    if len(recorded.entries) > _shown.IN_A_VIEWER:
        print(f"vecgate: {recorded.session}: only the newest {_shown.IN_A_VIEWER} entries are shown", file=sys.stderr)
    for problem in recorded.problems:
        print(f"vecgate: {recorded.session}: {problem}", file=sys.stderr)

    def ready(url: str) -> None:
        print(f"{recorded.session} is open at {url} (Ctrl-C ends it)", flush=True)

    viewer.show(recorded, port=args.port, browser=not args.no_browser, ready=ready)
    return 0


def _files(folder: Path, session: str) -> Parts:
    try:
        return read.parts_of(folder, session)
    except read.NoSuchSession as e:
        raise _unknown(session) from e


def _unknown(session: str) -> Unavailable:
    return Unavailable(Part.SESSIONS, f"there is no session {printable(session)!r} here")


def _folder(args: argparse.Namespace) -> Path:
    folder: Path = args.folder or settings_file.from_environment().recording.folder
    if not folder.is_dir():
        raise Unavailable(Part.SESSIONS, f"there is no folder {folder}")
    return folder


def _settings(args: argparse.Namespace) -> settings_file.Settings:
    settings = settings_file.from_environment()
    if args.folder is None:
        return settings
    return settings.model_copy(update={"recording": settings.recording.model_copy(update={"folder": args.folder})})


def _token(file: Path | None) -> Secret:
    try:
        text = os.environ.get(TOKEN_NAME, "") if file is None else file.read_text("utf-8")
    except OSError as e:
        raise SettingsError([f"{file}: {e.strerror}"]) from e
    if not text.strip():
        raise SettingsError([f"unsealing takes your login token: set {TOKEN_NAME} or give --token-file"])
    return Secret(text.strip())
