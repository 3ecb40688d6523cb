"""What must every dialect keep to, whatever its database?"""

import re
from collections.abc import Iterator

import orjson
import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects import Dialect, Route
from vecgate.domain.exchange import Raw
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.operation import Operation
from vecgate.domain.surface import Surface
from vecgate.refusals.catalogue import CATALOGUE, Refusal
from vecgate.refusals.errors import CallRefused


def rows() -> Iterator[tuple[str, Route]]:
    for name in dialects.names():
        for route in dialects.load(name).routes:
            if not route.grpc:
                yield name, route


def row_id(value: object) -> str:
    return f"{value.method} {value.path}" if isinstance(value, Route) else str(value)


ROWS = list(rows())
every_dialect = every("name", dialects.names())
every_row = every(("name", "route"), ROWS, ids=row_id)


def filled(name: str, path: str) -> str:
    """The path with something that fits at each placeholder."""
    forms = dialects.load(name).path_forms
    return re.sub(
        r"\{([^}]+)\}", lambda found: str(forms[found[1]].same[0][1]) if found[1] in forms else "some-name", path
    )


def test_there_is_at_least_one() -> None:
    assert ROWS


@every_row
def test_a_row_has_a_page_a_known_kind_and_a_danger(name: str, route: Route) -> None:
    assert route.url.startswith("https://")
    assert route.kind in OPERATION_KINDS
    assert route.danger in range(5)
    assert re.fullmatch(r"/|(/([A-Za-z0-9._-]+|\{[a-z_]+\}))+", route.path)
    assert route.method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}


@every_row
def test_a_row_is_found_by_its_own_path(name: str, route: Route) -> None:
    dialect = dialects.load(name)
    # A body that fits is tried in test_reading; here it is enough that the row is found before the body is read.
    raw = Raw(
        route.method,
        filled(name, route.path),
        (("content-type", "application/json"),),
        b"[]" if route.has_body else b"",
    )
    if route.refused or route.has_body:
        with pytest.raises(CallRefused, match=r"route\.refused" if route.refused else r"body\.unreadable"):
            dialect.read(raw)
    else:
        assert dialect.match(dialect.read(raw)).route == route


@every_row
def test_a_row_has_a_surface_both_ways(name: str, route: Route) -> None:
    operation = Operation(name, route.name, route.kind, route.danger)
    for answer in (True, False):
        assert isinstance(dialects.load(name).surface(operation, answer), Surface)


@every(("name", "route"), ROWS, ids=row_id, sample=400)
def test_near_misses_of_a_row_are_refused(name: str, route: Route) -> None:
    path = filled(name, route.path)
    for target in (
        path + "/",
        "/" + path,
        path + "/..",
        path.replace("/", "//"),
        path + "%2f",
        path + "/%2e",
        path + ";x",
        path + "#x",
        path + "?x=1",
        path + " ",
    ):
        if dialects.load(name).same_paths.get(target) == path:
            continue  # one client writes it so
        with pytest.raises(CallRefused, match=r"path\.odd|route\."):
            dialects.load(name).read(Raw(route.method, target, ()))


def shaped(route: Route, target: str) -> bool:
    """Whether a path is one of the row's: some databases name collections right below the root."""
    return re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", route.path), target) is not None


JUNK = ["/", "/x", "/admin", "/metrics", "/.env", "/api", "/api/v9/heartbeat", "/a/b/c/d/e/f/g/h/i/j/k/l"]


@every_dialect
@every("target", JUNK)
@every("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PURGE", "get", ""])
def test_junk_is_unknown(name: str, method: str, target: str) -> None:
    if any(route.method == method and shaped(route, target) for route in dialects.load(name).routes):
        pytest.skip("a route of that database")
    with pytest.raises(CallRefused, match=r"route\.unknown|path\.odd"):
        dialects.load(name).read(Raw(method, target, ()))


def example(code: str) -> Refusal:
    kind = CATALOGUE[code]
    return Refusal(code, kind.status, kind.what, kind.todo, kind.retry_after, "request-1")


@every_dialect
@every("code", CATALOGUE)
def test_every_refusal_can_be_rendered(name: str, code: str) -> None:
    refusal = example(code)
    rendered = dialects.load(name).render(refusal)
    tree = orjson.loads(rendered.body)
    assert rendered.status == refusal.status >= 400
    assert isinstance(tree, dict)
    assert code in rendered.body.decode()
    headers = dict(rendered.headers)
    assert headers["content-type"] == "application/json"
    assert ("retry-after" in headers) == (refusal.retry_after is not None)
    assert ("www-authenticate" in headers) == (refusal.status == 401)
    assert "server" not in headers


@every_dialect
def test_stripping_vectors_leaves_the_given_tree_as_it_is(name: str) -> None:
    dialect: Dialect = dialects.load(name)
    for route in dialect.routes:
        tree = {"embeddings": [[1.0]], "vectors": [[1.0]], "result": [{"vector": [1.0]}]}
        before = orjson.dumps(tree)
        dialect.strip_vectors(Operation(name, route.name, route.kind, route.danger), tree)
        assert orjson.dumps(tree) == before
