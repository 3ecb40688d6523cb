"""What a port does for somebody without a credential, tried on servers that behave as databases and their fronts do."""

import asyncio
import ssl
from pathlib import Path
from typing import Literal

import pytest

from demo.front import Front, stunnel_binary
from demo.stack import Stack
from support.forked.ports import free_port
from support.servers import doors
from vecgate.doctor.reach import Does, Door, Seen, look

SECONDS = 2.0


async def seen(port: int) -> Seen:
    return await look(Door("127.0.0.1", port, "localhost", "/api/v2/heartbeat", SECONDS))


async def test_nobody_answers() -> None:
    async with doors.listening(doors.mute) as port:
        pass
    assert (await seen(port)).does is Does.CLOSED
    assert (await look(Door("host.invalid", 443, "host.invalid", seconds=SECONDS))).does is Does.CLOSED


@pytest.mark.parametrize(
    ("serve", "does"),
    [
        (doors.http(), Does.CLEAR),
        (doors.http(b"HTTP/1.1 404 Not Found\r\n\r\n"), Does.CLEAR),
        (doors.http(doors.UNAUTHORIZED), Does.LOGIN),
        (doors.grpc, Does.CLEAR),
        (doors.closing, Does.UNCLEAR),
        (doors.mute, Does.UNCLEAR),
    ],
    ids=["http", "http 404", "http 401", "grpc", "closing", "mute"],
)
async def test_in_the_clear(serve: doors.Serve, does: Does) -> None:
    async with doors.listening(serve) as port:
        assert (await seen(port)).does is does


@pytest.mark.parametrize(
    ("serve", "does"),
    [
        (doors.http(), Does.OPEN),
        (doors.http(doors.UNAUTHORIZED), Does.LOGIN),
        (doors.http(doors.NGINX_496), Does.GUARDED),
        (doors.grpc, Does.OPEN),
        (doors.closing, Does.UNCLEAR),
        (doors.mute, Does.UNCLEAR),
    ],
    ids=["http", "http 401", "nginx that demands a certificate", "grpc", "closing", "mute"],
)
async def test_over_tls_that_lets_anyone_in(tmp_path: Path, serve: doors.Serve, does: Does) -> None:
    async with doors.listening(serve, doors.open_context(tmp_path)) as port:
        found = await seen(port)
    assert found.does is does
    assert found.certificate or does is Does.UNCLEAR


async def test_grpc_over_tls_that_insists_on_its_protocol(tmp_path: Path) -> None:
    context = doors.open_context(tmp_path)
    context.set_alpn_protocols(["h2"])
    async with doors.listening(doors.grpc, context) as port:
        assert (await seen(port)).does is Does.OPEN


@pytest.mark.parametrize("highest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
async def test_over_tls_that_demands_a_client_certificate_and_hangs_up(tmp_path: Path, highest: ssl.TLSVersion) -> None:
    async with doors.listening(doors.http(), doors.guarded_context(tmp_path, highest)) as port:
        assert (await seen(port)).does is Does.GUARDED


async def test_tls_that_only_asks_for_a_certificate_lets_anyone_in(tmp_path: Path) -> None:
    context = doors.guarded_context(tmp_path)
    context.verify_mode = ssl.CERT_OPTIONAL
    async with doors.listening(doors.http(), context) as port:
        assert (await seen(port)).does is Does.OPEN


async def test_tls_that_cannot_agree_on_anything_is_not_called_guarded(tmp_path: Path) -> None:
    context = doors.open_context(tmp_path)
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.minimum_version = ssl.TLSVersion.TLSv1
    async with doors.listening(doors.http(), context) as port:
        assert (await seen(port)).does is Does.UNCLEAR


async def test_the_certificate_shown_is_kept(tmp_path: Path) -> None:
    async with doors.listening(doors.http(), doors.open_context(tmp_path, "shown")) as port:
        found = await seen(port)
    assert found.certificate == ssl.PEM_cert_to_DER_cert((tmp_path / "shown.pem").read_text())


async def test_a_server_that_asks_for_a_certificate_and_stays_mute_is_unclear(tmp_path: Path) -> None:
    context = doors.guarded_context(tmp_path)
    context.verify_mode = ssl.CERT_OPTIONAL
    async with doors.listening(doors.mute, context) as port:
        assert (await seen(port)).does is Does.UNCLEAR


@pytest.mark.parametrize("kind", ["stunnel", "relay"])
async def test_the_demos_fronts_are_guarded(stack: Stack, tmp_path: Path, kind: Literal["stunnel", "relay"]) -> None:
    """stunnel says why it hangs up, the relay does not."""
    if kind == "stunnel" and not stunnel_binary():
        pytest.skip("stunnel is not installed")
    front = Front(tmp_path, free_port(), stack.chroma.address, stack.pki_root, stack.bao, tmp_path / "log", kind)
    try:
        await asyncio.to_thread(front.start)
        assert (await seen(front.port)).does is Does.GUARDED
    finally:
        front.server.stop()


async def test_the_running_front_is_guarded(stack: Stack) -> None:
    assert (await seen(stack.ports["front"])).does is Does.GUARDED
