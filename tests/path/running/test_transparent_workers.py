"""Two workers in transparent mode: the firewall hands connections to both in turn, and they are one gateway."""

import os
import signal
import ssl
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from demo.gateway import Gateway
from demo.stack import Stack
from path.running.test_workers import told
from support.servers.netns import Hosts
from support.servers.three_hosts import (
    FAMILIES,
    PORT,
    PROXY,
    TICKETS,
    UP,
    code,
    heartbeat,
    search,
    settings,
    transparent,
)
from support.tools import official
from support.tools.askers import until
from support.tools.workers import proxies
from vecgate.recording import read

WORKERS: Final = 2


@pytest.fixture(scope="module")
def two(hosts: Hosts, stack: Stack, gateways: Any, databases: None, vault_line: None) -> Gateway:
    """The gateway on its host, as `vecgate run --mode transparent --workers 2`, with the rules for as many."""
    over = {"state": {"prefix": "transparent-workers"}, "telemetry": {"upstream_check": None}}
    made: Gateway = gateways.make(
        settings(stack) | over, mode="transparent", workers=WORKERS, command_prefix=hosts.gateway.inside
    )
    made.server.ready = lambda: made.log.read_text("utf-8", "replace").count(" is ready") >= WORKERS
    assert transparent(hosts, *UP, "--workers", str(WORKERS)).returncode == 0
    made.start()
    until(lambda: len(told(stack, made)) == WORKERS, "both workers are there")
    return made


def connections(stack: Stack, two: Gateway) -> dict[int, int]:
    """How many connections each worker has, by its port."""
    return {port: one["connections"] for one in told(stack, two) for port in one["ports"]}


@pytest.mark.sample(1)
@FAMILIES
def test_each_connection_goes_to_the_next_worker(hosts: Hosts, stack: Stack, two: Gateway, family: int) -> None:
    until(lambda: set(connections(stack, two).values()) == {0}, "nobody is connected")
    trust = ssl.create_default_context(cafile=str(two.ca))  # one CA for both
    with ExitStack() as ends:
        for _ in range(2 * WORKERS):
            line = ends.enter_context(hosts.client.connect(TICKETS[family], PORT))
            secured = ends.enter_context(trust.wrap_socket(line, server_hostname="vdb.test"))
            assert heartbeat(secured, "vdb.test")[0] == 401
        until(lambda: connections(stack, two) == {PROXY: 2, PROXY + 1: 2}, "both have their share")


@pytest.mark.sample(1, "file")
def test_both_serve_masked_searches(hosts: Hosts, stack: Stack, two: Gateway, tmp_path: Path) -> None:
    folder, token = two.settings.parent / "recordings", stack.token("alice")
    for _ in range(2):
        found = search(hosts, two, token, TICKETS[4], tmp_path)
        assert len(found["ids"]) == 5
        assert official.readable(found) == []

    def both() -> bool:
        search(hosts, two, token, TICKETS[4], tmp_path)
        return len([one for one in read.sessions(folder) if one.user == "alice"]) == WORKERS  # each writes its own

    until(both, "both have served her")


@pytest.mark.sample(1, "file")
def test_a_worker_that_dies_is_back_on_its_port(hosts: Hosts, stack: Stack, two: Gateway) -> None:
    (victim,) = (one["pid"] for one in told(stack, two) if PROXY + 1 in one["ports"])
    os.kill(victim, signal.SIGKILL)
    until(lambda: len(proxies(two)) == WORKERS and victim not in proxies(two), "its successor is there")
    until(lambda: set(connections(stack, two)) == {PROXY, PROXY + 1}, "it listens there")

    def served() -> bool:
        try:
            return code(hosts, two, TICKETS[4], sni="vdb.test", host="vdb.test") == "identity.missing"
        except OSError:
            return False

    until(lambda: all(served() for _ in range(2 * WORKERS)), "each connection is served")
