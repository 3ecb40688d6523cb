"""Messages, deadlines and statuses of gRPC over HTTP/2."""

from base64 import b64decode

import pytest

from support.tools.every import every
from vecgate.parsing import grpc_framing as framing
from vecgate.parsing.grpc_framing import Framed, NotFramed


@every("message", [b"", b"a", b"\0" * 300, bytes(range(256))])
def test_a_message_has_five_bytes_before_it(message: bytes) -> None:
    body = framing.framed(message)
    assert body[:5] == b"\0" + len(message).to_bytes(4, "big")
    assert framing.unframed(body) == Framed(False, message)


@every(
    ("body", "why"),
    [
        (b"", "exactly one"),
        (framing.framed(b"a") * 2, "exactly one"),
        (b"\0\0\0\0", "cut off"),
        (b"\0\0\0\0\2a", "cut off"),
        (b"\0\xff\xff\xff\xffa", "cut off"),
        (b"\2\0\0\0\1a", "another byte"),
        (b"\x80\0\0\0\1a", "another byte"),
        (framing.framed(b"a") + b"\0", "cut off"),
    ],
)
def test_what_is_no_one_message_is_told(body: bytes, why: str) -> None:
    with pytest.raises(NotFramed, match=why):
        framing.unframed(body)


def test_a_packed_message_says_so() -> None:
    assert framing.messages(b"\1\0\0\0\1a" + framing.framed(b"b")) == [Framed(True, b"a"), Framed(False, b"b")]


@every(
    ("said", "seconds"),
    [
        ("1S", 1.0),
        ("20M", 1200.0),
        ("2H", 7200.0),
        ("1500m", 1.5),
        ("5u", 5e-6),
        ("99999999n", 0.099999999),
        ("0S", 0.0),
    ]
    + [(odd, None) for odd in ("", "S", "1", "1s", "-1S", "1.5S", "123456789S", "1 S", "1SS", "\u0661S")],
)
def test_how_long_a_client_waits(said: str, seconds: float | None) -> None:
    assert framing.seconds(said) == (None if seconds is None else pytest.approx(seconds))


@every(
    ("told", "status"),
    [
        ("0", 0),
        ("9", 9),
        ("16", 16),
        *((odd, None) for odd in ("", "17", "00", "-1", "+1", " 1", "1 ", "\u00b2", "\u0661")),
    ],
)
def test_a_status_is_one_of_those_there_are(told: str, status: int | None) -> None:
    assert framing.status(told) == status


@every("text", ["plain", "100% sure", "Zoë: ü\n", "a" * 10_000, "\u4e2d" * 10_000])
def test_a_text_stands_in_trailers_and_is_cut_where_clients_would_take_none(text: str) -> None:
    pairs = dict(framing.ended(7, text, 5))
    assert pairs[framing.STATUS] == "7"
    assert pairs[framing.TEXT].isascii()
    assert pairs[framing.TEXT].isprintable()
    shown = framing.percent_decoded(pairs[framing.TEXT])
    assert shown == text or (shown.endswith("...") and text.startswith(shown[:-3]))
    assert sum(len(name) + len(value) + 32 for name, value in pairs.items()) < 8192


def test_when_to_try_again_is_said_as_clients_read_it() -> None:
    """google.rpc.Status {14, "later", [Any {type_url, RetryInfo {retry_delay {seconds: 2}}}]}."""
    told = dict(framing.ended(14, "later", 2))[framing.DETAILS]
    url = b"type.googleapis.com/google.rpc.RetryInfo"
    expected = b"\x08\x0e\x12\x05later\x1a\x30" + b"\x0a\x28" + url + b"\x12\x04\x0a\x02\x08\x02"
    assert b64decode(told + "==") == expected
    assert framing.DETAILS not in dict(framing.ended(7, "no"))
