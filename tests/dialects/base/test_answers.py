"""Are the places of an answer told by pointers, each once and in the right list?"""

from vecgate.dialects.base.answers import Marks, places
from vecgate.domain.surface import Surface

SURFACE = Surface(keep=("/kept",), forms=(("/status", "ok"),), numbers=("/v/**",), ids=("/ids/*",), patterns=("/uri",))
MARKS = Marks(vectors=("/v/*",), scores=("/s/*",), errors=("/error",))


def test_each_place_is_in_its_list() -> None:
    tree = {
        "kept": "x",
        "status": "ok",
        "v": [[1.0], None],
        "s": [0.5],
        "ids": ["a", 7],
        "uri": "u",
        "t": {"a/b": ["x", 1]},
        "error": "e",
    }
    assert places(SURFACE, MARKS, tree) == {
        "texts": ["/uri", "/t/a~1b/0"], "ids": ["/ids/0", "/ids/1"], "vectors": ["/v/0"], "scores": ["/s/0"], "errors": ["/error"],
    }  # fmt: skip


def test_what_stands_where_structure_stands_and_is_none_is_a_text() -> None:
    assert places(SURFACE, MARKS, {"status": "somebody wrote here", "kept": "x"})["texts"] == ["/status"]


def test_an_error_that_is_no_text_is_looked_into() -> None:
    assert places(SURFACE, MARKS, {"error": {"why": "x"}})["texts"] == ["/error/why"]
