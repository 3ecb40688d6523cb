"""Tokens and what is known of each word: the same for training and use, whatever the text."""

from pathlib import Path

import numpy as np
import pytest
import spacy

from vecgate.masking.detect import features
from vecgate.masking.detect.features import Tokenizer
from vecgate.masking.detect.reader.words import FILE, Words, key


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer(spacy.blank("en").vocab)


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


def test_a_document_is_its_text(tokenizer: Tokenizer) -> None:
    for text in ("", " ", "a  b", "\n x", "Anu O'Hara's ", "a.b@c.de @joe"):
        assert tokenizer(text).text == text


def test_a_word_seen_twice_in_a_text_is_worked_out_once_with_the_same_result(table: Path) -> None:
    """In training every token goes through the embedding; in use each distinct word. Both give the same."""
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "vecgate.Tokenizer.v1"}}})
    words = Words(table)
    nlp.vocab.lex_attr_getters = features.getters(words)
    embed = features.words_embed(8, [[4, 50]] * 5, 2)
    embed.initialize()
    features.hand_over(embed, words)
    documents = [nlp.make_doc("Anna met Anna and a dog"), nlp.make_doc("dog"), nlp.make_doc("")]
    used, taught = embed.predict(documents), embed(documents, is_train=True)[0]
    assert [len(rows) for rows in used] == [6, 1, 0]
    for here, there in zip(used, taught, strict=True):
        np.testing.assert_allclose(here, there, rtol=1e-5)
    assert (used[0][0] == used[0][2]).all()
    features.hand_over(embed, None)
    assert all("table" not in node.attrs for node in embed.walk())
