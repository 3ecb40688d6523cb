"""One stream of many calls: when is a message whole, what is done next, and from when on is its client late?"""

from typing import Any

import pytest
from mitmproxy import options
from mitmproxy.connection import Client
from mitmproxy.http import Headers, Request
from mitmproxy.proxy.context import Context

from support.fakes.talks import Echo, streamed
from vecgate.mitm import carried
from vecgate.mitm.h2.stream import Gone
from vecgate.mitm.h2.talking import Talking
from vecgate.parsing import grpc_framing as framing
from vecgate.settings.limits import Limits


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    limits = Limits(request_body=100, body_seconds=10, stream_seconds=100)
    monkeypatch.setattr(carried.TERMS, "limits", limits)
    return [0.0]


def talking(clock: list[float]) -> tuple[Talking, Echo]:
    made = list[Echo]()
    client = Client(peername=("192.0.2.1", 1), sockname=("192.0.2.2", 2), timestamp_start=0)
    head = Request("", 0, b"POST", b"https", b"", b"/many", b"HTTP/2.0", Headers(), None, None, 0, None)
    return Talking(Context(client, options.Options()), head, streamed(made), Gone(), lambda: clock[0]), made[0]


async def work(one: Any) -> None:
    assert one is not None
    await one


async def test_a_message_is_heard_when_it_is_whole_and_no_other_meanwhile(clock: list[float]) -> None:
    made, talk = talking(clock)
    whole = framing.framed(b"one")
    for at in range(len(whole) - 1):
        made.take(whole[at : at + 1])
        assert made.is_hungry
        assert made.next() is None
    made.take(whole[-1:] + framing.framed(b"two")[:2])
    assert (made.is_hungry, len(made._inbox)) == (False, len(whole) + 2)
    one = made.next()
    assert (made.next(), len(made._inbox), made.is_busy) == (None, 2, True)
    await work(one)
    assert ([*talk.said], made.is_busy, made.is_hungry) == ([b"heard one"], False, True)
    assert made.said() == (framing.framed(b"heard one"), None)


async def test_it_ends_when_all_is_said_and_done(clock: list[float]) -> None:
    made, talk = talking(clock)
    made.over()
    assert made.next() is None
    assert made.said() == (b"", [(b"grpc-status", b"0")])
    other, talk = talking(clock)
    other.take(framing.framed(b"one"))
    other.over()
    await work(other.next())
    assert (other.said()[1], len(talk.asks)) == (None, 1)


@pytest.mark.parametrize(("waited", "ends", "late"), [(99, False, ""), (100, False, "close"), (0, True, "close")])
def test_who_says_nothing_is_late_in_the_end(clock: list[float], waited: float, ends: bool, late: str) -> None:
    made, _ = talking(clock)
    clock[0] += waited
    assert made.late(ends=ends) == late


def test_who_has_begun_a_message_has_the_time_of_a_body_for_it(clock: list[float]) -> None:
    made, _ = talking(clock)
    clock[0] = 50
    made.take(b"\0")
    clock[0] = 59
    made.take(b"\0")
    assert made.late(ends=False) == ""
    clock[0] = 60
    assert made.late(ends=False) == "cut"


async def test_nobody_is_late_while_they_wait_for_us(clock: list[float]) -> None:
    made, talk = talking(clock)
    made.take(framing.framed(b"one") + b"\0")
    one = made.next()
    clock[0] = 1000
    assert (made.late(ends=False), made.late(ends=True)) == ("", "close")
    made.closes()
    assert ([*talk.said], made.late(ends=True)) == ([b"closes"], "")
    await work(one)
    clock[0] += 10
    assert made.late(ends=True) == "cut"  # it was told to end `body_seconds` ago


def test_of_whoever_has_left_nothing_is_kept(clock: list[float]) -> None:
    made, _ = talking(clock)
    made.take(b"\0\0\0")
    made.leave()
    assert not made._inbox


async def test_who_goes_on_and_on_though_told_to_end_is_not_heard_for_ever(clock: list[float]) -> None:
    made, talk = talking(clock)
    made.closes()
    clock[0] = 9
    made.take(framing.framed(b"one") + framing.framed(b"two"))
    await work(made.next())
    talk.asks.clear()
    clock[0] = 10
    assert (made.next(), made.late(ends=True), len(made._inbox)) == (None, "cut", 8)
