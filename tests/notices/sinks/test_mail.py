"""Mail goes to those whom it concerns, over a real SMTP server, and nothing of a header is anybody's to write."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from support.fakes.approvals import HELD
from support.forked.ports import free_port
from vecgate.approvals.standing import Standing
from vecgate.notices.notice import Job, Notice, notice
from vecgate.notices.sinks._base import NotTold
from vecgate.notices.sinks.mail import Post, addresses, written
from vecgate.settings.notices import Mail

SPEC: dict[str, Any] = {"host": "127.0.0.1", "security": "none", "sender": "gw@example.com"}
KNOWN: dict[str, Any] = {"addresses": {"group:data-owners": ["owners@example.com", "bob@example.com"]}}


class Inbox:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.refuses = False

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuses:
            return "451 try later"
        self.got.append(envelope)
        return "250 OK"


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Inbox, int]]:
    inbox = Inbox()

    def login(_server: Any, _session: Any, _envelope: Any, _how: str, said: LoginPassword) -> AuthResult:
        return AuthResult(handled=False, success=(said.login, said.password) == (b"gw", b"word"))

    made = Controller(inbox, "127.0.0.1", free_port(), authenticator=login, auth_require_tls=False, auth_required=False)
    made.start()
    yield inbox, made.server.sockets[0].getsockname()[1]
    made.stop()


def asked() -> Notice:
    found = notice(Job("asked", "call", "h1", "0"), Standing("h1", HELD, "pending", 1000.0, 4600.0, 1000.0))
    assert found is not None
    return found


async def test_those_who_are_asked_get_it(server: tuple[Inbox, int]) -> None:
    inbox, port = server
    inbox.got.clear()
    await Post(Mail(**SPEC, **KNOWN, port=port)).tell(asked(), 1_700_000_000.0)
    [envelope] = inbox.got
    assert envelope.rcpt_tos == ["owners@example.com", "bob@example.com"]
    assert envelope.mail_from == "gw@example.com"
    message = message_from_bytes(envelope.content, policy=policy.default)
    assert message["subject"] == "[vecgate] alice asks: delete_filter deletes 412 of 500 in tickets"
    assert message["to"] == "undisclosed-recipients:;"
    assert message["auto-submitted"] == "auto-generated"
    assert message["message-id"] == f"<{asked().job.name}@example.com>"
    assert "vecgate requests show h1" in message.get_content()


async def test_with_a_login(server: tuple[Inbox, int], tmp_path: Path) -> None:
    inbox, port = server
    inbox.got.clear()
    (tmp_path / "p").write_text("word\n")
    (tmp_path / "p").chmod(0o600)
    spec = Mail(**SPEC, **KNOWN, port=port, user="gw", password_file=tmp_path / "p")
    await Post(spec).tell(asked(), 1000.0)
    assert len(inbox.got) == 1
    (tmp_path / "p").write_text("other")
    with pytest.raises(NotTold, match="SMTPAuthenticationError"):
        await Post(spec).tell(asked(), 1000.0)


async def test_a_server_that_does_not_take_it_is_not_told(server: tuple[Inbox, int]) -> None:
    inbox, port = server
    inbox.refuses = True
    with pytest.raises(NotTold, match="SMTPDataError"):
        await Post(Mail(**SPEC, **KNOWN, port=port)).tell(asked(), 1000.0)
    inbox.refuses = False
    with pytest.raises(NotTold):
        await Post(Mail(**SPEC, **KNOWN, port=1)).tell(asked(), 1000.0)


async def test_a_line_that_is_not_kept_secret_is_not_used(server: tuple[Inbox, int]) -> None:
    inbox, port = server
    inbox.got.clear()
    with pytest.raises(NotTold, match="SMTPNotSupportedError"):  # it offers no STARTTLS
        await Post(Mail(**SPEC | KNOWN | {"security": "starttls", "port": port})).tell(asked(), 1000.0)
    assert inbox.got == []


async def test_nobody_whose_address_is_known_is_fine() -> None:
    await Post(Mail(**SPEC, port=1)).tell(asked(), 1000.0)  # no line is opened


@pytest.mark.parametrize(
    ("readers", "expected"),
    [
        ((), []),
        (("group:data-owners",), ["owners@example.com", "bob@example.com"]),
        (("group:data-owners", "user:bob@example.com"), ["owners@example.com", "bob@example.com"]),  # each once
        (("group:other",), []),
        (("user:ann@example.com",), ["ann@example.com"]),
        (("user:ann@Example.com",), ["ann@Example.com"]),
        (("user:ann@elsewhere.example",), []),  # a token's word opens no other domain
        (("user:ann@example.com@elsewhere.example",), []),
        (("user:ann@elsewhere.example@example.com",), []),
        (("user:ann@example.com\r\nRCPT TO:<x@y>",), []),
        (("user:<ann@example.com>",), []),
        (("group:ann@example.com",), []),
    ],
)
def test_whose_address_is_known(readers: tuple[str, ...], expected: list[str]) -> None:
    assert addresses(readers, Mail(**SPEC, **KNOWN, users_at=("example.com",))) == expected


def test_a_title_adds_no_header() -> None:
    odd = replace(HELD, user="x\r\nBcc: y@z.example\u2028")
    found = notice(Job("asked", "call", "h1", "0"), Standing("h1", odd, "pending", 1000.0, 4600.0, 1000.0))
    assert found is not None
    message = written(found, Mail(**SPEC), 1000.0)
    assert "Bcc" not in message
    assert message["Subject"].startswith("[vecgate] x Bcc: y@z.example asks")
