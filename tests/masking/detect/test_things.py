"""A list is of one kind: where hardly any item is somebody, none is."""

import pytest

from vecgate.masking.detect.things import among, column, is_goods, is_headed, is_part_of_goods, is_thing


def _of(text: str, found: str) -> bool:
    start = text.index(found)
    return is_thing(text, start, start + len(found), lambda _: True)


@pytest.mark.parametrize(
    ("text", "found", "thing"),
    [
        ("Brie, Camembert, Roquefort, Manchego, Stilton", "Roquefort", True),
        ("They stock Brie, Camembert, Roquefort and Manchego today.", "Manchego", True),
        ("Anna Kowalska, Jonas Weiler, Mirela Dragan, Tarn", "Tarn", False),
        ("Lime; Dodder laurel; Babaco; Candlenut; Midyim", "Babaco", True),
        ("Lapce | Typeform | Nova | Instacart", "Lapce", True),
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


@pytest.mark.parametrize(
    ("text", "found", "headed"),
    [
        ("Cocktails: Tom Collins, Negroni, Sidecar, Mai Tai", "Tom Collins", True),
        ("Moons of Uranus: Titania, Miranda, Umbriel, Puck", "Miranda", True),
        # headings for people, what somebody does, and lists of people below any heading
        ("Authors: Tom Collins, Negroni, Sidecar", "Tom Collins", False),
        ("The crew includes: Hugh Tarn, Lily Cole, David Holm", "Lily Cole", False),
        ("Boats: Anna Kowalska, Jonas Weiler, Mirela Dragan", "Jonas Weiler", False),
    ],
)
def test_a_heading_says_what_is_listed(text: str, found: str, headed: bool) -> None:
    start = text.index(found)
    assert is_headed(text, start, start + len(found)) is headed


@pytest.mark.parametrize(
    ("text", "found", "goods"),
    [
        ("Makita DHP484Z 18V LXT Brushless Combi Drill", "Combi Drill", True),
        ("Women's Merino Crew Neck Jumper Heather Grey", "Heather Grey", True),
        ("Heather Grey signed for the 60 cm parcel today", "Heather Grey", False),
        ("Mira Holm Senior Manager Northern Region", "Mira Holm", False),
    ],
)
def test_goods_are_called_by_capitals_and_measures(text: str, found: str, goods: bool) -> None:
    start = text.index(found)
    assert is_goods(text, start, start + len(found)) is goods


def test_the_cells_of_a_column() -> None:
    text = "no,name,price\n1,Brie,3.10\n2,Tarn,4.20\n3,Edam,2.10\nand so on"
    start = text.index("Tarn")
    assert column(text, start, start + 4) == ["name", "Brie", "Tarn", "Edam"]
    assert column("We met Tarn, and left.\nThen came Quist.", 7, 11) == []


@pytest.mark.parametrize(
    ("text", "found", "named", "goods"),
    [
        ("Hugo Boss Bottled; Tom Ford Oud Wood 50 ml; Calvin Klein CK One", "Hugo Boss", True, True),
        ("Ibanez Artcore Vintage; Mira Gamma Custom; Taylor GS Mini", "Mira Gamma", False, True),
        # all that is between the marks, roles behind a comma, no measure for what is called as somebody is
        ("Tom Ford Oud Wood 50 ml; Hugo Boss; Calvin Klein CK One", "Hugo Boss", True, False),
        ("Anna Kowalska, 60 kg; Jonas Weiler, 72 kg; Mirela Dragan, 58 kg", "Jonas Weiler", True, False),
        ("Anna Kowalska Engineer; Jonas Weiler Manager; Mirela Dragan Nurse", "Jonas Weiler", True, False),
        ("Hugo Boss asked for 50 ml; Tom Ford left; all was quiet", "Hugo Boss", True, False),
    ],
)
def test_goods_in_a_row(text: str, found: str, named: bool, goods: bool) -> None:
    start = text.index(found)
    assert is_part_of_goods(text, start, start + len(found), named) is goods


def test_some_headings_are_sure() -> None:
    text = "Cocktails: Tom Collins, Rob Roy, Harvey Wallbanger"
    assert is_headed(text, 11, 22, sure=True)
    text = "Boats: Tom Collins, Negroni, Sidecar"
    assert not is_headed(text, 7, 18, sure=True)
