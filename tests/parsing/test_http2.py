"""Heads of HTTP/2: what is found good is good to hyper-h2, and what goes out anybody can read."""

import itertools
from typing import Any, Final

import h2.connection
import h2.events
import h2.exceptions
import h2.stream
import pytest
from h2.utilities import HeaderValidationFlags, normalize_inbound_headers, validate_headers
from hpack import Decoder
from hyperframe.frame import DataFrame

from vecgate.parsing.http2 import Http2Line, Pairs, Plain, is_good

REQUEST: Final[Pairs] = [
    (b":method", b"POST"),
    (b":scheme", b"https"),
    (b":authority", b"db.test"),
    (b":path", b"/a.B/C"),
]
PLAIN: Final[Pairs] = [
    (b"te", b"trailers"),
    (b"content-type", b"application/grpc"),
    (b"api-key", b"a.b-c=="),
    (b"x", b""),
]
KINDS: Final = {
    "request": (HeaderValidationFlags(False, False, False, False), REQUEST),
    "answer": (HeaderValidationFlags(True, False, True, False), [(b":status", b"200")]),
    "trailers": (HeaderValidationFlags(False, True, False, False), []),
}
ODD: Final[Pairs] = [
    (name, value)
    for name in (
        b"", b":", b"x", b"X", b"x:y", b":x", b"x y", b"x\ny", b"x\0y", b"\xe9", b"x\x7f", b"te", b"tea", b"host", b"hosts",
        b"cookie", b"connection", b"proxy-connection", b"keep-alive", b"transfer-encoding", b"upgrade", b"upgrades",
        b":method", b":path", b":authority", b":scheme", b":status", b":protocol",
    )
    for value in (
        b"", b"a", b" a", b"a ", b"\ta", b"a\t", b"a b", b" ", b"a\0b", b"a\nb", b"a\rb", b"\xff", b"trailers", b"trailers\n",
        b"Trailers", b"db.test", b"a\nb\0c", b"\0", b"\n", b"a\0b\nc", b"CONNECT",
    )
]  # fmt: skip


def taken(head: Pairs, of: HeaderValidationFlags) -> Pairs | None:
    """As hyper-h2 takes it; None: it does not."""
    try:
        return [(k, v) for k, v in validate_headers(normalize_inbound_headers(head, of), of)]
    except (h2.exceptions.ProtocolError, IndexError):
        return None


@pytest.mark.parametrize("kind", KINDS)
def test_what_official_clients_and_servers_say_is_found_good(kind: str) -> None:
    of, first = KINDS[kind]
    assert is_good([*first, *PLAIN], of)
    assert is_good(first, of)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_found_good_hyper_h2_takes_as_it_stands(kind: str) -> None:
    of, first = KINDS[kind]
    for odd, at in itertools.product(ODD, range(len(first) + 2)):
        whole = [*first, *PLAIN[:1]]
        for head in ([*whole[:at], odd, *whole[at:]], [*whole[:at], odd, *whole[at + 1 :]]):
            assert not is_good(head, of) or taken(head, of) == head, head


def test_texts_that_hold_what_stands_between_headers_are_no_headers() -> None:
    of, _ = KINDS["trailers"]
    assert is_good([(b"a", b"b"), (b"c", b"d")], of)
    assert not is_good([(b"a", b"b\nc\0d")], of)
    assert not is_good([(b"a\0b\nc", b"d")], of)


def pair() -> tuple[Http2Line, Http2Line]:
    ours, theirs = Http2Line(client_side=True), Http2Line(client_side=False)
    for line in (ours, theirs):
        line.initiate_connection()
    assert theirs.receive_data(ours.data_to_send())
    ours.receive_data(theirs.data_to_send())
    return ours, theirs


