"""What does a credential (lease) cost a call? Milliseconds: of one that is there, and of a new one, for each kind.

Run as: .venv/bin/python scripts/bench/leases.py [--cold N] [--warm N] [--json FILE]

Each kind is set up as for its contract (tests/support/credentials/cases), on a real OpenBao (dev, in memory, in the
clear, on loopback) and a real Valkey, and asked in one process. Plain login is what each kind needs before.
"""

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "addons"), str(ROOT / "tests")]

from support.credentials.store import UPSTREAM, Case, Trying, Vouching, trying, vouching  # noqa: E402
from vecgate.credentials import kinds  # noqa: E402
from vecgate.credentials.vouching import Caller  # noqa: E402
from vecgate.domain.lease import Reach, Scope  # noqa: E402

READ = Scope(Reach.READ, ("people",), kinds=frozenset({"search"}))


async def p50(times: int, work: Callable[[int], Awaitable[object]]) -> float:
    """The median of so many, one after the other, in milliseconds."""
    spent = []
    for number in range(times):
        began = time.perf_counter()
        await work(number)
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


async def measured(one: Trying, cold: int, warm: int) -> dict[str, float]:
    """Of one kind."""
    first, spent = one.caller("first"), list[float]()
    await one.leases.get(first, UPSTREAM, READ)
    voucher = one.leases._voucher
    login = await p50(cold, lambda n: voucher.login(Caller(f"other-{n}", f"other-{n}"), "vecgate-person"))
    for number in range(cold):
        person, began = one.caller(f"person-{number}"), time.perf_counter()
        await one.leases.get(person, UPSTREAM, READ)
        spent.append((time.perf_counter() - began) * 1000)
        one.leases.drop(person.key)  # databases have a cap; its end is no part of what is measured
        await one.leases._ending._last.done()
    there = await p50(warm, lambda _: one.leases.get(first, UPSTREAM, READ))
    return {"login": login, "cold": statistics.median(spent), "warm": there}


async def all_kinds(store: Vouching, cases: dict[str, Case], cold: int, warm: int) -> dict[str, dict[str, float]]:
    """Of each, by name."""
    found = {}
    for name, case in cases.items():
        async with trying(store, case) as one:
            found[name] = await measured(one, cold, warm)
    return found


def main() -> int:
    """Print a table; with --json also write it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cold", type=int, default=40, help="new leases of each kind")
    parser.add_argument("--warm", type=int, default=20_000, help="leases that are there, of each kind")
    parser.add_argument("--json", type=Path, help="write the report there, too")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vg-") as folder, ExitStack() as opened:
        store = opened.enter_context(vouching(Path(folder)))
        cases = {}
        for name in kinds.names():
            (place := Path(folder) / name).mkdir()
            prepared = import_module(f"support.credentials.cases.{name}").prepared
            cases[name] = opened.enter_context(prepared(store, place))
        found = asyncio.run(all_kinds(store, cases, args.cold, args.warm))
    print(f"p50 in ms; {args.cold} new ones of each kind, {args.warm} that were there\n")
    print(f"{'kind':<20}{'warm':>10}{'cold':>10}{'of it login':>14}")
    for name, row in found.items():
        print(f"{name:<20}{row['warm']:>10.4f}{row['cold']:>10.2f}{row['login']:>14.2f}")
    if args.json:
        args.json.write_text(json.dumps(found, indent=2), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
