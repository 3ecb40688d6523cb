"""Is every endpoint of a database known, and taken for at least as dangerous as it is? Its endpoints are written down.

`tests/recorded/NAME_routes.jsonl`: method, path, what the endpoint does and how dangerous that is (0 to 4), and where
texts, vectors and ids stand in its answers; drawn from the makers' descriptions and their source.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects import Dialect, Route
from vecgate.dialects.base.routing import is_placeholder, parts_of
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.operation import Operation

RECORDED: Final = Path(__file__).parents[1] / "recorded"
#: Classes that are no kind of ours: what stands for each, all of a stricter group.
OTHER: Final = {
    "telemetry": {"cluster_read"},
    "introspection": {"cluster_read", "cluster_admin"},
    "auth_read": {"auth_read", "auth_admin"},
    "ui": {"health"},
    "other": {"search", "cluster_admin"},
}
#: What the catalogue says of a server as a whole, though it tells of what its path names alone; and of an index, though
#: a template is about all that will be.
_READ, _CHANGED = (
    dict.fromkeys(("GET", "HEAD"), "cluster_read"),
    dict.fromkeys(("PUT", "POST", "DELETE"), "cluster_admin"),
)
OF_ONE: Final = {
    ("GET", "/_cluster/health/{index}"): "collection_read",
    ("GET", "/_index_template"): "cluster_read",
} | {(method, "/_index_template/{name}"): kind for method, kind in (_READ | _CHANGED).items()}


def endpoints() -> Iterator[tuple[str, dict[str, Any]]]:
    for page in sorted(RECORDED.glob("*_routes.jsonl")):
        for line in page.read_text("utf-8").splitlines():
            yield page.stem.removesuffix("_routes"), json.loads(line)


ENDPOINTS: Final = list(endpoints())
every_endpoint = every(
    ("name", "row"), ENDPOINTS, ids=[f"{name} {row['method']} {row['path']}" for name, row in ENDPOINTS]
)


def route_of(dialect: Dialect, row: dict[str, Any]) -> Route | None:
    """The row of the dialect on which a call of that endpoint falls, whatever its placeholders are called."""
    wanted = [_bare(part) for part in parts_of(row["path"])]
    rows = (route for route in dialect.routes if route.method == row["method"])
    return next((route for route in rows if [_bare(part) for part in parts_of(route.path)] == wanted), None)


def _bare(part: str) -> str:
    return "{}" if is_placeholder(part) else part


@every_endpoint
def test_an_endpoint_is_known_and_no_less_dangerous_than_it_is(name: str, row: dict[str, Any]) -> None:
    route = route_of(dialects.load(name), row)
    assert route is not None, "such a call is refused, and should be known"
    assert route.danger >= row["danger"] or route.refused
    assert route.kind in OPERATION_KINDS
    assert route.kind in OTHER.get(row["class"], {OF_ONE.get((row["method"], row["path"]), row["class"])})


@every_endpoint
def test_texts_of_an_answer_are_looked_at_and_ids_and_vectors_known(name: str, row: dict[str, Any]) -> None:
    dialect = dialects.load(name)
    route = route_of(dialect, row)
    assert route is not None
    operation = Operation(name, route.name, route.kind, route.danger)
    surface, marks = dialect.surface(operation, answer=True), dialect.marks(operation)
    for pointer in row.get("resp_pii", ()):
        for below in ("", "/name", "/a/*/b"):
            at = re.sub(r"/\*\*", "/x", pointer) + below
            assert surface.kind_at(at) != "keep" or surface.form_at(at) is not None, at
    for pointer in row.get("resp_vec", ()):
        assert marks.kind(pointer) == "vectors", pointer
    for pointer in row.get("resp_ids", ()):
        assert surface.names_records(pointer), pointer


@pytest.mark.parametrize("name", sorted({name for name, _ in ENDPOINTS}))
def test_what_is_known_beyond_the_list_is_no_more_than_reviewed(name: str) -> None:
    listed = [route_of(dialects.load(name), row) for one, row in ENDPOINTS if one == name]
    more = {r.name for r in dialects.load(name).routes if r not in listed and not r.grpc and not r.refused}
    assert more == set()
