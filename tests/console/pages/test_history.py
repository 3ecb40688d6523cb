"""What is over is found by who, where, how and when, in pages; what is found is what the files hold."""

import csv
import io
from typing import Any

import pytest

from console.conftest import ACCESS, CALL
from support.consoles.api_stub import ApiStub
from support.consoles.served import Person

DAY = 86400.0
OVER = {"state": "denied", "may_decide": False, "ended_by": "dave", "created_at": DAY}


@pytest.fixture
def past(api: ApiStub) -> ApiStub:
    calls = [
        CALL | OVER | {"id": "h2", "reason": "not today"},
        CALL | OVER | {"id": "h3", "state": "used", "requester": "Zoe", "created_at": 2 * DAY},
        CALL,
    ]
    access = [
        ACCESS | OVER | {"id": "a2", "state": "ended", "how": "revoked", "why": "=1+1", "created_at": 3 * DAY},
        ACCESS | {"id": "a3", "state": "granted", "collections": ["notes"], "created_at": 4 * DAY},
    ]
    api.answers |= {"GET /requests": (200, {"requests": calls}), "GET /access": (200, {"access": access})}
    return api


def ids(bob: Person, query: str) -> list[str]:
    found: list[Any] = bob.open(f"/history/json?{query}").json()
    return [one["id"] for one in found]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["a3", "a2", "h3", "h2"]),
        ("who=zO", ["h3"]),
        ("who=carol", ["a3", "a2"]),
        ("collection=NOTES", ["a3"]),
        ("collection=tickets-db/tick", ["a2", "h3", "h2"]),
        ("state=revoked", ["a2"]),
        ("state=denied", ["h2"]),
        ("since=1970-01-03", ["a3", "a2", "h3"]),
        ("until=1970-01-03", ["h3", "h2"]),
        ("since=1970-01-03&until=1970-01-03&who=zoe", ["h3"]),
        ("who=nobody", []),
    ],
)
def test_what_is_looked_for(bob: Person, past: ApiStub, query: str, found: list[str]) -> None:
    assert ids(bob, query) == found
    page = bob.open(f"/history?{query}").text
    assert [one for one in ("a3", "a2", "h3", "h2") if f'/{one}">' in page] == found
    assert f"{len(found)} found" in page
    table = [*csv.reader(io.StringIO(bob.open(f"/history/csv?{query}").text))]
    assert [row[1] for row in table[1:]] == found


def test_what_waits_is_not_history(bob: Person, past: ApiStub) -> None:
    assert "/requests/h1" not in bob.open("/history").text


def test_no_cell_of_the_file_is_a_formula(bob: Person, past: ApiStub) -> None:
    table = [*csv.DictReader(io.StringIO(bob.open("/history/csv?state=revoked").text))]
    assert [row["words"] for row in table] == ["'=1+1"]


def test_long_lists_come_in_pages_that_keep_the_search(bob: Person, api: ApiStub) -> None:
    calls = [CALL | OVER | {"id": f"h{at}", "created_at": 1000.0 + at} for at in range(120)]
    api.answers |= {"GET /requests": (200, {"requests": calls})}
    first, last = (bob.open(f"/history?who=alice{more}").text for more in ("", "&page=3"))
    assert (first.count("/requests/h"), last.count("/requests/h")) == (50, 20)
    assert 'href="/history?who=alice&amp;page=2"' in first
    assert 'rel="next"' not in last
    for odd in ("0", "-1", "x", "999999", "9"):
        assert bob.open(f"/history?page={odd}").status_code == 200


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "1"])
def test_what_is_no_day_is_told(bob: Person, past: ApiStub, day: str) -> None:
    assert bob.open(f"/history?since={day}").status_code == 400
