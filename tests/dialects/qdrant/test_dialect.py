"""What is made of a refusal, of what the server says in plain text, and of where a token stands?"""

import json
from typing import Any

import pytest

from vecgate import dialects
from vecgate.doctor.checks.around import ports
from vecgate.domain.call import Answer
from vecgate.domain.operation import Operation
from vecgate.domain.principal import Secret
from vecgate.identity.bearer import read as token_of
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import TokenInvalid


def operation(name: str, kind: str = "search") -> Operation:
    return Operation("qdrant", name, kind, 1, collections=("people",))


@pytest.mark.parametrize("agent", ["python-client/1.19.0", "", "node"])
def test_a_refusal_is_said_in_the_databases_own_shape(agent: str) -> None:
    """Q-92, Q-95: what was refused once is refused the same way again, with a stable code in its text."""
    rendered = dialects.load("qdrant").render(refuse("route.unknown"), agent)
    assert rendered.status == 403
    tree = json.loads(rendered.body)
    assert tree.keys() == {"status", "time"}
    assert tree["status"].keys() == {"error"}
    assert tree["status"]["error"].startswith("route.unknown: ")
    assert tree["time"] == 0.0


def test_a_rate_is_said_to_each_client_as_it_shows_reasons() -> None:
    """Q-93: 429 tells Python how long to wait; JavaScript would show no reason for it."""
    slow = refuse("limit.rate", retry_after=7, rule="r", requests=1, seconds=60, retry=7)
    python, node = (dialects.load("qdrant").render(slow, agent) for agent in ("python-client/1.19.0", "node"))
    assert (python.status, node.status) == (429, 422)
    assert dict(python.headers)["retry-after"] == "7"
    assert b"limit.rate" in node.body


def test_no_refusal_is_a_yes() -> None:
    """Q-94"""
    from vecgate.refusals.catalogue import CATALOGUE

    assert all(kind.status >= 400 for kind in CATALOGUE.values())


def test_a_hold_is_answered_before_clients_give_up() -> None:
    """Q-91"""
    patience = dialects.load("qdrant").patience
    assert patience is not None
    assert patience < 5


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (401, b"Invalid API key or JWT", {"status": {"error": "Invalid API key or JWT"}, "time": 0.0}),
        (
            413,
            b"JSON payload (3 bytes) is larger",
            {"status": {"error": "JSON payload (3 bytes) is larger"}, "time": 0.0},
        ),
        (200, b"healthz check passed", "healthz check passed"),
        (200, b'{"result":true}', {"result": True}),
    ],
)
def test_what_the_server_says_in_plain_text_is_said_in_json(status: int, body: bytes, said: Any) -> None:
    """Q-53, Q-32"""
    spoken = dialects.load("qdrant").spoken(operation("healthz"), Answer(status, body=body))
    assert json.loads(spoken.body) == said


def test_an_empty_answer_stays_one() -> None:
    """Q-35"""
    assert dialects.load("qdrant").spoken(operation("x"), Answer(404)).body == b""


def test_a_token_is_taken_from_either_place_and_never_from_two() -> None:
    """Q-50, Q-51, Q-54: it goes no further than the gateway."""
    token = Secret("a.b.c")
    assert token_of([("api-key", token)]) is not None
    assert token_of([("Authorization", Secret("Bearer a.b.c"))]) is not None
    with pytest.raises(TokenInvalid, match=r"identity\.ambiguous|more than one"):
        token_of([("api-key", token), ("authorization", Secret("Bearer a.b.c"))])


def test_the_doctor_knocks_at_every_port() -> None:
    """Q-57, Q-58"""
    assert {port.number for port in ports("qdrant")} >= {6333, 6334, 6335}
