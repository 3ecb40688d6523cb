"""Every string is met, with its field's name; the tree keeps its shape."""

from typing import Any

import pytest

from vecgate.errors import MaskFailed
from vecgate.masking.operators._base import Operator
from vecgate.masking.texts import Text
from vecgate.masking.walk import Walk, hint
from vecgate.surface import Surface


def no_field(_dotted: str) -> Operator | None:
    return None


def walk(tree: Any, surface: Surface = Surface(), field: Any = no_field) -> tuple[Any, list[Text]]:  # noqa: B008
    seen: list[Text] = []

    def mask(text: Text) -> str:
        seen.append(text)
        return text.value.upper()

    shown = Walk(surface, field, mask, lambda text, operator: operator(text, "FIELD")).tree(tree)
    return shown, seen


@pytest.mark.parametrize("tree", [None, True, 0, 1.5, [], {}, "", "-", [[]], {"a": None}, [1, [2.5, None, False]]])
def test_what_holds_no_text_stays_as_it_is(tree: Any) -> None:
    assert walk(tree) == (tree, [])


def test_the_shape_is_kept() -> None:
    tree = {"ids": [["ab"], []], "n": 3, "x": {"y": None, "z": ["cd", 1.5, True]}}
    shown, _ = walk(tree)
    assert shown == {"ids": [["AB"], []], "n": 3, "x": {"y": None, "z": ["CD", 1.5, True]}}
    assert tree["ids"] == [["ab"], []]


def test_the_surface_decides_how_closely_to_look() -> None:
    surface = Surface(keep=("/kind",), patterns=("/ids/**",))
    shown, seen = walk({"kind": "kk", "ids": [["ii"]], "doc": "dd"}, surface)
    assert shown == {"kind": "kk", "ids": [["II"]], "doc": "DD"}
    assert [(t.value, t.look) for t in seen] == [("ii", "patterns"), ("dd", "text")]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        # words
        ("name", "name"),
        ("customer_name", "customer name"),
        ("customerName", "customer name"),
        ("chroma:phone-no", "chroma phone no"),
        # says nothing, or may be data itself
        ("documents", ""),
        ("", ""),
        ("anu@kotkas.ee", ""),
        ("Anu Kotkas", ""),
        ("5551234567", ""),
    ],
)
def test_hint(key: str, words: str) -> None:
    assert hint(key) == words


def test_hints_reach_list_items_but_not_long_texts() -> None:
    _, seen = walk({"owners": ["ann"], "note": "x" * 300})
    assert [t.hint for t in seen] == ["owners", ""]


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        # walked
        ('{"a":"bc","n":1}', '{"a":"BC","n":1}'),
        (' ["bc"] ', '["BC"]'),
        ('{"a":"{\\"b\\":\\"cd\\"}"}', '{"a":"{\\"b\\":\\"CD\\"}"}'),
        # unchanged inside: not even its spaces change
        ('{ "n" : 1 }', '{ "n" : 1 }'),
        # not JSON after all: one text
        ('{"a":"bc"', '{"A":"BC"'),
        ('{"a":1,"a":2}', '{"A":1,"A":2}'),
        ("[see below]", "[SEE BELOW]"),
    ],
)
def test_json_inside_a_string(inner: str, shown: str) -> None:
    assert walk({"raw": inner})[0] == {"raw": shown}


def test_json_inside_json_inside_json_ends_as_text() -> None:
    inner = '"x"'
    tree: Any = ["ab"]
    from vecgate.strict_json import dump

    for _ in range(12):
        tree = [dump(tree).decode()]
    shown, seen = walk(tree)
    assert len(seen) == 1
    assert inner not in str(shown)


def test_long_numbers_inside_a_string_are_looked_at() -> None:
    _, seen = walk({"raw": '{"card":4111111111111111,"n":12}', "card": 4111111111111111})
    assert [(t.value, t.look, t.hint) for t in seen] == [("4111111111111111", "patterns", "card")]


def test_keys_that_may_be_data_are_looked_at_and_stay_apart() -> None:
    def mask(text: Text) -> str:
        return "<X>" if "@" in text.value else text.value

    walking = Walk(Surface(keep=("/kept/**",)), no_field, mask, lambda text, _: text)
    tree = {"a@b.com": 1, "c@d.com": 2, "<X>": 3, "plain_key": 4, "kept": {"e@f.com": 5}}
    assert walking.tree(tree) == {"<X>_": 1, "<X>__": 2, "<X>": 3, "plain_key": 4, "kept": {"e@f.com": 5}}


@pytest.mark.parametrize(
    ("key", "look"),
    [("plain_key", None), ("a@b.com", "patterns"), ("2024-01", "patterns"), ("by Anna Schmidt, 3 May", "text")],
)
def test_a_key_with_a_space_in_it_is_read_as_a_text(key: str, look: str | None) -> None:
    _, seen = walk({key: 1})
    assert [text.look for text in seen] == ([look] if look else [])


def test_a_field_policy_takes_everything_below_it() -> None:
    def field(dotted: str) -> Operator | None:
        return (lambda text, _: f"[{text}]") if dotted == "m.contact" else None

    tree = {"m": {"contact": {"phone": 5551234567, "mail": "a@b.com", "ok": True, "no": None, "l": ["x", ""]}}}
    shown, seen = walk(tree, Surface(keep=("/**",)), field)
    assert shown == {
        "m": {"contact": {"phone": "[5551234567]", "mail": "[a@b.com]", "ok": "[true]", "no": None, "l": ["[x]", ""]}}
    }
    assert seen == []


def test_a_field_policy_reaches_into_json_in_strings() -> None:
    def field(dotted: str) -> Operator | None:
        return (lambda _text, _entity: "hidden") if dotted == "raw.ssn" else None

    assert walk({"raw": '{"ssn":"1","k":2}'}, field=field)[0] == {"raw": '{"ssn":"hidden","k":2}'}


@pytest.mark.parametrize("tree", [{1: "a"}, [b"x"], (1,), object(), {"a": {2}}])
def test_what_is_not_json_fails(tree: Any) -> None:
    with pytest.raises(MaskFailed):
        walk(tree)


def test_too_deep_fails() -> None:
    tree: Any = "x"
    for _ in range(70):
        tree = [tree]
    with pytest.raises(MaskFailed, match="deep"):
        walk(tree)
