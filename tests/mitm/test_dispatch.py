"""Hooks from a table: the same ones as mitmproxy's own manager calls, and a failing one closes the flow."""

from typing import Any

import pytest
from mitmproxy import exceptions, hooks, options
from mitmproxy.addonmanager import AddonManager
from mitmproxy.proxy import server_hooks
from mitmproxy.proxy.layers.http import HttpErrorHook, HttpRequestHook, HttpResponseHook
from mitmproxy.test import tflow

from support.fakes.gates import ANSWER, FakeGate, exchange
from vecgate.mitm.dispatch import Dispatcher
from vecgate.refusals.catalogue import refuse
from vecgate.steps._base import EXCHANGES, Step

PERSONAL = "jane.doe@example.com"


class Master:
    """What an addon manager needs of a master."""

    def __init__(self) -> None:
        self.options = options.Options()
        self.commands = self

    def collect_commands(self, addon: object) -> None:
        """No commands here."""


class Noting:
    """Notes which of its hooks were called."""

    def __init__(self, seen: list[str], name: str) -> None:
        self.seen, self.name = seen, name

    def request(self, _flow: Any) -> None:
        self.seen.append(self.name)

    async def response(self, _flow: Any) -> None:
        self.seen.append(self.name)


class Failing:
    """Fails in every hook, quoting the client."""

    name = "failing"

    def request(self, _flow: Any) -> None:
        raise RuntimeError(PERSONAL)

    async def response(self, _flow: Any) -> None:
        raise RuntimeError(PERSONAL)

    def client_connected(self, _client: Any) -> None:
        raise RuntimeError(PERSONAL)


class Halting:
    """Ends the round, as mitmproxy lets an addon do."""

    name = "halting"

    def request(self, _flow: Any) -> None:
        raise exceptions.AddonHalt

    def response(self, _flow: Any) -> None:
        raise exceptions.OptionsError("no")


class Nested:
    """Holds other addons."""

    name = "nested"

    def __init__(self, *addons: Any) -> None:
        self.addons = addons


def made(*addons: Any) -> Dispatcher:
    found = Dispatcher(Master())
    found.add(*addons)
    return found


async def test_without_addons_nothing_happens() -> None:
    flow = tflow.tflow()
    await made().handle_lifecycle(HttpRequestHook(flow))
    assert flow.response is None


@pytest.mark.parametrize("hook", [HttpRequestHook, HttpResponseHook])
async def test_it_calls_what_mitmproxys_own_manager_calls_in_the_same_order(hook: Any) -> None:
    seen: list[str] = []
    addons = [Noting(seen, "a"), Nested(Noting(seen, "b"), Noting(seen, "c")), Noting(seen, "d")]
    await made(*addons).handle_lifecycle(hook(tflow.tflow()))
    ours = [*seen]
    seen.clear()
    stock = AddonManager(Master())
    stock.add(*addons)
    await stock.handle_lifecycle(hook(tflow.tflow()))
    assert ours == seen == ["a", "b", "c", "d"]


async def test_the_table_follows_addons_that_come_and_go() -> None:
    seen: list[str] = []
    first, second = Noting(seen, "a"), Noting(seen, "b")
    manager = made(first)
    await manager.handle_lifecycle(HttpRequestHook(tflow.tflow()))
    manager.add(second)
    await manager.handle_lifecycle(HttpRequestHook(tflow.tflow()))
    manager.remove(first)
    await manager.handle_lifecycle(HttpRequestHook(tflow.tflow()))
    manager.clear()
    await manager.handle_lifecycle(HttpRequestHook(tflow.tflow()))
    assert seen == ["a", "a", "b", "b"]


@pytest.mark.parametrize("hook", [HttpRequestHook, HttpResponseHook])
async def test_a_failing_hook_closes_the_flow_and_quotes_nothing(hook: Any, caplog: pytest.LogCaptureFixture) -> None:
    flow = tflow.tflow(resp=True)
    EXCHANGES[flow] = found = exchange()
    await made(Failing()).handle_lifecycle(hook(flow))
    assert found.refusal is not None
    assert found.refusal.code == "gate.failed"
    assert flow.response.status_code == 500
    assert b"gate.failed" in flow.response.content
    assert "jane" not in caplog.text
    assert b"jane" not in flow.response.content


