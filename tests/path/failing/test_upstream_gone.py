"""The database goes away, hangs, or is not there yet: the caller learns whether it may have been executed."""

import dataclasses
from typing import Any

import pytest
import yaml

from demo.gateway import Gateway
from demo.settings import UPSTREAM
from demo.stack import Stack
from support.tools.askers import Asker, asker, assert_refused, assert_served, comes_back, until


@pytest.fixture(scope="module")
def direct(gateways: Any) -> Gateway:
    """A gateway that waits two seconds for its database."""
    made: Gateway = gateways.make(over={"upstreams": {UPSTREAM: {"timeout": 2}}})
    made.start()
    return made


@pytest.fixture(scope="module")
def alice(stack: Stack, direct: Gateway) -> Asker:
    return asker(stack, direct, "alice")


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_the_database_is_gone(how: str, stack: Stack, alice: Asker) -> None:
    assert_served(alice.search())
    getattr(stack, how)("front")
    try:
        for _ in range(2):
            assert_refused(alice.search(), "upstream.unreachable")
    finally:
        stack.start("front")
    assert_served(comes_back(alice.search))


def test_the_database_hangs(stack: Stack, alice: Asker) -> None:
    """Whether a hanging database has executed it, nobody knows; the refusal says so, and it is not sent again."""
    assert_served(alice.search())
    stack.pause("front")
    try:
        assert_refused(alice.search(), "upstream.outcome_unknown")
    finally:
        stack.resume("front")
    assert_served(comes_back(alice.search))


def test_the_database_behind_the_front_is_gone(stack: Stack, alice: Asker) -> None:
    """The front accepts and closes: that it was not executed cannot be known from here."""
    assert_served(alice.search())
    stack.kill("chroma")
    try:
        assert_refused(alice.search(), "upstream.outcome_unknown", "upstream.unreachable")
    finally:
        stack.start("chroma")
    assert_served(comes_back(alice.search))


def test_a_gateway_that_is_there_first_serves_once_all_others_are(stack: Stack, gateways: Any, alice: Asker) -> None:
    [issuer] = yaml.safe_load(stack.settings_path.read_text("utf-8"))["issuers"]
    made: Gateway = gateways.make(over={"issuers": [issuer | {"keys_cooldown": 0.5}]})
    first = dataclasses.replace(alice, gateway=made)

    def comes_to(code: str) -> None:
        until(lambda: first.search().code == code, code)
        assert_refused(first.search(), code)

    servers = ("front", "valkey", "bao")
    for name in servers:
        stack.stop(name)
    try:
        made.start()
        comes_to("identity.unavailable")
        stack.start("bao")
        comes_to("upstream.unreachable")
        stack.start("front")
        comes_to("state.unavailable")
    finally:
        for name in reversed(servers):
            stack.start(name)
    assert_served(comes_back(first.search))
