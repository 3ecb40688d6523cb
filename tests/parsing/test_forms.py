"""What may stand in a body, and what is its one form?"""

from typing import Any

import pytest

from support.tools.every import every
from vecgate.parsing.forms import (
    ByType,
    Form,
    Free,
    Later,
    Left,
    ListOf,
    MapOf,
    Members,
    Nothing,
    OneOf,
    OrNull,
    Shape,
    Spelled,
)
from vecgate.refusals.errors import CallRefused


def _low(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("no text")  # noqa: TRY004 - what a body says is a value
    return value if value.islower() else value.lower()


WHOLE = Shape("a whole number", lambda value: type(value) is int, (1,))
WORD = Spelled("a word", _low, (("A", "a"),))
TREE: Form = Members({"n": Left(WHOLE), "below": Left(ListOf(Later(lambda: TREE), single=True))})
BOTH = Members(
    {"a": WHOLE, "b": Left(WHOLE), "c": OrNull(WORD), "d": Left(WORD)},
    ("a",),
    also={"bee": "b"},
    apart=(("b", "d"),),
)
KINDS = OneOf({"x": Members({"x": WHOLE, "y": WHOLE}, ("x",)), "y": Members({"y": WORD}), "z": Members({"z": WHOLE})})
EITHER = Members({"p": WHOLE, "q": WHOLE}, one_of=(("p", "q"),))

TAKEN: list[tuple[Form, Any, Any]] = [
    (BOTH, {"a": 1}, {"a": 1}),
    (BOTH, {"a": 1, "b": None, "c": None}, {"a": 1, "c": None}),
    (BOTH, {"a": 1, "bee": 2}, {"a": 1, "b": 2}),
    (BOTH, {"a": 1, "d": "A"}, {"a": 1, "d": "a"}),
    (EITHER, {"p": 1}, {"p": 1}),
    (KINDS, {"x": 1, "y": 2}, {"x": 1, "y": 2}),
    (KINDS, {"y": "A"}, {"y": "a"}),
    (TREE, {"below": {"n": 1, "below": [{"n": None}]}}, {"below": [{"n": 1, "below": [{}]}]}),
    (MapOf(WORD, WORD), {"K": "V"}, {"k": "v"}),
    (ListOf(WORD), ["A", "b"], ["a", "b"]),
    (ByType("a number or a word", {int: WHOLE, str: WORD}), "A", "a"),
    (OneOf({"x": Members({"x": WHOLE})}, otherwise=Free()), {"any": 1}, {"any": 1}),
    (Nothing(), {}, {}),
]

REFUSED: list[tuple[Form, Any, str]] = [
    (BOTH, {}, "'a' is missing"),
    (BOTH, [1], "it must be a JSON object"),
    (BOTH, {"a": "1"}, "'a' must be a whole number"),
    (BOTH, {"a": 1, "A": 1}, "unknown member 'A' (written like 'a', and not it)"),
    (BOTH, {"a": 1, "b ": 1}, "unknown member (not shown) (written like 'b', and not it)"),
    (BOTH, {"a": 1, "b": 1, "bee": 1}, "'b' and 'bee' are the same"),
    (BOTH, {"a": 1, "b": 1, "d": "d"}, "'b' and 'd' stand together"),
    (EITHER, {}, "'p' or 'q' is missing"),
    (EITHER, {"p": 1, "q": 1}, "'p' and 'q' stand together"),
    (KINDS, {"x": 1, "z": 1}, "'x' and 'z' are two kinds"),
    (KINDS, {"y": "a", "z": 1}, "'y' and 'z' are two kinds"),
    (KINDS, {"X": 1}, "(written like 'x', and not it)"),
    (KINDS, {}, "must have one of x, y, z"),
    (KINDS, [1], "must be a JSON object"),
    (TREE, {"below": [{"below": {"n": "x"}}]}, "'below[0].below[0].n' must be a whole number"),
    (TREE, {"below": "x"}, "'below' must be a list"),
    (MapOf(WORD, WORD), {"K": "v", "k": "v"}, "two keys"),
    (ListOf(WHOLE, least=1), [], "must not be empty"),
    (ByType("a number or a word", {int: WHOLE}), True, "a number or a word"),
    (Free(), ["x"], "must be an object"),
    (Nothing(), {"a": 1}, "unknown member 'a'"),
]


@pytest.mark.parametrize(("form", "value", "one"), TAKEN)
def test_a_value_is_brought_to_its_one_form(form: Form, value: Any, one: Any) -> None:
    assert form.read(value, "") == one
    assert form.read(one, "") == one


@every(("form", "value", "words"), REFUSED)
def test_what_could_be_read_in_two_ways_is_refused_by_name(form: Form, value: Any, words: str) -> None:
    with pytest.raises(CallRefused) as refused:
        form.read(value, "")
    assert words in str(refused.value.refusal)


def test_what_is_in_its_one_form_is_given_back_as_it_is() -> None:
    for form, _, one in TAKEN:
        assert form.read(one, "") is one


@pytest.mark.parametrize("key", ["\u017fh", "SH", "s h", '"sh"', "s_h", "\u200bsh"])
def test_a_spelling_that_a_server_may_fold_is_named(key: str) -> None:
    with pytest.raises(CallRefused, match="written like 'sh'"):
        Members({"sh": WHOLE}).read({key: 1}, "")


def test_what_could_be_personal_is_never_repeated() -> None:
    for form, value in (
        (BOTH, {"a": 1, "alice@example.com": 1}),
        (BOTH, {"a": "alice@example.com"}),
        (KINDS, {"alice 1": 1}),
    ):
        with pytest.raises(CallRefused) as refused:
            form.read(value, "")
        assert "alice" not in str(refused.value.refusal)


def test_what_is_deep_and_written_in_another_form_is_read_once_at_each_depth() -> None:
    """Twice at each of sixty depths would never end."""
    deep: Any = {"n": None}
    for _ in range(60):
        deep = {"below": deep}
    read = 0

    def counting(value: Any) -> bool:
        nonlocal read
        read += 1
        return True

    form: Form = Members({"n": Left(Shape("any", counting)), "below": Left(ListOf(Later(lambda: form), single=True)), "m": Shape("any", counting)})  # fmt: skip
    form.read(deep, "")
    form.read({"m": 1, "n": 1, "below": {"m": 1}}, "")
    assert read == 3
