"""One bounded GET, and why it failed in plain words."""

import asyncio
import socket
import ssl
from pathlib import Path

import pytest

from support.servers import doors
from support.servers.idp import running_idp
from vecgate.doctor import fetch
from vecgate.refusals.errors import Unavailable

DATED = b"HTTP/1.1 418 X\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Length: 2\r\n\r\n{}"
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n" + b"x" * 900000


async def test_it_tells_status_date_and_body() -> None:
    async with doors.listening(doors.http(DATED)) as port:
        got = await fetch.get(f"http://127.0.0.1:{port}/", None, 5)
    assert (got.status, got.date, got.body) == (418, "Thu, 01 Jan 2026 00:00:00 GMT", b"{}")


async def test_it_follows_no_redirect() -> None:
    with running_idp() as idp:
        idp.behaviour = "redirect"
        assert (await fetch.get(idp.jwks_url, None, 5)).status == 302


async def reason(url: str, ca: Path | None = None, seconds: float = 5) -> str:
    with pytest.raises(Unavailable) as caught:
        await fetch.get(url, ca, seconds)
    return str(caught.value)


async def test_nobody_is_there() -> None:
    async with doors.listening(doors.mute) as port:
        pass
    assert "connection refused" in await reason(f"http://127.0.0.1:{port}/")


async def test_it_hangs() -> None:
    async with doors.listening(doors.mute) as port:
        assert "no answer in time" in await reason(f"http://127.0.0.1:{port}/", seconds=0.2)


async def test_it_never_ends() -> None:
    async with doors.listening(doors.http(ENDLESS)) as port:
        assert "longer than" in await reason(f"http://127.0.0.1:{port}/")


async def test_its_certificate_is_a_strangers(tmp_path: Path) -> None:
    async with doors.listening(doors.http(), doors.open_context(tmp_path)) as port:
        assert "does not verify" in await reason(f"https://127.0.0.1:{port}/")
        assert (await fetch.get(f"https://127.0.0.1:{port}/", tmp_path / "ca.pem", 5)).status == 200


async def test_it_does_not_speak_tls() -> None:
    async def talks_first(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(doors.OK)

    async with doors.listening(talks_first) as port:
        assert "TLS failed" in await reason(f"https://127.0.0.1:{port}/")


async def test_the_ca_file_is_not_there(tmp_path: Path) -> None:
    assert "CA file" in await reason("https://127.0.0.1:1/", tmp_path / "none.pem")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "no answer in time"),
        (ConnectionRefusedError(111, "Connect call failed ('192.0.2.1', 1)"), "connection refused"),
        (OSError(113, "No route to host"), "no route to host"),
        (socket.gaierror(-2, "Name or service not known"), "name or service not known"),
        (ssl.SSLError(1, "[SSL: X] x"), "TLS failed (SSLError)"),
        (ValueError("whatever"), "ValueError"),
    ],
)
def test_reasons_are_plain_words(error: Exception, words: str) -> None:
    assert fetch.why(error) == words
