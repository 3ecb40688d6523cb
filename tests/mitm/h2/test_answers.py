"""Answers go out over HTTP/2 as their clients have windows for them."""

import gc
import weakref

import h2.events
from h2.errors import ErrorCodes

from mitm.h2.made import response, town
from vecgate.settings.limits import Limits


async def test_an_answer_waits_for_windows_and_goes_on_when_they_open() -> None:
    with town() as made:
        await made.start()
        made.h2.update_settings({4: 10})  # SETTINGS_INITIAL_WINDOW_SIZE
        await made.send()
        number = await made.ask(b"a")
        await made.answer(response(b"x" * 25, [(b"grpc-status", b"0")]))

        def said() -> int:
            return sum(len(one.data) for one in made.of(h2.events.DataReceived))

        assert (said(), made.of(h2.events.TrailersReceived), made.line.streams) == (10, [], 1)
        made.h2.increment_flow_control_window(10, number)
        await made.send()
        assert said() == 20
        made.h2.update_settings({4: 100})
        await made.send()
        assert said() == 25
        assert len(made.of(h2.events.StreamEnded)) == 1
        assert made.line.streams == 0


async def test_a_ping_for_each_answer_is_no_flood() -> None:
    with town() as made:
        await made.start()
        for _ in range(400):
            await made.ask(b"a")
            await made.answer(response(b"x"))
            made.h2.ping(b"12345678")
            await made.send()
        assert not made.closed


async def test_answers_that_nobody_takes_are_kept_up_to_a_bound_and_nothing_else_of_them_is() -> None:
    """As CVE-2019-9517, by many streams: four of the largest there can be, and what is short."""
    largest = 100_000
    with town(limits=Limits(answer_body=largest)) as made:
        await made.start()
        made.h2.update_settings({4: 0})
        await made.send()
        numbers = [await made.ask(b"a") for _ in range(7)]
        for length in (largest, largest, largest, largest - 1, 2, 70_000):
            await made.answer(response(b"x" * length))
        reset = {one.stream_id: one.error_code for one in made.of(h2.events.StreamReset)}
        assert reset == {numbers[5]: ErrorCodes.CANCEL}
        kept = [weakref.ref(flow) for flow in made.flows]
        made.flows.clear()
        gc.collect()
        assert [one() is not None for one in kept] == [False] * 6 + [True]
        made.h2.increment_flow_control_window(1_000_000)
        made.h2.update_settings({4: largest})  # whoever takes them is given more
        await made.send()
        await made.answer(response(b"x" * largest))
        assert {one.stream_id for one in made.of(h2.events.StreamReset)} == {numbers[5]}


async def test_what_has_only_a_head_ends_with_it() -> None:
    with town() as made:
        await made.start()
        await made.ask(b"a")
        await made.answer(response(grpc_status="7"))
        assert len(made.of(h2.events.StreamEnded)) == 1
        assert made.of(h2.events.DataReceived) == []
