"""Do stored vectors stay where the text does that they were made of, wherever they stand in a record, and no others?"""

from typing import Any

import pytest

from vecgate.dialects.base.lucene.embeddings import merged, staying
from vecgate.dialects.base.lucene.names import Index
from vecgate.refusals.errors import CallRefused

VECTOR: Any = {"type": "knn_vector", "dimension": 2}
MAPPED: Any = {
    "properties": {
        "vec": VECTOR,
        "made": {"properties": {"near": {"type": "dense_vector"}, "words": {"type": "sparse_vector"}}},
        "parts": {"type": "nested", "properties": {"near": VECTOR}},
        "sizes": {"type": "float"},
    }
}
THEIRS, OURS = [9.0, 9.0], [1.0, 1.0]
MASKED, PLAIN = "a text of <PERSON>", "a text of Ana"


def put(sent: Any, now: Any, stored: Any, whole: bool = True, **more: Any) -> Any:
    return staying(Index("a", "u", {}, {}, {**MAPPED, **more}), whole, "doc[0]").put(sent, now, stored)


NESTED: Any = {"vec": OURS, "made": {"near": OURS, "words": {"y": 1}}}
TWO: Any = {"parts": [{"near": OURS}, {"near": [2.0, 2.0]}]}


@pytest.mark.parametrize(
    ("sent", "stored", "kept"),
    [
        ({"vec": THEIRS}, {"vec": OURS}, {"vec": OURS}),
        ({"vec": THEIRS, "made": {"near": THEIRS, "words": {"x": 9}}}, NESTED, NESTED),
        ({"made.near": THEIRS}, {"made": {"near": OURS}}, {"made.near": OURS}),
        ({"made": {"near": THEIRS}}, {"made.near": OURS}, {"made": {"near": OURS}}),
        ({"parts": [{"near": THEIRS}, {"near": THEIRS}]}, TWO, TWO),
        ({"parts": [{"near": THEIRS}]}, TWO, TWO),
        ({"sizes": [3.0, 4.0], "vec": THEIRS}, {"sizes": [1.0, 2.0], "vec": OURS}, {"sizes": [3.0, 4.0], "vec": OURS}),
    ],
)
def test_what_was_made_of_a_mask_makes_room_for_what_is_stored(sent: Any, stored: Any, kept: Any) -> None:
    assert put({"t": MASKED, **sent}, {"t": PLAIN, **sent}, {"t": PLAIN, **stored}) == {"t": PLAIN, **kept}


def test_a_text_of_ones_own_brings_a_vector_of_its_own() -> None:
    sent = {"t": "a text that is new and long", "name": "<PERSON>", "vec": THEIRS}
    now = {**sent, "name": "Ana"}
    assert put(sent, now, {"t": "old", "name": "Ana", "vec": OURS}) == now
    assert put({"t": MASKED, "vec": THEIRS}, {"t": PLAIN, "vec": THEIRS}, {"t": PLAIN})["vec"] == THEIRS, (
        "there was none"
    )
    gone = {"t": MASKED, "vec": None}
    assert put(gone, {**gone, "t": PLAIN}, {"t": PLAIN, "vec": OURS})["vec"] is None


def test_each_item_of_a_list_has_the_vector_of_its_own_text() -> None:
    sent = {"t": "T" * 40, "parts": [{"t": MASKED, "near": THEIRS}, {"t": "another text by now", "near": THEIRS}]}
    now = {**sent, "parts": [{"t": PLAIN, "near": THEIRS}, sent["parts"][1]]}
    stored = {"t": "T" * 40, "parts": [{"t": PLAIN, "near": OURS}, {"t": "a text", "near": [2.0, 2.0]}]}
    assert [one["near"] for one in put(sent, now, stored)["parts"]] == [OURS, THEIRS]


def test_what_a_reader_was_not_shown_is_not_lost_when_he_replaces_the_rest() -> None:
    sent, now, stored = {"t": MASKED}, {"t": PLAIN}, {"t": PLAIN, "vec": OURS, "gone": 1}
    assert put(sent, now, stored) == {"t": PLAIN, "vec": OURS}
    assert put(sent, now, stored, whole=False) == {"t": PLAIN}
    within = {"parts": [{"t": MASKED}]}
    kept = put(within, {"parts": [{"t": PLAIN}]}, {"parts": [{"t": PLAIN, "near": OURS}]})
    assert kept == {"parts": [{"t": PLAIN, "near": OURS}]}


@pytest.mark.parametrize("source", [{"enabled": False}, {"excludes": ["vec"]}, {"excludes": ["v*"]}, {"includes": ["t"]}])  # fmt: skip
def test_a_vector_that_nobody_can_read_is_not_lost_in_silence(source: Any) -> None:
    sent, stored = {"t": MASKED, "vec": THEIRS}, {"t": PLAIN}
    with pytest.raises(CallRefused, match="shown to nobody"):
        put(sent, {**sent, "t": PLAIN}, stored, _source=source)
    with pytest.raises(CallRefused, match="shown to nobody"):
        put(sent, {**sent, "t": PLAIN}, stored, False, _source=source)
    own = {"t": "new", "vec": THEIRS}
    assert put(own, own, stored, _source=source) == own


def test_of_an_index_that_nobody_remembers_lists_of_numbers_are_vectors() -> None:
    sent, stored = {"t": MASKED, "v": THEIRS, "n": 1}, {"t": PLAIN, "v": OURS, "n": 2}
    assert staying(None, True, "").put(sent, {**sent, "t": PLAIN}, stored) == {"t": PLAIN, "v": OURS, "n": 1}


def test_two_readings_of_a_record_are_one() -> None:
    assert merged({"t": "x", "parts": [{"t": 1}]}, {"vec": OURS, "parts": [{"near": OURS}]}) == {
        "t": "x",
        "vec": OURS,
        "parts": [{"t": 1, "near": OURS}],
    }
    assert merged({"p": [1]}, {"p": [1, 2]}) == {"p": [1]}
