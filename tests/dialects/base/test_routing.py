"""Which row does a call fall on?"""

import pytest

from vecgate import dialects
from vecgate.dialects.base.routing import Route, Router

ROUTER = Router(
    Route("GET", path, path, "health", 0, "https://example.com")
    for path in ["/c/{name}", "/c/aliases", "/c/{name}/count", "/c/by-id/{id}"]
)

FOUND = [
    # literal wins
    ("/c/aliases", "/c/aliases", {}),
    ("/c/x", "/c/{name}", {"name": "x"}),
    ("/c/by-id/count", "/c/by-id/{id}", {"id": "count"}),
    ("/c/x/count", "/c/{name}/count", {"name": "x"}),
]


def test_no_rows_find_nothing() -> None:
    assert Router(()).find("GET", ("a",)) is None


@pytest.mark.parametrize(("path", "row", "values"), FOUND)
def test_the_row_that_is_literal_first_wins(path: str, row: str, values: dict[str, str]) -> None:
    found = ROUTER.find("GET", tuple(path[1:].split("/")))
    assert found is not None
    assert (found.route.path, found.values) == (row, values)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "c"), ("GET", "C/x"), ("get", "c/x"), ("POST", "c/x"), ("GET", "c/x/counts"), ("GET", "c/x/count/y")],
)
def test_near_misses_find_nothing(method: str, path: str) -> None:
    assert ROUTER.find(method, tuple(path.split("/"))) is None


def test_a_row_knows_whether_it_has_a_body() -> None:
    rows = {row.name: row.has_body for row in dialects.load("chroma").routes}
    assert (rows["heartbeat"], rows["collection_get"]) == (False, True)


def test_what_was_found_is_remembered_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vecgate.dialects.base.routing._REMEMBERED", 2)
    router = Router((Route("GET", "/a/{name}", "a", "health", 0, "https://example.org"),))
    for name in ("x", "y", "z", "x"):
        for _ in range(2):
            found = router.find("GET", ("a", name))
            assert found is not None
            assert found.values == {"name": name}
    assert len(router._found) <= 2
