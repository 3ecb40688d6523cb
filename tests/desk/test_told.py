"""desk.toml says what it can say, or it is told where it does not; which login service is meant is never guessed."""

from pathlib import Path

import pytest

from vecgate.desk import told
from vecgate.desk.places import DeskFailed

GOOD = """
gateway = "https://gate:8443"
ca = "/ca.pem"
[issuers.work]
issuer = "https://login.example"
client_id = "desk"
scope = "openid"
[issuers.other]
issuer = "https://other.example"
flow = "browser"
[upstreams.tickets]
dialect = "chroma"
url = "https://gate:8443"
"""


def given(home: Path, text: str) -> told.Told:
    home.mkdir(exist_ok=True)
    (home / "desk.toml").write_text(text)
    return told.told()


def test_all_of_it_is_read(home: Path) -> None:
    found = given(home, GOOD)
    assert (found.gateway, found.ca) == ("https://gate:8443", "/ca.pem")
    assert found.issuers is not None
    assert found.issuers["work"] == told.Client("https://login.example", "desk", "openid")
    assert found.upstreams == {"tickets": told.Upstream("chroma", "https://gate:8443")}


def test_no_file_says_nothing() -> None:
    assert told.told() == told.Told()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("gateway", "desk.toml"),
        ("gate = 'x'", "has no 'gate'"),
        ("gateway = 1", "gateway is a text"),
        ("issuers = 1", "issuers is a table"),
        ("[issuers.a]\nclient_id = 'x'", "issuers.a"),
        ("[issuers.a]\nissuer = 'https://x'\nport = '1'", "port is a number"),
        ("[issuers.a]\nissuer = 'https://x'\nflow = 'implicit'", "flow is one of device, browser"),
        ("[issuers.a]\nissuer = 'https://x'\ntoken = 'refresh_token'", "token is one of"),
        ("[issuers.a]\nissuer = 'https://x'\ntoken = 'id_token'\nscope = 'x'", "asks for 'openid'"),
        ("[upstreams.a]\nurl = 'https://x'", "upstreams.a"),
        ("[upstreams.a]\ndialect = 'chroma'\nurl = 'http://gate:8443'", "upstreams.a.url is not https"),
        ("[upstreams.a]\ndialect = 'chroma'\nurl = 'http://127.0.0.1:8443'", "upstreams.a.url is not https"),
        ("[upstreams.a]\ndialect = 'chroma'\nurl = 'gate:8443'", "upstreams.a.url is no address"),
        ("[upstreams]\na = 1", "upstreams.a is a table"),
    ],
)
def test_what_it_cannot_mean_is_told(home: Path, text: str, said: str) -> None:
    with pytest.raises(DeskFailed, match=said):
        given(home, text)


def test_which_login_service_is_meant(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = given(home, GOOD)
    assert told.client(found, "work")[0] == "work"
    assert told.client(found, "https://other.example")[0] == "other"
    assert told.client(found, "https://new.example", client_id="me", scope=None) == (
        "https://new.example", told.Client("https://new.example", "me"),
    )  # fmt: skip
    for wanted, said in ((None, "which login service.*work, other"), ("home", "no issuers.home")):
        with pytest.raises(DeskFailed, match=said):
            told.client(found, wanted)
    monkeypatch.setenv("VECGATE_ISSUER", "other")
    assert told.client(found, None)[1].flow == "browser"
