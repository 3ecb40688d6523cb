"""What mitmproxy sees of a request: no credential, no path, no body, and a refusal until the path earns an answer."""

from typing import Any

import orjson
import pytest
from mitmproxy import http
from mitmproxy.addonmanager import Loader
from mitmproxy.addons import proxyserver
from mitmproxy.flow import Error
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.test import taddons

from support.fakes.gates import UPSTREAM, Calls, FakeGate
from support.fakes.gates import flow as quiet_flow
from vecgate.domain.exchange import Exchange
from vecgate.mitm import options, shut
from vecgate.mitm.door import DOORKEEPER, HIDDEN_PATH, Door, Doorkeeper
from vecgate.refusals.errors import Part, Unavailable
from vecgate.steps._base import AT_WORK, EXCHANGES, UNREAD

TOKEN = "eyJ-the-token"
HERE = ("tickets-db.vecgate.invalid", 443)
HOST = ("host", "tickets.test")


@pytest.fixture(autouse=True)
def unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is no gateway: nothing stays shut, and the doorkeeper has no gate."""
    monkeypatch.setattr(shut, "shut", lambda: None)
    monkeypatch.setattr(DOORKEEPER, "gate", None)


def arriving(*headers: tuple[str, str], path: str = "/api/v2/secret-path", to: tuple[str, int] = HERE) -> http.HTTPFlow:
    flow = quiet_flow(path=path)
    flow.request.headers = http.Headers([(k.encode(), v.encode()) for k, v in (HOST, *headers)])
    flow.request.raw_content = b'{"secret": "body"}'
    flow.request.authority = ""
    flow.client_conn.proxy_mode = ProxyMode.parse("reverse:https://tickets-db.vecgate.invalid")
    flow.client_conn.sni = "tickets.test"
    flow.server_conn.address = to
    return flow


def keeper(gate: Any) -> Doorkeeper:
    made = Doorkeeper()
    made.gate = gate
    return made


def come_in(gate: Any, flow: http.HTTPFlow) -> Exchange:
    made = keeper(gate)
    made.requestheaders(flow)
    made.request(flow)
    return EXCHANGES[flow]


def code(flow: http.HTTPFlow) -> str:
    assert flow.response is not None
    return str(orjson.loads(flow.response.content or b"")["code"])


# the head of a request


@pytest.mark.parametrize(
    ("method", "names", "fine"),
    [
        ("GET", [], True),
        ("POST", ["content-type", "content-length"], True),
        # what two parsers read differently
        ("GET", ["host"], False),
        ("POST", ["content-length", "content-length"], False),
        ("POST", ["transfer-encoding", "transfer-encoding"], False),
        ("POST", ["content-type", "content-type"], False),
        # what no official client sends
        ("TRACE", [], False),
        ("get", [], False),
        ("POST", ["content-encoding"], False),  # its value is one that nobody knows
        ("GET", ["range"], True),  # a part is asked for, the whole is given
        ("GET", ["upgrade"], False),
        ("POST", ["x-http-method-override"], False),
    ],
)
def test_which_heads_are_read(method: str, names: list[str], fine: bool) -> None:
    flow = arriving(*((name, "1") for name in names))
    flow.request.method = method
    come_in(FakeGate(), flow)
    assert code(flow) == ("answer.withheld" if fine else "protocol.invalid")


@pytest.mark.parametrize("name", ["Authorization", "X-Chroma-Token", "Cookie", "X-Unheard-Of", "X-Api_Key"])
def test_a_flow_holds_no_credential_path_or_body(name: str) -> None:
    flow = arriving((name, f"Bearer {TOKEN}"))
    found = come_in(FakeGate(), flow)
    state = repr(flow.get_state())
    for secret in (TOKEN, "secret-path", '"body"'):
        assert secret not in state
    assert flow.request.path == HIDDEN_PATH
    assert flow.request.raw_content == b""
    assert found.raw.body == b'{"secret": "body"}'
    assert found.raw.target == "/api/v2/secret-path"


def test_from_here_on_it_is_in_flight() -> None:
    gate = FakeGate()
    come_in(gate, arriving())
    assert gate.telemetry.metrics.registry.get_sample_value("vecgate_in_flight") == 1


def test_the_answer_is_a_refusal_from_the_start() -> None:
    flow = arriving()
    assert come_in(FakeGate(), flow).refusal is None
    assert code(flow) == "answer.withheld"


REFUSED: list[tuple[str, Any, dict[str, Any], str]] = [
    ("no path in place", None, {}, "gate.closed"),
    ("not open yet", FakeGate(is_open=False), {}, "gate.starting"),
    ("an odd head", FakeGate(), {"headers": (HOST,)}, "protocol.invalid"),
    ("another destination", FakeGate(), {"to": ("10.0.0.1", 443)}, "upstream.unknown"),
    ("an open port of it", FakeGate(), {"to": (HERE[0].replace("tickets-db", "other"), 443)}, "upstream.unknown"),
]


@pytest.mark.parametrize(("gate", "how", "expected"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_does_not_come_in(gate: Any, how: dict[str, Any], expected: str) -> None:
    flow = arriving(*how.pop("headers", ()), **how)
    found = come_in(gate, flow)
    assert found.refusal is not None
    assert found.refusal.code == code(flow) == expected


@pytest.mark.parametrize(("plaintext", "expected"), [(False, "protocol.plaintext"), (True, "answer.withheld")])
def test_a_token_in_the_clear_is_refused_unless_the_settings_say_otherwise(plaintext: bool, expected: str) -> None:
    gate = FakeGate()
    listen = gate.settings.listen.model_copy(update={"plaintext": plaintext})
    gate.settings = gate.settings.model_copy(update={"listen": listen})
    flow = arriving()
    flow.client_conn.tls = False
    come_in(gate, flow)
    assert code(flow) == expected


def test_a_forwarded_request_and_an_absolute_one_are_refused() -> None:
    forwarded = arriving()
    forwarded.client_conn.proxy_mode = ProxyMode.parse("regular")
    forwarded.client_conn.tls = False
    absolute = arriving()
    absolute.request.authority = "tickets.test"
    for flow in (forwarded, absolute):
        come_in(FakeGate(), flow)
        assert code(flow) == "protocol.invalid"


def test_a_replayed_flow_goes_nowhere() -> None:
    flow = quiet_flow()
    keeper(FakeGate()).request(flow)
    assert code(flow) == "gate.closed"


def test_a_gate_that_closes_between_head_and_body_refuses() -> None:
    flow, made = arriving(), keeper(FakeGate())
    made.requestheaders(flow)
    made.gate = None
    made.request(flow)
    assert code(flow) == "gate.closed"


@pytest.mark.parametrize(
    ("gate", "host", "port", "opens"),
    [
        (None, "192.0.2.7", 443, False),
        (FakeGate(), "10.0.0.1", 443, False),
        (FakeGate(), "192.0.2.7", 80, False),
        (FakeGate(), "192.0.2.7", 443, True),
    ],
)
def test_a_tunnel_is_opened_to_registered_destinations_only(gate: Any, host: str, port: int, opens: bool) -> None:
    flow = quiet_flow(method="CONNECT", proxy_authorization=f"Basic {TOKEN}")
    flow.request.host, flow.request.port = host, port
    keeper(gate).http_connect(flow)
    assert (flow.response is None) is opens
    assert TOKEN not in repr(flow.get_state())
    assert all(host == "192.0.2.7" for host, _ in UPSTREAM.destinations)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Client disconnected.", None),  # then nobody refused anything
        ("HTTP/1 protocol error: illegal chunk header: b'secret'", "protocol.invalid"),
        ("Request body exceeds mitmproxy's body_size_limit.", "body.too_large"),
    ],
)
def test_a_request_that_cannot_be_read_to_its_end_is_refused_and_not_quoted(words: str, code: str | None) -> None:
    flow, made = arriving(), keeper(FakeGate())
    made.requestheaders(flow)
    flow.error = Error(words)
    made.error(flow)
    refusal = EXCHANGES[flow].refusal
    assert (refusal.code if refusal else None) == code
    assert flow.error.msg == (words if code is None else UNREAD)


@pytest.mark.parametrize(("under_way", "expected"), [(3, "answer.withheld"), (4, "limit.busy")])
def test_so_many_requests_are_under_way_and_no_more(under_way: int, expected: str) -> None:
    gate, flow = FakeGate(), arriving()
    limits = gate.settings.limits.model_copy(update={"requests": 3})
    gate.settings = gate.settings.model_copy(update={"limits": limits})
    made = keeper(gate)
    made.clients.under_way = under_way  # this one included
    made.requestheaders(flow)
    made.request(flow)
    assert code(flow) == expected


@pytest.mark.parametrize(("at_work", "expected"), [(2, "answer.withheld"), (3, "limit.busy")])
def test_what_goes_on_for_clients_that_have_left_counts_as_well(
    at_work: int, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, flow = FakeGate(), arriving()
    limits = gate.settings.limits.model_copy(update={"requests": 3})
    gate.settings = gate.settings.model_copy(update={"limits": limits})
    made = keeper(gate)
    made.clients.under_way = 1
    monkeypatch.setattr(AT_WORK, "count", at_work)
    made.requestheaders(flow)
    made.request(flow)
    assert code(flow) == expected


# the door


async def test_the_doorkeeper_stands_first_once_and_stays_when_the_script_goes() -> None:
    gate = FakeGate(open=Calls(), close=Calls())
    first, second = Door(gate), Door(gate)
    with taddons.context(first) as context:
        second.load(Loader(context.master))
        chain = context.master.addons.chain
        assert chain[0] is DOORKEEPER
        assert chain.count(DOORKEEPER) == 1
        assert DOORKEEPER.gate is gate
        first.done()
        assert DOORKEEPER.gate is None
        assert context.master.addons.chain[0] is DOORKEEPER


async def test_a_newer_gate_is_not_closed_by_an_older_script() -> None:
    old, new = FakeGate(close=Calls()), FakeGate(close=Calls())
    door = Door(old)
    DOORKEEPER.gate = new
    door.done()
    assert DOORKEEPER.gate is new


async def test_fixed_options_are_put_back() -> None:
    door = Door(FakeGate())
    with taddons.context(proxyserver.Proxyserver()) as context:
        context.options.update(ssl_insecure=not options.FIXED["ssl_insecure"], body_size_limit="9g")
        context.configure(door)
        assert options.deviations(context.options) == {}
        assert context.options.body_size_limit == str(FakeGate().settings.limits.request_body)


async def test_a_gate_that_cannot_open_stays_closed_says_why_and_tries_again(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vecgate.mitm.door._AGAIN_SECONDS", 0)
    tried: list[str] = []

    async def open_at_the_third() -> None:
        tried.append("open")
        if len(tried) < 5:
            raise Unavailable(Part.JOURNAL, "disk full")

    async def close() -> None:
        tried.append("close")

    await Door(FakeGate(open=open_at_the_third, close=close))._open()
    assert tried == ["open", "close", "open", "close", "open"]
    assert "the gate stays closed: journal: disk full" in caplog.text
