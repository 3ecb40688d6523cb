"""The masking worker is killed or hangs, idle or with an answer in its hands: nothing unmasked gets out."""

import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from demo.gateway import Gateway, Reply
from demo.stack import Stack
from support.servers.tap import Tap, running_tap
from support.tools.askers import Asker, Meanwhile, asker, assert_refused, assert_served, comes_back, readable, until
from support.tools.workers import asked, workers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds the worker under /proc")


@pytest.fixture(scope="module")
def tap(stack: Stack) -> Iterator[Tap]:
    with running_tap(stack) as running:
        yield running


@pytest.fixture(scope="module")
def gateway(gateways: Any, tap: Tap) -> Gateway:
    made: Gateway = gateways.make(
        over=tap.settings | {"masking": {"timeout": 3, "shared_cache": False}}, cold=True
    )  # it has to work
    made.start()
    return made


@pytest.fixture(scope="module")
def alice(stack: Stack, gateway: Gateway) -> Asker:
    return asker(stack, gateway, "alice")


@pytest.fixture
def worker(gateway: Gateway) -> int:
    """The process id of the one worker there is."""
    until(lambda: len(workers(gateway)) == 1, "the worker is there")
    return workers(gateway)[0]


def test_an_idle_masking_worker_is_killed(gateway: Gateway, worker: int, alice: Asker) -> None:
    os.kill(worker, signal.SIGKILL)
    reply = alice.search("a question nobody has asked before", n=20)
    if reply.code:
        assert_refused(reply, "mask.unavailable")
    assert not readable(reply.body)
    assert_served(comes_back(lambda: alice.search("a question nobody has asked before", n=20)))
    assert worker not in workers(gateway)


def test_a_masking_worker_is_killed_with_an_answer_in_its_hands(worker: int, tap: Tap, alice: Asker) -> None:
    before = len(tap.calls_of("alice"))
    tap.hold()
    try:
        meanwhile = Meanwhile(lambda: alice.search("the parcel never came to the door", n=20))
        until(lambda: len(tap.calls_of("alice")) > before, "the request is under way")
        os.kill(worker, signal.SIGSTOP)
    finally:
        tap.release()
    until(lambda: asked(worker), "it has got the answer to look at")
    os.kill(worker, signal.SIGKILL)
    assert_refused(meanwhile.reply(), "mask.unavailable")
    assert_served(comes_back(lambda: alice.search("the parcel never came to the door", n=20)))


def test_a_masking_worker_that_hangs_holds_up_what_would_be_written(
    stack: Stack, gateway: Gateway, worker: int, tap: Tap
) -> None:
    bob = asker(stack, gateway, "bob")
    before = tap.calls_of("bob")

    def write() -> Reply:
        return bob.upsert("ticket-9001", "Ms Beatrice Holloway waits at 12 Garden Lane")

    os.kill(worker, signal.SIGSTOP)
    assert_refused(write(), "mask.unavailable")
    assert tap.calls_of("bob") == before
    try:
        assert comes_back(write).status == 200
    finally:
        assert comes_back(lambda: bob.delete("ticket-9001")).status == 200
    until(lambda: workers(gateway) not in ([], [worker]), "the one that hung is replaced")
