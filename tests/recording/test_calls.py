"""Rows of calls: what is wanted, and nothing that a spreadsheet would run."""

import pytest

from vecgate.recording.calls import Row, Wanted, safe_cells
from vecgate.recording.read import Summary

EMPTY = Row(*[""] * len(Row._fields))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    """CWE-1236."""
    assert safe_cells(EMPTY._replace(user=cell))[Row._fields.index("user")] == f"'{cell}"
    assert safe_cells(EMPTY._replace(user="a" + cell))[Row._fields.index("user")] == f"a{cell}"


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        (None, None, True),
        ("2026-11-23T14:30:00.000Z", None, True),
        ("2026-11-23T16:00:00.000Z", None, False),
        (None, "2026-11-23T14:00:00.000Z", False),
        (None, "2026-11-23T14:30:00.000Z", True),
    ],
)
def test_a_session_is_looked_into_when_it_overlaps_the_time(since: str | None, until: str | None, wanted: bool) -> None:
    times = "2026-11-23T14:15:00.000Z", "2026-11-23T15:15:00.000Z"
    row = Summary("s", "person", "alice", "p", "c", "a", *times, 3)
    assert Wanted(since=since, until=until).takes_session(row) is wanted
    assert not Wanted(user="bob").takes_session(row)


@pytest.mark.parametrize(
    ("collection", "operation", "wanted"),
    [
        ("tickets", None, True),
        ("tick*", None, True),
        ("tick", None, False),
        (None, "delete_filter", True),
        (None, "delete", True),  # the group of its kind
        (None, "Delete", True),  # what the database calls it
        (None, "read", False),
    ],
)
def test_a_call_by_what_it_is_about(collection: str | None, operation: str | None, wanted: bool) -> None:
    about = {"kind": "delete_filter", "name": "Delete", "collections": ["notes", "tickets"]}
    assert Wanted(collection=collection, operation=operation).takes("", {"operation": about}) is wanted
