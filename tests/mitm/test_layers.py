"""Whose layer speaks with a client is chosen once TLS is through: by ALPN, and as the settings say."""

from collections.abc import Iterator
from typing import Any

import pytest
from mitmproxy import options
from mitmproxy.proxy import context, events
from mitmproxy.proxy.layers.http import HttpLayer, HTTPMode
from mitmproxy.test import tflow

from vecgate.mitm import layers
from vecgate.mitm.h2.connection import Http2
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
        ("own", HTTPMode.transparent, b"h2", Http2),
        ("stock", HTTPMode.transparent, b"h2", HttpLayer),  # with ours in it
        ("stock", HTTPMode.transparent, b"http/1.1", HttpLayer),
    ],
)
def test_a_layer_is_chosen_at_its_start(which: Any, mode: HTTPMode, alpn: bytes | None, expected: type) -> None:
    layers.use(which)
    assert chosen(mode, alpn) == (expected, expected)


def test_another_layer_of_mitmproxys_is_not_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HttpLayer, "handle_event", lambda self: None)
    with pytest.raises(SettingsError, match="handle_event"):
        layers.use("own")
