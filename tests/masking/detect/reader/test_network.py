"""A word has the vector that it has, whether it was worked out at the start or is met in a text."""

from pathlib import Path

import numpy as np
import pytest

from vecgate.masking.detect.model import OWN, locate
from vecgate.masking.detect.reader.network import Network, weights
from vecgate.masking.detect.reader.words import FILE, Words

TEXTS = [["Anna", "met", "the", "dog"], ["Anna"], ["a", "b", "c", "d", "e", "f"]]


def test_everyday_words_and_neighbours_change_nothing() -> None:
    learnt, words = weights(locate(OWN)), Words(locate(OWN) / FILE)
    knows, learns = Network(learnt, words, ["the", "dog", "a"]), Network(learnt, words, ["dog"])
    together = knows.read(TEXTS)
    assert together.shape == (11, 64)
    np.testing.assert_allclose(together, learns.read(TEXTS), rtol=1e-4, atol=1e-5)
    alone = np.concatenate([knows.read([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, rtol=1e-4, atol=1e-5)


def test_what_is_no_such_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ner").mkdir()
    (tmp_path / "ner" / "model").write_bytes(b"\x80")
    with pytest.raises(KeyError):
        weights(tmp_path)
