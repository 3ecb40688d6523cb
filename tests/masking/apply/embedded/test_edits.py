"""What is shown is written into JSON text where it stood; around it every byte stays."""

import pytest

from masking.apply.test_walk import EVERYTHING, NONE, Fields, walk
from vecgate.masking.apply.embedded.edits import Names
from vecgate.masking.apply.operators._base import DROP
from vecgate.masking.apply.places import Places
from vecgate.masking.apply.walk import Walk
from vecgate.masking.detect.texts import Text

SECRET = "ana lima"


def covered(text: str) -> str:
    return text.replace(SECRET, "<X>")


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        ('{"t": "caf\\u00e9 ana lima \\ud83d\\ude00\\/"}', '{"t": "caf\\u00e9 <X> \\ud83d\\ude00\\/"}'),
        ('{"t": "\\u0061na lima \\u0041"}', '{"t": "<X> \\u0041"}'),
        ('{"t" : "a\\tana lima\\\\"}', '{"t" : "a\\t<X>\\\\"}'),
        ('{"t":"{\\"u\\": \\"x\\\\u00e9 ana lima\\"}"}', '{"t":"{\\"u\\": \\"x\\\\u00e9 <X>\\"}"}'),
        ('{"ana lima": "\\u00e9\\u00e9", "n": 1.50}', '{"<X>": "\\u00e9\\u00e9", "n": 1.50}'),
        ('{"ana lima": "ana lima", "ana lim\\u0061": 2}', '{"<X>": "<X>", "<X>_": 2}'),
        ('{"t": "\\ud800 ana lima"}', '{"t": "\\ud800 <X>"}'),
        ("ana lima {", "<X> {"),
    ],
)
def test_around_what_is_masked_in_json_every_byte_stays(inner: str, shown: str) -> None:
    def parts(text: Text) -> list[tuple[int, int, str]]:
        at = text.value.find(SECRET)
        return [] if at < 0 else [(at, at + len(SECRET), "<X>")]

    walking = Walk({"raw": inner}, Places(EVERYTHING, NONE), "normal", NONE.whole)  # type: ignore[arg-type]
    for _ in walking.go():
        pass
    for _ in walking.fill({text: covered(text.value) for text in walking.texts}, parts):
        pass
    assert walking.result == {"raw": shown}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ('{"pin": 1, "k": 2}', '{"k": 2}'),
        ('{"k": 2, "pin": {"deep": ["x"]}}', '{"k": 2}'),
        ('{"pin": 1}', "{}"),
        ('{"pin": 1, "pin": 2, "k": 3, "pin": 4 , "l": 5}', '{"k": 3 , "l": 5}'),
        ('{"pin": [{}], "pin": "a"}', "{}"),
    ],
)
def test_what_is_dropped_from_json_in_a_text_goes_with_its_comma(raw: str, shown: str) -> None:
    fields = Fields(("raw.pin", lambda *_: DROP), drops=True)
    assert walk({"raw": raw}, fields=fields)[0] == {"raw": shown}


def test_a_dropped_text_in_json_leaves_its_map_but_its_place_in_a_list_stays() -> None:
    shown, _ = walk(
        {"raw": '{"a": ["one x", "two"], "b": "one x", "c": "two"}'}, show=lambda t: DROP if "one" in t else t
    )
    assert shown == {"raw": '{"a": [null, "two"], "c": "two"}'}


def test_no_key_takes_the_name_of_another() -> None:
    names = Names(["a", "b", "c", "<X>"])
    assert [names.given(key, "<X>") for key in "abc"] == ["<X>_", "<X>_2", "<X>_3"]
    assert names.given("<X>", "<X>") == "<X>"