@pytest.mark.parametrize("odd", [(b"x", b"a\nb"), (b"connection", b"close"), (b"X", b"a")])
def test_what_hyper_h2_refuses_is_refused_in_its_words(odd: tuple[bytes, bytes]) -> None:
    _, theirs = pair()
    block = b"".join(b"\x10%c%b%c%b" % (len(k), k, len(v), v) for k, v in [*REQUEST, odd])
    frame = len(block).to_bytes(3) + b"\x01\x05" + (1).to_bytes(4) + block
    with pytest.raises(h2.exceptions.ProtocolError):
        theirs.receive_data(frame)
    assert theirs.data_to_send()  # why


@pytest.mark.parametrize("length", [0, 1, 126, 127, 128, 254, 255, 256, 16_383, 16_384, 20_000])
def test_a_text_of_any_length_is_read_as_it_was_written(length: int) -> None:
    head = [(b"x-note", b"a" * length), (b"b" * (length or 1), b"")]
    assert Decoder(max_header_list_size=1 << 20).decode(Plain().encode(head), raw=True) == head


def test_names_are_written_in_lower_case_and_values_without_spaces_around_them() -> None:
    packed = Plain().encode([(b"X-Note", b" a b\t")])
    assert Decoder().decode(packed, raw=True) == [(b"x-note", b"a b")]


def test_nothing_of_a_head_is_remembered() -> None:
    plain, decoder = Plain(), Decoder()
    for _ in range(2):
        assert len(decoder.decode(plain.encode(REQUEST), raw=True)) == 4
        assert decoder.header_table_size == 0
        assert list(decoder.header_table.dynamic_entries) == []


@pytest.mark.parametrize("when", ["before the first head", "after it"])
@pytest.mark.parametrize("size", [0, 100, 1 << 30])
def test_a_table_of_any_size_may_be_asked_for(size: int, when: str) -> None:
    """RFC 7541 section 4.2: whoever makes its table smaller wants to be told so in the next head."""
    ours, theirs = pair()
    said: list[Any] = []
    numbers = itertools.count(1, 2)

    def ask() -> None:
        ours.send_headers(next(numbers), REQUEST, end_stream=True)
        said.extend(theirs.receive_data(ours.data_to_send()))

    if when == "after it":
        ask()
    theirs.update_settings({1: size})
    ours.receive_data(theirs.data_to_send())
    ask()
    assert [one.headers for one in said if isinstance(one, h2.events.RequestReceived)][-1] == REQUEST


def test_a_frame_that_comes_is_not_written_out() -> None:
    assert "secret" not in repr(DataFrame(1, b"secret"))
    assert b"secret".hex() not in repr(DataFrame(1, b"secret"))


def test_a_good_head_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: Any) -> Any:
        raise AssertionError("it was asked")

    ours, theirs = pair()
    monkeypatch.setattr(h2.stream.H2Stream, "_process_received_headers", asked)
    ours.send_headers(1, [*REQUEST, *PLAIN], end_stream=True)
    assert any(isinstance(one, h2.events.RequestReceived) for one in theirs.receive_data(ours.data_to_send()))


def test_settings_that_nobody_knows_are_not_kept() -> None:
    ours, theirs = pair()
    ours.update_settings({0x99: 1, 3: 7})
    theirs.receive_data(ours.data_to_send())
    assert 0x99 not in theirs.remote_settings
    assert theirs.remote_settings.max_concurrent_streams == 7


@pytest.mark.parametrize(
    ("sizes", "is_read"), [(b"", True), (b"\x20\x3f\xe1\x1f", True), (b"\x20\x3f\xe1\x1f\x20", False)]
)
def test_a_table_is_resized_as_often_as_it_can_be_meant(sizes: bytes, is_read: bool) -> None:
    _, theirs = pair()
    block = sizes + b"".join(b"\x10%c%b%c%b" % (len(k), k, len(v), v) for k, v in REQUEST)
    frame = len(block).to_bytes(3) + b"\x01\x05" + (1).to_bytes(4) + block
    if is_read:
        assert any(isinstance(one, h2.events.RequestReceived) for one in theirs.receive_data(frame))
    else:
        with pytest.raises(h2.exceptions.ProtocolError):
            theirs.receive_data(frame)
