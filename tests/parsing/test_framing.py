"""One strict reading for both sides: a request and an answer with the same headers and body have the same end."""

from typing import Final

from support.tools.every import every
from vecgate.parsing.framing import LINE_BYTES, NotHttp, TooLarge
from vecgate.parsing.http1 import Reader
from vecgate.parsing.talk import Talk, Unread, Whole

CHUNKED: Final = b"Transfer-Encoding: chunked\r\n\r\n"
LARGE: Final = "too large"
#: What stands behind a first line, and its body; None: no reading.
BOTH: Final = [
    (b"Content-Length: 2\r\n\r\n{}", b"{}"),
    (b"Content-Length: 0\r\n\r\n", b""),
    (b"A: b\r\nContent-Length:\t2 \r\n\r\n{}", b"{}"),
    (b"Content-Length: 11\r\n\r\n" + b"a" * 11, LARGE),
    (b"Content-Length: 002\r\n\r\n{}", None),
    (b"Content-Length: 2,2\r\n\r\n{}", None),
    (b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", None),
    (b"Content-Length: 2\r\n" + CHUNKED, None),
    (b"Content-Length: \xb2\r\n\r\n{}", None),
    (CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", b"{}"),
    (CHUNKED + b"1\r\n{\r\n1\t\r\n}\r\n000\r\n\r\n", b"{}"),
    (CHUNKED + b"2;a=b\r\n{}\r\n0;c\r\n\r\n", b"{}"),
    (CHUNKED + b"a\r\n" + b"a" * 10 + b"\r\n1\r\na\r\n0\r\n\r\n", LARGE),
    (CHUNKED + b"2 ;a\r\n{}\r\n0\r\n\r\n", None),
    (CHUNKED + b"2 x\r\n{}\r\n0\r\n\r\n", None),
    (CHUNKED + b"-2\r\n{}\r\n0\r\n\r\n", None),
    (CHUNKED + b"2\r\n{}0\r\n\r\n", None),
    (CHUNKED + b"2\r\n{}\r0\r\n\r\n", None),
    (CHUNKED + b"2;" + b"a" * LINE_BYTES + b"\r\n", None),
    (b"Transfer-Encoding: chunked \t\r\n\r\n0\r\n\r\n", b""),
    (b"Transfer-Encoding: x-chunked\r\n\r\n0\r\n\r\n", None),
    (b"Transfer-Encoding:\r\n\r\n0\r\n\r\n", None),
    (b"X\x00: y\r\nContent-Length: 0\r\n\r\n", None),
    (b"X: y\x7f\r\nContent-Length: 0\r\n\r\n", None),
    (b"X\xc3: y\r\nContent-Length: 0\r\n\r\n", None),
]


def of_a_client(raw: bytes) -> bytes | str | None:
    talk = Talk(2000, 10, 100)
    talk.receive(b"POST / HTTP/1.1\r\n" + raw)
    while (said := talk.next()) is not None:
        if isinstance(said, Whole):
            return said.body
        if isinstance(said, Unread):
            return LARGE if said.too_large else None
    raise AssertionError("it has no end")


def of_a_database(raw: bytes) -> bytes | str | None:
    reader = Reader("POST", 10)
    try:
        reader.feed(b"HTTP/1.1 200 OK\r\n" + raw)
    except NotHttp:
        return None
    except TooLarge:
        return LARGE
    assert reader.done
    return reader.body


@every(("raw", "expected"), BOTH)
def test_where_one_side_sees_an_end_so_does_the_other(raw: bytes, expected: bytes | str | None) -> None:
    assert of_a_client(raw) == expected
    assert of_a_database(raw) == expected
