"""What is left out of mitmproxy changes nothing that is used; and what is not known is not replaced."""

import asyncio
from collections.abc import Generator
from typing import Any

import pytest
from mitmproxy import hooks, http, options
from mitmproxy.proxy import commands, context, events, layer, layers
from mitmproxy.proxy.layers import tls
from mitmproxy.proxy.layers.http import _hooks
from mitmproxy.test import tflow
from mitmproxy.utils import asyncio_utils

from vecgate.mitm import lean
from vecgate.refusals.errors import SettingsError


@pytest.fixture(autouse=True)
def put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests of this process get mitmproxy as it is."""
    for owner, name in (
        (http.MessageData, "__post_init__"),
        (context.Context, "fork"),
        (asyncio_utils, "set_task_debug_info"),
        (layer.Layer, "__init__"),
        (http.Headers, "__init__"),
        (commands.StartHook, "__new__"),
        (hooks.Hook, "args"),
    ):
        monkeypatch.setattr(owner, name, getattr(owner, name))


def made() -> context.Context:
    return context.Context(tflow.tclient_conn(), options.Options())


def test_a_fork_is_what_it_was() -> None:
    before = made()
    before.layers.append(layer.NextLayer(before))
    expected = vars(before.fork())
    lean.trim()
    forked = before.fork()
    assert vars(forked) == expected
    assert forked.layers is not before.layers
    assert forked.server is before.server


def test_fields_of_heads_and_hooks_are_what_they_were() -> None:
    many = [(b"Host", b"a"), (b"x-many", b"1"), (b"X-Many", b"2")]

    def told() -> list[object]:
        heads: list[Any] = [many, tuple(many), [[*one] for one in many], (one for one in many), []]
        flow = tflow.tflow()
        hook = _hooks.HttpRequestHook(flow)
        return [
            *(http.Headers(head).fields for head in heads),
            http.Headers(many)["x-MANY"],
            http.Headers(many, content_type="b", host="c").fields,
            http.Headers(host="c").fields,
            http.Headers().fields,
            (hook.args() == [flow], hook.flow is flow, hook.name, hook.blocking),
            hooks.ConfigureHook({"mode"}).args(),
        ]

    before = told()
    lean.trim()
    assert told() == before


class Echo(layer.Layer):
    """Waits at the first event, and takes those that come meanwhile after it."""

    def __init__(self, context: context.Context) -> None:
        super().__init__(context)
        self.seen: list[events.Event] = []

    def _handle_event(self, event: events.Event) -> Generator[commands.Command, Any, None]:
        self.seen.append(event)
        if len(self.seen) == 1:
            yield commands.OpenConnection(self.context.server)


@pytest.mark.parametrize("trimmed", [False, True])
def test_what_comes_while_a_layer_waits_comes_after_it_and_in_order(trimmed: bool) -> None:
    if trimmed:
        lean.trim()
    echo = Echo(made())
    assert echo.context.layers == [echo]
    (asked,) = echo.handle_event(events.Start())
    later = [events.DataReceived(echo.context.client, bytes([n])) for n in range(3)]
    for one in later:
        assert not [*echo.handle_event(one)]
    assert len(echo.seen) == 1
    assert not [*echo.handle_event(events.OpenConnectionCompleted(asked, None))]  # type: ignore[arg-type]
    assert echo.seen[1:] == later


async def test_tasks_run_as_before() -> None:
    lean.trim()

    async def answer() -> int:
        return 42

    assert await asyncio_utils.create_task(answer(), name="x", keep_ref=True, client=("a", 1)) == 42
    current = asyncio.current_task()
    assert current is not None
    assert "Task" in asyncio_utils.task_repr(current)


@pytest.mark.parametrize(
    ("owner", "name", "other"),
    [
        (asyncio_utils, "set_task_debug_info", lambda task, name, loop: None),
        (context.Context, "__annotations__", {"client": object}),
    ],
)
def test_another_mitmproxy_is_not_touched(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, other: object
) -> None:
    monkeypatch.setattr(owner, name, other)
    with pytest.raises(SettingsError, match="is not what vecgate"):
        lean.trim()


def test_no_layer_is_left_that_could_speak_tls_with_an_upstream() -> None:
    at = made()
    asked = layer.NextLayer(at)
    server = layers.ServerTLSLayer(at)
    server.child_layer = client = tls.ClientTLSLayer(at)
    assert client.server_tls_available
    asked.layer = server
    lean.ClientSideOnly().next_layer(asked)
    assert asked.layer is client
    assert at.layers == [client]
    assert not client.server_tls_available


def test_every_other_layer_stays() -> None:
    at = made()
    for chosen in (None, layers.TCPLayer(at), layers.ServerTLSLayer(at)):
        asked = layer.NextLayer(at)
        asked.layer = chosen
        lean.ClientSideOnly().next_layer(asked)
        assert asked.layer is chosen
