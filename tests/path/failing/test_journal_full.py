"""The journal cannot be written: what is not recorded is not sent, and what is sent but not recorded is withheld."""

import dataclasses
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from demo.gateway import Gateway
from demo.stack import Stack
from support.servers.small_disk import SmallDisk, small_disk
from support.servers.tap import Tap, running_tap
from support.tools.askers import Asker, Meanwhile, asker, assert_refused, assert_served, comes_back, until


@pytest.fixture(scope="module")
def tap(stack: Stack) -> Iterator[Tap]:
    with running_tap(stack) as running:
        yield running


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk | None]:
    with small_disk(tmp_path_factory.mktemp("disk") / "small") as mounted:
        yield mounted


@pytest.fixture(scope="module")
def gateway(gateways: Any, tap: Tap, disk: SmallDisk | None) -> Iterator[Gateway]:
    """Its journal and its log are on the small disk, if there is one."""
    small = {"recording": {"folder": str(disk.folder / "recordings"), "min_free": 1024 * 1024}} if disk else {}
    made: Gateway = gateways.make(over=tap.settings | small)
    if disk is not None:
        made = dataclasses.replace(made, log=disk.folder / "gateway.log")
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def alice(stack: Stack, gateway: Gateway) -> Asker:
    return asker(stack, gateway, "alice")


def verified(gateway: Gateway) -> str:
    """What `vecgate sessions verify` says of all of them. Fails when a chain does not hold."""
    command = [sys.executable, "-m", "vecgate.cli", "sessions", "verify", "--all"]
    environment = {"PATH": os.defpath, **gateway._environment()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3, done.stdout + done.stderr  # chain only: without an auditor's login
    return done.stdout


def test_the_disk_of_the_journal_is_full(gateway: Gateway, disk: SmallDisk | None, tap: Tap, alice: Asker) -> None:
    if disk is None:
        pytest.skip("only root may mount a small disk")
    assert_served(alice.search())
    before = tap.calls_of("alice")
    with disk.full():
        for _ in range(30):
            assert_refused(alice.search(), "record.unavailable")
        assert tap.calls_of("alice") == before
    assert_served(comes_back(alice.search))
    verified(gateway)


def test_the_disk_is_full_once_a_request_is_out(
    gateway: Gateway, disk: SmallDisk | None, tap: Tap, alice: Asker
) -> None:
    if disk is None:
        pytest.skip("only root may mount a small disk")
    assert_served(alice.search())  # so that nothing has to be looked up while nothing comes through
    before = len(tap.calls_of("alice"))
    tap.hold()
    try:
        meanwhile = Meanwhile(lambda: alice.search(n=30))
        until(lambda: len(tap.calls_of("alice")) > before, "the request is under way")
        with disk.full():
            tap.release()
            assert_refused(meanwhile.reply(), "answer.withheld")
    finally:
        tap.release()
    assert_served(comes_back(alice.search))
    verified(gateway)


@pytest.mark.skipif(sys.platform != "linux", reason="needs prlimit(2)")
def test_files_of_the_gateway_can_grow_no_more(gateway: Gateway, tap: Tap, alice: Asker) -> None:
    pid = gateway.server.pid
    assert pid is not None
    before = tap.calls_of("alice")
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, hard))
    try:
        for _ in range(3):
            assert_refused(alice.search(), "record.unavailable")
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert tap.calls_of("alice") == before
    assert_served(comes_back(alice.search))
    verified(gateway)
