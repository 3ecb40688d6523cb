"""Is a call's path, query, method and body in one form, as the server's own reading of them goes? Facts Q-30 to Q-44."""

import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.base.dialect import HEADERS
from vecgate.domain.exchange import Raw
from vecgate.refusals.errors import CallRefused

COUNT = "/collections/people/points/count"
JSON = (("content-type", "application/json"),)
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"

REFUSED = [
    ("Q-30", Raw("POST", COUNT, (("content-type", "text/plain"),), b"{}"), "content type"),
    ("Q-30", Raw("POST", COUNT, (), b"{}"), "content type"),
    ("Q-30", Raw("POST", COUNT, (("content-type", "multipart/form-data; boundary=x"),), b"{}"), "content type"),
    ("Q-31", Raw("POST", COUNT, (*JSON, ("content-encoding", "snappy")), b"{}"), "compressed"),
    (
        "Q-31",
        Raw("POST", COUNT, (*JSON, ("content-encoding", "gzip"), ("content-encoding", "br")), b"{}"),
        "more than one",
    ),
    ("Q-33", Raw("POST", COUNT, (*JSON, ("content-length", "2"), ("transfer-encoding", "chunked")), b"{}"), "both"),
    ("Q-33", Raw("GET", "/collections/people", JSON, b"{}"), "takes none"),
    ("Q-34", Raw("GET", "//healthz", ()), "path.odd"),
    ("Q-34", Raw("GET", "/healthz/", ()), "path.odd"),
    ("Q-34", Raw("GET", "/collections/%2e%2e/exists", ()), "path.odd"),
    ("Q-34", Raw("GET", "/collections/a%2Fb", ()), "path.odd"),
    ("Q-34", Raw("GET", "/collections/people;x", ()), "path.odd"),
    ("Q-34", Raw("GET", "/Collections", ()), "route.unknown"),
    ("Q-35", Raw("GET", "/nope", ()), "route.unknown"),
    ("Q-35", Raw("DELETE", COUNT, ()), "route.unknown"),
    ("Q-36", Raw("GET", "/collections/people/points/query", ()), "the id of a point"),
    ("Q-36", Raw("GET", "/collections/people/points/1.0", ()), "the id of a point"),
    ("Q-36", Raw("GET", f"/collections/people/points/{2**64}", ()), "the id of a point"),
    ("Q-37", Raw("HEAD", "/healthz", ()), "route.unknown"),
    ("Q-37", Raw("OPTIONS", COUNT, ()), "route.unknown"),
    ("Q-37", Raw("get", "/healthz", ()), "route.unknown"),
    ("Q-37", Raw("GET", "/collections/people?_method=DELETE", ()), "query keys"),
    ("Q-38", Raw("PUT", "/collections/people/points?wait=true&wait=false", JSON, b"{}"), "twice"),
    ("Q-38", Raw("POST", f"{COUNT}?wait=true", JSON, b"{}"), "query keys: consistency, timeout"),
    ("Q-41", Raw("POST", f"{COUNT}?timeout=0", JSON, b"{}"), "'timeout'"),
    ("Q-41", Raw("POST", f"{COUNT}?consistency=some", JSON, b"{}"), "'consistency'"),
    ("Q-41", Raw("DELETE", "/collections/people/index/a?ordering=Strong", ()), "'ordering'"),
]

PATHS = [
    ("Q-34", "/%63ollections/p%65ople/exists", "/collections/people/exists"),
    ("Q-36", "/collections/people/points/007", "/collections/people/points/7"),
    ("Q-36", "/collections/people/points/+7", "/collections/people/points/7"),
    ("Q-36", "/collections/people/points/%37", "/collections/people/points/7"),
    ("Q-36", f"/collections/people/points/{UUID.upper()}", f"/collections/people/points/{UUID}"),
    ("Q-36", f"/collections/people/points/urn:uuid:{UUID}", f"/collections/people/points/{UUID}"),
    ("Q-36", f"/collections/people/points/%7B{UUID}%7D", f"/collections/people/points/{UUID}"),
    ("Q-34", "/collections/with%20space", "/collections/with%20space"),
    ("Q-34", "/", "/"),
]


@every(("fact", "raw", "words"), REFUSED)
def test_what_has_a_second_reading_is_refused(fact: str, raw: Raw, words: str) -> None:
    with pytest.raises(CallRefused) as refused:
        dialects.load("qdrant").read(raw)
    assert words in str(refused.value.refusal)


@pytest.mark.parametrize(("fact", "target", "path"), PATHS)
def test_a_path_is_printed_in_one_way(fact: str, target: str, path: str) -> None:
    assert dialects.load("qdrant").read(Raw("GET", target, ())).path == path


def test_a_payload_path_in_a_path_is_printed_in_one_way() -> None:
    """Q-25"""
    for target in ("%22phone%22", "phone"):
        call = dialects.load("qdrant").read(Raw("DELETE", f"/collections/people/index/{target}", ()))
        assert call.path == "/collections/people/index/phone"


WAITING = [("PUT", "/collections/people/points", b'{"points":[{"id":1,"vector":[1]}]}'),
           ("POST", "/collections/people/points/delete", b'{"points":[1]}'),
           ("POST", "/collections/people/snapshots", b""),
           ("DELETE", "/collections/people/snapshots/a.snapshot", b""),
           ("PUT", "/quotas", b"{}"), ("POST", "/collections/people/shards/0/cleanup", b"")]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), WAITING)
@pytest.mark.parametrize("said", ["", "?wait=false", "?wait=true"])
def test_every_write_is_waited_for(method: str, path: str, body: bytes, said: str) -> None:
    """Q-40, Q-94: nothing is acknowledged, and nothing answered 202, before it is done."""
    assert (
        dict(dialects.load("qdrant").read(Raw(method, path + said, JSON if body else (), body)).query)["wait"] == "true"
    )


def test_every_route_that_can_wait_does() -> None:
    """Q-40"""
    dialect = dialects.load("qdrant")
    writing = [r for r in dialect.routes if r.method != "GET" and not r.refused and "wait" in r.query]
    assert len(writing) > 20
    assert dialect.query_forced == {"wait": "true"}


def test_no_header_of_a_client_goes_on() -> None:
    """Q-42, Q-43: neither a replica nor a key for a model is chosen by who asks, and answers come plain."""
    sent = (
        ("x-qdrant-route-affinity", "1"),
        ("openai-api-key", "k"),
        ("accept-encoding", "gzip"),
        ("x-request-id", "1"),
    )
    assert dialects.load("qdrant").read(Raw("GET", "/healthz", sent)).headers == HEADERS
    assert dict(HEADERS)["accept-encoding"] == "identity"
