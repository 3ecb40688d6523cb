"""Does the stack's second database come up behind a front of its own, and go on where it was?"""

import http.client
import json
import ssl
import stat
from typing import Any

import pytest

from demo import seed, seed_qdrant
from demo.qdrant_edge_shim.routes import ROUTES
from demo.stack import Stack
from vecgate.settings import file as told


def ask_front(stack: Stack, context: ssl.SSLContext, path: str = "/readyz", body: Any = None) -> tuple[int, bytes]:
    port = stack.ports["qdrant_front"]
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=30)
    try:
        raw = None if body is None else json.dumps(body)
        connection.request("GET" if body is None else "POST", path, raw)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def counted(stack: Stack) -> int:
    status, said = ask_front(stack, stack.gateway_context(), f"{seed_qdrant.BASE}/points/count", {})
    assert status == 200, said
    return int(json.loads(said)["result"]["count"])


def test_without_a_client_certificate_nobody_gets_in(stack_of_two: Stack) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError, http.client.HTTPException)):
        ask_front(stack_of_two, ssl.create_default_context(cafile=str(stack_of_two.servers_root)))


def test_only_its_user_reaches_its_socket(stack_of_two: Stack) -> None:
    assert stat.S_IMODE(stack_of_two.qdrant.socket.stat().st_mode) == 0o600


def test_it_holds_the_tickets_and_holds_them_after_a_restart(stack_of_two: Stack) -> None:
    assert counted(stack_of_two) == seed.TICKETS
    stack_of_two.stop("qdrant")
    stack_of_two.start("qdrant")
    assert counted(stack_of_two) == seed.TICKETS


def test_what_was_written_outlives_a_crash(stack_of_two: Stack) -> None:
    point = {"id": 9001, "vector": seed.embed("one more"), "payload": {"document": "one more"}}
    connection = stack_of_two.qdrant.connection()
    connection.request("PUT", f"{seed_qdrant.BASE}/points?wait=true", json.dumps({"points": [point]}))
    assert connection.getresponse().status == 200
    connection.close()
    stack_of_two.kill("qdrant")
    stack_of_two.start("qdrant")
    assert counted(stack_of_two) == seed.TICKETS + 1
    ask_front(
        stack_of_two, stack_of_two.gateway_context(), f"{seed_qdrant.BASE}/points/delete?wait=true", {"points": [9001]}
    )


def test_the_gateway_is_told_of_both_on_ports_that_count_up_by_name(stack_of_two: Stack) -> None:
    upstreams = told.load(stack_of_two.settings_path).upstreams
    assert {name: one.dialect for name, one in upstreams.items()} == {
        "tickets-db": "chroma",
        "tickets-qdrant": "qdrant",
    }
    assert sorted(upstreams)[0] == "tickets-db"
    assert stack_of_two.ports["gateway"] + 1 not in stack_of_two.ports.values()


def test_each_route_says_who_answers_it() -> None:
    by = {(row.method, row.path): row.answered_by for row in ROUTES}
    assert len(by) == len(ROUTES)
    assert set(by.values()) == {"engine", "shim"}
    assert by["POST", "/collections/{c}/points/query"] == "engine"
    assert by["POST", "/collections/{c}/points/query/groups"] == "shim"
