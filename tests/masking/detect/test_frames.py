"""Frames survive the way there and back; anything else is refused without being quoted."""

import pytest

from vecgate.masking.detect import frames
from vecgate.masking.detect.frames import FrameError


@pytest.mark.parametrize("tree", [None, [], {"texts": [["ü\n", "text", ""]]}])
def test_there_and_back(tree: object) -> None:
    frame = frames.pack(tree)
    size = frames.length(frame[: frames.HEAD])
    assert size == len(frame) - frames.HEAD
    assert frames.unpack(frame[frames.HEAD :]) == tree


@pytest.mark.parametrize("tree", ["Anu\ud800", {1: "Anu"}, object()])
def test_what_json_cannot_hold_is_refused(tree: object) -> None:
    with pytest.raises(FrameError) as refused:
        frames.pack(tree)
    assert "Anu" not in str(refused.value)


def test_a_huge_head_is_refused_before_anything_is_read() -> None:
    with pytest.raises(FrameError):
        frames.length(b"\xff\xff\xff\xff")


def test_broken_json_is_refused() -> None:
    with pytest.raises(FrameError) as refused:
        frames.unpack(b'{"Anu')
    assert "Anu" not in str(refused.value)


def test_a_frame_over_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "LARGEST", 8)
    assert frames.pack("123456")
    with pytest.raises(FrameError):
        frames.pack("1234567")
