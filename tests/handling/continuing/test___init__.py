"""What becomes of a handle on its way: opened before it is classified, counted before it goes out, made anew of the answer."""

import json
import time
from dataclasses import replace
from typing import Any, Final

import pytest

from support.fakes.approvals import ALICE
from support.fakes.gates import ALLOW, SETTINGS, UPSTREAM, FakeGate, exchange
from support.lucene.asked import operation, raw_of
from vecgate import dialects
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Exchange
from vecgate.domain.row import Row
from vecgate.handling import continuing
from vecgate.masking.apply.keys import LocalKeys
from vecgate.refusals.errors import CallRefused
from vecgate.state.store import Store

PAGE: Final[Any] = {"_scroll_id": "of-the-server", "hits": {"hits": []}}


@pytest.fixture
async def gate(store: Store) -> Any:
    limits = SETTINGS.limits.model_copy(update={"cursors": 2, "cursor_seconds": 60.0, "cursor_age": 100.0})
    return FakeGate(
        store=store,
        chroma=dialects.load("opensearch"),
        keys=LocalKeys(bytes(32)),
        settings=SETTINGS.model_copy(update={"limits": limits}),
    )


def on_its_way(gate: Any, method: str, path: str, body: Any = None, **over: Any) -> Exchange:
    call = gate.dialect(UPSTREAM).read(raw_of(method, path, body))
    return exchange(asked=call, call=call, operation=operation("search"), **over)


async def page(
    gate: Any, method: str = "POST", path: str = "/people/_search?scroll=30s", body: Any = None, **over: Any
) -> Any:
    """The handle of an answer, or the code of the refusal."""
    found = on_its_way(gate, method, path, {"size": 2} if body is None else body, **over)
    try:
        await continuing.opened(gate, found)
        refusal = await continuing.going(gate, found)
    except CallRefused as e:
        return e.refusal.code
    if refusal is not None:
        return refusal.code
    found.answer = Answer(200)
    return (await continuing.given(gate, found, PAGE))["_scroll_id"]  # type: ignore[index,call-overload]


async def test_page_by_page_with_a_handle_each(gate: Any) -> None:
    first = await page(gate)
    found = on_its_way(gate, "POST", "/_search/scroll", {"scroll_id": first})
    await continuing.opened(gate, found)
    call: Call = found.call  # type: ignore[assignment]
    assert found.asked is call
    assert (call.path, call.query, call.cursors) == ("/people/_search", (("from", "2"),), ("of-the-server",))
    second = await page(gate, path="/_search/scroll", body={"scroll_id": first})
    third = await page(gate, path="/_search/scroll", body={"scroll_id": first})
    assert len({first, second, third}) == 3
    found = on_its_way(gate, "POST", "/_search/scroll", {"scroll_id": first})
    await continuing.opened(gate, found)
    assert found.call is not None
    assert dict(found.call.query)["from"] == "6", "an older handle does not lead back"


@pytest.mark.parametrize("over", [
    {"decision": replace(ALLOW, mask="another")}, {"decision": replace(ALLOW, rows=(Row("tenant", ("x",)),))},
])  # fmt: skip
async def test_what_changed_since_does_not_go_out(gate: Any, over: Any) -> None:
    first = await page(gate)
    assert await page(gate, path="/_search/scroll", body={"scroll_id": first}, **over) == "cursor.changed"
    found = on_its_way(gate, "POST", "/_search/scroll", {"scroll_id": first})
    await continuing.opened(gate, found)
    assert found.call is not None
    narrower = json.dumps({"size": 1}).encode()
    found.call = replace(found.call, body=narrower, tree={"size": 1})
    refusal = await continuing.going(gate, found)
    assert refusal is not None
    assert refusal.code == "cursor.changed"


async def test_two_at_a_time_do_not_both_go_on(gate: Any) -> None:
    first = await page(gate)
    both = [on_its_way(gate, "POST", "/_search/scroll", {"scroll_id": first}) for _ in range(2)]
    for one in both:
        await continuing.opened(gate, one)
    assert await continuing.going(gate, both[0]) is None
    refusal = await continuing.going(gate, both[1])
    assert refusal is not None
    assert refusal.code == "cursor.busy"


async def test_bounds_hold_and_what_failed_makes_room(gate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await page(gate, path="/people/_search?scroll=61s") == "limit.keep_alive"
    assert await page(gate, path="/people/_search?scroll=0s") == "body.unreadable"
    first = await page(gate)
    failed = on_its_way(gate, "POST", "/people/_search?scroll=30s", {"size": 0})
    assert await continuing.going(gate, failed) is None
    assert await page(gate) == "limit.cursors"
    failed.answer = Answer(400)
    assert await continuing.given(gate, failed, {"error": "x"}) == {"error": "x"}
    assert str(await page(gate)).startswith("vgc1")
    other = replace(ALICE, subject="somebody-else")
    assert await page(gate, path="/_search/scroll", body={"scroll_id": first}, principal=other) == "cursor.unknown"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 101)
    assert await page(gate, path="/_search/scroll", body={"scroll_id": first}) == "cursor.expired"


async def test_what_is_closed_is_closed_for_all_workers(gate: Any) -> None:
    first = await page(gate)
    found = on_its_way(gate, "DELETE", "/_search/scroll", {"scroll_id": [first]})
    await continuing.opened(gate, found)
    assert await continuing.going(gate, found) is None
    found.answer = Answer(404)
    await continuing.given(gate, found, {"succeeded": True, "num_freed": 0})
    assert await page(gate, path="/_search/scroll", body={"scroll_id": first}) == "cursor.expired"


async def test_whatever_else_passes_untouched(gate: Any) -> None:
    found = on_its_way(gate, "POST", "/people/_search", {"size": 2})
    before = found.call
    await continuing.opened(gate, found)
    assert found.call is before
    assert await continuing.going(gate, found) is None
    found.answer = Answer(200)
    assert await continuing.given(gate, found, PAGE) is PAGE


async def test_few_bytes_of_handles_do_not_stand_for_very_many_of_searches(gate: Any) -> None:
    """A search of one letter a million times is a handle of a page; a thousand of them were as many megabytes, at once."""
    long = {"size": 2, "query": {"bool": {"must_not": [{"terms": {"city": ["a" * 30] * 9000}}]}}}
    assert await page(gate, body=long) == "body.unreadable"
    first = await page(gate)
    assert await page(gate, "DELETE", "/_search/scroll", {"scroll_id": [first] * 65}) == "body.unreadable"
    found = on_its_way(gate, "DELETE", "/_search/scroll", {"scroll_id": [first] * 64})
    await continuing.opened(gate, found)
    assert len(found.cursors) == 64
