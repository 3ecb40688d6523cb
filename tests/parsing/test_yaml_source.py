"""Stricter than YAML, and every value knows its line."""

import pytest

from vecgate.parsing.yaml_source import MAX_DEPTH, read

WRONG = [
    # cannot be read at all
    ("a: [1\n", 2, "not YAML"),
    ("a: 1\nb: [\n", 3, "not YAML"),
    ("\x00", 1, "not YAML"),
    ("a: 1\n---\nb: 2\n", 2, "not YAML: but found another document"),
    # two readers could see two things
    ("a: 1\nb: 2\na: 3\n", 3, "duplicate key 'a', first in line 1"),
    ("x:\n  a: 1\n  a: 1\n", 3, "duplicate key 'a', first in line 2"),
    ("1: a\n", 1, "a key must be a text; put it in quotes"),
    ("yes: a\n", 1, "a key must be a text; put it in quotes"),
    ("? [a]\n: b\n", 1, "a key must be a text; put it in quotes"),
    # said elsewhere, or by a constructor
    ("a: &x 1\n", 1, "anchors and aliases are not used"),
    ("a: 1\nb: *x\n", 2, "anchors and aliases are not used"),
    ("a: [*]\n", 1, "put a pattern that starts with '*' or '&' in quotes"),
    ("a: {<<: {b: 1}}\n", 1, "a key must be a text; put it in quotes"),
    ("a: !!python/object:os.system x\n", 1, "put it in quotes if it is a text"),
    ("a: 2024-01-01\n", 1, "this reads as a YAML timestamp; put it in quotes if it is a text"),
    # nothing there
    ("a: 1\nb:\n", 2, "a value is missing here"),
    ("a: ~\n", 1, "a value is missing here"),
]


def test_an_empty_text_is_an_empty_tree():
    source = read("", "f")
    assert (source.tree, source.problems, source.line(())) == (None, [], 1)


@pytest.mark.parametrize(("text", "line", "said"), WRONG)
def test_what_is_doubtful_is_a_problem_with_its_line(text, line, said):
    (problem,) = read(text, "f").problems
    assert problem[0] == line
    assert said in problem[1]


def test_all_problems_of_a_text_are_found_at_once():
    assert [line for line, _ in read("a: 1\na: 2\nb: {c: 1, c: 2}\n3: x\n", "f").problems] == [2, 3, 4]


def test_empty_values_are_read_where_they_are_asked_for():
    assert read("a: null\n", "f", nulls=True).problems == []


def test_every_key_and_item_has_its_line_and_value():
    source = read("a: 1\nb:\n  - x\n  - c: y\n", "f")
    assert source.tree == {"a": 1, "b": ("x", {"c": "y"})}
    assert [source.line(p) for p in [(), ("b",), ("b", 1), ("b", 1, "c"), ("b", 1, "nope"), ("zz",)]] == [
        1,
        2,
        4,
        4,
        4,
        1,
    ]
    assert source.at(("b", 1, "c")) == "y"
    assert source.at(("b", 7)) is None
    assert source.at(("a", "b")) is None


def test_depth_is_bounded_in_our_reader_and_in_the_parser():
    assert "nested deeper" in read("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2), "f").problems[0][1]
    assert read("[" * 20_000, "f").problems


UNMERGED = "version: 1\n<<<<<<< HEAD\nrules: []\n=======\nrules: [x]\n>>>>>>> other\n<<<<<<< HEAD\n=======\n>>>>>>> b\n"


def test_an_unfinished_merge_is_told_once_for_each_place_and_nothing_else_is():
    found = read(UNMERGED, "f")
    assert found.tree is None
    assert [(line, said.split(";")[0]) for line, said in found.problems] == [
        (2, "an unfinished merge (<<<<<<<)"),
        (7, "an unfinished merge (<<<<<<<)"),
    ]
    assert "unfinished merge" in read("a: 1\n=======\nb: 2\n", "f").problems[0][1]
    assert read("text: |\n  ======= is fine here\n", "f").problems == []


@pytest.mark.parametrize("text", ["a:\n\tb: 1\n", "\ta: 1\n", "a:\n  - x\n\t- y\n"])
def test_a_tab_is_called_a_tab(text):
    ((_, said),) = read(text, "f").problems
    assert said == "not YAML: a tab at the start of the line; YAML is indented with spaces"


def test_anchors_are_taken_only_where_they_are_asked_for():
    assert read("a: &x [1]\nb: *x\n", "f").problems
    assert read("a: &x [1]\nb: *x\n", "f", aliases=True).tree == {"a": (1,), "b": (1,)}
