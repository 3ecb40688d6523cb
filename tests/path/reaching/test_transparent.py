"""Transparent mode on three hosts: the client changes nothing, and it is the gateway that it talks to."""

import itertools
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from demo.gateway import Gateway
from demo.stack import Stack
from support.servers.netns import Hosts
from support.servers.three_hosts import (
    FAMILIES,
    GATEWAY,
    PORT,
    REPORTS,
    TICKETS,
    UNREGISTERED,
    UP,
    code,
    search,
    settings,
    transparent,
)
from support.tools import official


@pytest.fixture(scope="module")
def gateway(hosts: Hosts, stack: Stack, gateways: Any, databases: None, vault_line: None) -> Gateway:
    """The gateway on its host, reached as clients reach it: through the rules."""
    made: Gateway = gateways.make(settings(stack), mode="transparent", command_prefix=hosts.gateway.inside)

    def ready() -> bool:
        try:
            return code(hosts, made, TICKETS[4], sni="vdb.test", host="vdb.test") not in (
                "gate.starting",
                "gate.closed",
            )
        except OSError:
            return False

    made.server.ready = ready
    assert transparent(hosts, *UP).returncode == 0
    made.start()
    return made


@pytest.fixture
def rules(hosts: Hosts) -> None:
    done = transparent(hosts, *UP)
    assert done.returncode == 0, done.stderr


# --- the client


@pytest.mark.sample(1)
@FAMILIES
def test_the_official_client_gets_a_masked_search_and_knows_of_no_gateway(
    hosts: Hosts, gateway: Gateway, rules: None, stack: Stack, tmp_path: Path, family: int
) -> None:
    found = search(hosts, gateway, stack.token("alice"), TICKETS[family], tmp_path)
    assert len(found["ids"]) == 5
    assert all(found["documents"])
    assert official.readable(found) == []


@FAMILIES
def test_who_connects_to_the_database_is_talking_to_the_gateway(
    hosts: Hosts, gateway: Gateway, rules: None, stack: Stack, family: int
) -> None:
    assert code(hosts, gateway, TICKETS[family], sni="vdb.test", host="vdb.test") == "identity.missing"
    own = stack.gateway_context()  # with the credential that the database would accept
    own.check_hostname = False
    with hosts.client.connect(TICKETS[family], PORT) as line, pytest.raises(ssl.SSLCertVerificationError):
        own.wrap_socket(line, server_hostname="tickets-db.internal")


# --- destination, SNI and Host


_NAMES: Final = ("vdb.test", "reports.test", "other.test")
_DESTINATIONS: Final = [
    pytest.param(TICKETS, PORT, "vdb.test", id="tickets"),
    pytest.param(REPORTS, PORT, "reports.test", id="reports"),
    pytest.param(TICKETS, UNREGISTERED, None, id="a port nobody registered"),
    pytest.param(GATEWAY, PORT, None, id="the gateway itself"),
]


@FAMILIES
@pytest.mark.parametrize(("at", "port", "name"), _DESTINATIONS)
def test_destination_sni_and_host_must_mean_the_same_database(
    hosts: Hosts, gateway: Gateway, rules: None, family: int, at: Mapping[int, str], port: int, name: str | None
) -> None:
    headers = (*_NAMES, "VDB.test:8000", at[family] if family == 4 else f"[{at[family]}]")
    got = {
        (sni, host): code(hosts, gateway, at[family], port, sni=sni, host=host)
        for sni, host in itertools.product((*_NAMES, None), headers)
    }
    expected = {
        (sni, host): "identity.missing"  # found, and the next question is asked
        if name is not None and sni in (name, None) and host.lower().partition(":")[0] == name
        else "upstream.unknown"
        for sni, host in got
    }
    assert got == expected
