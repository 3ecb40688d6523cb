"""vecgate status: the workers that are there, what they do, and whether they reach what they need.

An operator's command on a gateway host: it reads the shared state that the settings name.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from vecgate.cli import NO, OK
from vecgate.cli._gateway import safe
from vecgate.cli._table import table
from vecgate.settings import file as settings_file
from vecgate.settings.state import State
from vecgate.state.barred import Barred, Lock
from vecgate.state.roster import Roster
from vecgate.state.store import Store

_HEAD = ("host", "worker", "pid", "port", "up", "connections", "in flight", "held", "masker", "policy", "")


_OK = "ok"


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `vecgate status`."""
    parser = subparsers.add_parser("status", help="show the workers and what they do", description=__doc__)
    parser.add_argument("--settings", help=f"settings file; left out: {settings_file.ENVIRONMENT_NAME}")
    parser.add_argument("--json", action="store_true", help="everything each worker says, as JSON")
    parser.set_defaults(func=run)


def run(args: argparse.Namespace) -> int:
    """0: there is at least one worker; 1: there is none, or the shared state is away."""
    if args.settings:
        os.environ[settings_file.ENVIRONMENT_NAME] = args.settings
    found, locks = asyncio.run(_ask(settings_file.from_environment().state))
    found.sort(key=lambda one: (one["host"], one["ports"], one["worker"], one["pid"]))
    if args.json:
        print(json.dumps(found, indent=2))
    elif found:
        print(shown(found, time.time(), locks))
    else:
        print("no worker is there", file=sys.stderr)
    return OK if found else NO


async def _ask(state: State) -> tuple[list[dict[str, Any]], list[Lock]]:
    store = Store(state)
    await store.open()
    try:
        return await Roster(store).all(), await Barred(store).all()
    finally:
        await store.close()


def shown(found: list[dict[str, Any]], now: float, locks: Iterable[Lock] = ()) -> str:
    """The workers as a table, then each database, what is locked, then the sums. `now`: seconds since the epoch."""
    lines = table([_HEAD, *(_row(one, now) for one in found)])
    sums = {name: sum(int(one[name]) for one in found) for name in ("connections", "in_flight", "held")}
    workers = "1 worker" if len(found) == 1 else f"{len(found)} workers"
    last = f"{workers}, {sums['connections']} connections, {sums['in_flight']} in flight, {sums['held']} held"
    return "\n".join(
        [*_observing(found), *lines, "", *_parts(found), *_upstreams(found), *_sinks(found), *map(_lock, locks), last]
    )


def _row(one: dict[str, Any], now: float) -> tuple[str, ...]:
    notes = [f"{one['restarts']} restarts"] if one["restarts"] else []
    notes += ["draining"] if one["draining"] else []
    return (
        safe(one["host"]),
        f"{one['worker']} (of {one['workers']})",
        str(one["pid"]),
        ",".join(map(str, one["ports"])),
        _span(now - one["started"]),
        str(one["connections"]),
        str(one["in_flight"]),
        str(one["held"]),
        "ready" if one["masker"] else "away",
        safe(one["policy"])[:12] or "none",
        ", ".join(notes),
    )


def _observing(found: list[dict[str, Any]]) -> list[str]:
    """What stands above all else: that workers enforce nothing, and how many of them."""
    told = [one["observing"] for one in found if one.get("observing")]
    lines = [f"!!! {safe(said)} ({told.count(said)} of {len(found)} workers)" for said in dict.fromkeys(told)]
    return [*lines, ""] if lines else []


def _parts(found: list[dict[str, Any]]) -> list[str]:
    """A line for each part that some worker misses, since when; and how much room is left for recordings."""
    lines = []
    for part in sorted({part for one in found for part in one.get("parts", {})}):
        told = [one["parts"][part] for one in found if part in one.get("parts", {})]
        for state in sorted({look["state"] for look in told} - {_OK}):
            since = [look["since"] for look in told if look["state"] == state]
            lines.append(f"{safe(part)}: {safe(state)} since {_clock(min(since))} ({len(since)} of {len(told)})")
    told = [one["disk_free"] for one in found if "disk_free" in one]
    return [*lines, f"disk left for recordings: {min(told) / 1e9:.1f} GB"] if told else lines


def _lock(lock: Lock) -> str:
    which = f"user {lock.user}" if lock.kind == "login" else f"{lock.kind} {lock.name}".strip()
    by = f" by {lock.by}" if lock.by else ""
    return safe(f"locked: {which} since {_clock(lock.since)}{by}" + (f": {lock.why}" if lock.why else ""))


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _upstreams(found: list[dict[str, Any]]) -> list[str]:
    """One line per database: in how many workers' eyes it is how."""
    lines = []
    for name in sorted({name for one in found for name in one["upstreams"]}):
        seen = [one["upstreams"][name] for one in found if name in one["upstreams"]]
        states = sorted({look["state"] for look in seen})
        counted = ", ".join(f"{state} ({sum(look['state'] == state for look in seen)})" for state in states)
        lines.append(f"{safe(name)}: {safe(counted)}, {max(look['ms'] for look in seen):.0f} ms")
    return lines


def _sinks(found: list[dict[str, Any]]) -> list[str]:
    """A line for each sink of notices that did not take the last one, whichever worker sent that."""
    told = [(name, look) for one in found for name, look in one.get("notices", {}).items()]
    last = {name: look for name, look in sorted(told, key=lambda one: one[1]["at"])}
    away = [(name, look) for name, look in last.items() if look["state"] != _OK]
    return [f"notices to {safe(name)}: {safe(look['state'])} since {_clock(look['since'])}" for name, look in away]


def _span(seconds: float) -> str:
    whole = max(int(seconds), 0)
    days, hours, minutes = whole // 86400, whole // 3600 % 24, whole // 60 % 60
    if days:
        return f"{days}d{hours}h"
    return f"{hours}h{minutes}m" if hours else f"{minutes}m{whole % 60}s" if minutes else f"{whole}s"
