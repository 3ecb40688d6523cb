"""Is our masking better than Presidio's, and what does it take? Both on the same texts, in turns, in one run.

Run as: .venv/bin/python scripts/bench/masking.py [--data FOLDER] [--env FOLDER] [--full] [--json FILE] [--markdown]
"""

import argparse
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
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "addons"))

from bench import masking_tables
from bench.masking_accuracy import Set, errors, judge, sets
from bench.masking_env import Side, environment, make_sets

MEASURES: Final = ("accuracy",)


def accuracy(chosen: Sequence[Set], sides: Sequence[Side], shown: int) -> dict[str, Any]:
    """The report's part on each set. `shown`: how many of our errors to print per set."""
    report = {}
    for one in chosen:
        print(f"{one.name}: {len(one.documents)} documents", file=sys.stderr)
        report[one.name], found = judge(one, sides)
        for line in errors(one, found["ours"].spans, shown):
            print(f"  {line}", file=sys.stderr)
    return report


def run(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """The whole report."""
    python = environment(args.env or folder / "environment")
    made = folder / "sets"
    make_sets(python, made, args.seed, args.documents)
    chosen = [one for one in sets(made, args.data, args.documents, args.seed) if not args.sets or one.name in args.sets]
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
            report["sets"] = accuracy(chosen, sides, args.errors)
    return report


def parser() -> argparse.ArgumentParser:
    """The command's words."""
    words = argparse.ArgumentParser("scripts/bench/masking.py", description=(__doc__ or "").partition("\n")[0])
    words.add_argument(
        "--env",
        type=Path,
        metavar="FOLDER",
        help="environment of Presidio and Faker, made if missing; left out: a temporary one",
    )
    words.add_argument(
        "--data", type=Path, metavar="FOLDER", help='more labelled sets: *.jsonl of {"id", "text", "spans"}'
    )
    words.add_argument("--documents", type=int, default=200, help="per set (200)")
    words.add_argument("--sets", nargs="+", metavar="NAME", help="these sets only")
    words.add_argument("--only", nargs="+", choices=MEASURES, default=list(MEASURES), help="measure this only")
    words.add_argument("--seed", type=int, default=4, help="of sets and samples (4)")
    words.add_argument("--model", help="package of our NER model; left out: the default one")
    words.add_argument("--model-sha256", metavar="DIGEST", help="digest of its files")
    words.add_argument("--no-presidio", action="store_true", help="ours only: quicker, nothing to compare")
    words.add_argument("--errors", type=int, default=0, metavar="N", help="print so many of our errors per set")
    words.add_argument("--full", action="store_true", help="more documents, longer, and growth over a million words")
    words.add_argument("--json", type=Path, metavar="FILE", help="write the report there too")
    words.add_argument("--markdown", action="store_true", help="tables for the README")
    return words


def main(argv: Sequence[str] | None = None) -> int:
    """The command."""
    args = parser().parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="vg-masking-") as name:
        report = run(args, Path(name))
    print(masking_tables.shown(report, markdown=args.markdown))
    if args.json:
        args.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
