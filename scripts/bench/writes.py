"""What does writing cost, and whom does it hold up? Upserts of many records, and searches of others at the same time.

`overhead.py --writes` runs it. One client upserts a batch, as a data owner; another searches, as an analyst, over a
connection of its own, some twenty times a second, before and meanwhile. *New* texts are in no cache of anybody; *known*
ones were upserted before. What is analysed behind the answer, for whoever reads it later, counts: CPU is read once the
gateway has come to rest.
"""

import asyncio
import contextlib
import json
import os
import random
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import orjson

from bench.load import BenchFailed, Measured, Target, cpu_seconds, drive, lines
from bench.overhead import Bench, Plan, aligned
from bench.searches import to_chroma
from demo import seed
from demo.stack import Stack

SIZES: Final = (100, 1000)
NUMBERS: Final = 768
LETTERS: Final = 500
COLLECTION: Final = "tickets-written"
#: Seconds between two searches of others.
PACE: Final = 0.05
_REST_SECONDS: Final = 0.5
_REST_SHARE: Final = 0.1
_LONGEST_REST: Final = 120.0


@dataclass(frozen=True, slots=True)
class Row:
    """Where batches are sent, and with which texts. `search`: where others search meanwhile."""

    name: str
    write: Target = field(repr=False)
    search: Target = field(repr=False)
    known: bool = False


@dataclass(slots=True)
class Seen:
    """Of one row and size: seconds of each upsert, CPU seconds of each, and of each search of others."""

    walls: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    meanwhile: list[float] = field(default_factory=list)


class Batches:
    """Bodies of upserts of so many records. `new`: with texts nobody has seen; `known`: the same ones each time."""

    def __init__(self, size: int) -> None:
        import numpy as np  # only here: `--help` needs no package

        self._dice = random.Random(size)  # noqa: S311 - the same ones every time is the point
        vectors = np.random.default_rng(size).standard_normal((size, NUMBERS)) / NUMBERS**0.5
        self._vectors = orjson.Fragment(json.dumps(vectors.tolist()).encode())
        self._ids = [f"w-{number}" for number in range(size)]
        self.known = self._made()

    def new(self) -> bytes:
        """One more."""
        return self._made()

    def _made(self) -> bytes:
        texts = [self._text() for _ in self._ids]
        told = [{"status": self._dice.choice(("open", "closed")), "channel": "mail"} for _ in self._ids]
        return orjson.dumps({"ids": self._ids, "embeddings": self._vectors, "documents": texts, "metadatas": told})

    def _text(self) -> str:
        said = f"Case {self._dice.randrange(10**9)}."
        while len(said) < LETTERS:
            said += f" {self._dice.choice(seed.ALL_TICKETS).text}"
        return said[:LETTERS]


def _place(stack: Stack) -> str:
    """Where batches go, in a collection of their own."""
    with closing(to_chroma(stack)) as line:
        told = json.dumps({"name": COLLECTION, "get_or_create": True})
        line.request("POST", seed.BASE, told, {"Content-Type": "application/json"})
        return f"{seed.BASE}/{json.loads(line.getresponse().read())['id']}/upsert"


def _rows(bench: Bench) -> list[Row]:
    path = _place(bench.stack)
    found = []
    for target in bench.between():
        token = {bench.search.header: bench.stack.token("carol")} if target.name.startswith("gateway") else {}
        write = replace(target, url=target.url.removesuffix(bench.path) + path, headers=dict(target.headers) | token)
        if not token:
            found.append(Row(target.name, write, target))
            continue
        found += [Row(f"{target.name}, new", write, target), Row(f"{target.name}, known", write, target, known=True)]
    return found


async def _search(target: Target, bodies: Iterator[bytes], into: list[float], until: asyncio.Event) -> None:
    """Others: a search, a pause, and again; one that began before the end counts."""
    async with lines(target, 1) as ask:
        while not until.is_set():
            began = time.perf_counter()
            status, raw = await ask(next(bodies))
            if status != 200:
                raise BenchFailed(f"{target.name} answers others {status}: {raw[:300].decode('utf-8', 'replace')}")
            into.append(time.perf_counter() - began)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(until.wait(), PACE)


