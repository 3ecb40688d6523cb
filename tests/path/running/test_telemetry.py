"""What operators see of a real gateway: right numbers and whole traces, and nothing about anybody."""

import http.client
import json
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography import x509
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families

from demo import seed
from demo.gateway import DATA, Gateway, Reply
from demo.stack import Stack
from support.forked.ports import free_port
from support.servers.collector import Collector, attributes, collecting_beside
from support.tools.askers import until
from support.tools.direct import Collection, collection
from support.tools.people import People
from support.tools.raw_http import connect, exchange
from vecgate.refusals.catalogue import CATALOGUE
from vecgate.telemetry.standing import PARTS

RULES: Final = """
version: 1
mask_profiles:
  all: {default: replace}
rules:
  - name: everyone-reads
    who: anyone
    where: anywhere
    operations: [read]
    effect: allow
    mask: all
  - name: ask-first
    who: anyone
    where: anywhere
    operations: [delete_filter]
    effect: hold
    mask: all
    approvers: {groups: [data-owners]}
    wait: 20s
"""
TRACE: Final = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACEPARENT: Final = f"00-{TRACE}-00f067aa0ba902b7-01"
TEXT: Final = "Priya Ivanova asked for an answer at priya.ivanova@example.org"
STEPS: Final = [
    "identify",
    "classify",
    "decide",
    "cleanse",
    "hold",
    "lease",
    "forward",
    "mask",
    "record",
    "send",
    "mask",
    "record",  # is anybody locked by now?
    "record",
]


@dataclass(slots=True)
class Watched(People):
    """A gateway, where it is watched, and everything its clients have said that nobody may see there."""

    stack: Stack
    gateway: Gateway
    port: int
    collector: Collector
    tickets: Collection
    tokens: dict[str, str] = field(default_factory=dict, repr=False)

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def ready(self) -> tuple[int, Any]:
        status, body = self.get("/readyz")
        return status, json.loads(body)

    def stands(self) -> tuple[int, list[str]]:
        status, said = self.ready()
        return status, said["away"]

    def value(self, name: str, **labels: str) -> float:
        """A sample of /metrics; 0 while it is not there."""
        families = text_string_to_metric_families(self.get("/metrics")[1].decode())
        found = (s.value for f in families for s in f.samples if s.name == f"vecgate_{name}" and s.labels == labels)
        return next(found, 0.0)

    def requests(self, operation: str, outcome: str, upstream: str = "tickets-db") -> float:
        return self.value("requests_total", upstream=upstream, operation=operation, outcome=outcome)

    def search(self, user: str = "alice", **headers: str) -> Reply:
        body = {"query_embeddings": [[1.0, 0.5]], "n_results": 2, "include": ["documents"]}
        path = f"{self.tickets.path}/query"
        return self.gateway.ask("POST", path, token=self.token(user), body=body, headers=headers)

    def delete(self) -> Reply:
        body = {"where": {"status": "closed"}}
        return self.gateway.ask("POST", f"{self.tickets.path}/delete", token=self.token("alice"), body=body)

    def say(self, verb: str) -> Reply:
        """Bob's word on the one request that is pending."""
        listed = self.gateway.ask("GET", "/.vecgate/v1/requests", token=self.token("bob")).json["requests"]
        id = next(one["id"] for one in listed if one["state"] == "pending")
        return self.gateway.ask("POST", f"/.vecgate/v1/requests/{id}/{verb}", token=self.token("bob"), body={})

    def trace(self, trace: str) -> list[Span]:
        """The spans of one trace, once they have arrived, in the order of their start; the whole first."""
        until(lambda: any(s.trace_id.hex() == trace for s in list(self.collector.spans)), "the trace arrives")
        found = [span for span in list(self.collector.spans) if span.trace_id.hex() == trace]
        return sorted(found, key=lambda s: (s.start_time_unix_nano, -s.end_time_unix_nano))


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("policies")
    (folder / "rules.yaml").write_text(RULES, "utf-8")
    return folder


@pytest.fixture(scope="module")
def watched(stack: Stack, gateways: Any, policies: Path) -> Iterator[Watched]:
    port = free_port()
    with collecting_beside() as collector, collection(stack, "watched-tickets", records=3) as tickets:
        tickets.add(["r9"], [TEXT])
        over = {
            "policies": str(policies),
            "state": {"prefix": "telemetry-test"},
            "telemetry": {"port": port, "otlp_endpoint": collector.url, "json_logs": True},
        }
        gateway: Gateway = gateways.make(over=over)
        gateway.start()
        yield Watched(stack, gateway, port, collector, tickets)


# numbers


