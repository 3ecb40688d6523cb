"""What is sent, stored and shown is compared by value and type, and what was hidden is found between them."""

from vecgate.masking.inputs.values import are_lists, has_null, is_mask, pieces, renamed, same, texts_in


def test_equal_is_of_one_type() -> None:
    assert same("1", "1")
    assert not same(1, True)
    assert not same(1, 1.0)
    assert is_mask("<PERSON>", "Ana", ["Ana", "<PERSON>"])
    assert not is_mask("Ana", "Ana", ["Ana"])


def test_what_was_hidden_is_found_between_what_stayed() -> None:
    assert [*pieces("ask Ana now", "ask <PERSON> now")] == ["<PERSON>"]
    assert [*pieces("ask Ana", "ask *na")] == []  # one star tells nothing
    assert [*pieces("same", "same")] == [*pieces(1, "x")] == []


def test_keys_texts_and_nulls_are_found_at_any_depth() -> None:
    assert [*renamed({"Ana": 1, "b": 2}, {"<PERSON>": 1, "b": 2})] == [("<PERSON>", "Ana")]
    assert [*texts_in({"a": ["b", 1, {"c": None}]})] == ["a", "b", "c"]
    assert has_null({"a": {"b": None}})
    assert not has_null({"a": [None]})
    assert are_lists(2, [1, 2], [[3, 4]])
    assert not are_lists(2, [1, 2], [[3]])
