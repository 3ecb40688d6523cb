"""A request is read as in the gateway, with no server there to ask."""

import pytest

from vecgate.cli._offline import NotOffline, reader, target
from vecgate.refusals.errors import CallRefused, VecgateError

BASE = "/api/v2/tenants/t/databases/d/collections"
UUID = "7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10"

TARGETS = [
    ("", ""),
    ("/a?b=c", "/a?b=c"),
    ("https://db.example:8443/a/b?c=d", "/a/b?c=d"),
    ("https://db.example", "/"),
    ("//odd", "//odd"),
    ("https://db.example//odd", "//odd"),
]


@pytest.mark.parametrize(("url", "expected"), TARGETS)
def test_a_url_becomes_what_a_client_puts_on_the_request_line(url, expected):
    assert target(url) == expected


def test_an_unknown_dialect_is_said_with_the_known_ones():
    with pytest.raises(VecgateError, match=r"unknown dialect 'oracle'. Known: chroma"):
        reader("oracle")


CALLS = [
    ("GET", "/api/v2/heartbeat", b"", None, "health", ()),
    ("GET", f"{BASE}/tickets", b"", None, "collection_read", ("tickets",)),
    ("DELETE", "https://db.example/api/v2/tenants/t/databases/d", b"", None, "collection_drop", ()),
    ("POST", f"{BASE}/{UUID}/query", b'{"query_embeddings": [[0.1]]}', "tickets", "search", ("tickets",)),
    ("POST", f"{BASE}/{UUID}/delete", b'{"ids": ["1"]}', "tickets", "delete_ids", ("tickets",)),
    # whether it is there decides what get_or_create is
    ("POST", BASE, b'{"name": "tickets", "get_or_create": true}', None, "collection_create", ("tickets",)),
    ("POST", BASE, b'{"name": "tickets", "get_or_create": true}', "tickets", "collection_read", ("tickets",)),
    ("POST", BASE, b'{"name": "tickets", "get_or_create": true}', "notes", "collection_create", ("tickets",)),
]


@pytest.mark.parametrize(("method", "url", "body", "collection", "kind", "collections"), CALLS)
def test_a_request_is_read_by_its_dialect(method, url, body, collection, kind, collections):
    operation = reader("chroma")(method, url, body, collection)
    assert (operation.kind, operation.collections) == (kind, collections)


def test_an_id_without_a_name_is_asked_for():
    with pytest.raises(NotOffline, match=f"which collection {UUID} is; say its name with --collection"):
        reader("chroma")("GET", f"{BASE}/{UUID}/count", b"", None)


def test_a_name_given_for_one_request_is_not_used_for_the_next():
    read = reader("chroma")
    assert read("GET", f"{BASE}/{UUID}/count", b"", "tickets").collections == ("tickets",)
    with pytest.raises(NotOffline):
        read("GET", f"{BASE}/{UUID}/count", b"", None)


@pytest.mark.parametrize("url", ["/api/v2/unheard-of", "/api/v2//heartbeat", "/api/v2/%2e%2e/heartbeat"])
def test_what_the_gateway_refuses_unread_is_refused_here(url):
    with pytest.raises(CallRefused):
        reader("chroma")("GET", url, b"", None)
