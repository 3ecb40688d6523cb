"""Who is somebody beyond what the model says of people."""

import pytest

from vecgate.domain.finding import Finding
from vecgate.masking.detect.people import settled
from vecgate.masking.detect.somebody import GIVEN, LIKELY, REST, Reading, in_lists


@pytest.mark.parametrize(
    ("text", "entity", "name", "source"),
    [
        # a place or a firm that is called as people are
        ("We told Ruth Lake to wait", "LOCATION", "Ruth Lake", LIKELY),
        ("Sheila Sill of the team", "ORG", "Sheila Sill", LIKELY),
        ("Kunaporn: not yet", "LOCATION", "Kunaporn", LIKELY),
        # the rest of a name that was found in part
        ("told Ruth Lake to wait", "PERSON", "Ruth", REST),
        ("Mr R. Holm-Pedersen left", "PERSON", "Holm", REST),
        ("ask Pat Kowalski", "PERSON", "Kowalski", REST),
        ("Alice Example called", "PERSON", "Alice", REST),
        ("the statement of Paula\nOkonkwo taken on", "PERSON", "Paula", REST),
        ("We told Will Lake to wait", "LOCATION", "Will Lake", LIKELY),
        ("Rose and Will are on holiday.", "PERSON", "Rose", GIVEN),
    ],
)
def test_more_is_somebody(text: str, entity: str, name: str, source: str) -> None:
    start = text.index(name)
    found = settled(Reading(text), [Finding(start, start + len(name), entity, "model")])
    more = [f for f in found if f.source == source]
    assert [f.entity for f in more] == ["PERSON"]
    assert settled(Reading(text, guessing=False), [Finding(start, start + len(name), entity, "model")])[1:] == []


@pytest.mark.parametrize(
    ("text", "name"), [("Hugo retires in May", "Hugo"), ("then Adaeze Okonjo came", "Adaeze Okonjo"), ("I told Will to wait", "Will"), ("Summer says no", "Summer"), ("The dog of Rose Sample barks", "Rose Sample"), ("that is Okonkwo's wall", "Okonkwo"), ("Anna's idea", "Anna")]
)  # fmt: skip
def test_given_names_that_the_model_passed_over(text: str, name: str) -> None:
    found = settled(Reading(text), [])
    assert [(text[f.start : f.end], f.source) for f in found] == [(name, GIVEN)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Takeda, Nobuki; Oriol, Marta; Lu, Xue-Feng", ["Takeda, Nobuki", "Oriol, Marta", "Lu, Xue-Feng"]),
        ("Schmit, Claudia - BP 140/90", ["Schmit, Claudia"]),
        ("Paris, Texas; Berlin, Germany", []),
    ],
)
def test_last_name_first(text: str, names: list[str]) -> None:
    assert [text[f.start : f.end] for f in in_lists(Reading(text))] == names


@pytest.mark.parametrize("text", ["at a place called Rose Lake", "Paris and Okonkwo", "a Summer Sample Sale"])
def test_what_is_called_so_too(text: str) -> None:
    place = next(name for name in ("Rose Lake", "Paris", "Summer") if name in text)
    start = text.index(place)
    found = settled(Reading(text), [Finding(start, start + len(place), "LOCATION", "model")])
    assert [f for f in found if f.entity == "PERSON"] == []
