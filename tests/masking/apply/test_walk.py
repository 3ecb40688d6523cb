"""Every string is met, with its field's name; the tree keeps its shape."""

from typing import Any

import pytest

from vecgate.domain.surface import Surface
from vecgate.masking.apply.filling import TURN
from vecgate.masking.apply.operators._base import DROP, Operator
from vecgate.masking.apply.places import Places
from vecgate.masking.apply.walk import Walk
from vecgate.masking.detect.texts import Text
from vecgate.parsing.strict_json import dump
from vecgate.refusals.errors import MaskFailed

EVERYTHING = Surface()


class Fields:
    """Field policies by whole path."""

    def __init__(self, *policies: tuple[str, Operator], drops: bool = False) -> None:
        self._policies = policies
        self._drops = drops

    def field(self, dotted: str) -> int | None:
        return next((i for i, (path, _) in enumerate(self._policies) if path == dotted), None)

    has_fields = True

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
        (' ["bc"] ', ' ["BC"] '),
        ('{"a":"{\\"b\\":\\"cd\\"}"}', '{"a":"{\\"b\\":\\"CD\\"}"}'),
        # unchanged inside: not even its spaces change
        ('{ "n" : 1 }', '{ "n" : 1 }'),
        # what nobody looks for stays byte for byte
        (
            '{"n": 12.50, "e": 1E5, "t": "caf\\u00e9 \\/ x", "u" :\t"ab"}',
            '{"n": 12.50, "e": 1E5, "t": "CAFÉ / X", "u" :\t"AB"}',
        ),
        # read, whatever else is odd about it
        ('{"a":"bc","a":"de"}', '{"a":"BC","a":"DE"}'),
        ('\ufeff{"a":"bc"}', '\ufeff{"a":"BC"}'),
        ('{"a":"bc"}\n{"a":"de"}\r\n', '{"a":"BC"}\n{"a":"DE"}\r\n'),
        ('{"a":"bc"} {"a":"de"}', '{"a":"BC"} {"a":"DE"}'),
        ('# ab\n{"a":"bc"}\n{"a":\n{"a":"de"}', '# AB\n{"a":"BC"}\n{"a":\n{"a":"DE"}'),
        ('"{\\"a\\":\\"bc\\"}"', '"{\\"a\\":\\"BC\\"}"'),
        ('{"a":NaN,"b":-Infinity,"c":"de","d":1e999}', '{"a":NaN,"b":-Infinity,"c":"DE","d":1e999}'),
        # not JSON after all: one text
        ('{"a":"bc"', '{"A":"BC"'),
        ('{"a":1,}', '{"A":1,}'),
        ("[1] one\n[2] two", "[1] ONE\n[2] TWO"),
        ("[see below]", "[SEE BELOW]"),
    ],
)
def test_json_inside_a_string(inner: str, shown: str) -> None:
    assert walk({"raw": inner})[0] == {"raw": shown}


def nested(value: Any, times: int) -> Any:
    for _ in range(times):
        value = [dump(value).decode()]
    return value


def test_json_in_json_is_read_to_a_depth_and_hidden_below_it() -> None:
    shown, seen = walk(nested(["ab"], 8))
    assert shown == nested(["AB"], 8)
    assert [text.value for text in seen] == ["ab"]
    shown, seen = walk(nested(["ab"], 9))
    assert seen == []
    assert "ab" not in str(shown)
    assert "[REDACTED]" in str(shown)


def test_brackets_in_a_text_that_lie_too_deep_are_hidden_and_the_rest_is_read() -> None:
    deep = "[" * 100 + '"abc"' + "]" * 100
    shown, seen = walk({"raw": f'{{"a": {deep}, "b": "cd"}}'})
    assert "abc" not in shown["raw"]
    assert shown["raw"].endswith('"b": "CD"}')
    assert [text.value for text in seen] == ["cd"]


@pytest.mark.parametrize(
    "value",
    [
        4111111111111111,
        4111111111111111.0,
        "secret",
        '{"a secret": 4111111111111111}',
        '{"a secret": {"b secret": "secret"}}',
        {"a secret": "secret"},
        ["secret", {"a secret": '{"b secret": ["secret", 4111111111111111.0]}'}],
    ],
    ids=str,
)
def test_what_stands_under_a_masked_key_is_masked_before_the_key_is(value: Any) -> None:
    """The key is renamed last, or its value would be put back under the old one."""

    def show(text: str) -> str:
        return "<P>" if "secret" in text or "4111" in text else text

    fields = Fields()
    for tree in ({"the secret": value}, {"a": [{"the secret": value}]}, {"raw": dump({"the secret": value}).decode()}):
        shown, _ = walk(tree, fields=fields, show=show)
        assert "secret" not in str(shown)
        assert "4111" not in str(shown)
        assert str(shown).count("<P>") >= 2


