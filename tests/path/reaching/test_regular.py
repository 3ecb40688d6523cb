"""Regular mode: the client names the destination in CONNECT, and only registered ones are answered."""

import http.client
import json
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from demo import bao_setup
from demo.gateway import Gateway
from demo.stack import Stack
from support.tools import official

NAME: Final = "tickets-db.internal"
OTHER: Final = "reports.test"


@pytest.fixture(scope="module")
def gateway(gateways: Any, stack: Stack) -> Gateway:
    reports = {
        "dialect": "chroma",
        "url": stack.chroma_front_url,
        "server_name": bao_setup.FRONT_NAMES[-1],
        "ca": str(stack.servers_root),
        "hosts": [OTHER],
        "destinations": [f"{OTHER}:443"],
        "credential": {"kind": "vault_pki", "role": "vecgate-client", "gateway_role": "vecgate-gateway"},
    }
    tickets = {"destinations": [f"localhost:{stack.ports['front']}", f"{NAME}:443"], "hosts": [NAME, "localhost"]}
    over = {"upstreams": {"tickets-db": tickets, "reports-db": reports}}
    made: Gateway = gateways.make(over, mode="regular", web=True)

    def ready() -> bool:
        try:
            return tunnelled(made, f"{NAME}:443", NAME, NAME)[1] not in ("gate.starting", "gate.closed")
        except OSError:
            return False

    made.server.ready = ready
    made.start()
    return made


def line_to(gateway: Gateway) -> socket.socket:
    return socket.create_connection(("127.0.0.1", gateway.listen.port), 20)


def said(line: socket.socket, head: str) -> tuple[int, str]:
    """Status and refusal code of the answer to a request head; the code is empty where there is none."""
    line.sendall(head.encode())
    answer = http.client.HTTPResponse(line, method=head.partition(" ")[0])
    try:
        answer.begin()
        if head.startswith("CONNECT") and answer.status == 200:
            return 200, ""
        return answer.status, str(json.loads(answer.read()).get("code", ""))
    finally:
        answer.close()


def connect(line: socket.socket, target: str) -> tuple[int, str]:
    return said(line, f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n")


def tunnelled(gateway: Gateway, target: str, sni: str | None, host: str, body: int = 0) -> tuple[int, str]:
    """What a client without a token hears inside the tunnel, with a body so many bytes long."""
    trust = ssl.create_default_context(cafile=str(gateway.ca))
    trust.check_hostname = sni is not None
    with line_to(gateway) as line:
        status, code = connect(line, target)
        if status != 200:
            return status, code
        with trust.wrap_socket(line, server_hostname=sni) as secured:
            head = f"GET /api/v2/heartbeat HTTP/1.1\r\nHost: {host}\r\nContent-Length: {body}\r\n\r\n"
            return said(secured, head + " " * body)


def test_a_first_request_may_be_larger_than_what_is_read_at_once(gateway: Gateway) -> None:
    """Then more comes while mitmproxy still chooses the layer that reads it."""
    with ThreadPoolExecutor(8) as pool:
        heard = [*pool.map(lambda _: tunnelled(gateway, f"{NAME}:443", NAME, NAME, 1_000_000), range(24))]
    assert heard == [(401, "identity.missing")] * 24


@pytest.mark.sample(1)
@pytest.mark.parametrize("by", ["name", "address"])
def test_the_official_client_reaches_a_registered_destination_through_https_proxy(
    gateway: Gateway, stack: Stack, by: str
) -> None:
    host, port = (NAME, 443) if by == "name" else ("localhost", stack.ports["front"])
    environment = {"HTTPS_PROXY": f"http://127.0.0.1:{gateway.listen.port}"}
    found = official.search(host, port, stack.token("alice"), gateway.ca, environment=environment)
    assert len(found["ids"]) == 5
    assert official.readable(found) == []


def test_connect_to_anything_else_is_refused(gateway: Gateway, stack: Stack) -> None:
    ports = stack.ports
    targets = [
        # services of this machine that only the gateway should reach
        f"127.0.0.1:{gateway.listen.web_port}",
        f"localhost:{gateway.listen.web_port}",
        f"127.0.0.1:{ports['bao']}",
        f"localhost:{ports['bao']}",
        f"127.0.0.1:{gateway.listen.port}",
        # the database by a name or port that nobody registered
        f"127.0.0.1:{ports['front']}",
        f"[::1]:{ports['front']}",
        f"{NAME}:8443",
        f"localhost:{ports['chroma']}",
        # and the world
        "example.com:443",
        f"{NAME}.example.com:443",
        "tickets-db.vecgate.invalid:443",
    ]  # fmt: skip
    for target in targets:
        with line_to(gateway) as line:
            assert (target, *connect(line, target)) == (target, 421, "upstream.unknown")


def test_destination_sni_and_host_must_mean_the_same_database(gateway: Gateway, stack: Stack) -> None:
    front = f"localhost:{stack.ports['front']}"
    rows = [
        # destination, SNI, Host -> the next question, or no
        (f"{NAME}:443", NAME, NAME, "identity.missing"),
        (f"{NAME.upper()}:443", NAME, NAME, "identity.missing"),
        (front, "localhost", "localhost", "identity.missing"),
        (f"{OTHER}:443", OTHER, OTHER, "identity.missing"),
        (f"{NAME}:443", None, NAME, "identity.missing"),
        (f"{NAME}:443", OTHER, NAME, "upstream.unknown"),
        (f"{NAME}:443", NAME, OTHER, "upstream.unknown"),
        (f"{NAME}:443", OTHER, OTHER, "upstream.unknown"),
        (f"{NAME}:443", "example.com", "example.com", "upstream.unknown"),
        (f"{OTHER}:443", NAME, NAME, "upstream.unknown"),
        (f"{OTHER}:443", None, NAME, "upstream.unknown"),
        (front, OTHER, "localhost", "upstream.unknown"),
    ]  # fmt: skip
    got = [(target, sni, host, tunnelled(gateway, target, sni, host)[1]) for target, sni, host, _ in rows]
    assert got == rows


def test_a_tunnel_carries_nothing_but_tls(gateway: Gateway, stack: Stack) -> None:
    """The destination is registered; what comes through must still be a request the gateway reads."""
    request = f"GET /api/v2/heartbeat HTTP/1.1\r\nHost: {NAME}\r\nX-Chroma-Token: {stack.token('alice')}\r\n\r\n"
    with line_to(gateway) as line:
        assert connect(line, f"{NAME}:443") == (200, "")
        assert said(line, request)[1] in ("protocol.plaintext", "protocol.invalid")
    with line_to(gateway) as line:
        assert connect(line, f"{NAME}:443") == (200, "")
        line.sendall(b"\x00\x01not a request at all\r\n\r\n")
        assert b" 200 " not in line.recv(65536)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        pytest.param("GET http://{name}/api/v2/heartbeat HTTP/1.1", "protocol.invalid", id="absolute form"),
        pytest.param("GET https://{name}/api/v2/heartbeat HTTP/1.1", "protocol.invalid", id="absolute form, https"),
        pytest.param("GET http://127.0.0.1:{web}/ HTTP/1.1", "protocol.invalid", id="absolute form to mitmweb"),
        pytest.param("GET /api/v2/heartbeat HTTP/1.1", "protocol.invalid", id="as if it were the database"),
    ],
)
def test_without_connect_nothing_is_forwarded(gateway: Gateway, head: str, code: str) -> None:
    filled = head.format(name=NAME, web=gateway.listen.web_port)
    with line_to(gateway) as line:
        assert said(line, f"{filled}\r\nHost: {NAME}\r\n\r\n")[1] == code
