"""vecgate sessions: what was recorded. Lists, shows, checks and opens sessions, from their files alone."""

import argparse
import asyncio
import csv
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from vecgate import settings as settings_file
from vecgate.cli import _unseal
from vecgate.errors import SettingsError, Unavailable
from vecgate.recording import calls, heads, read, summary, verdicts
from vecgate.recording.pretty import pretty, pretty_bytes, printable
from vecgate.recording.read import Conversation, Recorded, Summary
from vecgate.recording.seal import DataKey
from vecgate.terms import Secret

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
    show.add_argument("--token-file", type=Path, help=f"file with your login token; left out: ${TOKEN_NAME}")
    show.set_defaults(work=show_session)

    verify = words.add_parser("verify", parents=[common], help="check that nothing was changed or removed")
    which = verify.add_mutually_exclusive_group(required=True)
    which.add_argument("session", metavar="ID", nargs="?", help="the session's id, as 'list' shows it")
    which.add_argument("--all", action="store_true", help="every session in the folder")
    verify.add_argument(
        "--token-file", type=Path, help=f"file with an auditor's login token, to check MACs; left out: ${TOKEN_NAME}"
    )
    verify.set_defaults(work=verify_sessions)

    archive = words.add_parser("archive", parents=[common], help="note that a session's file is kept elsewhere")
    archive.add_argument("session", metavar="ID", help="the session's id; its file may be moved away afterwards")
    archive.set_defaults(work=archive_session)

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
    listing.add_argument("--collection", help="only calls on this collection")
    listing.add_argument("--operation", help="only calls of this kind or name, such as delete_filter")
    listing.add_argument("--refused", action="store_true", help="only refused calls")
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
        raise Unavailable("sessions", f"cannot read the recordings: {e.strerror}") from e
    return code


def list_sessions(args: argparse.Namespace) -> int:
    """Print the list; 0 also when it is empty."""
    wanted = calls.Wanted(args.user, args.since, args.until, args.collection, args.operation, refused=args.refused)
    if args.calls or args.csv or wanted.of_calls:
        _print_calls(args, calls.calls(_folder(args), wanted))
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
        when = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 2026-11-23 or 2026-11-23T14:15 (UTC)") from None
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def archive_session(args: argparse.Namespace) -> int:
    """Note a whole session's last head once more, as archived: its file may go, and is known when it comes back."""
    recorded, folder = _load(args), _folder(args)
    if recorded.problems or not recorded.entries:
        print(printable(f"{args.session}: {'; '.join(recorded.problems)}"), file=sys.stderr)
        return 1
    last = recorded.entries[-1]
    heads.note(folder, heads.Head(args.session, last.n, last.hash, last.at, archived=True), sync=True)
    print(f"{args.session}: archived, {last.n + 1} entries, last hash {last.hash}")
    return 0


def _line(row: Summary) -> str:
    entries = f"{row.entries} entries" if row.entries >= 0 else "not noted"
    times = f"{row.opened[:19]} .. {row.last[11:19]}"
    return printable(f"{row.session:<42} {times}  {row.kind:<9} {row.user:<16} {row.client:<16} {entries}")


def show_session(args: argparse.Namespace) -> int:
    """Print one session; 1 when its chain is broken or its originals stay sealed."""
    recorded = _load(args)
    originals: dict[int, bytes] = {}
    if args.unseal:
        found = asyncio.run(_unseal.unseal(_settings(args), recorded, _token(args.token_file)))
        originals = found.originals
        forged = tuple(f"entry {n} was not written by the gateway" for n in found.forged)
        recorded = replace(recorded, problems=(*recorded.problems, *forged))
    if args.json:
        print(json.dumps(_tree(recorded, originals), indent=2))
    else:
        _print_session(recorded, originals)
    return 1 if recorded.problems else 0


def _tree(recorded: Recorded, originals: dict[int, bytes]) -> dict[str, Any]:
    entries = []
    for entry in recorded.entries:
        tree = asdict(entry)
        del tree["original"]
        if entry.n in originals:
            tree["original"] = originals[entry.n].decode("utf-8", "replace")
        entries.append(tree)
    return {"session": recorded.session, "problems": recorded.problems, "entries": entries}


