"""What is asked of a login service goes to it alone: over TLS, or on this machine, and no redirect leads elsewhere."""

import pytest

from support.logins.service_stub import ServiceStub
from vecgate.desk import web
from vecgate.desk.places import DeskFailed


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://login.example/x?a=b", True), ("http://127.0.0.1:1/x", True), ("http://localhost/x", True), ("http://[::1]:8/x", True),
        ("http://login.example", False), ("http://127.0.0.1.evil.example", False), ("http://localhost.evil", False), ("ftp://127.0.0.1", False),
        ("https://", False), ("https://u:p@x", False), ("https://x#y", False), ("https://x:99999", False), ("", False), (None, False), (["https://x"], False),
        ("javascript:alert(1)", False), ("file:///etc/passwd", False),
    ],
)  # fmt: skip
def test_where_a_secret_may_go(url: object, fits: bool) -> None:
    if fits:
        assert web.checked(url, "it") == url
    else:
        with pytest.raises(DeskFailed):
            web.checked(url, "it")


def test_no_redirect_is_followed_and_no_proxy_asked_of_this_machine(
    stub: ServiceStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    stub.answers["/token"] = [(302, {"a": 1}), (200, b"no JSON"), (400, {"error": "x"})]
    assert web.ask(f"{stub.url}/token", {"a": "b c"}) == (302, {"a": 1})
    assert web.ask(f"{stub.url}/token", {}) == (200, None)
    assert web.ask(f"{stub.url}/token", {}) == (400, {"error": "x"})
    assert stub.asked == [("/token", {"a": "b c"}), ("/token", {}), ("/token", {})]


def test_nobody_there_is_away() -> None:
    with pytest.raises(web.Away, match=r"no answer from 127.0.0.1:9: Connection refused"):
        web.ask("http://127.0.0.1:9/x")


def test_a_ca_that_is_none_is_told() -> None:
    with pytest.raises(DeskFailed, match="the CA /none cannot be read"):
        web.ask("https://127.0.0.1:9/x", ca="/none")