def test_a_field_policy_reaches_into_every_line_and_every_double_of_a_key() -> None:
    fields = Fields(("raw.pin", lambda _text, _entity: "hidden"))
    for raw, shown in (
        ('{"pin": 1}\n{"pin": 2.50}', '{"pin": "hidden"}\n{"pin": "hidden"}'),
        ('{"pin": 1, "pin": "two"}', '{"pin": "hidden", "pin": "hidden"}'),
        ('\ufeff{"pin": true}', '\ufeff{"pin": "hidden"}'),
        ('log:\n{"pin": 3}', 'LOG:\n{"pin": "hidden"}'),
        ('{"pin": null, "n": 1e400}', '{"pin": null, "n": 1e400}'),
    ):
        assert walk({"raw": raw}, fields=fields)[0] == {"raw": shown}


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        (4111111111111111.0, "4111111111111111"),
        (4111111111111111.5, "4111111111111111"),
        (-5551234567.0, "5551234567"),
        (1e6, "1000000"),
        (999999.5, None),
        (0.4111111111111111, None),
        (True, None),
        (4.111e15, "4111000000000000"),
        (1.5e300, "15"),
    ],
)
def test_a_float_is_looked_at_as_its_digits(number: Any, digits: str | None) -> None:
    expected = [digits] if digits and len(digits) > 6 else []
    for tree in (
        {"card": number},
        {"card": [number, 1.5]},
        {"card": [[None, number]]},
        {"raw": f'{{"card": {number!r}}}'.lower()},
    ):
        assert [text.value for text in walk(tree)[1]] == expected


@pytest.mark.parametrize(
    ("literal", "digits"),
    [
        ("4.111111111111111e15", "4111111111111111"),
        ("411111111111111.1E+1", "4111111111111111"),
        ("41111111111111110000e-4", "4111111111111111"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("4111111111111111e99999999999999999999", "4111111111111111"),
        ("4.111111111111111e400", "4111111111111111"),
        ("1e-400", None),
        ("0000001", None),
    ],
)
def test_a_number_in_json_text_is_looked_at_however_it_is_written(literal: str, digits: str | None) -> None:
    shown, seen = walk({"raw": f"[{literal}, 12.50]"}, show=lambda _: "hidden")
    assert [text.value for text in seen] == ([digits] if digits else [])
    assert shown == {"raw": '["hidden", 12.50]' if digits else f"[{literal}, 12.50]"}


def test_numbers_are_left_alone_where_the_surface_says_that_vectors_stand() -> None:
    vector = [4111111111111111.0] * 3
    assert walk({"v": [vector], "n": vector}, Surface(keep=("/v/**",)), show=lambda _: "x")[0] == {
        "v": [vector],
        "n": ["x"] * 3,
    }


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


@pytest.mark.parametrize(
    ("tree", "pauses"),
    [
        ({f"k{i}": "Ann" for i in range(10 * TURN)}, 10),
        (["Ann"] * (10 * TURN), 10),
        ({"a": [{f"k{i}": 1 for i in range(3 * TURN)}]}, 3),
        ([0.5] * (10 * TURN), 0),  # a vector is copied at once
    ],
    ids=["map", "list", "inside", "vector"],
)
def test_one_very_large_list_or_map_lets_others_have_their_turn(tree: Any, pauses: int) -> None:
    walking = Walk(tree, Places(EVERYTHING, NONE), "normal", NONE.whole)  # type: ignore[arg-type]
    assert sum(1 for _ in walking.go()) >= pauses
    for _ in walking.fill({text: text.value for text in walking.texts}):
        pass
    assert walking.result == tree


def test_very_many_keys_that_are_data_get_their_names_in_turns() -> None:
    tree = {f"Ann {i}": i for i in range(3 * TURN)}
    walking = Walk(tree, Places(EVERYTHING, NONE), "normal", NONE.whole)  # type: ignore[arg-type]
    for _ in walking.go():
        pass
    shown: Any = {text: text.value.replace("Ann", "<PERSON>") for text in walking.texts}
    assert sum(1 for _ in walking.fill(shown)) >= 3
    assert walking.result == {f"<PERSON> {i}": i for i in range(3 * TURN)}


@pytest.mark.parametrize("large", [False, True])
def test_cells_are_told_how_their_column_is_headed(large: bool) -> None:
    rows = [["id", "surname"], *[["ab", "cd"]] * (TURN if large else 1)]
    for tree in (rows, {"text": [rows]}, [dump(rows).decode()], [dump({"a": rows}).decode()]):
        _, texts = walk(tree)
        assert Text("cd", hint="surname") in texts
        assert Text("ab", hint="id") in texts


def test_many_small_texts_of_json_let_others_have_their_turn() -> None:
    """Each of them is too small to pause in: 500 of them held up everybody at that worker for seconds."""
    text = "[" * 40 + '"Ann"' + "]" * 40
    tree: Any = [text] * (10 * TURN // len(text))
    walking = Walk(tree, Places(EVERYTHING, NONE), "normal", NONE.whole)  # type: ignore[arg-type]
    assert sum(1 for _ in walking.go()) >= 9
