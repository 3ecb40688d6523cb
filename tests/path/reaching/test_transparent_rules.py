"""The rules of scripts/transparent on three hosts: no way around the gateway, and no trace when they go."""

import socket
import ssl
import sys
from collections.abc import Mapping

import pytest

from demo.stack import Stack
from support.servers import netns
from support.servers.netns import Hosts
from support.servers.three_hosts import (
    BARE,
    DROPPED_SECONDS,
    FAMILIES,
    GATEWAY,
    PORT,
    PROXY,
    QUIC,
    REPORTS,
    TICKETS,
    UP,
    dropped,
    heartbeat,
    transparent,
)


@pytest.fixture
def rules(hosts: Hosts) -> None:
    done = transparent(hosts, *UP)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def no_rules(hosts: Hosts) -> None:
    done = transparent(hosts, "down")
    assert done.returncode == 0, done.stderr


# --- around the gateway


@FAMILIES
def test_without_rules_there_are_ways_to_the_database(
    hosts: Hosts, databases: None, no_rules: None, stack: Stack, family: int
) -> None:
    """The next tests close them one by one; here they are seen to be open."""
    with hosts.client.connect(TICKETS[family], BARE) as line:
        assert heartbeat(line, "vdb.test")[0] == 200
    trust = ssl.create_default_context(cafile=str(stack.servers_root))
    with hosts.client.connect(TICKETS[family], PORT) as line:
        trust.wrap_socket(line, server_hostname="tickets-db.internal").close()
    with hosts.database.datagrams(TICKETS[family], QUIC) as ear, hosts.client.datagrams(_any(family), 0) as mouth:
        mouth.sendto(b"hello", (TICKETS[family], QUIC))
        assert ear.recv(16) == b"hello"


def _any(family: int) -> str:
    return "0.0.0.0" if family == 4 else "::"


@FAMILIES
@pytest.mark.parametrize(
    ("at", "port", "chain"),
    [
        pytest.param(TICKETS, BARE, "forward", id="another port of the database"),
        pytest.param(REPORTS, 22, "forward", id="any port of its host"),
        pytest.param(GATEWAY, PROXY, "input", id="straight to the proxy port"),
    ],
)
def test_no_other_connection_gets_through(
    hosts: Hosts, databases: None, rules: None, family: int, at: Mapping[int, str], port: int, chain: str
) -> None:
    before = dropped(hosts, chain)
    with pytest.raises(TimeoutError):
        hosts.client.connect(at[family], port, DROPPED_SECONDS)
    assert dropped(hosts, chain) > before


@FAMILIES
def test_no_datagram_gets_through(hosts: Hosts, rules: None, family: int) -> None:
    """QUIC would carry HTTP/3 past the gateway."""
    with hosts.database.datagrams(TICKETS[family], QUIC) as ear, hosts.client.datagrams(_any(family), 0) as mouth:
        before = dropped(hosts, "forward")
        mouth.sendto(b"hello", (TICKETS[family], QUIC))
        ear.settimeout(DROPPED_SECONDS)
        with pytest.raises(TimeoutError):
            ear.recv(16)
        assert dropped(hosts, "forward") > before


@FAMILIES
def test_a_connection_from_before_the_rules_ends_with_them(
    hosts: Hosts, databases: None, no_rules: None, family: int
) -> None:
    with hosts.client.connect(TICKETS[family], BARE) as line:
        assert heartbeat(line, "vdb.test")[0] == 200
        assert transparent(hosts, *UP).returncode == 0
        line.settimeout(DROPPED_SECONDS)
        with pytest.raises(TimeoutError):
            heartbeat(line, "vdb.test")
        assert dropped(hosts, "forward") > 0


def test_even_on_the_gateways_host_the_database_wants_a_certificate(
    hosts: Hosts, databases: None, stack: Stack
) -> None:
    bare, leased = ssl.create_default_context(cafile=str(stack.servers_root)), stack.gateway_context()
    name = "tickets-db.internal"
    with hosts.gateway.connect(TICKETS[4], PORT) as line, leased.wrap_socket(line, server_hostname=name) as secured:
        assert heartbeat(secured, name)[0] == 200
    with (
        hosts.gateway.connect(TICKETS[4], PORT) as line,
        bare.wrap_socket(line, server_hostname=name) as secured,  # in TLS 1.3 the server's no comes after this
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        heartbeat(secured, name)


# --- the script


def ruleset(hosts: Hosts) -> str:
    return hosts.gateway.run(netns.NFT, "-s", "list", "ruleset").stdout


def test_down_leaves_no_rule_and_nothing_else_is_touched(hosts: Hosts, no_rules: None) -> None:
    assert ruleset(hosts) == ""
    assert hosts.gateway.run(netns.NFT, "add", "table", "inet", "other").returncode == 0
    try:
        foreign = ruleset(hosts)
        for words in (UP, ("down",), ("down",)):
            assert transparent(hosts, *words).returncode == 0
        assert ruleset(hosts) == foreign
    finally:
        hosts.gateway.run(netns.NFT, "delete", "table", "inet", "other")


def test_status_tells_by_its_exit_code_whether_the_rules_stand(hosts: Hosts, no_rules: None) -> None:
    down = transparent(hosts, "status")
    assert (down.returncode, down.stdout) == (1, "transparent: down\n")
    transparent(hosts, *UP)
    up = transparent(hosts, "status")
    assert up.returncode == 0
    assert f"redirect to :{PROXY}" in up.stdout


def test_up_twice_is_up_once(hosts: Hosts, rules: None) -> None:
    once = ruleset(hosts)
    assert transparent(hosts, *UP).returncode == 0
    assert ruleset(hosts) == once


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(("--interface", "gone", "--ports", "8000"), id="an interface that is not there"),
        pytest.param(("--interface", "gc", "--ports", "99999"), id="a port that is none"),
        pytest.param(("--ports", "8000"), id="neither interface nor group"),
        pytest.param(("--local-group", "no-such-group", "--ports", "8000"), id="a group that is not there"),
    ],
)
def test_a_mistake_in_up_leaves_the_old_rules_standing(hosts: Hosts, rules: None, wrong: tuple[str, ...]) -> None:
    before = ruleset(hosts)
    assert transparent(hosts, "up", *wrong).returncode != 0
    assert ruleset(hosts) == before


