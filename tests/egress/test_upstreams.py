"""Which database is meant: destination, SNI and Host must all agree."""

import pytest

from vecgate.egress.upstreams import Registry, host_name
from vecgate.settings.upstreams import Credential, UpstreamSettings


def upstream(hosts: list[str], destinations: list[str]) -> UpstreamSettings:
    return UpstreamSettings(
        dialect="chroma",
        url="https://10.0.0.1:8000",
        hosts=tuple(hosts),
        destinations=tuple(destinations),
        credential=Credential(role="r", gateway_role="g"),
    )


REGISTRY = Registry(
    {
        "tickets": upstream(["tickets.test", "10.0.0.5"], ["10.0.0.5:8000", "[fd00::5]:8000", "tickets.test:443"]),
        "hr": upstream(["hr.test"], ["10.0.0.6:8000"]),
    }
)

ROWS = [
    # all agree
    (("10.0.0.5", 8000), "tickets.test", "tickets.test", "tickets"),
    (("fd00::5", 8000), "TICKETS.test", "tickets.test", "tickets"),
    (("tickets.test", 443), "tickets.test", "tickets.test", "tickets"),
    (("tickets.vecgate.invalid", 443), "tickets.test", "tickets.test", "tickets"),
    # a bare address sends no SNI
    (("10.0.0.5", 8000), None, "10.0.0.5", "tickets"),
    # one of the three means another database
    (("10.0.0.5", 8000), "tickets.test", "hr.test", None),
    (("10.0.0.5", 8000), "hr.test", "tickets.test", None),
    (("10.0.0.6", 8000), "tickets.test", "tickets.test", None),
    (("hr.vecgate.invalid", 443), "tickets.test", "tickets.test", None),
    # nobody's
    (("10.0.0.5", 8001), "tickets.test", "tickets.test", None),
    (("127.0.0.1", 8000), "tickets.test", "tickets.test", None),
    (("nobody.vecgate.invalid", 443), "tickets.test", "tickets.test", None),
    (("10.0.0.5", 8000), "tickets.test", "", None),
]


@pytest.mark.parametrize(("destination", "sni", "host", "expected"), ROWS)
def test_match(destination: tuple[str, int], sni: str | None, host: str, expected: str | None) -> None:
    found = REGISTRY.match(destination, sni, host)
    assert (found.name if found else None) == expected


def test_an_empty_registry_knows_nobody() -> None:
    assert Registry({}).match(("10.0.0.5", 8000), None, "x") is None


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("", ""),
        ("A.test", "a.test"),
        ("a.test:443", "a.test"),
        ("[fd00::5]:443", "fd00::5"),
        ("fd00::5", "fd00::5"),
        (" a ", "a"),
    ],
)
def test_host_name(header: str, name: str) -> None:
    assert host_name(header) == name


def test_an_address_stays_out_of_the_repr() -> None:
    assert "10.0.0.1" not in repr(REGISTRY.get("tickets"))


@pytest.mark.parametrize(
    ("sni", "speaks"), [("tickets.test", True), ("TICKETS.test", True), (None, True), ("hr.test", False)]
)
def test_who_asks_for_a_database_of_grpc_may_write_its_name_as_they_like(sni: str | None, speaks: bool) -> None:
    said = {"grpc": True, "dialect": "milvus"}
    there = upstream(["tickets.test"], ["10.0.0.5:8000"]).model_copy(update=said)
    assert Registry({"tickets": there, "hr": upstream(["hr.test"], [])}).speaks_grpc(sni) is speaks