def test_it_is_alive_and_ready(watched: Watched) -> None:
    assert watched.get("/healthz") == (200, b'{"alive": true}')
    until(lambda: watched.stands() == (200, []), "it is ready")
    status, said = watched.ready()
    assert (status, said["ready"], said["away"]) == (200, True, [])
    assert {part: told["state"] for part, told in said["parts"].items()} == dict.fromkeys(PARTS, "ok")
    assert said["disk_free"] > 0
    assert all(watched.value("part_up", part=part) == 1 for part in PARTS)
    assert watched.value("recording_free_bytes") > 0
    assert watched.value("certificate_end_timestamp_seconds", certificate="gateway_ca") > time.time()
    until(lambda: watched.value("upstream_up", upstream="tickets-db") == 1, "the database was looked at")
    shown = ssl.get_server_certificate(("127.0.0.1", watched.stack.ports["front"]))
    front = x509.load_pem_x509_certificate(shown.encode())
    ends = watched.value("certificate_end_timestamp_seconds", certificate="database tickets-db")
    assert ends == front.not_valid_after_utc.timestamp()
    assert watched.value("policies_stale_seconds") == 0
    assert watched.value("masker_workers") == 1


def test_a_search_is_counted_with_its_steps_and_what_was_masked(watched: Watched) -> None:
    before, masked = watched.requests("search", "ok"), watched.value("masked_entities_total", entity="EMAIL")
    assert watched.search().status == 200
    assert watched.requests("search", "ok") == before + 1
    assert watched.value("masked_entities_total", entity="EMAIL") == masked + 1
    assert watched.value("step_seconds_count", step="send") >= 1
    assert watched.value("step_seconds_bucket", step="send", le="30.0") >= 1
    assert watched.value("leases") >= 1
    assert watched.value("sessions") >= 1
    assert watched.value("in_flight") == 0


def test_client_connections_are_counted_while_they_are_there(watched: Watched) -> None:
    until(lambda: watched.value("connections") == 0, "nobody is connected")
    with connect(watched.gateway), connect(watched.gateway):
        assert watched.value("connections") == 2
    until(lambda: watched.value("connections") == 0, "they have left")
    assert (watched.value("connections_refused_total"), watched.value("worker_restarts_total")) == (0, 0)


@pytest.mark.parametrize(
    ("method", "path", "who", "operation", "outcome"),
    [
        ("GET", "/api/v2/version", None, "none", "identity.missing"),
        ("GET", "/api/v9/jane.doe@example.com", "alice", "none", "route.unknown"),
        ("DELETE", "TICKETS", "alice", "collection_drop", "policy.no_rule"),
    ],
)
def test_a_refusal_is_counted_by_its_code(
    watched: Watched, method: str, path: str, who: str | None, operation: str, outcome: str
) -> None:
    before = watched.requests(operation, outcome)
    path = path.replace("TICKETS", f"{DATA}/collections/{watched.tickets.name}")
    assert watched.gateway.ask(method, path, token=watched.token(who) if who else None).code == outcome
    assert watched.requests(operation, outcome) == before + 1


def test_a_request_for_an_unknown_host_is_counted_without_its_name(watched: Watched) -> None:
    reply = watched.gateway.ask("GET", "/api/v2/version", headers={"Host": "alice.example.com"})
    assert reply.code == "upstream.unknown"
    assert watched.requests("none", "upstream.unknown", upstream="none") == 1


@pytest.mark.parametrize(("verb", "state", "outcome"), [("approve", "used", "ok"), ("deny", "denied", "hold.denied")])
def test_a_held_delete_is_seen_while_it_waits_and_counted_by_how_it_ended(
    watched: Watched, verb: str, state: str, outcome: str
) -> None:
    before, approvals = watched.requests("delete_filter", outcome), watched.value("approvals_total", state=state)
    watched.tickets.add([f"{verb}-1", f"{verb}-2"])
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(watched.delete)
        until(lambda: watched.value("held") == 1, "it is held")
        assert watched.value("in_flight") == 1
        assert watched.say(verb).status == 200
        assert waiting.result().code == ("" if outcome == "ok" else outcome)
    assert (watched.value("held"), watched.value("in_flight")) == (0, 0)
    assert watched.requests("delete_filter", outcome) == before + 1
    assert watched.value("approvals_total", state=state) == approvals + 1
    assert watched.requests("requests", "ok") >= 2
    watched.tickets.add(["r9"], [TEXT])


