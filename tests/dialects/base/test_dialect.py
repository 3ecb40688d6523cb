"""Do all dialects find rows and read calls alike?"""

import pytest

from vecgate import dialects
from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import Inlets
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import CallRefused


def test_only_the_gateways_own_headers_go_on() -> None:
    dialect = dialects.load("chroma")
    sent = (
        ("Host", "db"),
        ("User-Agent", "x"),
        ("Accept", "text/html"),
        ("Accept-Encoding", "br"),
        ("X-Forwarded-For", "::1"),
        ("sourceid", "y"),
    )
    assert dialect.read(Raw("GET", "/api/v2/heartbeat", sent)).headers == HEADERS
    json = (*sent, ("Content-Type", "application/json; charset=utf-8"))
    assert dialect.read(Raw("POST", "/api/v2/tenants", json, b'{"name":"acme"}')).headers == JSON_HEADERS


def test_a_body_is_written_anew() -> None:
    call = dialects.load("chroma").read(
        Raw("POST", "/api/v2/tenants", (("content-type", "application/json"),), b' { "name" : "a\\u0063me" } ')
    )
    assert (call.body, call.tree) == (b'{"name":"acme"}', {"name": "acme"})


def test_what_was_read_reads_the_same_again() -> None:
    dialect = dialects.load("chroma")
    first = dialect.read(Raw("GET", "/api/v2/tenants/%61 b".replace(" ", "%20"), ()))
    again = dialect.read(Raw(first.method, first.path, first.headers, first.body))
    assert (first, first.path) == (again, "/api/v2/tenants/a%20b")


def test_a_call_with_another_body_is_read_as_if_it_had_come_in_so() -> None:
    dialect = dialects.load("chroma")
    json = (("content-type", "application/json"),)
    call = dialect.read(Raw("POST", "/api/v2/tenants", json, b'{"name":"acme"}'))
    assert dialect.rebuilt(call, {"name": "acme"}) is call
    assert dialect.rebuilt(call, {"name": "bcme"}) == dialect.read(
        Raw("POST", "/api/v2/tenants", json, b'{"name":"bcme"}')
    )
    for odd in ({"name": 7}, {"name": "x", "more": 1}, {}):
        with pytest.raises(CallRefused, match=r"body\.unreadable"):
            dialect.rebuilt(call, odd)


def test_a_dialect_that_says_nothing_of_what_goes_in_lets_it_be() -> None:
    class Plain(dialects.Dialect):
        name, routes = "plain", ()

    Plain.__abstractmethods__ = frozenset()
    plain, operation = Plain(), Operation("plain", "x", "upsert", 1)  # type: ignore[abstract]
    assert plain.inlets(operation) == Inlets()
    assert plain.rewritten(operation, {"a": 1}, lambda _: None) == {"a": 1}
    assert plain.unclean_vectors(operation, {"a": 1}, {"a": 2}) == 0


def test_a_refused_row_says_why() -> None:
    with pytest.raises(CallRefused, match=r"route\.refused"):
        dialects.load("chroma").read(Raw("GET", "/api/v2/collections/a:b:c", ()))
