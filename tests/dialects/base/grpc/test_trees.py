"""Is a message said as a tree by its descriptor, and put back so that nothing is lost?"""

import math
from typing import Any

import pytest

from dialects.base.grpc.made import made
from vecgate.dialects.base.grpc.trees import Change, Trees, Unsayable, only

PLAIN = Trees()


def message(**members: Any) -> Any:
    return made().new("made.Outer").__class__(**members)


def test_what_has_no_presence_is_always_said_and_the_rest_where_it_is_there() -> None:
    quiet = Trees(quiet=frozenset(f"Outer.{one}" for one in ("floats", "numbers", "inners", "pairs", "raw")))
    assert quiet.said(message()) == {"text": "", "number": 0, "wide": 0.0, "colour": "RED", "four": 0}
    told = quiet.said(message(perhaps=0, left="", inner={}, colour=1))
    assert told == {"text": "", "number": 0, "wide": 0.0, "colour": "BLUE", "four": 0, "perhaps": 0, "left": "", "inner": {"name": ""}}  # fmt: skip


def test_a_tree_is_put_where_it_was_said() -> None:
    came = message(
        text="a", number=-(2**63), floats=[0.5, 1], inner={"name": "b", "inner": {}}, inners=[{"name": "c"}, {}],
        pairs={"k": "v"}, right=False, wide=1e300, perhaps=0, colour=1, four=2**32 - 1,
    )  # fmt: skip
    tree = PLAIN.said(came)
    assert isinstance(tree, dict)
    tree.pop("raw")
    back = message()
    PLAIN.put(tree, back)
    assert back == came


@pytest.mark.parametrize(
    "tree",
    [
        {"nothing": 1}, {"text": 1}, {"number": 2**63}, {"number": "1"}, {"floats": ["x"]}, {"floats": 1},
        {"colour": "GREEN"}, {"inner": [1]}, {"inner": 1}, {"inners": [{"x": 1}]}, {"pairs": {"k": 1}}, {"pairs": []}, [], 1,
    ],
)  # fmt: skip
def test_what_a_message_has_no_place_for_is_told_without_its_value(tree: Any) -> None:
    with pytest.raises(Unsayable) as e:
        PLAIN.put(tree, message())
    assert "GREEN" not in str(e.value)


def test_null_says_nothing() -> None:
    back = message()
    PLAIN.put({"text": None, "inner": None}, back)
    assert back == message()


@pytest.mark.parametrize("members", [{"wide": math.inf}, {"floats": [1, math.nan]}, {"colour": 7}])
def test_what_json_cannot_say_is_told(members: Any) -> None:
    with pytest.raises(Unsayable):
        PLAIN.said(message(**members))


def test_tables_say_what_is_said_otherwise() -> None:
    trees = Trees(
        names={"Outer.text": "title", "Outer.inner": ""},
        quiet=frozenset(f"Outer.{one}" for one in ("floats", "numbers", "inners", "pairs", "raw", "four")),
        unsure=frozenset({"Outer.wide"}),
        word=lambda enum, value: f"{enum}.{value}".lower(),
        changes={"Outer": Change(lambda tree: {**tree, "more": 1}, lambda tree: {k: v for k, v in tree.items() if k != "more"})},
    )  # fmt: skip
    came = message(text="a", inner={"name": "b"}, wide=math.nan)
    tree = trees.said(came)
    assert tree == {"title": "a", "number": 0, "name": "b", "wide": None, "colour": "colour.red", "more": 1}
    back = message()
    trees.put(tree, back)
    assert (back.text, back.inner.name) == ("a", "b")


def test_a_message_may_be_said_as_its_one_field() -> None:
    trees = Trees(ways={"Inner": only("name")}, quiet=frozenset({"Inner.inner"}))
    back = message()
    trees.put({"inners": ["a", "b"], "inner": "c"}, back)
    assert [one.name for one in back.inners] == ["a", "b"]
    told = trees.said(back)
    assert isinstance(told, dict)
    assert (told["inners"], told["inner"]) == (["a", "b"], "c")


def test_what_is_known_of_a_type_is_there_for_other_threads_when_it_is_whole() -> None:
    """Large messages are read in a thread; a type that was half known there would lose fields here."""
    seen = list[bool]()

    def word(enum: str, value: str) -> str:
        seen.append("Outer" in trees._known)
        return value

    trees = Trees(word=word)
    trees.said(message(colour=1))
    assert seen
    assert not any(seen)
    assert "Outer" in trees._known