def test_a_client_that_leaves_in_the_middle_is_counted_and_no_longer_in_flight(watched: Watched) -> None:
    before = watched.requests("none", "unfinished")
    plug = connect(watched.gateway)
    plug.sendall(b"POST /api/v2/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
    until(lambda: watched.value("in_flight") == 1, "it has begun")
    plug.close()
    until(lambda: watched.requests("none", "unfinished") == before + 1, "it has ended")
    assert watched.value("in_flight") == 0


# traces


def test_a_search_is_one_trace_with_a_span_per_step_below_the_clients(watched: Watched) -> None:
    assert watched.search(traceparent=TRACEPARENT).status == 200
    whole, *parts = watched.trace(TRACE)
    assert whole.parent_span_id.hex() == TRACEPARENT.split("-")[2]
    assert [part.name for part in parts] == STEPS
    assert {part.parent_span_id for part in parts} == {whole.span_id}
    for before, after in pairwise(parts):
        assert before.end_time_unix_nano <= after.start_time_unix_nano
    assert whole.end_time_unix_nano >= parts[-1].end_time_unix_nano
    given = attributes(whole)
    assert len(given.pop("vecgate.exchange")) == 32
    assert given == {"vecgate.upstream": "tickets-db", "vecgate.operation": "search", "vecgate.outcome": "ok"}


def test_a_refusal_is_a_trace_that_ends_where_it_was_refused(watched: Watched) -> None:
    trace = TRACE.replace("4b", "5c")
    reply = watched.gateway.ask("GET", "/api/v2/version", headers={"traceparent": TRACEPARENT.replace(TRACE, trace)})
    assert reply.code == "identity.missing"
    whole, *parts = watched.trace(trace)
    assert [part.name for part in parts] == ["identify", "record"]
    assert attributes(whole)["vecgate.outcome"] == "identity.missing"


# and nothing about anybody


def shown(span: Span) -> str:
    """All of a span but its random ids."""
    copy = Span.FromString(span.SerializeToString())
    for name in ("trace_id", "span_id", "parent_span_id"):
        copy.ClearField(name)
    return str(copy)


def test_neither_numbers_nor_traces_nor_log_lines_say_who_or_what(watched: Watched) -> None:
    traceparent = TRACEPARENT.replace(TRACE, "7e" * 16)
    watched.search(user="bob", traceparent=traceparent, tracestate="user=alice@example.com", baggage="user=alice")
    watched.gateway.ask(
        "GET", "/api/v2/x?user=alice@example.com", token="eyJ.not-a.token", headers={"traceparent": "alice"}
    )
    twice = b"GET / HTTP/1.1\r\nHost: alice\r\nHost: bob\r\nConnection: close\r\n\r\n"
    for head in (b"GET /alice@example.com HTTP/9.9\r\n\r\n", b"alice@example.com\r\n\r\n", twice):
        exchange(watched.gateway, head)
    exchange(watched.gateway, b"GET /alice@example.com HTTP/1.1\r\nHost: alice\r\nConnection: close\r\n\r\n", tls=False)
    watched.trace("7e" * 16)
    secrets = {
        **{f"token of {user}": token.rpartition(".")[2] for user, token in watched.tokens.items()},
        **{f"user {user}": user for user in watched.tokens},
        "e-mail": "example.com",
        "record": "priya",
        "collection": watched.tickets.name,
        "collection id": watched.tickets.uuid,
        "path": "api/v2",
        "tenant": "default_tenant",
        "seeded collection": f'"{seed.COLLECTION}"',
        "rule": "ask-first",
    }
    seen = {
        "numbers": watched.get("/metrics")[1],
        "traces": "".join(map(shown, watched.collector.spans)).encode(),
        "log": watched.gateway.log.read_bytes(),
    }
    assert all(seen.values())
    found = [
        f"{where}: {what}"
        for where, text in seen.items()
        for what, secret in secrets.items()
        if secret.encode() in text.lower()
    ]
    assert found == []


def test_each_line_of_the_log_is_json(watched: Watched) -> None:
    watched.gateway.ask("GET", "/api/v2/nowhere", token=watched.token("alice"))
    until(lambda: b"refused in classify" in watched.gateway.log.read_bytes(), "the refusal is in the log")
    lines = [json.loads(line) for line in watched.gateway.log.read_text("utf-8").splitlines()]
    assert lines
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    refused = [line for line in lines if "refused in classify" in line["message"]]
    assert all(line["exchange"] in line["message"] for line in refused)
    assert {line["code"] for line in refused} <= set(CATALOGUE)
    said = " ".join(line["message"] for line in lines)
    listen = watched.gateway.listen
    assert f"tickets-db: {listen.host}:{listen.port}, for clients" in said
    assert f"clients trust the certificate in {watched.gateway.ca}" in said


# what is away


def test_without_the_shared_state_it_is_alive_and_not_ready_until_it_is_back(watched: Watched) -> None:
    watched.stack.stop("valkey")
    try:
        until(lambda: watched.stands() == (503, ["state"]), "the state is away")
        assert watched.get("/healthz")[0] == 200
        assert watched.get("/metrics")[0] == 200
    finally:
        watched.stack.start("valkey")
    until(lambda: watched.stands() == (200, []), "the state is back")
