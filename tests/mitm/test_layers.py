"""Whose layer speaks with a client is chosen once TLS is through: by ALPN, and as the settings say."""

from collections.abc import Iterator
from typing import Any

import pytest
from mitmproxy import options
from mitmproxy.proxy import commands, context, events
from mitmproxy.proxy.layer import NextLayer, NextLayerHook
from mitmproxy.proxy.layers.http import HttpLayer, HTTPMode
from mitmproxy.test import tflow

from vecgate.mitm import layers
from vecgate.mitm.h2.talks import Http2Talks
from vecgate.mitm.own import OwnLayer
from vecgate.refusals.errors import SettingsError


@pytest.fixture(autouse=True)
def unchanged() -> Iterator[None]:
    """The tests of other parts get mitmproxy as it was."""
    yield
    layers.use("stock")


def chosen(mode: HTTPMode, alpn: bytes | None) -> tuple[type, type]:
    """What speaks after a start, and what mitmproxy is told that it is."""
    told = options.Options()
    told.add_option("validate_inbound_headers", bool, True, "")
    around = context.Context(tflow.tclient_conn(), told)
    made = HttpLayer(around, mode)
    around.client.alpn = alpn
    list(made.handle_event(events.Start()))
    return type(getattr(made.handle_event, "__self__", None)), type(around.layers[-1])


@pytest.mark.parametrize(
    ("which", "mode", "alpn", "expected"),
    [
        ("own", HTTPMode.transparent, None, OwnLayer),
        ("own", HTTPMode.transparent, b"http/1.1", OwnLayer),
        ("own", HTTPMode.regular, None, HttpLayer),  # around CONNECT
        ("own", HTTPMode.transparent, b"h2", Http2Talks),
        ("stock", HTTPMode.transparent, b"h2", HttpLayer),  # with ours in it
        ("stock", HTTPMode.transparent, b"http/1.1", HttpLayer),
    ],
)
def test_a_layer_is_chosen_at_its_start(which: Any, mode: HTTPMode, alpn: bytes | None, expected: type) -> None:
    layers.use(which)
    assert chosen(mode, alpn) == (expected, expected)


@pytest.mark.parametrize("alpn", [None, b"h2"])
def test_what_comes_while_a_layer_is_chosen_is_read_by_it(alpn: bytes | None) -> None:
    """As it does where a first request is larger than what is read at once, in transparent and in regular mode."""
    layers.use("own")
    told = options.Options()
    told.add_option("validate_inbound_headers", bool, True, "")
    around = context.Context(tflow.tclient_conn(), told)
    around.client.alpn = alpn
    chooses = NextLayer(around)
    list(chooses.handle_event(events.Start()))
    pieces = [b"NONSENSE", b" THAT NOBODY", b" SPEAKS\r\n\r\n"]
    asked, *_ = [one for piece in pieces for one in chooses.handle_event(events.DataReceived(around.client, piece))]
    assert isinstance(asked, NextLayerHook)
    chooses.layer = HttpLayer(around, HTTPMode.transparent)
    done = list(chooses.handle_event(events.HookCompleted(asked)))
    assert isinstance(done[-1], commands.CloseConnection)
    assert b"400" in b"".join(one.data for one in done if isinstance(one, commands.SendData)) or alpn == b"h2"


def test_another_layer_of_mitmproxys_is_not_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpLayer, "handle_event", lambda self: None)
    with pytest.raises(SettingsError, match="handle_event"):
        layers.use("own")
