"""What may be said of notices: https or this machine, a key for who is signed to, a line kept secret for mail."""

from typing import Any

import pytest
from pydantic import ValidationError

from vecgate.settings.notices import Mail, Notices, Sink

HOOK: dict[str, Any] = {"kind": "webhook", "url": "https://hooks.example/in", "secret_file": "/k"}
MAIL: dict[str, Any] = {"host": "mail.example", "sender": "gw@example.com"}


def test_nothing_is_told_unless_it_is_said() -> None:
    assert Notices() == Notices(sinks={}, mail=None)


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example/in",
        "https://hooks.example:8443/in?a=b",
        "http://127.0.0.1:9000/in",
        "http://[::1]:9000/in",
        "http://localhost/in",
    ],
)
def test_where_it_may_be_sent(url: str) -> None:
    assert Sink(**HOOK | {"url": url}).url == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example/in",
        "http://hooks.example/in",
        "http://127.0.0.1.example/in",
        "http://localhost.example/in",
        "http://10.0.0.1/in",
        "http://169.254.169.254/latest",
        "ftp://hooks.example/in",
        "file:///etc/passwd",
        "https://user:pw@hooks.example/in",
        "https://hooks.example/in#x",
        "https://hooks.example/a b",
        "https://hooks.example:port/in",
        "https:///in",
    ],
)
def test_where_it_may_not_be_sent(url: str) -> None:
    with pytest.raises(ValidationError):
        Sink(**HOOK | {"url": url})
    with pytest.raises(ValidationError):
        Notices(link=url)


@pytest.mark.parametrize(
    "tree",
    [
        {**HOOK, "secret_file": None},
        {**HOOK, "kind": "slack"},
        {**HOOK, "kind": "smoke"},
        {**HOOK, "tells": []},
        {**HOOK, "tells": ["everything"]},
    ],
)
def test_a_sink_that_is_none(tree: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Sink(**tree)


@pytest.mark.parametrize(
    "over",
    [
        {"security": "none"},  # in the clear, to elsewhere
        {"user": "gw"},
        {"password_file": "/p"},
        {"sender": "gw"},
        {"sender": "gw@example.com\nBcc: x@y.z"},
        {"addresses": {"data-owners": ["a@example.com"]}},
        {"addresses": {"group:": ["a@example.com"]}},
        {"addresses": {"group:x": ["a@example.com, b@example.com"]}},
        {"port": 0},
    ],
)
def test_mail_that_is_none(over: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Mail(**MAIL | over)


def test_mail_to_this_machine_may_go_in_the_clear() -> None:
    assert Mail(**MAIL | {"host": "127.0.0.1", "security": "none"}).port == 587


@pytest.mark.parametrize("name", ["mail", "", "Chat", "a b", "x" * 33])
def test_what_a_sink_cannot_be_called(name: str) -> None:
    with pytest.raises(ValidationError):
        Notices(sinks={name: HOOK})
