"""Our reader says of our model what spaCy says of it, at each level, and reads a long name in a straight line."""

import random
from itertools import batched
from pathlib import Path

import pytest

from vecgate.domain.profiles import Sensitivity
from vecgate.masking.detect.model import OWN, locate
from vecgate.masking.detect.pipeline import Pipeline, load
from vecgate.masking.detect.reader.reader import Reader
from vecgate.masking.detect.warmup import DIAL, common

HERE = Path(__file__).parents[4]
ODD = ("", " ", "  ", " a", "a ", "\n\n", "A", " Ruth\n", "Ruth Lake ", "SOL_SOCKET, SO_REUSEADDR", "Ruth\n\nLake")


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(locate(OWN), [*common(locate(OWN))])


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(load(locate(OWN)))


def _texts() -> list[str]:
    """Odd ones, what templates hold, and what stands in this repository's pages, cut anywhere."""
    rng = random.Random(9)
    whole = [file.read_text("utf-8") for file in (HERE / "scripts/train_ner/templates").rglob("*.txt")]
    whole += [file.read_text("utf-8") for file in (HERE / "scripts/bench/masking").glob("*.toml")]
    whole += [file.read_text("utf-8") for file in (HERE / ".github").glob("*.md")]
    cut = [text[at : at + 400] for text in whole for at in range(0, len(text), 400)]
    return [*ODD, *rng.sample(cut, 240), " ".join(rng.sample(cut, 20))[:8000], "Ruth Lake of Main Street 12 " * 280]


@pytest.mark.parametrize("level", ["low", "normal", "high"])
def test_it_sees_what_spacy_sees(reader: Reader, pipeline: Pipeline, level: Sensitivity) -> None:
    seen = 0
    for some in batched(_texts(), 30):
        expected = list(pipeline.read(some, level))
        assert reader.read(some, DIAL[level]) == expected
        seen += sum(map(len, expected))
    assert seen > 300


def test_texts_are_read_alike_alone_and_together(reader: Reader) -> None:
    texts = _texts()[:60]
    assert reader.read(texts) == [reader.read([text])[0] for text in texts]
