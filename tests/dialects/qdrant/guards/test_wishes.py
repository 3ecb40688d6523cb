"""Which fields are asked for besides those that were wished?"""

from typing import Any

import pytest

from vecgate.dialects.qdrant.guards.wishes import Wish, wish, without

TENANT, DEPT = ("tenant",), ("metadata", "dept")

WISHES: list[tuple[Any, bool, tuple[str, ...], Wish]] = [
    (None, True, TENANT, Wish(True)),
    (True, False, TENANT, Wish(True)),
    (None, False, TENANT, Wish(["tenant"], bare=True)),
    (False, True, TENANT, Wish(["tenant"], bare=True)),
    (["a"], False, TENANT, Wish({"include": ["a", "tenant"]}, (("tenant",),))),
    (["a", "tenant"], False, TENANT, Wish({"include": ["a", "tenant"]})),
    ({"include": ["metadata"]}, False, DEPT, Wish({"include": ["metadata"]})),
    ({"include": ["metadata.a"]}, False, DEPT, Wish({"include": ["metadata.a", "metadata.dept"]}, (("metadata", "dept"),))),
    ({"include": ["metadata[].dept"]}, False, DEPT, Wish({"include": ["metadata[].dept", "metadata.dept"]}, (("metadata", "dept"),))),
    ({"exclude": ["a"]}, False, TENANT, Wish({"exclude": ["a"]})),
    ({"exclude": ["a", "tenant"]}, False, TENANT, Wish({"exclude": ["a"]}, (("tenant",),))),
    ({"exclude": ["metadata"]}, False, DEPT, Wish(True, (("metadata",),))),
    ({"exclude": ["metadata.dept.x"]}, False, DEPT, Wish({"exclude": ["metadata.dept.x"]})),
]  # fmt: skip


@pytest.mark.parametrize(("said", "by_itself", "field", "made"), WISHES)
def test_every_point_has_the_field_in_its_answer(
    said: Any, by_itself: bool, field: tuple[str, ...], made: Wish
) -> None:
    assert wish(said, by_itself, [field]) == made


def test_names_that_are_no_plain_words_are_written_as_paths() -> None:
    assert wish(False, False, [("a.b",), ("a", "b"), ("größe",)]).asked == ['"a.b"', "a.b", '"größe"']


def test_a_field_goes_with_what_held_nothing_else() -> None:
    assert without({"a": {"b": 1}, "c": 2}, ["a", "b"]) == {"c": 2}
    assert without({"a": {"b": 1, "d": 3}}, ["a", "b"]) == {"a": {"d": 3}}
    assert without({"a": 5}, ["x"]) == {"a": 5}
