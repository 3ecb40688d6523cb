"""Who owns one request of HTTP/2: that its client has left is known by whoever asks, and keeps no flow alive."""

import gc
import weakref

from mitmproxy.test import tflow

from mitm.h2.made import response, town
from vecgate.mitm.h2 import stream as streams


def test_a_flow_of_http1_has_nobody_who_left() -> None:
    assert not streams.gone_of(tflow.tflow()).is_true


async def test_what_is_over_is_forgotten_with_its_flow() -> None:
    with town() as made:
        await made.start()
        await made.ask(b"a")
        flow = made.flows.pop()
        seen, gone = weakref.ref(flow), streams.gone_of(flow)
        assert streams.GONE[flow] is gone
        await made.answer(response(b"said"))
        made._tasks.clear()
        del flow
        gc.collect()
        assert seen() is None
        assert not gone.is_true
