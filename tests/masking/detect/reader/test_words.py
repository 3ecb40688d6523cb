"""What is known of a word is the same whether it is asked alone or with others."""

from pathlib import Path

import numpy as np
import pytest

from vecgate.masking.detect.reader.words import FILE, Words, features, key, shape


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Two words: `anna` (row 0, a person wherever it stands), `dog` (row 1, nothing)."""
    file = tmp_path / FILE
    rows = sorted([(key("anna"), 0, 21), (key("dog"), 1, 0)])
    np.savez_compressed(
        file,
        keys=np.array([r[0] for r in rows], dtype=np.uint32),
        rows=np.array([r[1] for r in rows], dtype=np.uint16),
        known=np.array([r[2] for r in rows], dtype=np.uint8),
        vectors=np.array([[4, 8], [-4, 0]], dtype=np.int8),
        scale=np.array(0.5, dtype=np.float32),
    )
    return file


def test_words_are_known_whatever_their_case(table: Path) -> None:
    words, asked = Words(table), ("anna", "Anna", "ANNA", "dog", "nobody", "")
    assert [words.row(w) for w in asked] == [1, 1, 1, 2, 0, 0]
    assert [words.known(w) for w in ("Anna", "dog", "nobody")] == [22, 1, 0]
    assert words.vectors.tolist() == [[0, 0], [2, 4], [-2, 0]]
    together = features(asked, words)
    assert together.rows.tolist() == [1, 1, 1, 2, 0, 0]
    assert together.hashed[:, 4].tolist() == [22, 22, 22, 1, 0, 0]


@pytest.mark.parametrize(("word", "looks"), [("Anna", "Xxxx4"), ("McDonald", "XxXxx8"), ("a1", "xd2")])
def test_shapes(word: str, looks: str) -> None:
    assert shape(word) == looks


def test_a_table_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.npz").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="allow_pickle"):
        Words(tmp_path / "x.npz")
