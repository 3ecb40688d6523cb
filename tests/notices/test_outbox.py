"""A job is put once and given to one at a time; a full queue takes no more, and what nobody came back for is given again."""

import asyncio

from notices.conftest import MakeWorker
from vecgate.notices.notice import Job
from vecgate.settings.notices import Notices

ONE = Job("asked", "call", "h1", "0")
TWO = Job("asked", "call", "h2", "0")


async def test_it_is_put_once_however_many_see_it(make_worker: MakeWorker) -> None:
    boxes = [(await make_worker(Notices(), opened=False)).outbox for _ in range(3)]
    said = await asyncio.gather(*(box.put("chat", ONE) for box in boxes for _ in range(3)))
    assert sorted(said) == ["ok"] + ["seen"] * 8
    assert await boxes[0].take("chat", 60) == (str(ONE), 1)
    assert [await box.take("chat", 60) for box in boxes] == [None] * 3
    await boxes[0].done("chat", str(ONE))
    assert await boxes[1].put("chat", ONE) == "seen"
    assert await boxes[1].take("chat", 60) is None


async def test_each_sink_has_a_queue_of_its_own(make_worker: MakeWorker) -> None:
    box = (await make_worker(Notices(queue=1), opened=False)).outbox
    assert [await box.put("chat", one) for one in (ONE, TWO, TWO)] == ["ok", "full", "seen"]  # counted once
    assert await box.put("hook", TWO) == "ok"
    assert await box.take("hook", 60) == (str(TWO), 1)


async def test_what_nobody_came_back_for_is_given_again(make_worker: MakeWorker) -> None:
    box = (await make_worker(Notices(), opened=False)).outbox
    await box.put("chat", ONE)
    assert await box.take("chat", 0.0) == (str(ONE), 1)
    await asyncio.sleep(0.01)
    assert await box.take("chat", 60) == (str(ONE), 2)
    await box.retry("chat", str(ONE), 0.0)
    await asyncio.sleep(0.01)
    assert await box.take("chat", 60) == (str(ONE), 3)


async def test_what_is_for_later_is_given_later_and_may_be_moved(make_worker: MakeWorker) -> None:
    worker = await make_worker(Notices(), opened=False)
    box, now = worker.outbox, await worker.ledger.now()
    await box.put("chat", ONE, now + 3600)
    assert await box.take("chat", 60) is None
    assert await box.put("chat", ONE) == "seen"  # it is so now
    assert await box.take("chat", 60) == (str(ONE), 1)
    await box.wait("chat", str(ONE), now + 3600)
    assert await box.take("chat", 60) is None


async def test_what_is_for_later_takes_nobodys_place_and_what_was_tried_does(make_worker: MakeWorker) -> None:
    worker = await make_worker(Notices(queue=1), opened=False)
    box, later = worker.outbox, await worker.ledger.now() + 3600
    ends = [Job("ended", "call", f"h{n}") for n in range(5)]
    assert [await box.put("chat", one, later) for one in ends] == ["ok"] * 5
    assert await box.put("chat", ONE) == "ok"
    await box.take("chat", 60)
    await box.retry("chat", str(ONE), 600)
    assert await box.put("chat", TWO) == "full"


async def test_a_stream_is_read_on_from_where_anybody_was(make_worker: MakeWorker) -> None:
    first, second = [(await make_worker(Notices(), opened=False)).outbox for _ in range(2)]
    assert await first.place("vg:changes") == "0-0"
    await first.reached("vg:changes", "7-1")
    assert await second.place("vg:changes") == "7-1"
