"""A pipeline of spaCy's forgets what it read, and is loaded anew before its tables are too large."""

import pytest

from vecgate.masking.detect.model import OWN, locate
from vecgate.masking.detect.pipeline import Pipeline, load


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline(load(locate(OWN)), lambda: load(locate(OWN)))


def test_the_vocabulary_does_not_grow(pipeline: Pipeline) -> None:
    """Words seen in answers are forgotten after each: they would fill the memory, and they are personal."""
    words = pipeline._nlp.vocab.strings
    list(pipeline.read(["warm"], "normal"))
    before = len(words)
    list(pipeline.read([" ".join(f"Zq{i}xv" for i in range(500))], "normal"))
    assert len(words) == before


def test_after_many_unseen_words_the_pipeline_is_loaded_anew(pipeline: Pipeline) -> None:
    """What spaCy forgets leaves its tables as large as they were; a worker that runs for months must not grow."""
    text = "Then Anna Kowalski called."
    pipeline._passed = 0
    before, first = pipeline._nlp, list(pipeline.read([text], "normal"))
    list(pipeline.read([" ".join(f"Zq{i}xv" for i in range(500))], "normal"))
    assert 500 <= pipeline._passed < 600
    pipeline._passed = 10**6
    assert list(pipeline.read([text], "normal")) == first
    assert pipeline._nlp is not before
    assert pipeline._passed < 10
