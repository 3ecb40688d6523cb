"""What does masking take? Time for an answer of ten hits, lag of the event loop under load, memory, and its growth.

The whole path is measured through `Masker.mask_tree` with worker processes as the gateway has them; the detector alone,
and Presidio, in a process of their own that is asked between.
"""

import asyncio
import os
import statistics
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any, Final

from bench.masking.env import Side
from bench.masking.values import chance
from vecgate.domain.profiles import MaskProfile
from vecgate.domain.surface import Surface
from vecgate.masking.apply.keys import LocalKeys
from vecgate.masking.apply.masker import Masker
from vecgate.masking.detect.texts import Text
from vecgate.masking.pool.pool import Workers
from vecgate.processes.master import spare_the_old
from vecgate.settings.masking import Masking

HITS: Final = 10
LENGTH: Final = 500
#: Hits of a large answer.
MANY: Final = 100
#: Answers that are masked again and again by so many at once.
KNOWN: Final = 4
CALLERS: Final = 8
_WARM: Final = 20
_TICK: Final = 0.001
_SURFACE: Final = Surface(keep=("/distances/**",), patterns=("/ids/**",))
_PROFILE: Final = MaskProfile("standard")
_SYLLABLES: Final = [a + b for a in ("st", "tr", "kl", *"bcdfghklmnprstvwz") for b in ("ai", *"aeiou")]
_WORDS_PER_TEXT: Final = 60
#: Presidio is given so much less of what takes long.
LESS: Final = 10

type Tree = dict[str, Any]


def answer(pool: Sequence[str], hits: int, *seed: object) -> Tree:
    """A search's answer with so many hits of 500 characters, cut out of the pool's texts at random places."""
    rng = chance(*seed)
    texts = []
    for number in range(hits):
        source = pool[number % len(pool)]
        at = rng.randrange(len(source) - LENGTH)
        texts.append(source[at : at + LENGTH])
    ids = [f"{rng.getrandbits(64):016x}" for _ in texts]
    return {"ids": [ids], "documents": [texts], "distances": [[round(rng.random(), 6) for _ in texts]]}


def unseen_words(count: int, *seed: object) -> list[str]:
    """Texts of so many words in all that are in no dictionary."""
    rng = chance(*seed)
    words = ["".join(rng.choices(_SYLLABLES, k=rng.randint(3, 5))) for _ in range(count)]
    words = [word.capitalize() if rng.random() < 0.3 else word for word in words]
    return [" ".join(words[at : at + _WORDS_PER_TEXT]) + "." for at in range(0, count, _WORDS_PER_TEXT)]


