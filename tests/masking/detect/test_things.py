"""A list is of one kind: where hardly any item is somebody, none is."""

import pytest

from vecgate.masking.detect.things import among, is_thing


def _of(text: str, found: str) -> bool:
    start = text.index(found)
    return is_thing(text, start, start + len(found), lambda _: True)


@pytest.mark.parametrize(
    ("text", "found", "thing"),
    [
        ("Brie, Camembert, Roquefort, Manchego, Stilton", "Roquefort", True),
        ("They stock Brie, Camembert, Roquefort and Manchego today.", "Manchego", True),
        ("Anna Kowalska, Jonas Weiler, Mirela Dragan, Tarn", "Tarn", False),
        # three are no list, and a sentence is none
        ("Brie, Camembert, Tarn", "Tarn", False),
        ("We met Tarn. Brie, Camembert, Roquefort, Manchego are here.", "Tarn", False),
        ("Szücs: I object.\nTHE JUDGE: Noted.\nRivero: Thank you.", "Rivero", False),
        ("1042,Quist,Acme,Helsinki,Finland,Manager", "Quist", False),
    ],
)
def test_neighbours_tell_what_an_item_is(text: str, found: str, thing: bool) -> None:
    assert _of(text, found) is thing


def test_the_items_of_a_sentence_end_where_its_small_words_begin() -> None:
    text = "They stock Brie, Camembert, Roquefort and Manchego today."
    start = text.index("Camembert")
    assert among(text, start, start + 9) == ["Brie", "Camembert", "Roquefort", "Manchego"]
