"""A made-up certificate at the database's door: refused by the stack's, and told where it is taken."""

import ssl
import time
from pathlib import Path
from typing import Any

from demo.settings import UPSTREAM
from support.servers import doors
from support.servers.doors import all_ok, problems
from vecgate.doctor import Finding
from vecgate.doctor.checks import stranger
from vecgate.settings.file import Settings
from vecgate.settings.upstreams import UpstreamSettings


async def check(settings: Settings, **other: Any) -> list[Finding]:
    spec = UpstreamSettings.model_validate(settings.upstreams[UPSTREAM].model_dump() | other)
    return await stranger.check(UPSTREAM, spec, time.time())


async def test_the_stacks_front_refuses_it(settings: Settings) -> None:
    found = await check(settings)
    assert all_ok(found)


async def test_a_door_that_asks_for_a_certificate_and_takes_any_is_a_problem(
    settings: Settings, tmp_path: Path, stack: Any
) -> None:
    front = stack.folder / "front"
    lax = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    lax.load_cert_chain(front / "front.pem", front / "front.key")
    async with doors.listening(doors.http(), lax) as port:
        (said,) = problems(await check(settings, url=f"https://127.0.0.1:{port}"))
    assert said == "It takes a certificate that anybody can make."


async def test_where_it_cannot_be_tried_nothing_is_said(settings: Settings, tmp_path: Path) -> None:
    assert await check(settings, url="http://127.0.0.1:8000") == []
    assert await check(settings, ca=tmp_path / "none.pem") == []
    async with doors.listening(doors.mute) as port:
        pass
    assert await check(settings, url=f"https://127.0.0.1:{port}") == []
