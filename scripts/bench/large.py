"""What do many large answers, or requests, at once cost: how much memory, and how long does a search of others wait?

Run as: .venv/bin/python scripts/bench/large.py [--of requests [--forged]] [--at-once N] [--megabytes N] [--json FILE]
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "addons"))

from bench.memory import Line, line_of
from bench.searches import to_chroma
from demo import seed
from demo.settings import UPSTREAM
from demo.stack import Stack

COLLECTION: Final = "tickets-large"
LETTERS: Final = 20_000
MEGABYTE: Final = 1_000_000
#: Records that are read at a time to have their texts known: fewer characters than one answer may have new.
_PAGE: Final = 50
_PAUSE: Final = 0.05
_LONG_ID: Final = 1000
#: What it takes is measured, not what it is allowed.
_MORE: Final = {"limits": {"answer_seconds": 3600, "body_seconds": 3600}, "upstreams": {UPSTREAM: {"timeout": 600}}}


def fill(stack: Stack, count: int) -> str:
    """So many records with long texts that all differ, in a collection of their own: its id."""
    dice = random.Random(count)  # noqa: S311 - the same ones every time is the point
    with closing(to_chroma(stack)) as line:

        def ask(path: str, tree: Any) -> Any:
            line.request("POST", f"{seed.BASE}{path}", json.dumps(tree), {"Content-Type": "application/json"})
            return json.loads(line.getresponse().read())

        id = str(ask("", {"name": COLLECTION, "get_or_create": True})["id"])
        for first in range(0, count, _PAGE):
            ids = [f"large-{number}" for number in range(first, min(first + _PAGE, count))]
            texts = [_text(dice) for _ in ids]
            vectors = [seed.embed(text[:200]) for text in texts]
            ask(f"/{id}/upsert", {"ids": ids, "documents": texts, "embeddings": vectors})
    return id


def _text(dice: random.Random) -> str:
    said = f"Case {dice.randrange(10**9)}."
    while len(said) < LETTERS:
        said += f" {dice.choice(seed.ALL_TICKETS).text}"
    return said[:LETTERS]


async def _ask(line: Line, body: bytes, expected: int = 200) -> tuple[float, int]:
    """Seconds that it took, and bytes of the answer."""
    reader, writer = await line.connect()
    with closing(writer):
        began = time.perf_counter()
        writer.write(body)
        head = await reader.readuntil(b"\r\n\r\n")
        status, length = int(head.split()[1]), 0
        for one in head.lower().split(b"\r\n"):
            if one.startswith(b"content-length:"):
                length = int(one.split(b":")[1])
        said = await reader.readexactly(length)
        if status != expected:
            raise RuntimeError(f"answered {status}: {said[:300].decode('utf-8', 'replace')}")
        return time.perf_counter() - began, length


async def _search(line: Line, search: bytes, over: Callable[[], bool]) -> list[float]:
    """Seconds that each search took, one after another."""
    took: list[float] = []
    while not over():
        took.append((await _ask(line, search))[0])
        await asyncio.sleep(_PAUSE)
    return took


@contextmanager
def _others(line: Line, search: bytes) -> Iterator[Callable[[], list[float]]]:
    """Searches in a process of its own, so that they wait for the gateway alone; what is given ends them."""
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    process = fork.Process(target=lambda: theirs.send(asyncio.run(_search(line, search, theirs.poll))))

    def end() -> list[float]:
        ours.send(True)
        return list(ours.recv())

    process.start()
    try:
        yield end
    finally:
        process.kill()
        process.join()


def _peak(pid: int, *, anew: bool = False) -> float:
    """The largest resident memory of a process in MB (proc(5), VmHWM); `anew`: from now on."""
    if anew:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    said = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(said.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


async def _answer(line: Line, size: int) -> tuple[bytes, int]:
    """A request for so many bytes, all of whose texts are known by now; and how many they are."""
    records = size // LETTERS
    for first in range(0, records, _PAGE):
        await _ask(line, line.request("get", {"include": ["documents"], "limit": _PAGE, "offset": first}))
    large = line.request("get", {"include": ["documents"], "limit": records})
    return large, (await _ask(line, large))[1]


def _request(line: Line, size: int) -> tuple[bytes, int]:
    """One of so many bytes, by which nothing is found."""
    ids = [f"{number:0{_LONG_ID}}" for number in range(size // _LONG_ID)]
    large = line.request("get", {"ids": ids, "include": ["documents"]})
    return large, len(large)


async def measure(line: Line, other: Line, pid: int, plan: argparse.Namespace) -> dict[str, Any]:
    """So many at once, and a search of somebody else again and again meanwhile."""
    wanted = plan.megabytes * MEGABYTE
    large, size = await _answer(line, wanted) if plan.of == "answers" else _request(line, wanted)
    search = other.request("query", {"query_embeddings": [seed.embed("refund")], "n_results": 10})
    alone: list[float] = []
    for _ in range(60):
        alone.append((await _ask(other, search))[0])
    before = _peak(pid, anew=True)
    with _others(other, search) as end:
        began = time.perf_counter()
        took = await asyncio.gather(*(_ask(line, large, 401 if plan.forged else 200) for _ in range(plan.at_once)))
        wall = time.perf_counter() - began
        meanwhile = end()
    return {
        "of": "forged requests" if plan.forged else plan.of,
        "at_once": plan.at_once,
        "megabytes": round(size / MEGABYTE, 1),
        "before_mb": round(before),
        "peak_mb": round(_peak(pid)),
        "seconds": round(wall, 1),
        "first_s": round(min(one for one, _ in took), 1),
        "others": {when: _row(seen) for when, seen in (("alone", alone), ("meanwhile", meanwhile))},
        "load": round(os.getloadavg()[1], 1),
    }


def _row(seen: Sequence[float]) -> dict[str, float]:
    return {
        "searches": len(seen),
        "p50_ms": round(statistics.median(seen) * 1000, 1),
        "longest_ms": round(max(seen) * 1000),
    }


def run(folder: Path, plan: argparse.Namespace) -> dict[str, Any]:
    """Over a stack of its own."""
    with Stack(folder / "state", settings={"masking": {"workers": 1}}) as stack:
        id = fill(stack, plan.megabytes * MEGABYTE // LETTERS if plan.of == "answers" else 1)
        with line_of(stack, folder, "own", _MORE) as (line, pid):
            large = Line(line.port, line.context, f"{line.token}{'x' * plan.forged}", id)
            other = line if plan.same else Line(line.port, line.context, stack.token(plan.other), line.collection)
            return asyncio.run(measure(large, other, pid, plan))


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    told = [f"{report['at_once']} {report['of']} of {report['megabytes']} MB at once: {report['before_mb']} MB before"]
    told += [f"{report['peak_mb']} MB at most, {report['seconds']} s, the first after {report['first_s']} s"]
    for when, row in report["others"].items():
        told.append(f"a search {when}: {row['p50_ms']} ms, longest {row['longest_ms']} ms ({row['searches']})")
    return "\n".join(told)


def main(words: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser("large.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--of", choices=("answers", "requests"), default="answers", help="what is large (answers)")
    parser.add_argument("--forged", action="store_true", help="requests whose tokens nobody issued")
    parser.add_argument("--at-once", type=int, default=100, help="how many at once (100)")
    parser.add_argument("--megabytes", type=int, default=8, help="of each (8)")
    parser.add_argument("--same", action="store_true", help="the small search is of the same person")
    parser.add_argument("--other", default="bob", help="who searches meanwhile")
    parser.add_argument("--json", type=Path, help="write the report there too")
    plan = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="vg-large-") as name:
        report = run(Path(name), plan)
    print(table(report))
    if plan.json:
        plan.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
