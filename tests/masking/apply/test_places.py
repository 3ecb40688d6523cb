"""A place is worked out once, and says how closely to look at what stands there."""

from typing import Any

import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import MaskProfile, OperatorSpec
from vecgate.domain.surface import Surface
from vecgate.masking.apply.places import MOST, MOST_COLUMNS, Places, hint, is_heading, named_words
from vecgate.masking.apply.plan import plan
from vecgate.parsing.strict_json import MAX_DEPTH
from vecgate.refusals.errors import MaskFailed

PLAN = plan(MaskProfile("p", fields={"*.ssn": OperatorSpec("drop"), "*.mail": OperatorSpec("redact")}), b"k" * 32)


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


@every(
    ("key", "words"),
    [
        ("Anna_Schmidt", "Anna Schmidt"), ("Schmidt-Anna", "Schmidt Anna"), ("AnnaSchmidt", "Anna Schmidt"),
        ("annaSchmidt", "Anna Schmidt"), ("Jürgen.Müller", "Jürgen Müller"), ("Anna_Maria_Schmidt", "Anna Maria Schmidt"),
        ("Анна_Шмидт", "Анна Шмидт"), ("Schmidt,_Anna", "Schmidt Anna"), ("Schmidt,Anna", "Schmidt Anna"),
        ("first_name", ""), ("firstName", ""), ("First_Name", ""), ("ORDER_ID", ""), ("CustomerName", ""), ("anna", ""),
        ("maxTokens", ""), ("gracePeriod", ""), ("anna_schmidt", ""), ("chroma:document", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_key_may_be_the_name_of_somebody(key: str, words: str) -> None:
    assert named_words(key) == words


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("415-555-0134_last", "415-555-0134 last"), ("card_4111111111111111", "card 4111111111111111"),
        ("a1_b@example.org", ""), ("k1", ""), ("order_id", ""), ("2024_05_17", "2024_05_17"),
    ],
)  # fmt: skip
def test_a_number_that_a_word_is_tied_to_is_looked_at_by_itself(key: str, text: str) -> None:
    places = Places(Surface(), PLAN)
    assert places.key(places.top, key).key_text == text


def test_a_place_is_worked_out_once() -> None:
    places = Places(Surface(keep=("/kind",), patterns=("/ids/*",)), PLAN)
    assert places.key(places.top, "kind") is places.top.below["kind"]
    assert places.top.below["kind"].look is None
    ids = places.key(places.top, "ids")
    assert places.items(ids) is places.items(ids)
    assert (ids.look, places.items(ids).look) == ("text", "patterns")


def test_field_policies_hold_for_all_below() -> None:
    places = Places(Surface(), PLAN)
    mail, ssn = places.key(places.top, "mail"), places.key(places.top, "ssn")
    assert mail.field == places.key(mail, "work").field == places.items(mail).field == PLAN.field("mail")
    assert (mail.gone, ssn.gone) == (False, True)
    assert places.key(places.top, "other").field is None


def test_inside_a_string_the_look_is_that_of_the_string() -> None:
    places = Places(Surface(patterns=("/raw",)), PLAN)
    inner = places.inside(places.key(places.top, "raw"))
    assert (inner.nested, places.key(inner, "a").look) == (1, "patterns")


def test_keys_that_users_make_up_do_not_fill_the_memory() -> None:
    places = Places(Surface(), PLAN)
    for number in range(MOST + 100):
        assert places.key(places.top, f"k{number}").look == "text"
    assert len(places.top.below) == MOST


def test_too_deep_and_not_a_key_are_refused() -> None:
    places = Places(Surface(), PLAN)
    with pytest.raises(MaskFailed):
        places.key(places.top, 1)  # type: ignore[arg-type]
    place = places.top
    for _ in range(MAX_DEPTH):
        place = places.items(place)
    with pytest.raises(MaskFailed, match="deep"):
        places.items(place)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        # degenerate
        (None, False), ("id", False), ([], False), (["id"], False), (["id", 1], False), (["id", None], False),
        (["id"] * MOST_COLUMNS, True), (["id"] * (MOST_COLUMNS + 1), False),
        # names of fields, and what is none
        (["id", "surname"], True), (["Order ID", "Last name", "qxzt"], True), (["qxzt", "id", "b", "c"], False),
        (["Anna Holm", "Berlin"], False), (["anna@example.com", "id"], False), (["id", ""], False),
    ],
)  # fmt: skip
def test_headings(row: Any, told: bool) -> None:
    assert is_heading(row) is told


def test_cells_are_called_as_their_column_is_headed() -> None:
    places = Places(Surface(), PLAN)
    table = [["id", "Last Name"], ["1", "x", "more"], ["2", "y"]]
    row = next(places.each(places.top, table))
    assert [place.hint for place, _ in zip(places.each(row, table[1]), table[1], strict=False)] == [
        "id",
        "last name",
        "",
    ]
    assert next(places.each(places.top, table[:1])).columns == ()  # a heading of nothing
    assert places.items(row).columns == ()


@every(
    ("database", "name", "answer", "at", "taken"),
    [
        ("opensearch", "indices_get_mapping", True, ("people", "mappings", "properties", "mail", "type"), False),
        (
            "opensearch",
            "indices_get",
            True,
            ("people", "mappings", "properties", "mail", "fields", "raw", "ignore_above"),
            False,
        ),
        (
            "elasticsearch",
            "indices_get_mapping",
            True,
            ("people", "mappings", "properties", "mail", "null_value"),
            True,
        ),
        (
            "elasticsearch",
            "indices_get_mapping",
            True,
            ("people", "mappings", "properties", "mail", "meta", "like"),
            True,
        ),
        ("opensearch", "indices_create", False, ("mappings", "properties", "mail", "type"), False),
        ("opensearch", "indices_put_mapping", False, ("properties", "mail", "index"), False),
        ("opensearch", "search", True, ("hits", "hits", "_source", "mail", "type"), True),
        ("qdrant", "get_collection", True, ("result", "payload_schema", "mail", "data_type"), False),
        ("pinecone", "describe_index", True, ("schema", "fields", "mail", "type"), False),
        ("pinecone", "create_index", False, ("schema", "fields", "mail", "type"), False),
        ("pinecone", "query", True, ("matches", "metadata", "mail"), True),
    ],
)
def test_how_a_field_is_made_is_no_value_of_it(database: str, name: str, answer: bool, at: Any, taken: bool) -> None:
    surface = dialects.load(database).surface(Operation(database, name, "collection_read", 1), answer=answer)
    places = Places(surface, PLAN)
    for last, there in (("mail", taken), ("ssn", True)):
        place = places.top
        for key in at:
            place = places.key(place, last if key == "mail" else key)
        assert (place.field is not None) is there, "what is dropped is dropped with its description"
