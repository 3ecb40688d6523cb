"""Whatever a step of the path runs into, the caller gets a refusal, the database nothing, and the log no data."""

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.gateway import Gateway
from demo.stack import Stack
from support.servers.tap import Tap, running_tap
from support.tools.askers import Asker, asker, assert_refused, assert_served, readable

SCRIPT = Path(__file__).parents[2] / "support" / "fakes" / "broken_path.py"
STEPS = ("identify", "classify", "decide", "hold", "lease", "forward", "mask", "record", "send")
SECRETS = ("jane.doe", "hunter2")


@pytest.fixture(scope="module")
def tap(stack: Stack) -> Iterator[Tap]:
    with running_tap(stack) as running:
        yield running


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that says which step fails."""
    path = tmp_path_factory.mktemp("orders") / "break"
    path.write_text("", "utf-8")
    return path


@pytest.fixture(scope="module")
def broken(gateways: Any, tap: Tap, orders: Path) -> Gateway:
    """mitmweb with a path whose steps fail when they are told to."""
    made: Gateway = gateways.make(
        over=tap.settings, how="script", script=SCRIPT, environment={"VECGATE_TEST_BREAK": str(orders)}
    )
    made.start()
    return made


@pytest.fixture(scope="module")
def alice(stack: Stack, broken: Gateway) -> Asker:
    found = asker(stack, broken, "alice")
    assert_served(found.search())
    return found


@pytest.fixture
def order(orders: Path) -> Iterator[Path]:
    yield orders
    orders.write_text("", "utf-8")


@pytest.mark.parametrize("failure", ["raise", "cancel"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_on_a_request_sends_nothing(
    step: str, failure: str, order: Path, tap: Tap, alice: Asker
) -> None:
    before = tap.calls
    order.write_text(f"{step} on_request {failure}")
    reply = alice.search()
    assert_refused(reply, "gate.failed")
    assert f"'{step}'" in reply.json["message"]
    assert tap.calls == before
    order.write_text("")
    assert_served(alice.search())


@pytest.mark.parametrize("failure", ["raise", "cancel"])
@pytest.mark.parametrize("hook", ["on_answer", "on_end"])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_on_an_answer_lets_nothing_out(
    step: str, hook: str, failure: str, order: Path, alice: Asker
) -> None:
    order.write_text(f"{step} {hook} {failure}")
    reply = alice.search()
    assert_refused(reply, "gate.failed")
    assert f"'{step}'" in reply.json["message"]
    order.write_text("")
    assert_served(alice.search())


def test_what_the_failures_said_is_in_no_answer_log_journal_or_flow(
    order: Path, broken: Gateway, alice: Asker, stack: Stack
) -> None:
    order.write_text("decide on_request raise")
    reply = alice.search()
    listen = broken.listen
    request = urllib.request.Request(
        f"http://{listen.web_host}:{listen.web_port}/flows", headers={"Authorization": "Bearer at-my-desk"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as shown:
        flows: bytes = shown.read()
    assert len(json.loads(flows)) > len(STEPS)
    journals = list((broken.settings.parent / "recordings").rglob("*.jsonl"))
    assert journals
    log = broken.log.read_bytes()
    assert b"failed in decide: RuntimeError" in log
    for raw in (reply.body, flows, log, *(journal.read_bytes() for journal in journals)):
        assert not readable(raw)
        assert not [text for text in (*SECRETS, alice.token) if text.encode() in raw]
