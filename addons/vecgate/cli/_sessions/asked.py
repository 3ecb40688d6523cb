"""What was recorded, as a running gateway shows it? For whom a rule allows `sessions_read`: no file is read here.

The same API that the console reads by, so with the same rights: what a rule keeps from the reader is left out, and what
is shown is shown under the reader's own mask. It comes in pieces, and is printed as they come.
"""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from vecgate.cli._gateway import Gateway, GatewayFailed, in_form, safe
from vecgate.cli._sessions.shown import block, or_why_none
from vecgate.parsing.cells import plain

API: Final = "/.vecgate/v1/sessions"
_COLUMNS: Final = (
    *("at", "session", "user", "client", "upstream", "kind", "collections", "effect", "rule", "outcome", "records"),
    *("masked", "exchange"),
)
_OF_A_CALL: Final = {
    "who": "user",
    "database": "upstream",
    "operation": "kind",
    "on": "collections",
    "decided": "effect",
    "rule": "rule",
    "approval": "approved",
    "grant": "grant",
    "outcome": "outcome",
    "refused": "refused",
    "records": "records",
    "masked": "masked",
}


def other_options(parser: argparse.ArgumentParser) -> None:
    """For a command that reads files unless it is told which gateway to ask."""
    parser.add_argument(
        "--gateway", metavar="URL", help="ask this running gateway (https://HOST:PORT); no file is read"
    )
    parser.add_argument("--ca", metavar="FILE", help="its CA (PEM); left out: VECGATE_CA, then the system's")
    parser.add_argument("--token-file", metavar="FILE", type=Path, help="your login token; left out: VECGATE_TOKEN")


def listed(args: argparse.Namespace) -> int:
    """Print sessions, the newest first, or calls, as they are looked for."""
    said = {name: getattr(args, name) for name in ("user", "since", "until", "collection", "operation")}
    body = {name: value for name, value in said.items() if value} | ({"refused": True} if args.refused else {})
    of_calls = args.calls or args.csv or not body.keys().isdisjoint(("collection", "operation", "refused"))
    gateway, what = _gateway(args), "calls" if of_calls else "sessions"
    path = f"{API}/calls" if of_calls else API
    with in_form():
        rows = (one for piece in _pieces(gateway, path, body) for one in piece[what])
        _print(args, or_why_none(rows, args.operation), _call_line if of_calls else _session_line)
    return 0


def _print(args: argparse.Namespace, rows: Iterator[dict[str, Any]], line: Callable[[dict[str, Any]], str]) -> None:
    if args.json:
        print(json.dumps([*rows], indent=2))
    elif args.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(_COLUMNS)
        writer.writerows([plain(safe(_cell(one[name]))) for name in _COLUMNS] for one in rows)
    else:
        for one in rows:
            print(line(one))


def shown(args: argparse.Namespace) -> int:
    """Print one session, request by request with its answer."""
    pieces = _pieces(_gateway(args), f"{API}/replay", {"session": args.session})
    with in_form():
        if args.json:
            found = [*pieces]
            calls, hidden = [one for piece in found for one in piece["calls"]], sum(one["hidden"] for one in found)
            print(json.dumps({"session": found[0]["session"], "calls": calls, "hidden": hidden}, indent=2))
            return 0
        hidden = 0
        for number, piece in enumerate(pieces):
            if not number:
                _print_head(piece["session"])
            hidden += piece["hidden"]
            for one in piece["calls"]:
                _print_call(one)
    if hidden:
        print(f"\n{hidden} exchanges are not for you to see")
    return 0


def _print_head(session: dict[str, Any]) -> None:
    print(safe(f"session {session['session']}"))
    for name in ("kind", "user", "principal", "client", "agent"):
        print(safe(f"  {name:<10} {session[name] or '-'}"))


def _print_call(one: dict[str, Any]) -> None:
    print("\n" + safe(f"{one['at']}  {' > '.join(one['events'])}"))
    told = ((title, _cell(one[name])) for title, name in _OF_A_CALL.items())
    for title, text in told:
        if text:
            print(safe(f"  {title:<10} {text}"))
    query = "&".join("=".join(map(str, pair)) for pair in one["query"])
    print(block("request", f"{one['method']} {one['path']}" + (f"?{query}" if query else ""), one["body"]))
    if one["answer"] is not None:
        print(block("answer", _cell(one["status"]), one["answer"]))


def _pieces(gateway: Gateway, path: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All pieces of an answer, one after the other."""
    start = ""
    while True:
        piece = gateway.call("POST", path, body | ({"from": start} if start else {}))
        yield piece
        if not piece["next"]:
            return
        if piece["next"] == start:
            raise GatewayFailed("the answer is not the gateway's: it goes on where it began")
        start = piece["next"]


def _gateway(args: argparse.Namespace) -> Gateway:
    if getattr(args, "folder", None) is not None or getattr(args, "unseal", False):
        raise GatewayFailed("with --gateway no file is read here: leave out --folder and --unseal")
    return Gateway.of(args.gateway, args.ca, args.token_file)


def _session_line(row: dict[str, Any]) -> str:
    times = f"{row['opened'][:19]} .. {row['last'][11:19]}"
    return safe(f"{row['session']:<42} {times}  {row['kind']:<9} {row['user']:<16} {row['client']:<16}").rstrip()


def _call_line(one: dict[str, Any]) -> str:
    head = [one["at"][:19], f"{one['user']:<12}", f"{one['kind']:<16}"]
    names = ("collections", "effect", "outcome", "records", "masked")
    return safe("  ".join([*head, *(_cell(one[name]) for name in names)])).rstrip()


def _cell(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
