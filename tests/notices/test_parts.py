"""Of all that becomes of requests is told once over all workers; a sink that is down holds up nobody."""

import base64
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from notices.conftest import MakeWorker
from support.fakes.approvals import ALICE, BOB, CAROL, HELD
from support.fakes.granting import asked
from support.servers.receiver import Receiver
from support.tools.soon import soon
from vecgate.access import request
from vecgate.domain.call import Json
from vecgate.notices.parts import backoff
from vecgate.refusals.errors import MaskFailed
from vecgate.settings.hold import Hold
from vecgate.settings.notices import Notices


@pytest.fixture
def settings(receiver: Receiver, tmp_path: Path) -> Notices:
    secret = tmp_path / "secret"
    secret.write_text("whsec_" + base64.b64encode(os.urandom(32)).decode())
    secret.chmod(0o600)
    return Notices(sinks={"hook": {"kind": "webhook", "url": receiver.url + "/in", "secret_file": secret}})


def told(receiver: Receiver) -> list[tuple[str, str]]:
    return [(call.json["type"], call.json["data"]["state"]) for call in receiver.calls]


async def test_two_workers_tell_each_thing_once(make_worker: MakeWorker, receiver: Receiver, settings: Notices) -> None:
    one, two = await make_worker(settings), await make_worker(settings)
    ids = [(await one.board.ask(replace(HELD, binding=f"b{n}"))).id for n in range(5)]
    for id in ids:
        await two.board.approve(id, BOB)
    asked_for = (await two.ledger.ask(asked)).request.id
    await soon(lambda: ("access.asked", "pending") in told(receiver))
    await one.ledger.move(asked_for, lambda it, now: request.approve(it, BOB, now))
    await soon(lambda: ("access.decided", "granted") in told(receiver))
    await one.ledger.move(asked_for, lambda it, now: request.give_back(it, ALICE, now))
    await soon(lambda: ("access.ended", "ended") in told(receiver))
    await soon(lambda: sum(kind == "call.decided" for kind, _ in told(receiver)) >= 5)
    names = [call.headers["webhook-id"] for call in receiver.calls]
    assert len(names) == len(set(names))
    assert sum(kind == "call.decided" for kind, _ in told(receiver)) == 5
    assert {call.json["data"]["collections"][0] for call in receiver.calls} == {"[tickets]", "[tickets*]"}  # as shown
    await soon(lambda: len(one.counted) + len(two.counted) == len(names))


async def test_a_sink_that_is_down_gets_it_later_under_the_same_name_and_others_at_once(
    make_worker: MakeWorker, receiver: Receiver, settings: Notices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vecgate.notices.parts.FIRST", 0.01)
    receiver.answers[:] = [(500, {}), (302, {"location": receiver.url + "/elsewhere"})]
    chat: Any = {"kind": "slack", "url": "http://127.0.0.1:1/"}
    worker = await make_worker(
        settings.model_copy(update={"sinks": settings.sinks | Notices(sinks={"chat": chat}).sinks})
    )
    await worker.notices.changed("call", (await worker.board.ask(HELD)).id)
    await soon(lambda: ("hook", "sent") in worker.counted and ("chat", "failed") in worker.counted)
    assert [outcome for sink, outcome in worker.counted if sink == "hook"] == ["failed", "failed", "sent"]
    assert len({call.headers["webhook-id"] for call in receiver.calls}) == 1
    assert {call.path for call in receiver.calls} == {"/in"}  # nobody followed
    standing = worker.notices.standing
    assert {name: look["state"] for name, look in standing.items()} == {"hook": "ok", "chat": "away"}


async def test_after_so_many_tries_it_is_dropped_and_counted(
    make_worker: MakeWorker, receiver: Receiver, settings: Notices
) -> None:
    receiver.answers[:] = [(500, {})] * 2
    worker = await make_worker(settings.model_copy(update={"tries": 1}), opened=False)
    await worker.notices.changed("call", (await worker.board.ask(HELD)).id)
    assert await worker.notices.tell_one("hook") is True
    assert await worker.notices.tell_one("hook") is None
    assert worker.counted == [("hook", "failed"), ("hook", "dropped")]


async def test_a_full_queue_drops_and_counts(make_worker: MakeWorker, settings: Notices) -> None:
    worker = await make_worker(settings.model_copy(update={"queue": 1}), opened=False)
    for binding in ("b1", "b2"):
        await worker.notices.changed("call", (await worker.board.ask(replace(HELD, binding=binding))).id)
    assert worker.counted == [("hook", "dropped")]


async def test_time_alone_ends_it_and_that_is_told(
    make_worker: MakeWorker, receiver: Receiver, settings: Notices
) -> None:
    worker = await make_worker(settings, hold=Hold(pending=0.3))
    await worker.notices.changed("call", (await worker.board.ask(HELD)).id)
    await soon(lambda: ("call.ended", "expired") in told(receiver))


async def test_a_yes_that_nobody_used_is_over_when_its_own_time_is(
    make_worker: MakeWorker, receiver: Receiver, settings: Notices
) -> None:
    worker = await make_worker(settings, hold=Hold(pending=5, grant=1.5))
    id = (await worker.board.ask(HELD)).id
    await worker.notices.changed("call", id)
    await worker.board.approve(id, CAROL)
    await soon(lambda: ("call.ended", "expired") in told(receiver))
    assert (await worker.board.show(id)).state == "expired"


async def test_what_cannot_be_masked_is_not_told(
    make_worker: MakeWorker, receiver: Receiver, settings: Notices
) -> None:
    worker = await make_worker(settings, opened=False)

    async def fails(_: list[Json]) -> list[Json]:
        raise MaskFailed("away")

    worker.notices.tells(lambda *_: None, fails)
    await worker.notices.changed("call", (await worker.board.ask(HELD)).id)
    assert await worker.notices.tell_one("hook") is False
    assert receiver.calls == []


async def test_what_is_forgotten_is_not_told(make_worker: MakeWorker, receiver: Receiver, settings: Notices) -> None:
    worker = await make_worker(settings, opened=False)
    await worker.notices.changed("access", "unknown")
    assert await worker.notices.tell_one("hook") is None
    assert receiver.calls == []


async def test_what_is_no_job_stops_nobody(make_worker: MakeWorker, receiver: Receiver, settings: Notices) -> None:
    worker = await make_worker(settings, opened=False)
    await worker.outbox.put("hook", cast(Any, "odd"))
    assert await worker.notices.tell_one("hook") is True
    assert await worker.notices.tell_one("hook") is None
    assert receiver.calls == []


async def test_without_a_sink_nothing_runs(make_worker: MakeWorker) -> None:
    worker = await make_worker(Notices())
    assert worker.notices.sinks == {}
    assert not worker.notices._tasks._tasks


@pytest.mark.parametrize(("tries", "least", "most"), [(1, 0.8, 1.2), (2, 1.6, 2.4), (12, 480, 720), (10**6, 480, 720)])
def test_pauses_grow_and_have_an_end(tries: int, least: float, most: float) -> None:
    assert least <= backoff(tries) <= most
