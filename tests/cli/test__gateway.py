"""How a command reaches the gateway: only over TLS it can check, and never with the token in a message."""

import json
import os
import threading
from pathlib import Path

import pytest

from support.forked.ports import free_port
from support.servers.requests_server import RequestsServer, running_requests_server
from vecgate.cli._gateway import Gateway, GatewayFailed, _understood, read_token, safe
from vecgate.cli.requests import API


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    with running_requests_server(tmp_path_factory.mktemp("gateway")) as running:
        yield running


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VECGATE_GATEWAY", "VECGATE_CA", "VECGATE_TOKEN"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text("token-of-bob\n")
    return file


@pytest.mark.parametrize(
    "url",
    [
        "",
        "gate.example",
        "https://",
        "https://:8443",
        # in the clear
        "http://gate.example",
        # what would be left out
        "https://bob:secret@gate.example",
        "https://gate.example/api",
        "https://gate.example?x=1",
        "https://gate.example#x",
        # not a port
        "https://gate.example:0x50",
        "https://gate.example:99999",
        "https://[::1",
    ],
)
def test_a_place_that_is_not_plainly_https_is_refused(url: str, token: Path):
    with pytest.raises(GatewayFailed, match="which gateway") as caught:
        Gateway.of(url, None, token)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://gate.example", ("gate.example", 443)),
        ("https://gate.example:8443/", ("gate.example", 8443)),
        ("https://[::1]:8443", ("::1", 8443)),
    ],
)
def test_a_place_is_host_and_port(url: str, place: tuple[str, int], token: Path):
    gateway = Gateway.of(url, None, token)
    assert (gateway.host, gateway.port) == place


@pytest.mark.parametrize("text", ["", "  \n", "two words", "a\x00b", "größe", "a\nb"])
def test_what_is_not_a_token_is_not_sent(text: str, tmp_path: Path):
    file = tmp_path / "token"
    file.write_text(text)
    with pytest.raises(GatewayFailed) as caught:
        Gateway.of("https://gate.example", None, file)
    assert not text.strip() or text.strip() not in str(caught.value)


def test_a_token_file_that_cannot_be_read_is_told_so(tmp_path: Path):
    """But not by name: it may be the token itself, put in the wrong place."""
    with pytest.raises(GatewayFailed, match="--token-file: No such file") as caught:
        Gateway.of("https://gate.example", None, tmp_path / "none")
    assert str(tmp_path) not in str(caught.value)


def test_a_token_file_that_never_ends_is_read_no_further():
    with pytest.raises(GatewayFailed, match="longer than 65536"):
        read_token(Path("/dev/zero"))


def test_a_token_may_come_through_a_pipe(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    writes = threading.Thread(target=(tmp_path / "pipe").write_text, args=("a.b.c\n",), daemon=True)
    writes.start()
    assert read_token(tmp_path / "pipe").reveal() == "a.b.c"
    writes.join()


def test_the_environment_is_the_default(monkeypatch: pytest.MonkeyPatch):
    for name, value in {"GATEWAY": "https://e.example", "CA": "/ca.pem", "TOKEN": "of-the-environment"}.items():
        monkeypatch.setenv(f"VECGATE_{name}", value)
    gateway = Gateway.of(None, None, None)
    assert (gateway.host, gateway.ca, gateway.token.reveal()) == ("e.example", "/ca.pem", "of-the-environment")
    assert "of-the-environment" not in repr(gateway)


def test_it_gets_the_gateways_json(server: RequestsServer, token: Path):
    assert Gateway.of(server.url, str(server.ca), token).call("GET", API) == {"requests": []}


def test_it_gets_the_answers_headers_too(server: RequestsServer, token: Path):
    tree, headers = Gateway.of(server.url, str(server.ca), token).ask("GET", API, headers={"X-More": "1"}, timeout=20)
    assert tree == {"requests": []}
    assert headers["content-type"].startswith("application/json")


def test_a_gateway_that_nobody_vouches_for_gets_no_token(server: RequestsServer, token: Path):
    before = server.seen
    with pytest.raises(GatewayFailed, match="--ca names the CA"):
        Gateway.of(server.url, None, token).call("GET", API)
    assert server.seen == before


def test_a_certificate_for_another_name_is_not_accepted(server: RequestsServer, token: Path):
    with pytest.raises(GatewayFailed, match="was not accepted"):
        Gateway.of(server.url.replace("127.0.0.1", "localhost"), str(server.ca), token).call("GET", API)


def test_a_refusal_is_told_in_the_gateways_words(server: RequestsServer, token: Path):
    with pytest.raises(GatewayFailed, match=r"route\.unknown: .* Use a documented route"):
        Gateway.of(server.url, str(server.ca), token).call("GET", f"{API}/x/y")


@pytest.mark.parametrize(("path", "words"), [("/not-json", "not JSON"), ("/odd-error", "status 500$")])
def test_an_answer_that_is_not_the_gateways_is_told_so(server: RequestsServer, token: Path, path: str, words: str):
    with pytest.raises(GatewayFailed, match=words):
        Gateway.of(server.url, str(server.ca), token).call("GET", path)


def test_a_gateway_that_is_away_is_told_so(token: Path):
    port = free_port()
    with pytest.raises(GatewayFailed, match=r"no answer from 127\.0\.0\.1"):
        Gateway.of(f"https://127.0.0.1:{port}", None, token).call("GET", API)


@pytest.mark.parametrize("ca", ["/none.pem", __file__])
def test_a_ca_that_cannot_be_used_is_told_so(ca: str, token: Path):
    with pytest.raises(GatewayFailed, match="--ca"):
        Gateway.of("https://127.0.0.1:1", ca, token).call("GET", API)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", ""), ("größe ✓", "größe ✓"), ("a\x1b[2Jb", "a\ufffd[2Jb"), ("a\nb", "a\ufffdb"), ("\u202e", "\ufffd")],
)
def test_a_text_is_made_fit_for_a_terminal(text: str, shown: str):
    assert safe(text) == shown


@pytest.mark.parametrize(
    "tree",
    [
        {"error": "AuthError", "message": "policy.no_rule: No rule."},
        {"status": {"error": "policy.no_rule: No rule."}, "time": 0.0},
        [{"errors": ["policy.no_rule: No rule."]}],
    ],
)
def test_a_refusal_is_told_in_whichever_shape_its_database_has(tree: object):
    with pytest.raises(GatewayFailed, match=r"^policy.no_rule: No rule\.$"):
        _understood(403, json.dumps(tree).encode())
    with pytest.raises(GatewayFailed, match=r"status 404: what you named is not there$"):
        _understood(404, b'{"error": "NotFoundError", "message": "Anna Kowalski is not there"}')
    with pytest.raises(GatewayFailed, match="answered with status 500"):
        _understood(500, b'{"message": "Anna Kowalski is not there"}')
