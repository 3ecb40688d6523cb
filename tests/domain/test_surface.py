"""Is every string told apart as structure, identifier or text?"""

import pytest

from support.tools.every import every
from support.tools.surfaces import written
from vecgate.domain.surface import Surface


def test_an_empty_surface_makes_everything_text() -> None:
    assert Surface().kind_at("") == "text"
    assert Surface().kind_at("/documents/0") == "text"


ROWS = [
    # the whole document
    ((), ("",), (), "keep"),
    (("a",), ("",), (), "text"),
    # literal
    (("name",), ("/name",), (), "keep"),
    (("Name",), ("/name",), (), "text"),
    (("name", "x"), ("/name",), (), "text"),
    (("other", "name"), ("/name",), (), "text"),
    (("ids", 0), ("/ids/0",), (), "keep"),
    # one level
    (("ids", 3), (), ("/ids/*",), "patterns"),
    (("ids",), (), ("/ids/*",), "text"),
    (("ids", 3, 1), (), ("/ids/*",), "text"),
    ((2, "name"), ("/*/name",), (), "keep"),
    (("ids", ""), (), ("/ids/*",), "patterns"),
    # any depth, none included
    (("embeddings",), ("/embeddings/**",), (), "keep"),
    (("embeddings", 0, 1), ("/embeddings/**",), (), "keep"),
    (("embeddingsx", 0), ("/embeddings/**",), (), "text"),
    (("a", "b", "name"), ("/**/name",), (), "keep"),
    (("name",), ("/**/name",), (), "keep"),
    # a key is never read as several levels
    (("embeddings/x",), ("/embeddings/**",), (), "text"),
    (("a/b",), ("/a~1b",), (), "keep"),
    (("a~b",), ("/a~0b",), (), "keep"),
    (("a~1b",), ("/a~1b",), (), "text"),
    # a key is never read as an expression, nor a pointer
    (("hnswXspace",), ("/hnsw.space",), (), "text"),
    (("na\nme",), ("/*",), (), "keep"),
    (("name\n",), ("/name",), (), "text"),
    # the stricter wins
    (("ids", 0), ("/**",), ("/ids/**",), "patterns"),
]


@every(("path", "keep", "patterns", "kind"), ROWS)
def test_each_leaf_is_of_one_kind(
    path: tuple[str | int, ...], keep: tuple[str, ...], patterns: tuple[str, ...], kind: str
) -> None:
    assert Surface(keep=keep, patterns=patterns).kind_at(written(*path)) == kind


def test_several_pointers_stand_side_by_side() -> None:
    surface = Surface(keep=("/id", "/name"), patterns=("/uris/*", "/ids/*"))
    kinds = [
        surface.kind_at(written(*p)) for p in [("id",), ("name",), ("idname",), ("uris", 0), ("ids", 1), ("metadata",)]
    ]
    assert kinds == ["keep", "keep", "text", "patterns", "patterns", "text"]


@pytest.mark.parametrize("pointer", ["name", "#/name", "/a~b", "/a~"])
def test_a_malformed_pointer_stops_the_start(pointer: str) -> None:
    with pytest.raises(ValueError, match="RFC 6901"):
        Surface(keep=(pointer,))


def test_surfaces_compare_by_their_pointers_and_can_be_hashed() -> None:
    assert Surface(keep=("/a",)) == Surface(keep=("/a",))
    assert len({Surface(keep=("/a",)), Surface(keep=("/a",)), Surface(keep=("/b",))}) == 2


FORMED = Surface(forms=(("/error", "NotFound|Internal"), ("/*/space", "l2|ip")), numbers=("/vectors", "/vectors/*"))


def test_structure_has_a_form_and_where_numbers_stand_no_text_is_structure() -> None:
    form = FORMED.form_at("/error")
    assert form is not None
    assert [bool(form.fullmatch(said)) for said in ("NotFound", "Internal", "Anna", "NotFound ")] == [
        True,
        True,
        False,
        False,
    ]
    vector = FORMED.form_at("/vectors/*")
    assert vector is not None
    assert not any(map(vector.fullmatch, ("", "1", "AACAPw==")))
    assert [FORMED.numbers_at(at) for at in ("/vectors", "/vectors/*", "/error", "")] == [True, True, False, False]
    assert FORMED.form_at("/message") is None
    assert FORMED.kind_at("/x/space") == FORMED.kind_at("/vectors/*") == FORMED.kind_at("/error") == "keep"
    assert Surface(forms=(("/a", "x"),)) != Surface(forms=(("/a", "y"),))
