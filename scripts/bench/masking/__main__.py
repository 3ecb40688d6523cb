"""Is our masking better than Presidio's, and what does it take? Both on the same texts, in turns, in one run.

Run as: .venv/bin/python scripts/bench/masking [--data FOLDER] [--env FOLDER] [--full] [--json FILE] [--markdown]
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MALLOC_TRIM_THRESHOLD_"] = os.environ["MALLOC_MMAP_THRESHOLD_"] = str(4 * 1024 * 1024)
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "addons"))

from bench.masking import speed, tables
from bench.masking.accuracy import Set, errors, judge, sets
from bench.masking.env import Side, environment, make_sets
from vecgate.settings.masking import Masking

README: Final = Path(__file__).parents[1] / "README.md"
MEASURES: Final = ("accuracy", "speed", "lag", "growth")


def accuracy(chosen: Sequence[Set], sides: Sequence[Side], shown: int) -> dict[str, Any]:
    """The report's part on each set. `shown`: how many of our errors to print per set."""
    report = {}
    for one in chosen:
        print(f"{one.name}: {len(one.documents)} documents", file=sys.stderr)
        report[one.name], found = judge(one, sides)
        for line in errors(one, found["ours"].spans, shown):
            print(f"  {line}", file=sys.stderr)
    return report


def pool(chosen: Sequence[Set]) -> list[str]:
    """What answers are cut out of: search hits, and text in which nothing is personal, in turns."""
    texts = {one.name: "\n".join(one.texts) for one in chosen}
    return [texts["hits"], texts["tech"] + texts["clean"]]


async def costs(args: argparse.Namespace, texts: Sequence[str], sides: Sequence[Side]) -> dict[str, Any]:
    """The report's parts on time and memory."""
    settings = Masking() if args.model is None else Masking(model=args.model, model_sha256=args.model_sha256)
    report: dict[str, Any] = {}
    if "speed" in args.only:
        print("speed", file=sys.stderr)
        trees = [speed.answer(texts, speed.HITS, args.seed, n) for n in range(61 if args.full else 21)]
        report["speed"] = await speed.latency(settings, sides, trees)
        report["parts"] = speed.parts(sides[0], trees)
    if "lag" in args.only:
        print("lag", file=sys.stderr)
        report["lag"] = await speed.lag(settings, texts, 20 if args.full else 4)
    if "growth" in args.only:
        print("growth", file=sys.stderr)
        words = args.words or (1_000_000 if args.full else 50_000)
        report["growth"] = await speed.growth(settings, sides, words)
    return report


def run(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The whole report."""
    python = environment(args.env or folder / "environment")
    made = folder / "sets"
    make_sets(python, made, args.seed, args.documents)
    chosen = list(sets(made, args.data, args.documents, args.seed))
    model = [args.model, *filter(None, [args.model_sha256])] if args.model else []
    with contextlib.ExitStack() as running:
        sides = [running.enter_context(Side("ours", sys.executable, *model))]
        if not args.no_presidio:
            sides.append(running.enter_context(Side("presidio", python)))
        report: dict[str, Any] = {
            "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
            "versions": {side.name: side.version for side in sides},
            "seed": args.seed,
        }
        if "accuracy" in args.only:
            wanted = [one for one in chosen if not args.sets or one.name in args.sets]
            report["sets"] = accuracy(wanted, sides, args.errors)
        return report | asyncio.run(costs(args, pool(chosen), sides))


def parser() -> argparse.ArgumentParser:
    """The command's words."""
    words = argparse.ArgumentParser("scripts/bench/masking", description=(__doc__ or "").partition("\n")[0])
    words.add_argument(
        "--env",
        type=Path,
        metavar="FOLDER",
        help="environment of Presidio and Faker, made if missing; left out: a temporary one",
    )
    words.add_argument(
        "--data", type=Path, metavar="FOLDER", help='more labelled sets: *.jsonl of {"id", "text", "spans"}'
    )
    words.add_argument("--documents", type=int, help="per set (200; with --full 600)")
    words.add_argument("--sets", nargs="+", metavar="NAME", help="these sets only")
    words.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES), help="measure this only")
    words.add_argument("--seed", type=int, default=4, help="of sets and samples (4)")
    words.add_argument("--model", help="package of our NER model; left out: the default one")
    words.add_argument("--model-sha256", metavar="DIGEST", help="digest of its files")
    words.add_argument("--no-presidio", action="store_true", help="ours only: quicker, nothing to compare")
    words.add_argument("--errors", type=int, default=0, metavar="N", help="print so many of our errors per set")
    words.add_argument("--full", action="store_true", help="more documents, longer, and growth over a million words")
    words.add_argument("--words", type=int, help="unseen words for growth (50000; with --full 1000000)")
    words.add_argument("--json", type=Path, metavar="FILE", help="write the report there too")
    words.add_argument("--markdown", action="store_true", help="tables as Markdown")
    words.add_argument("--readme", action="store_true", help="put the tables into the README beside this script")
    return words


def main(argv: Sequence[str] | None = None) -> int:
    """The command."""
    args = parser().parse_args(argv)
    args.documents = args.documents or (600 if args.full else 200)
    with tempfile.TemporaryDirectory(prefix="vg-masking-") as name:
        report = run(args, Path(name))
    print(tables.shown(report, markdown=args.markdown))
    if args.json:
        args.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    if args.readme:
        new = tables.shown(report, markdown=True)
        README.write_text(tables.replaced(README.read_text("utf-8"), new), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
