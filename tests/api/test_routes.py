"""What the gateway answers itself stands in one table; all else that begins so is refused, and the rest is a database's."""

from types import ModuleType

import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import FakePart
from vecgate.api import routes
from vecgate.api.own import LONGEST, Asked, Parts
from vecgate.cli import requests, unmask, whoami
from vecgate.cli._masked import preview
from vecgate.domain.exchange import Raw
from vecgate.refusals.errors import CallRefused

PARTS = Parts(None, None, (), None, None, None, None, None)  # type: ignore[arg-type]
DIALECT = FakePart(home=("t", "d"))


def asked(method: str, target: str, body: bytes = b"") -> Asked:
    return Asked(ALICE, Raw(method, target, (), body), DIALECT)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "target", ["/", "/api/v2/heartbeat", "/x/.vecgate/v1/requests", "/.VECGATE/V1/REQUESTS", "/.vecgate"]
)
def test_other_paths_are_the_databases(target: str) -> None:
    assert routes.find("GET", target) is None


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/.vecgate/"),
        ("GET", "/.vecgate/v1"),
        ("GET", "/.vecgate/v1/requestsx"),
        ("GET", "/.vecgate/v1/requests/../whoami"),
        ("GET", "/.vecgate/v1/whoami/"),
        ("GET", "/.vecgate/v1/whoami\n"),
        ("POST", "/.vecgate/v1/whoami"),
        ("GET", "/.vecgate/v1/unmask"),
        ("POST", "/.vecgate/v1/unmask/"),
        ("POST", "/.vecgate/v1/unmask?x"),
        ("PUT", "/.vecgate/v1/mask"),
        ("get", "/.vecgate/v1/whoami"),
    ],
)
def test_what_begins_so_and_stands_in_no_row_is_refused_and_reaches_no_database(method: str, target: str) -> None:
    with pytest.raises(CallRefused, match=r"route\.unknown"):
        routes.find(method, target)


@pytest.mark.parametrize("command", [preview, requests, unmask, whoami])
def test_the_paths_that_commands_ask_for_stand_in_the_table(command: ModuleType) -> None:
    assert command.API in {route.path for route in routes.ROUTES}


@pytest.mark.parametrize("route", routes.ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_each_row_is_found_by_its_own_path(route: routes.Route) -> None:
    assert routes.find(route.method, route.path.replace("{id}", "r1")) == (route, "r1" if "{id}" in route.path else "")


@pytest.mark.parametrize("body", [b"{", b'{"a":1,"a":2}', b"\xff"])
@pytest.mark.parametrize("route", routes.ROUTES, ids=lambda one: f"{one.method} {one.path}")
def test_a_body_that_can_be_read_in_two_ways_is_refused(route: routes.Route, body: bytes) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        route.own(
            FakePart(board=None, shown=None, opener=None, policies=None, upstreams=()),
            asked(route.method, route.path, body),
        )  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "route",
    [r for r in routes.ROUTES if not (getattr(r.own, "ruled", False) or r.path.endswith(("plans", "policy/mine")))],
    ids=lambda one: one.path,
)
def test_what_needs_no_rule_is_short(route: routes.Route) -> None:
    """Or anybody who may log in has as much masked for the record as a body holds."""
    fits = b'{"reason":"' + b"\\ud83d\\ude00" * 500 + b'"}'
    assert not route.own(PARTS, asked(route.method, route.path, fits)).ruled
    with pytest.raises(CallRefused) as e:
        route.own(PARTS, asked(route.method, route.path, fits + b" " * LONGEST))
    assert "at most 16384 bytes" in str(e.value.refusal)
