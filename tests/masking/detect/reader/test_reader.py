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


def _labelled() -> list[str]:
    """The text with labels that is kept here, cut anywhere."""
    folders = (HERE / "scripts/train_ner/templates", HERE / "scripts/bench/masking")
    files = sorted(file for folder in folders for file in folder.rglob("*") if file.suffix in (".txt", ".toml"))
    whole = [file.read_text("utf-8") for file in (*files, HERE / "README.md")]
    return [text[at : at + 400] for text in whole for at in range(0, len(text), 400)]


def _texts(count: int) -> list[str]:
    """Odd ones, so many others, and long ones."""
    cut, rng = _labelled(), random.Random(9)
    some = rng.sample(cut, min(count, len(cut)))
    return [*ODD, *some, " ".join(rng.sample(cut, 20))[:8000], "Ruth Lake of Main Street 12 " * 280]


@pytest.mark.parametrize("level", ["low", "normal", "high"])
def test_it_sees_what_spacy_sees(
    reader: Reader, pipeline: Pipeline, level: Sensitivity, request: pytest.FixtureRequest
) -> None:
    """A sample; with `--long`, all of the labelled text in the repository."""
    seen = 0
    for some in batched(_texts(10**6 if request.config.getoption("--long") else 200), 30):
        expected = list(pipeline.read(some, level))
        assert reader.read(some, DIAL[level]) == expected
        seen += sum(map(len, expected))
    assert seen > 200


def test_texts_are_read_alike_alone_and_together(reader: Reader) -> None:
    texts = _texts(50)
    assert reader.read(texts) == [reader.read([text])[0] for text in texts]
