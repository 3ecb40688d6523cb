"""A request is read as in the gateway, with no server there to ask. More by its command: tests/cli/test_offline.py."""

import pytest

from vecgate import dialects
from vecgate.dialects.base.offline import NotOffline, raw, reads

UUID = "7b0b9c3e-2a57-4c39-9c5e-0b6f2f4f8f10"
PATH = f"/api/v2/tenants/t/databases/d/collections/{UUID}/count"


def test_each_request_is_read_by_a_dialect_that_knows_no_names_yet() -> None:
    read = reads(dialects.kind("chroma"))
    assert read("GET", PATH, b"", "tickets").collections == ("tickets",)
    with pytest.raises(NotOffline):
        read("GET", PATH, b"", None)


def test_a_body_says_what_it_is() -> None:
    assert raw("GET", "https://db.example/a?b", b"").headers == ()
    assert dict(raw("POST", "/a", b"{}").headers) == {"content-type": "application/json", "content-length": "2"}