def resident(pid: int) -> int:
    """Resident bytes of a process (proc(5), statm)."""
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cpu(pid: int) -> float:
    """Seconds on a CPU so far (schedstat: nanoseconds, of the main thread: a worker has no other)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text("ascii").split()[0]) / 1e9


@asynccontextmanager
async def workers(settings: Masking, **changed: Any) -> AsyncIterator[Workers]:
    """Open workers, all of them started."""
    pool = Workers(settings.model_copy(update={"timeout": 120.0, **changed}))
    await pool.open()
    try:
        pool.check()
        while len(pool.pids) < changed.get("workers", settings.workers):  # noqa: ASYNC110 - it tells of the first only
            await asyncio.sleep(0.05)
        yield pool
    finally:
        await pool.close()


def _masker(pool: Workers) -> Masker:
    return Masker(pool, LocalKeys(bytes(32)))


@dataclass(slots=True)
class Times:
    """Milliseconds, of one way of doing it."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, wall: float, cpu_seconds: float) -> None:
        """One more, in seconds."""
        self.wall.append(wall * 1000)
        self.cpu.append(cpu_seconds * 1000)

    def tree(self) -> dict[str, float]:
        return {
            "wall_p50_ms": percentile(self.wall, 0.5), "wall_p95_ms": percentile(self.wall, 0.95),
            "cpu_p50_ms": percentile(self.cpu, 0.5), "cpu_least_ms": percentile(self.cpu, 0.0),
        }  # fmt: skip


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest rank, with three decimals."""
    ordered = sorted(values)
    return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)], 3)


async def _through(masker: Masker, pid: int, tree: Tree, cold: Times, own: Times, warm: Times) -> None:
    """One answer for the first time, and then as often again as is needed to see something on a clock."""
    busy, worker, began = time.process_time(), cpu(pid), time.perf_counter()
    await masker.mask_tree(tree, _SURFACE, _PROFILE)
    wall, busy = time.perf_counter() - began, time.process_time() - busy
    cold.add(wall, busy + cpu(pid) - worker)
    own.add(wall, busy)
    walls = []
    busy = time.process_time()
    for _ in range(_WARM):
        began = time.perf_counter()
        await masker.mask_tree(tree, _SURFACE, _PROFILE)
        walls.append(time.perf_counter() - began)
    warm.add(statistics.median(walls), (time.process_time() - busy) / _WARM)


async def latency(settings: Masking, sides: Sequence[Side], trees: Sequence[Tree]) -> dict[str, Any]:
    """Ten hits of 500 characters: ours cold and warm through everything, our detector alone, Presidio per string."""
    names = ("ours cold", "ours cold, of it the main process", "ours warm", "ours cold, detector alone")
    times = {name: Times() for name in names}
    times |= {side.name: Times() for side in sides if side.name != "ours"}
    async with workers(settings, workers=1) as pool:
        masker, pid = _masker(pool), pool.pids[0]
        for number, tree in enumerate(trees):
            rows = [times[name] if number else Times() for name in names[:3]]
            await _through(masker, pid, tree, rows[0], rows[1], rows[2])
            for side in sides:
                heard = await asyncio.to_thread(side.ask, tree["documents"][0])
                if number:  # the first is to warm up
                    name = "ours cold, detector alone" if side.name == "ours" else side.name
                    times[name].add(heard["wall"], heard["cpu"])
        memory = {"worker": resident(pid)} | {f"{side.name} alone": side.resident for side in sides}
    return {"times": {name: one.tree() for name, one in times.items()}, "resident": memory}


def parts(side: Side, trees: Sequence[Tree]) -> dict[str, float]:
    """CPU milliseconds per answer of ten hits that our detector spends in each of its parts."""
    spent: dict[str, float] = {}
    for tree in trees:
        heard = side.ask(tree["documents"][0], parts=True)
        rest = heard["cpu"] - sum(heard["parts"].values())
        for part, seconds in {**heard["parts"], "merging and the rest": rest}.items():
            spent[part] = spent.get(part, 0.0) + seconds * 1000 / len(trees)
    return {part: round(ms, 3) for part, ms in spent.items()}


async def _tick(lags: list[float]) -> None:
    """For ever: how much later than asked for does a pause of a millisecond end?"""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(_TICK)
        lags.append((time.perf_counter() - began - _TICK) * 1000)


async def _lags(load: Callable[[], Any], callers: int, seconds: float) -> dict[str, float]:
    """The lag while so many callers do it again and again."""
    lags: list[float] = []
    done = 0

    async def again() -> None:
        nonlocal done
        while True:
            await load()
            await asyncio.sleep(0)  # an answer that is known is masked without a pause; a request is read with one
            done += 1

    running = [asyncio.ensure_future(again()) for _ in range(callers)]
    ticking = asyncio.ensure_future(_tick(lags))
    await asyncio.sleep(seconds)
    for task in (ticking, *running):
        task.cancel()
    ended = await asyncio.gather(ticking, *running, return_exceptions=True)
    for error in ended:
        if not isinstance(error, asyncio.CancelledError) and isinstance(error, BaseException):
            raise error
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "most_ms": 1.0}
    return {name: percentile(lags, share) for name, share in shares.items()} | {"per_second": round(done / seconds, 1)}


async def _load(masker: Masker, trees: Sequence[Tree]) -> Callable[[], Any]:
    """Masks the next answer at each call; the first few were masked before."""
    for tree in trees[:KNOWN]:
        await masker.mask_tree(tree, _SURFACE, _PROFILE)
    turn = cycle(trees)
    return lambda: masker.mask_tree(next(turn), _SURFACE, _PROFILE)


async def lag(settings: Masking, pool: Sequence[str], seconds: float) -> dict[str, Any]:
    """Lag of the loop: idle; with answers nobody has seen, for one worker and one per core; large ones; known ones."""
    spare_the_old()  # as the gateway does
    cores = os.cpu_count() or 1
    small = [answer(pool, HITS, "lag", number) for number in range(400)]
    large = [answer(pool, MANY, "large", number) for number in range(8)]
    rows: dict[str, Any] = {"idle": await _lags(lambda: asyncio.sleep(0.01), 1, seconds / 4)}
    cases = [
        ("cold, 1 worker", small, {"workers": 1, "cache_entries": 0}),
        (f"cold, {cores} workers", small, {"workers": cores, "cache_entries": 0}),
        (f"cold, {cores} workers, {MANY} hits", large, {"workers": cores, "cache_entries": 0}),
        ("warm, 1 worker", small[:KNOWN], {"workers": 1}),
    ]
    for name, trees, changed in cases:
        async with workers(settings, **changed) as opened:
            callers = CALLERS if "cache_entries" in changed else 1  # of known answers, one keeps the loop busy
            rows[name] = await _lags(await _load(_masker(opened), trees), callers, seconds)
    return rows


async def growth(settings: Masking, sides: Sequence[Side], words: int) -> dict[str, Any]:
    """Resident memory before, and after each tenth of so many unseen words; Presidio gets a tenth of them."""
    async with workers(settings, workers=1) as pool:
        seen = []
        for tenth in range(10):
            texts = unseen_words(words // 10, "growth", tenth)
            if tenth == 0:
                await pool.analyse([Text(text) for text in unseen_words(3000, "before")])
                seen.append(resident(pool.pids[0]))
            for at in range(0, len(texts), HITS):
                await pool.analyse([Text(text) for text in texts[at : at + HITS]])
            seen.append(resident(pool.pids[0]))
    rows = {"ours": {"words": words, "resident": seen}}
    for side in sides:
        if side.name != "ours":
            before = side.ask(unseen_words(3000, "before"))["resident"]
            after = side.ask(unseen_words(words // LESS, "growth"))["resident"]
            rows[side.name] = {"words": words // LESS, "resident": [before, after]}
    return rows