def _print_session(recorded: Recorded, originals: dict[int, bytes]) -> None:
    opened = recorded.opened
    about = {name: str(opened.get(name) or "-") for name in ("kind", "user", "principal", "client", "agent")}
    print(f"session {recorded.session}")
    for name, value in about.items():
        print(f"  {name:<10} {printable(value)}")
    chain = "; ".join(recorded.problems) or f"whole, {len(recorded.entries)} entries"
    print(printable(f"  {'chain':<10} {chain}"))
    events = {entry.n: entry for entry in recorded.entries[1:] if not entry.exchange}
    talks = {talk.entries[0].n: talk for talk in recorded.conversations()}
    for n in sorted(events.keys() | talks.keys()):
        if n in talks:
            _print_exchange(talks[n], originals)
        else:
            print(f"\n{printable(f'{events[n].at}  {events[n].code}')}\n{_indent(pretty(events[n].body))}")


def _print_exchange(talk: Conversation, originals: dict[int, bytes]) -> None:
    print("\n" + printable(f"{talk.entries[0].at}  {' > '.join(str(entry.code) for entry in talk.entries)}"))
    for name, text in summary.describe(talk).items():
        print(f"  {name:<10} {text}")
    call = talk.get("call")
    if isinstance(call, dict):
        print(_block("request", f"{call.get('method', '')} {call.get('path', '')}", call.get("body")))
    if talk.get("answer") is not None:
        print(_block("answer", str(talk.get("status") or ""), talk.get("answer")))
    for entry in talk.entries:
        if entry.n in originals:
            print(_indent(printable(f"original of {entry.code}")))
            print(_indent(pretty_bytes(originals[entry.n]), 4))


def _block(name: str, head: str, body: Any) -> str:
    text = _indent(f"{name}  {printable(head)}")
    return text if body is None else f"{text}\n{_indent(pretty(body), 4)}"


def _indent(text: str, depth: int = 2) -> str:
    return "\n".join(" " * depth + line for line in text.split("\n"))


def verify_sessions(args: argparse.Namespace) -> int:
    """Print a verdict for each session; the exit code is that of the worst (see `vecgate.recording.verdicts`)."""
    folder = _folder(args)
    token = _own_token(args.token_file)
    keys: dict[str, DataKey] = {}
    if token is not None:
        names = [path.stem for path in read.journals(folder)] if args.all else [args.session]
        opened = (read.first_entry(folder, name) for name in names if read.is_journal(folder, name))
        keys = asyncio.run(_unseal.keys(_settings(args), opened, token))
    if args.all:
        found = verdicts.of_all(folder, keys)
    else:
        problems = list(_load(args).problems)
        found = {args.session: verdicts.verdict(read.path_of(folder, args.session), problems, keys.get(args.session))}
    for session, verdict in found.items():
        print(printable(f"{session}: {verdict}"))
    # Some kinds of journal have no MACs, so with a key for all others they are as right as can be.
    counted = [one.verdict.code for one in found.values() if token is None or one.why not in verdicts.NO_MACS.values()]
    return max(counted, default=0)


def _own_token(file: Path | None) -> Secret | None:
    """The login token, if one is given."""
    return _token(file) if file is not None or os.environ.get(TOKEN_NAME, "").strip() else None


def open_session(args: argparse.Namespace) -> int:
    """Serve one session until Ctrl-C."""
    recorded = _load(args)
    from vecgate.mitmweb import viewer  # mitmproxy takes a second to import; the other subcommands do not need it

    for problem in recorded.problems:
        print(f"vecgate: {recorded.session}: {problem}", file=sys.stderr)

    def ready(url: str) -> None:
        print(f"{recorded.session} is open at {url} (Ctrl-C ends it)", flush=True)

    viewer.show(recorded, port=args.port, browser=not args.no_browser, ready=ready)
    return 0


def _load(args: argparse.Namespace) -> Recorded:
    try:
        return read.load(_folder(args), args.session)
    except read.NoSuchSession as e:
        raise Unavailable("sessions", f"there is no session {printable(args.session)!r} here") from e


def _folder(args: argparse.Namespace) -> Path:
    folder: Path = args.folder or settings_file.from_environment().recording.folder
    if not folder.is_dir():
        raise Unavailable("sessions", f"there is no folder {folder}")
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
