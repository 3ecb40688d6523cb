"""One request through mitmproxy's hooks, in one task: in the order in which they always come, and to an end."""

import asyncio
from typing import Any

import pytest
from mitmproxy import http, options
from mitmproxy.proxy import context
from mitmproxy.test import tflow

from vecgate.mitm import carried
from vecgate.mitm.carried import Carried, Carrier, Carry


class Addons:
    """In the place of mitmproxy's manager of addons."""

    def __init__(self) -> None:
        self.hooks: list[str] = []
        self.does: dict[str, Any] = {}

    async def handle_lifecycle(self, hook: Any) -> None:
        self.hooks.append(hook.name)
        if hook.name in self.does:
            await self.does[hook.name](hook.flow)


@pytest.fixture
def addons(monkeypatch: pytest.MonkeyPatch) -> Addons:
    made = Addons()
    monkeypatch.setattr(carried, "ctx", type("Ctx", (), {"master": type("Master", (), {"addons": made})}))
    return made


def asked() -> Carried:
    around = context.Context(tflow.tclient_conn(), options.Options())
    return Carried(around, tflow.treq())


async def answers(flow: http.HTTPFlow) -> None:
    flow.response = http.Response.make(200)


async def test_all_hooks_are_called_in_their_order(addons: Addons) -> None:
    addons.does["request"] = answers
    one = asked()
    one.begin()
    assert (addons.hooks, one.flow.live, one.is_answered) == (["requestheaders"], True, False)
    await one.work(b"{}")
    assert addons.hooks == ["requestheaders", "request", "responseheaders", "response"]
    assert (one.flow.live, one.is_answered, one.flow.request.raw_content) == (False, True, b"{}")
    assert one.flow.response is not None
    assert one.flow.response.timestamp_end is not None


async def test_what_is_intercepted_goes_on_when_it_is_resumed(addons: Addons) -> None:
    async def stops(flow: http.HTTPFlow) -> None:
        await answers(flow)
        flow.intercept()
        asyncio.get_running_loop().call_soon(flow.resume)

    addons.does["request"] = stops
    one = asked()
    one.begin()
    await one.work(b"")
    assert (one.is_answered, one.flow.intercepted) == (True, False)


async def test_what_fails_before_its_head_was_seen_by_all_waits_for_them(addons: Addons) -> None:
    seen = asyncio.Event()

    async def waits(_: http.HTTPFlow) -> None:
        await seen.wait()
        addons.hooks.append("seen")

    addons.does["requestheaders"] = waits
    one = asked()
    one.begin()
    asyncio.get_running_loop().call_soon(seen.set)
    await one.fail("no reading")
    assert addons.hooks == ["requestheaders", "seen", "error"]
    assert one.flow.error is not None
    assert (one.flow.error.msg, one.is_answered) == ("no reading", False)


async def test_its_layer_is_called_back_and_none_around_it_is_kept_waiting() -> None:
    done: list[str] = []

    async def work() -> None:
        done.append("work")

    layer: Any = object()
    one = Carry.of(layer, work(), lambda: done.append("then"))
    assert (one.blocking, one.name) == (layer, "carry")
    assert one in {one}  # mitmproxy keeps commands in a table
    await Carrier().carry(*one.args())
    one.then()
    assert done == ["work", "then"]
