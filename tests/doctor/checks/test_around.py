"""Which ports of a database are tried, and what is said of what they do."""

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from demo import certs
from support.servers import doors
from support.servers.chroma import running_chroma
from support.servers.doors import all_ok, problems, warnings
from vecgate.dialects import Port
from vecgate.doctor.checks import around
from vecgate.settings.upstreams import UpstreamSettings

NAME = "tickets-db"
PORTS = around.ports  # the fixture below puts another in its place


def told(port: int, dialect: str = "none-of-these", **more: Any) -> UpstreamSettings:
    tree = {"dialect": dialect, "url": f"https://127.0.0.1:{port}", "hosts": ["h"], "server_name": "localhost"}
    return UpstreamSettings.model_validate(tree | {"credential": {"role": "r", "gateway_role": "g"}} | more)


@pytest.fixture(autouse=True)
def free_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The known ports of this host may be anybody's."""
    monkeypatch.setattr(around, "ports", lambda dialect: ())


async def closed_port() -> int:
    async with doors.listening(doors.mute) as port:
        return port


async def test_where_nobody_answers_all_is_in_order() -> None:
    found = await around.check(NAME, told(port := await closed_port()), None)
    assert all_ok(found)
    assert f"127.0.0.1:{port}" in found[0].found


async def test_a_guarded_port_is_in_order(tmp_path: Path) -> None:
    async with doors.listening(doors.http(), doors.guarded_context(tmp_path)) as port:
        assert all_ok(await around.check(NAME, told(port), None))


@pytest.mark.parametrize("encrypted", [False, True])
async def test_an_open_port_is_a_problem(tmp_path: Path, encrypted: bool) -> None:
    async with doors.listening(doors.http(), doors.open_context(tmp_path) if encrypted else None) as port:
        (found,) = await around.check(NAME, told(port), None)
    (said,) = problems([found])
    assert "answers anyone" in said
    assert ("in the clear" in said) is not encrypted
    assert str(port) in found.todo


@pytest.mark.parametrize(
    ("serve", "words"), [(doors.http(doors.UNAUTHORIZED), "login of its own"), (doors.mute, "cannot be told")]
)
async def test_a_doubtful_port_is_warned_of(tmp_path: Path, serve: doors.Serve, words: str) -> None:
    async with doors.listening(serve, doors.open_context(tmp_path)) as port:
        (said,) = warnings(await around.check(NAME, told(port), None))
    assert words in said


async def test_a_second_port_of_its_kind_is_found_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a Chroma that listens behind its TLS front for everyone."""
    with running_chroma(tmp_path / "chroma") as url:
        open_port = int(url.rpartition(":")[2])
        row = Port(open_port, "HTTP API", "/api/v2/heartbeat", "https://docs.trychroma.com")
        monkeypatch.setattr(around, "ports", {"chroma": (row,)}.__getitem__)
        async with doors.listening(doors.http(), doors.guarded_context(tmp_path)) as port:
            (said,) = problems(await around.check(NAME, told(port, "chroma"), None))
    assert f"127.0.0.1:{open_port} (HTTP API) answers anyone in the clear" in said


async def test_ports_one_names_and_destinations_are_tried_too() -> None:
    async with doors.listening(doors.http()) as named, doors.listening(doors.http()) as destination:
        spec = told(await closed_port(), destinations=[f"127.0.0.1:{destination}"])
        found = problems(await around.check(NAME, spec, None, (named,)))
    assert {said.split()[0] for said in found} == {f"127.0.0.1:{named}", f"127.0.0.1:{destination}"}


async def test_a_place_that_leads_to_the_gateway_is_in_order(tmp_path: Path) -> None:
    async with doors.listening(doors.http(), doors.open_context(tmp_path)) as port:
        ca = x509.load_pem_x509_certificate((tmp_path / "ca.pem").read_bytes())
        (found,) = await around.check(NAME, told(port), ca)
        assert "the gateway itself" in found.found
        (tmp_path / "other").mkdir()
        other = x509.load_pem_x509_certificate(certs.make_ca(tmp_path / "other", "CA of a test").read_bytes())
        assert problems(await around.check(NAME, told(port), other)), "a CA of the same name is another CA"


@pytest.mark.parametrize(
    ("url", "place"), [("https://db", ("db", 443)), ("http://db", ("db", 80)), ("https://db:1", ("db", 1))]
)
def test_its_own_address(url: str, place: tuple[str, int]) -> None:
    assert around.own_address(told(1, url=url)) == place


def test_the_ports_are_those_that_the_database_brings() -> None:
    assert PORTS("none-of-these") == ()
    assert {port.number for port in PORTS("chroma")} == {8000}