@contextlib.asynccontextmanager
async def _others(row: Row, bodies: Iterator[bytes], into: list[float]) -> AsyncIterator[None]:
    """They search while this lasts."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(_search(row.search, bodies, into, over))
        try:
            yield
        finally:
            over.set()


async def _rested(pids: Sequence[int]) -> None:
    """Until these processes do next to nothing. Raises BenchFailed."""
    end = time.monotonic() + _LONGEST_REST
    while time.monotonic() < end:
        before = cpu_seconds(pids)
        await asyncio.sleep(_REST_SECONDS)
        if cpu_seconds(pids) - before <= _REST_SHARE * _REST_SECONDS:
            return
    raise BenchFailed("it does not come to rest")


async def _one(row: Row, body: bytes, bodies: Iterator[bytes], into: Seen) -> None:
    """One upsert, with others before it and meanwhile."""
    await _rested(row.write.between)
    async with _others(row, bodies, into.alone):
        await asyncio.sleep(10 * PACE)
    spent = cpu_seconds(row.write.between)
    async with _others(row, bodies, into.meanwhile), lines(row.write, 1) as ask:
        began = time.perf_counter()
        status, raw = await ask(body)
        into.walls.append(time.perf_counter() - began)
    if status != 200:
        raise BenchFailed(f"{row.name} answers {status}: {raw[:300].decode('utf-8', 'replace')}")
    await _rested(row.write.between)
    into.cpu.append(cpu_seconds(row.write.between) - spent)


async def _measure(bench: Bench, rows: list[Row], rounds: int) -> dict[int, dict[str, Seen]]:
    source = bench.search.bodies()
    for row in rows:
        await drive(row.search, [next(source) for _ in range(20)], 1, Measured())
    found: dict[int, dict[str, Seen]] = {}
    for size in SIZES:
        batches, seen = Batches(size), found.setdefault(size, {row.name: Seen() for row in rows})
        for row in rows:
            if row.known:
                await _one(row, batches.known, source, Seen())
        for _ in range(rounds):  # in turns, so that a busy moment of the machine meets all of them
            for row in rows:
                await _one(row, batches.known if row.known else batches.new(), source, seen[row.name])
    return found


def _percentile(seconds: Sequence[float], share: float) -> float:
    return round(Measured(latencies=[*seconds]).percentile(share), 2)


def _row(size: int, name: str, seen: Seen) -> dict[str, Any]:
    rates = [size / wall for wall in seen.walls]
    spent = [cpu / size * 1000 for cpu in seen.cpu]
    return {
        "name": name,
        "records": size,
        "records_per_second": round(statistics.median(rates), 1),
        "cpu_ms_per_record": round(statistics.median(spent), 3),
        "spread": {
            "records_per_second": [round(min(rates), 1), round(max(rates), 1)],
            "cpu_ms_per_record": [round(min(spent), 3), round(max(spent), 3)],
        },
        "others": {
            when: {"searches": len(took), "p50_ms": _percentile(took, 0.5), "longest_ms": _percentile(took, 1.0)}
            for when, took in (("alone", seen.alone), ("meanwhile", seen.meanwhile))
        },
    }


def run(stack: Stack, folder: Path, plan: Plan) -> dict[str, Any]:
    """Measure over a running stack: the report. Raises BenchFailed or StartFailed."""
    with contextlib.ExitStack() as running:
        bench = Bench(stack, folder, running, plan.client)
        rows = _rows(bench)
        found = asyncio.run(_measure(bench, rows, plan.rounds))
    report = [_row(size, name, seen) for size, of in found.items() for name, seen in of.items()]
    return {
        "kind": "writes",
        "client": plan.client,
        "rounds": plan.rounds,
        "load": round(os.getloadavg()[1], 1),
        "rows": report,
    }


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    head = ("", "records", "records/s", "spread", "CPU ms/record", "spread")
    found = [(*head, "others p50 ms", "longest", "others meanwhile", "longest")]
    for row in report["rows"]:
        rates, spent = row["spread"]["records_per_second"], row["spread"]["cpu_ms_per_record"]
        cells = [row["name"], str(row["records"]), f"{row['records_per_second']:.0f}", f"{rates[0]:.0f}-{rates[1]:.0f}"]
        cells += [f"{row['cpu_ms_per_record']:.2f}", f"{spent[0]:.2f}-{spent[1]:.2f}"]
        waits = [row["others"][when][what] for when in ("alone", "meanwhile") for what in ("p50_ms", "longest_ms")]
        found.append((*cells, *(f"{wait:.0f}" for wait in waits)))
    return aligned(found)
