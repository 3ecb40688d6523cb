"""What the gateway answers itself, and what it leaves to the database."""

import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import FakeGate
from vecgate.api import routes as own
from vecgate.domain.exchange import Raw
from vecgate.refusals.errors import CallRefused


@pytest.mark.parametrize(
    ("method", "target", "name"),
    [
        ("GET", "/", None),
        ("GET", "/.vecgate/v1", None),
        ("GET", "/.vecgate/v1/requestsx", None),
        ("GET", "/.vecgate/v1/whoami/", None),
        ("POST", "/.vecgate/v1/whoami", None),
        ("GET", "/.vecgate/v1/whoami", "whoami"),
        ("GET", "/.vecgate/v1/requests", "requests"),
        ("POST", "/.vecgate/v1/requests/r1/approve", "requests"),
    ],
)
def test_its_own_requests_are_those_under_its_own_paths(method: str, target: str, name: str | None) -> None:
    found = own.request(FakeGate(), ALICE, Raw(method, target, ()))  # type: ignore[arg-type]
    assert (found[1].name if found else None) == name


def test_a_body_that_can_be_read_in_two_ways_is_refused() -> None:
    with pytest.raises(CallRefused):
        own.request(FakeGate(), ALICE, Raw("POST", "/.vecgate/v1/requests/r1/deny", (), b'{"a":1,"a":2}'))  # type: ignore[arg-type]


@pytest.mark.parametrize("target", ["/.vecgate/v1/whoami", "/.vecgate/v1/requests/r1/explain", "/.vecgate/v1/requests"])
def test_what_needs_no_rule_is_short(target: str) -> None:
    """Or anybody who may log in has as much masked for the record as a body holds."""
    fits = b'{"reason":"' + b"\\ud83d\\ude00" * 500 + b'"}'
    assert own.request(FakeGate(), ALICE, Raw("GET", target, (), fits)) is not None  # type: ignore[arg-type]
    with pytest.raises(CallRefused) as e:
        own.request(FakeGate(), ALICE, Raw("GET", target, (), fits + b" " * own.LONGEST))  # type: ignore[arg-type]
    assert "at most 16384 bytes" in str(e.value.refusal)