def test_a_host_that_routes_for_others_can_go_on_but_not_for_database_ports(
    hosts: Hosts, databases: None, no_rules: None
) -> None:
    assert transparent(hosts, *UP, "--route-others").returncode == 0
    with hosts.client.connect(TICKETS[4], BARE) as line:
        assert heartbeat(line, "vdb.test")[0] == 200
    before = dropped(hosts, "forward")
    with hosts.client.datagrams("0.0.0.0", 0) as mouth:
        mouth.sendto(b"hello", (TICKETS[4], QUIC))
    assert dropped(hosts, "forward") > before


@FAMILIES
def test_with_two_workers_connections_reach_both_in_turn(hosts: Hosts, no_rules: None, family: int) -> None:
    """Listening sockets stand for the workers here."""
    assert transparent(hosts, *UP, "--workers", "2").returncode == 0
    with (
        hosts.gateway.here(lambda: _listener(PROXY)) as first,
        hosts.gateway.here(lambda: _listener(PROXY + 1)) as second,
    ):
        for _ in range(6):
            hosts.client.connect(TICKETS[family], PORT).close()
        assert [_waiting(first), _waiting(second)] == [3, 3]
        for port in (PROXY, PROXY + 1):
            with pytest.raises(TimeoutError):
                hosts.client.connect(GATEWAY[family], port, DROPPED_SECONDS)


def _listener(port: int) -> socket.socket:
    return socket.create_server(("::", port), family=socket.AF_INET6, dualstack_ipv6=True)


def _waiting(listener: socket.socket) -> int:
    """How many connections wait here."""
    count = 0
    while _accepts(listener):
        count += 1
    return count


def test_on_one_host_only_the_gateways_group_reaches_the_database(
    hosts: Hosts, databases: None, no_rules: None
) -> None:
    """Where clients and gateway share a host: a listening socket stands for the gateway here."""
    with hosts.gateway.here(lambda: socket.create_server(("0.0.0.0", 0))) as proxy:
        port = proxy.getsockname()[1]
        up = ("up", "--local-group", "nogroup", "--ports", str(PORT), "--proxy-port", str(port))
        assert transparent(hosts, *up).returncode == 0
        as_gateway, as_client = ("setpriv", "--regid", "nogroup", "--clear-groups"), ()
        for who, arrives in ((as_gateway, False), (as_client, True)):
            say = f"import socket; socket.create_connection(('{TICKETS[4]}', {PORT}), 10).send(b'x')"
            done = hosts.gateway.run(*who, sys.executable, "-c", say)
            assert done.returncode == 0, done.stderr
            assert _accepts(proxy) is arrives
        before = dropped(hosts, "input")
        with pytest.raises(TimeoutError):
            hosts.client.connect(GATEWAY[4], port, DROPPED_SECONDS)
        assert dropped(hosts, "input") > before


def _accepts(proxy: socket.socket) -> bool:
    """Whether a connection, complete by now, waits here."""
    proxy.setblocking(False)
    try:
        proxy.accept()[0].close()
    except BlockingIOError:
        return False
    return True


# --- who listens where connections are sent


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (None, "nobody listens on port 8443 yet"),
        ("127.0.0.1", "port 8443 listens on loopback only"),
        ("::1", "port 8443 listens on loopback only"),
        ("0.0.0.0", ""),
        ("::", ""),
    ],
)
def test_up_says_where_connections_would_find_nobody(hosts: Hosts, address: str | None, said: str) -> None:
    def listening() -> socket.socket | None:
        if address is None:
            return None
        made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((address, PROXY))
        made.listen()
        return made

    line = hosts.gateway.here(listening)
    try:
        done = transparent(hosts, *UP)
    finally:
        if line is not None:
            line.close()
        transparent(hosts, "down")
    assert done.returncode == 0
    assert said in done.stderr
    assert bool(done.stderr) is bool(said)
