"""What terms are for: every word of them, and which terms are less than others."""

from dataclasses import replace

import pytest

from support.fakes.granting import TERMS, grant
from vecgate.domain.grant import kinds
from vecgate.domain.operation import Operation


def asks(kind="search", *collections, tenant=None, database=None):
    return Operation("t", kind, kind, 1, tenant, database, collections)


INSIDE = replace(TERMS, tenant="t", database="d")


@pytest.mark.parametrize(
    ("terms", "operation", "upstream", "covers"),
    [
        (TERMS, asks("search", "tickets"), "db", True),
        (TERMS, asks("search", "tickets", "tickets-2"), "db", True),
        (TERMS, asks("search", "tickets", "notes"), "db", False),
        (TERMS, asks("search", "Tickets"), "db", False),
        (TERMS, asks("upsert", "tickets"), "db", False),
        (TERMS, asks("search", "tickets"), "other", False),
        (TERMS, asks("search"), "db", False),
        (replace(TERMS, collections=("*",)), asks("search"), "db", True),
        (replace(TERMS, collections=()), asks("search"), "db", True),
        (replace(TERMS, collections=()), asks("search", "tickets"), "db", False),
        (INSIDE, asks("search", "tickets", tenant="t", database="d"), "db", True),
        (INSIDE, asks("search", "tickets", tenant="t", database="e"), "db", False),
        (INSIDE, asks("search", "tickets", tenant="u", database="d"), "db", False),
        (INSIDE, asks("search", "tickets"), "db", False),
    ],
)
def test_terms_cover_what_they_name(terms, operation, upstream, covers):
    assert terms.cover(operation, upstream) is covers


def test_of_an_unknown_name_it_is_told_whether_it_could_be():
    assert TERMS.may_cover(asks("search"), "db")
    assert not TERMS.may_cover(asks("upsert"), "db")
    assert not TERMS.may_cover(asks("search"), "other")
    assert INSIDE.may_cover(asks("search"), "db")
    assert not INSIDE.may_cover(asks("search", tenant="u"), "db")


def test_terms_are_within_themselves_and_alike_whatever_the_time():
    assert TERMS.is_within(TERMS)
    assert TERMS.alike(replace(TERMS, seconds=1, records=None))
    assert not TERMS.alike(replace(TERMS, mask="lax"))
    assert grant().terms == TERMS


def test_words_stand_for_kinds_and_raw_storage_for_itself_alone():
    assert kinds(("search", "count")) == ("count", "search")
    assert set(kinds(("read",))) >= {"search", "read_ids", "list_scan", "count"}
    assert "snapshot_create" not in kinds(("snapshot", "*"))
    assert kinds(("snapshot_create",)) == ("snapshot_create",)
