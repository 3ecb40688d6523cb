"""One reading of each answer: in whatever pieces it comes, and an error where there are two."""

import gc
import weakref

import pytest

from support.tools.every import every
from vecgate.parsing import framing
from vecgate.parsing.framing import LINE_BYTES, NotHttp, TooLarge
from vecgate.parsing.http1 import HEAD_BYTES, Reader, request

OK = b"HTTP/1.1 200 OK\r\n"


def read(raw: bytes, *, method: str = "POST", piece: int = 0, limit: int = 1000) -> Reader:
    reader = Reader(method, limit)
    step = piece or len(raw) or 1
    for at in range(0, len(raw), step):
        reader.feed(raw[at : at + step])
    return reader


WHOLE = [
    # raw, method, status, body, whether the connection may go on
    (OK + b"Content-Length: 0\r\n\r\n", "POST", 200, b"", True),
    (OK + b"Content-Length: 2\r\n\r\n{}", "POST", 200, b"{}", True),
    (OK + b"content-length:2 \t\r\n\r\n{}", "POST", 200, b"{}", True),
    (b"HTTP/1.1 500 \r\nContent-Length: 2\r\n\r\n{}", "POST", 500, b"{}", True),
    (b"HTTP/1.1 404\r\nContent-Length: 2\r\n\r\n{}", "POST", 404, b"{}", True),
    # no body, whatever the head says
    (b"HTTP/1.1 204 No Content\r\n\r\n", "POST", 204, b"", True),
    (OK + b"Content-Length: 500\r\n\r\n", "HEAD", 200, b"", True),
    # the last one
    (OK + b"Connection: close\r\nContent-Length: 2\r\n\r\n{}", "POST", 200, b"{}", False),
    (OK + b"Connection: x, Close\r\nContent-Length: 2\r\n\r\n{}", "POST", 200, b"{}", False),
    (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", "POST", 200, b"{}", False),
    # chunks
    (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "POST", 200, b"", True),
    (OK + b"Transfer-Encoding: Chunked\r\n\r\n1\r\n{\r\n01;a=b\r\n}\r\n0\r\nX: y\r\n\r\n", "POST", 200, b"{}", True),
    # interim answers
    (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n" + OK + b"Content-Length: 2\r\n\r\n{}",
     "POST", 200, b"{}", True),
]  # fmt: skip


@every("piece", [0, 1, 2, 7])
@every(("raw", "method", "status", "body", "again"), WHOLE)
def test_a_whole_answer(raw: bytes, method: str, status: int, body: bytes, again: bool, piece: int) -> None:
    reader = read(raw, method=method, piece=piece)
    assert (reader.done, reader.status, reader.body, reader.again) == (True, status, body, again)
    reader.end()


@pytest.mark.parametrize(("raw", "method"), [row[:2] for row in WHOLE])
def test_what_is_cut_off_is_not_whole(raw: bytes, method: str) -> None:
    for end in range(len(raw)):
        reader = read(raw[:end], method=method)
        assert not reader.done
        with pytest.raises(NotHttp, match="cut off"):
            reader.end()


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    reader = read(OK + b"\r\n{}", piece=3)
    assert not reader.done
    reader.end()
    assert (reader.done, reader.body, reader.again) == (True, b"{}", False)


ODD = [
    (b"\r\n\r\n", "no status line"),
    (b"{}\r\n\r\n", "no status line"),
    (b"HTTP/2 200 OK\r\n\r\n", "no status line"),
    (b"HTTP/1.1 2000 OK\r\n\r\n", "no status line"),
    (b"HTTP/1.1 20 OK\r\n\r\n", "no status line"),
    (b"HTTP/1.1 999 OK\r\n\r\n", "no status line"),
    (b"http/1.1 200 OK\r\n\r\n", "no status line"),
    (b"HTTP/1.1 200 O\x00K\r\n\r\n", "no status line"),
    (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", "another protocol"),
    # RFC 9112 section 5
    (OK + b"X : y\r\n\r\n", "a header that is none"),
    (OK + b" X: y\r\n\r\n", "a header that is none"),
    (OK + b"A: b\r\n folded\r\n\r\n", "a header that is none"),
    (OK + b"A: b\nC: d\r\n\r\n", "a header that is none"),
    (OK + b"A: b\rC: d\r\n\r\n", "a header that is none"),
    (OK + b"A: \x00\r\n\r\n", "a header that is none"),
    (OK + b"nothing\r\n\r\n", "a header that is none"),
    (OK + b": y\r\n\r\n", "a header that is none"),
    # RFC 9112 section 6.3
    (OK + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "no one length"),
    (OK + b"Content-Length: 2, 2\r\n\r\n{}", "no one length"),
    (OK + b"Content-Length: -1\r\n\r\n{}", "no one length"),
    (OK + b"Content-Length: +2\r\n\r\n{}", "no one length"),
    (OK + b"Content-Length: 0x2\r\n\r\n{}", "no one length"),
    (OK + b"Content-Length: 18446744073709551618\r\n\r\n{}", "no one length"),
    (OK + b"Content-Length:\r\n\r\n", "no one length"),
    (OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "no one way"),
    (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "no one way"),
    (OK + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "no one way"),
    (OK + b"Transfer-Encoding: identity\r\n\r\n{}", "no one way"),
    (b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "no one way"),
    # RFC 9112 section 7.1
    (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", "without a size"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n 2\r\n{}\r\n0\r\n\r\n", "without a size"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n", "without a size"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n\r\n", "without a size"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n123456789\r\n", "without a size"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n0\r\n\r\n", "does not end"),
    # RFC 9112 section 9.2
    (OK + b"Content-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n", "something behind it"),
    (b"HTTP/1.1 204 No Content\r\n\r\n{}", "something behind it"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n0", "something behind it"),
    # CWE-770
    (OK + b"X: " + b"a" * HEAD_BYTES, "too long"),
    (OK + b"X: a\r\n" * HEAD_BYTES, "too long"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n2;" + b"a" * LINE_BYTES, "too long"),
    (OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"a" * HEAD_BYTES, "too long"),
]


@every(("raw", "complaint"), ODD)
def test_an_answer_with_no_reading_or_with_two_is_an_error(raw: bytes, complaint: str) -> None:
    with pytest.raises(NotHttp, match=complaint):
        read(raw)


LARGE = [
    OK + b"Content-Length: 11\r\n\r\n",
    OK + b"\r\n" + b"a" * 11,
    OK + b"Transfer-Encoding: chunked\r\n\r\nb\r\n",
    OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\naaaaa\r\n6\r\n",
]


@pytest.mark.parametrize("raw", LARGE)
def test_a_body_over_the_bound_is_not_waited_for(raw: bytes) -> None:
    with pytest.raises(TooLarge):
        read(raw, limit=10)


def test_after_its_end_nothing_more_is_taken() -> None:
    reader = read(OK + b"Content-Length: 2\r\n\r\n{}")
    reader.feed(b"HTTP/1.1 500 Poison\r\n\r\n")
    assert (reader.status, reader.body, reader.again) == (200, b"{}", False)


def test_headers_are_found_by_their_name_in_any_case_and_those_of_interim_answers_are_not_kept() -> None:
    reader = read(b"HTTP/1.1 103 Hints\r\nA: no\r\n\r\n" + OK + b"a: 1\r\nA:\t 2 \r\nB: \r\nContent-Length: 0\r\n\r\n")
    assert (reader.values(b"a"), reader.values(b"b"), reader.values(b"c")) == (["1", "2"], [""], [])


def test_a_request_is_written_byte_for_byte() -> None:
    headers = (("Host", "x:1"), ("accept", "a/b"))
    assert request("GET", "/a?b=c", headers, b"") == b"GET /a?b=c HTTP/1.1\r\nHost: x:1\r\naccept: a/b\r\n\r\n"
    assert request("POST", "/", (), b"{}") == b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
    assert request("POST", "/", (), b"") == b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize(
    ("method", "target", "header"),
    [
        ("", "/", ("a", "b")),
        ("GET /x", "/", ("a", "b")),
        ("GET\r\n", "/", ("a", "b")),
        ("GET", "", ("a", "b")),
        ("GET", "x", ("a", "b")),
        ("GET", "/ HTTP/1.1\r\nA: b", ("a", "b")),
        ("GET", "/ä", ("a", "b")),
        ("GET", "/", ("a", "b\r\nc: d")),
        ("GET", "/", ("a", "b\n")),
        ("GET", "/", ("a\n", "b")),
        ("GET", "/", ("a b", "c")),
        ("GET", "/", ("", "c")),
        ("GET", "/", ("a", "ä")),
    ],
)
def test_a_request_that_could_be_read_as_another_is_never_written(
    method: str, target: str, header: tuple[str, str]
) -> None:
    with pytest.raises(ValueError, match="not a"):
        request(method, target, (header,), b"")


FEW = framing.LARGE


@pytest.mark.parametrize(
    ("raw", "size"),
    [
        (b"Content-Length: 700000\r\n\r\n{", 700_000),
        (b"Content-Length: 7\r\n\r\n{", 7),
        (b"Transfer-Encoding: chunked\r\n\r\n3\r\n{", 3),
        (b"Transfer-Encoding: chunked\r\n\r\n%x\r\n{" % (FEW + 1), 2 * FEW),
        (b"Transfer-Encoding: chunked\r\n\r\n%x\r\n{" % (3 * FEW), 3 * FEW),
        (b"\r\n" + b"a" * 100, 100),
        (b"\r\n" + b"a" * (FEW + 1), 2 * FEW),
    ],
)
def test_how_large_it_will_be_is_known_or_guessed_once_it_is_large(raw: bytes, size: int) -> None:
    assert read(OK + raw, limit=8 * FEW).size == size


@pytest.mark.parametrize("raw", [OK + b"Content-Length: 2\r\n\r\n{}", OK + b"\r\n{}"])
def test_what_was_read_goes_with_its_reader_and_waits_for_no_collection(raw: bytes) -> None:
    reader = read(raw)
    reader.end()
    gone = weakref.ref(reader)
    gc.disable()
    try:
        del reader
        assert gone() is None
    finally:
        gc.enable()
