"""Frames of HTTP/2 are counted by their first nine bytes, however they are cut, and floods of them end it."""

from collections.abc import Callable

import pytest
from h2.errors import ErrorCodes

from support.tools.every import every
from vecgate.mitm.h2 import frames as counted
from vecgate.mitm.h2.frames import LONGEST, PREFACE, Flood, Frames

GREETING = b"x" * PREFACE


def frame(kind: int, length: int = 0, flags: int = 0, stream: int = 1) -> bytes:
    return length.to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + b"a" * length


def reader(now: Callable[[], float] = lambda: 0.0, head: int = 60_000, resets: int = 10) -> Frames:
    made = Frames(head, resets, now)
    made.read(GREETING)
    return made


def taken(made: Frames, piece: bytes, most: int = 2000) -> int:
    """How many of them are taken."""
    for number in range(most):
        try:
            made.read(piece)
        except Flood:
            return number
    return most


@every(
    ("name", "piece", "many"),
    [
        ("pings", frame(counted.PING, 8), 200),
        ("answers to pings", frame(counted.PING, 8, 1), 1000),
        ("settings", frame(counted.SETTINGS), 50),
        ("priorities", frame(counted.PRIORITY, 5), 1000),
        ("windows", frame(counted.WINDOW_UPDATE, 4), 1000),
        ("nothing", frame(counted.DATA), 1000),
        ("next to nothing", frame(counted.DATA, 1), 1000),
        ("frames nobody knows", frame(77, 3), 500),
        ("pushes", frame(counted.PUSH_PROMISE, 4), 500),
        ("resets", frame(counted.RST_STREAM, 4), 10),
        ("data", frame(counted.DATA, 1024), 2000),
        ("ends", frame(counted.DATA, 0, 1), 1000),
        ("heads", frame(counted.HEADERS, 10, 4), 1000),
        ("farewells", frame(counted.GOAWAY, 8), 500),
    ],
)
def test_what_costs_its_sender_nothing_has_an_end(name: str, piece: bytes, many: int) -> None:
    assert taken(reader(), piece) == many, name
    with pytest.raises(Flood) as found:
        Frames(60_000, 0, lambda: 0.0).read(GREETING + frame(counted.RST_STREAM, 4))
    assert found.value.code == ErrorCodes.ENHANCE_YOUR_CALM


def test_time_gives_back_and_no_more_than_there_was() -> None:
    clock = [0.0]
    made = reader(lambda: clock[0])
    assert taken(made, frame(counted.PING, 8)) == 200
    clock[0] = 1.0
    assert taken(made, frame(counted.PING, 8)) == 39  # one more was sent than was taken
    clock[0] = 1000.0
    assert taken(made, frame(counted.PING, 8)) == 201  # it is looked at once it is used up
    assert taken(made, frame(counted.RST_STREAM, 4)) == 10
    clock[0] = 1030.0
    assert taken(made, frame(counted.RST_STREAM, 4)) == 4  # as many a minute, and one more was sent


def test_whoever_takes_an_answer_may_open_windows_for_it() -> None:
    made = reader()
    for _ in range(5000):
        made.sent(16_384)
        for _ in range(3):
            made.read(frame(counted.WINDOW_UPDATE, 4))
    for _ in range(5000):  # an answer in dribbles gives nothing (CVE-2019-9511)
        made.sent(1)
    assert taken(made, frame(counted.WINDOW_UPDATE, 4)) <= 1000


def test_a_client_may_measure_its_line_by_a_ping_for_each_answer_and_no_more() -> None:
    """As grpc-go and grpc-java do, however fast they ask."""
    made = reader()
    for _ in range(5000):
        made.read(frame(counted.HEADERS, 50, 4) + frame(counted.DATA, 9, 1))
        made.worked()
        made.read(frame(counted.PING, 8) + frame(counted.WINDOW_UPDATE, 4) * 2)
    assert taken(made, frame(counted.PING, 8)) <= 200


@every("size", [1, 2, 5, 9, 10, 1000])
def test_frames_are_counted_however_they_are_cut(size: int) -> None:
    made = Frames(60_000, 10, lambda: 0.0)
    said = GREETING + (frame(counted.DATA, 2000) + frame(counted.RST_STREAM, 4)) * 10
    for at in range(0, len(said), size):
        made.read(said[at : at + size])
    with pytest.raises(Flood):
        made.read(frame(counted.RST_STREAM, 4))


def test_a_head_is_no_longer_than_over_http1_in_however_many_frames() -> None:
    """CVE-2024-27316, CVE-2024-31309."""
    made = reader(head=1000)
    made.read(frame(counted.HEADERS, 400))
    assert made.head_since == 0.0
    made.read(frame(counted.CONTINUATION, 400))
    with pytest.raises(Flood):
        made.read(frame(counted.CONTINUATION, 400))
    made = reader(head=1000)
    for _ in range(5):
        made.read(frame(counted.HEADERS, 400))
        made.read(frame(counted.CONTINUATION, 400, 4))
        assert made.head_since is None
    with pytest.raises(Flood):
        made.read(frame(counted.HEADERS, 1001, 4))


def test_a_frame_that_nobody_announced_is_too_long() -> None:
    """RFC 9113 section 4.2."""
    reader().read(frame(counted.DATA, LONGEST))
    with pytest.raises(Flood) as found:
        reader().read(frame(counted.DATA, LONGEST + 1))
    assert found.value.code == ErrorCodes.FRAME_SIZE_ERROR
