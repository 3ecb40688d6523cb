"""Every string is met, with its field's name; the tree keeps its shape."""

from typing import Any

import pytest

from vecgate.errors import MaskFailed
from vecgate.masking.operators._base import DROP, Operator
from vecgate.masking.places import Places
from vecgate.masking.texts import Text
from vecgate.masking.walk import Walk
from vecgate.surface import Surface

EVERYTHING = Surface()


class Fields:
    """Field policies by whole path."""

    def __init__(self, *policies: tuple[str, Operator], drops: bool = False) -> None:
        self._policies = policies
        self._drops = drops

    def field(self, dotted: str) -> int | None:
        return next((i for i, (path, _) in enumerate(self._policies) if path == dotted), None)

    def drops(self, _rule: int) -> bool:
        return self._drops

    def whole(self, text: str, rule: int) -> Any:
        return self._policies[rule][1](text, "FIELD")


NONE = Fields()


def loud(text: str) -> Any:
    return text.upper()


def walk(tree: Any, surface: Surface = EVERYTHING, fields: Fields = NONE, show: Any = loud) -> tuple[Any, list[Text]]:
    walking = Walk(tree, Places(surface, fields), "normal", fields.whole)  # type: ignore[arg-type]
    for _ in walking.go():
        pass
    for _ in walking.fill({text: show(text.value) for text in walking.texts}):
        pass
    return walking.result, list(walking.texts)


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
    assert [(t.value, t.look) for t in seen] == [("dd", "text"), ("ii", "patterns")]


def test_hints_reach_list_items_but_not_long_texts() -> None:
    _, seen = walk({"owners": ["ann"], "note": "x" * 300})
    assert [t.hint for t in seen] == ["", "owners"]


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
    def show(text: str) -> str:
        return "<X>" if "@" in text else text

    tree = {"a@b.com": 1, "c@d.com": 2, "<X>": 3, "plain_key": 4, "kept": {"e@f.com": 5}}
    shown, _ = walk(tree, Surface(keep=("/kept/**",)), show=show)
    assert shown == {"<X>_": 1, "<X>_2": 2, "<X>": 3, "plain_key": 4, "kept": {"e@f.com": 5}}
    assert list(shown) == ["<X>_", "<X>_2", "<X>", "plain_key", "kept"]


def test_keys_are_renamed_inside_json_in_a_string_too() -> None:
    assert walk({"raw": '{"a@b.com":{"c@d.com":"x1"}}'})[0] == {"raw": '{"A@B.COM":{"C@D.COM":"X1"}}'}


@pytest.mark.parametrize(
    ("key", "look"),
    [("plain_key", None), ("a@b.com", "patterns"), ("2024-01", "patterns"), ("by Anna Schmidt, 3 May", "text")],
)
def test_a_key_with_a_space_in_it_is_read_as_a_text(key: str, look: str | None) -> None:
    _, seen = walk({key: 1})
    assert [text.look for text in seen] == ([look] if look else [])


def test_a_field_policy_takes_everything_below_it() -> None:
    fields = Fields(("m.contact", lambda text, _: f"[{text}]"))
    tree = {"m": {"contact": {"phone": 5551234567, "mail": "a@b.com", "ok": True, "no": None, "l": ["x", ""]}}}
    shown, seen = walk(tree, Surface(keep=("/**",)), fields)
    assert shown == {
        "m": {"contact": {"phone": "[5551234567]", "mail": "[a@b.com]", "ok": "[true]", "no": None, "l": ["[x]", ""]}}
    }
    assert seen == []


def test_a_field_policy_reaches_into_json_in_strings() -> None:
    fields = Fields(("raw.ssn", lambda _text, _entity: "hidden"))
    assert walk({"raw": '{"ssn":"1","k":2}'}, fields=fields)[0] == {"raw": '{"ssn":"hidden","k":2}'}


def test_a_dropped_field_goes_away_with_its_key() -> None:
    fields = Fields(("m.ssn", lambda _text, _entity: DROP), drops=True)
    tree = {"m": [{"ssn": "1", "k": 2}, {"ssn": {"deep": ["x"]}}, {"k": "kk"}], "raw": '{"m":{"ssn":1}}'}
    assert walk(tree, fields=fields)[0] == {"m": [{"k": 2}, {}, {"k": "KK"}], "raw": '{"m":{"ssn":1}}'}
    assert walk({"raw": '{"m":{"ssn":1,"k":2}}'}, fields=Fields(("raw.m.ssn", lambda *_: DROP), drops=True))[0] == {
        "raw": '{"m":{"k":2}}'
    }


def test_a_dropped_text_leaves_its_map_but_its_place_in_a_list_stays() -> None:
    """Lists of one answer belong together place by place: documents, ids, distances."""
    shown, _ = walk(
        {"documents": ["one", "two"], "m": {"a": "one", "b": "two"}, "one 1": 2},
        show=lambda text: DROP if "one" in text else text,
    )
    assert shown == {"documents": [None, "two"], "m": {"b": "two"}}


def test_long_numbers_are_looked_at_where_people_write() -> None:
    """A phone stored as a number; not a count in the answer's own structure, nor a short one."""
    surface = Surface(keep=("/total",), patterns=("/ids/*",))
    tree = {"meta": {"phone": 5551234567, "year": 2024}, "total": 5551234567, "ids": [5551234567]}
    shown, seen = walk(tree, surface, show=lambda _: "hidden")
    assert [(t.value, t.look, t.hint) for t in seen] == [("5551234567", "patterns", "phone")]
    assert shown == tree | {"meta": {"phone": "hidden", "year": 2024}}
    assert walk(tree, surface, show=str)[0] == tree  # nothing found: it stays a number


def test_a_large_tree_is_done_in_turns() -> None:
    tree = [[f"text {i}" for i in range(50)] for _ in range(300)]
    walking = Walk(tree, Places(Surface(), Fields()), "normal", Fields().whole)  # type: ignore[arg-type]
    assert len(list(walking.go())) > 2
    assert len(list(walking.fill({text: "x" for text in walking.texts}))) > 2
    assert walking.result == [["x"] * 50] * 300
    assert set(walking.texts.values()) == {300}


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
