"""Does the gateway get into its database? Against the stack, and with each thing wrong."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from demo import certs
from demo.relay import demanding_context
from demo.settings import UPSTREAM
from demo.stack import Stack
from support.servers import doors
from support.servers.doors import all_ok, problems, warnings
from support.servers.ready import Ready
from support.tools.every import every
from vecgate.doctor import Finding
from vecgate.doctor.certificate import DAY
from vecgate.doctor.checks import upstream
from vecgate.domain.lease import Lease
from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.upstreams import UpstreamSettings


async def check(ready: Ready, *, at: float = 0, **other: Any) -> list[Finding]:
    spec = ready.settings.upstreams[UPSTREAM]
    changed = UpstreamSettings.model_validate(spec.model_dump() | other)
    return await upstream.check(UPSTREAM, changed, ready.leases, at or time.time())


async def test_the_stacks_is_in_order(ready: Ready) -> None:
    found = await check(ready)
    assert all_ok(found)
    assert "takes the gateway's credential" in found[-1].found


async def test_one_that_is_away(ready: Ready) -> None:
    async with doors.listening(doors.mute) as port:
        pass
    (said,) = problems(await check(ready, url=f"https://127.0.0.1:{port}"))
    assert "connection refused" in said


async def test_a_ca_file_that_is_not_there(ready: Ready, tmp_path: Path) -> None:
    (said,) = problems(await check(ready, ca=tmp_path / "none.pem"))
    assert "CA file" in said


@pytest.mark.parametrize("name", ["other-db.internal", "10.0.0.1"])
async def test_a_name_it_does_not_carry(ready: Ready, name: str) -> None:
    (said,) = problems(await check(ready, server_name=name))
    assert f"does not verify for '{name}'" in said


async def test_its_certificate_ends(ready: Ready) -> None:
    at = time.time()
    assert any("expires soon" in said for said in warnings(await check(ready, at=at + 28 * DAY)))
    assert any("expired" in said for said in problems(await check(ready, at=at + 31 * DAY)))


async def test_one_that_trusts_another_pki(ready: Ready, stack: Stack, tmp_path: Path) -> None:
    """It shows a certificate the gateway trusts, and does not trust the gateway's."""
    front = stack.folder / "front"
    stranger = certs.make_ca(tmp_path, "another")
    context = demanding_context(str(front / "front.pem"), str(front / "front.key"), str(stranger))
    async with doors.listening(doors.http(), context) as port:
        (said,) = problems(await check(ready, url=f"https://127.0.0.1:{port}"))
    assert "does not take the gateway's credential" in said or "closes the connection" in said


@every(
    ("status", "words"),
    [
        ("401", "It does not take the gateway's"),
        ("403", "does not let it look up"),
        ("404", "knows no "),
        ("405", "knows no "),
    ],
)
async def test_one_that_answers_anybody_at_its_root_and_not_to_a_question(
    ready: Ready, stack: Stack, status: str, words: str
) -> None:
    """The gateway's own questions are what it must answer, whatever it says at `/`."""
    front = stack.folder / "front"

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        said = b"200 OK" if head.startswith(b"GET / ") else status.encode() + b" No"
        writer.write(b"HTTP/1.1 " + said + b"\r\nContent-Length: 0\r\n\r\n")

    for dialect in ("chroma", "milvus"):
        context = demanding_context(str(front / "front.pem"), str(front / "front.key"), str(stack.pki_root))
        async with doors.listening(serve, context) as port:
            found = await check(ready, url=f"https://127.0.0.1:{port}", dialect=dialect)
        assert any(words in said for said in (*problems(found), *warnings(found))), found


async def test_a_role_that_is_not_there(stack: Stack, ready: Ready) -> None:
    credential = ready.settings.upstreams[UPSTREAM].credential.model_copy(update={"gateway_role": "none"})
    spec = ready.settings.upstreams[UPSTREAM].model_copy(update={"credential": credential})
    ready.settings.upstreams[UPSTREAM] = spec
    (said,) = problems(await upstream.check(UPSTREAM, spec, ready.leases, time.time()))
    assert "does not issue the gateway's own credential" in said


async def test_leases_of_many_hours_are_told(ready: Ready) -> None:
    spec = ready.settings.upstreams[UPSTREAM]
    for ttl, told in ((3600, []), (86400, ["Its leases are good for 24 hours"])):
        long = spec.model_copy(update={"credential": spec.credential.model_copy(update={"ttl": ttl})})
        found = warnings(await upstream.check(UPSTREAM, long, ready.leases, time.time()))
        assert [one.partition(" (")[0] for one in found if "hours" in one] == told


async def test_where_the_store_is_there_and_gives_nothing_that_can_be_used_it_is_said_what_to_do(
    ready: Ready, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_: str) -> Lease:
        raise Unavailable(Part.VAULT, "no usable key at secret/data/docs (KeyError)")

    monkeypatch.setattr(ready.leases, "own", nothing)
    spec = ready.settings.upstreams[UPSTREAM]
    found = await upstream.check(UPSTREAM, spec, ready.leases, time.time())
    assert any("no usable key" in said for said in problems(found))

    async def away() -> None:
        raise Unavailable(Part.VAULT, "sealed")

    monkeypatch.setattr(ready.leases, "try_word", away)
    found = await upstream.check(UPSTREAM, spec, ready.leases, time.time())
    assert any("no usable key" in said for said in warnings(found))


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"dialect": "chrome"}, "unknown dialect 'chrome'"),
        ({"credential": {"kind": "none", "role": "r", "gateway_role": "g"}}, "unknown credential kind 'none'"),
        ({"destinations": ["nowhere"]}, "'address:port'"),
        ({"url": "http://127.0.0.1:8000"}, "it begins with 'https://'"),
    ],
)
def test_settings_that_name_nothing_are_told(ready: Ready, other: dict[str, Any], words: str) -> None:
    spec = ready.settings.upstreams[UPSTREAM].model_dump()
    assert list(upstream.mistakes(UPSTREAM, UpstreamSettings.model_validate(spec))) == []
    (said,) = upstream.mistakes(UPSTREAM, UpstreamSettings.model_validate(spec | other))
    assert words in said


def test_a_kind_of_credential_that_is_not_for_the_database_is_a_mistake() -> None:
    credential = {"kind": "oidc_token", "role": "a", "gateway_role": "b"}
    spec = {"dialect": "qdrant", "url": "https://db", "hosts": ["db"], "credential": credential}
    (said,) = upstream.mistakes("docs", UpstreamSettings.model_validate(spec))
    assert said.startswith("upstreams.docs.credential: 'oidc_token' is for databases that trust a login service")