async def test_the_first_refusal_stands() -> None:
    flow = tflow.tflow()
    EXCHANGES[flow] = found = exchange(
        refusal=refuse("policy.no_rule", operation="search", target="tickets", who="alice")
    )
    await made(Failing()).handle_lifecycle(HttpRequestHook(flow))
    assert found.refusal is not None
    assert found.refusal.code == "policy.no_rule"
    assert flow.response.status_code == 403


async def test_a_failing_hook_of_a_connection_is_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    await made(Failing()).trigger_event(server_hooks.ClientConnectedHook(tflow.tclient_conn()))
    assert "client_connected" in caplog.text
    assert "jane" not in caplog.text


async def test_what_mitmproxy_raises_on_purpose_keeps_its_meaning() -> None:
    seen: list[str] = []
    manager = made(Halting(), Noting(seen, "after"))
    await manager.trigger_event(HttpRequestHook(tflow.tflow()))
    assert seen == []
    with pytest.raises(exceptions.OptionsError):
        await manager.trigger_event(HttpResponseHook(tflow.tflow(resp=True)))


async def test_updates_are_sent_only_where_somebody_listens() -> None:
    class Watching:
        name = "watching"
        flows: list[Any] = []  # noqa: RUF012 - one instance

        def update(self, flows: Any) -> None:
            self.flows += flows

    flow = tflow.tflow()
    manager = made(Watching())
    await manager.handle_lifecycle(HttpRequestHook(flow))
    assert Watching.flows == [flow]
    assert made().hooks_of(hooks.UpdateHook([flow])) == ()


async def test_a_step_that_does_nothing_then_is_not_called() -> None:
    manager = Dispatcher(Master())
    manager.add(Step(FakeGate()), Noting([], "a"))
    event = HttpRequestHook(tflow.tflow())
    assert [type(hook.__self__) for hook in manager.hooks_of(event)] == [Noting]  # type: ignore[attr-defined]


class Walking(Step):
    """Notes what it does, and refuses where it is told to."""

    def __init__(self, name: str, seen: list[str], refuses: str = "") -> None:
        super().__init__(FakeGate())
        self.name, self._seen, self._refuses = name, seen, refuses  # type: ignore[misc]

    async def on_request(self, exchange: Any, flow: Any) -> Any:
        self._seen.append(self.name)
        return refuse("gate.closed") if self._refuses == "request" else None

    async def on_answer(self, exchange: Any, flow: Any) -> Any:
        self._seen.append(f"{self.name} answer")
        return refuse("gate.closed") if self._refuses == "answer" else None

    async def on_end(self, exchange: Any, flow: Any) -> Any:
        self._seen.append(f"{self.name} end")


@pytest.mark.parametrize("manager", [Dispatcher, AddonManager])
@pytest.mark.parametrize(
    ("hook", "refuses", "expected"),
    [
        (HttpRequestHook, "", ["a", "b", "other", "c"]),
        (HttpRequestHook, "request", ["a", "b", "other"]),
        (HttpResponseHook, "", ["a answer", "a end", "b answer", "b end", "other", "c answer", "c end"]),
        (HttpResponseHook, "answer", ["a answer", "a end", "b answer", "b end", "other", "c end"]),
        (HttpErrorHook, "", ["a end", "b end", "c end"]),
    ],
)
async def test_neighbouring_steps_are_called_together_and_do_what_each_does_alone(
    manager: Any, hook: Any, refuses: str, expected: list[str]
) -> None:
    seen: list[str] = []
    flow = tflow.tflow(resp=True, err=True)
    answered = {"answer": ANSWER, "sent": True} if hook is HttpResponseHook else {}
    EXCHANGES[flow] = exchange(**answered)
    found = manager(Master())
    found.add(Walking("a", seen), Walking("b", seen, refuses), Noting(seen, "other"), Walking("c", seen))
    await found.handle_lifecycle(hook(flow))
    assert seen == expected
    if manager is Dispatcher:
        assert len(found.hooks_of(hook(flow))) == (1 if hook is HttpErrorHook else 3)
