"""One reading of each request: in whatever pieces it comes, and refused where there are two."""

import re
from typing import Any, Final

import pytest

from support.tools.every import every
from vecgate.parsing.framing import LARGE, LINE_BYTES
from vecgate.parsing.talk import Ahead, Head, Large, Over, Said, Talk, Unread, Waits, Whole

HEAD_BYTES, BODY, AHEAD = 300, 50, 100
GET: Final = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST: Final = b"POST / HTTP/1.1\r\nHost: x\r\n"
CHUNKED: Final = POST + b"Transfer-Encoding: chunked\r\n\r\n"


def heard(talk: Talk, *pieces: bytes) -> list[Said]:
    found = []
    for piece in pieces:
        talk.receive(piece)
        while (said := talk.next()) is not None:
            found.append(said)
    return found


def said(raw: bytes, piece: int = 0) -> list[Said]:
    step = piece or len(raw) or 1
    return heard(Talk(HEAD_BYTES, BODY, AHEAD), *(raw[at : at + step] for at in range(0, len(raw), step)))


WHOLE: Final = [
    # raw, method, target, body
    (GET, b"GET", b"/", b""),
    (b"GET /a?b=%20 HTTP/1.0\r\nHost:x\r\n\r\n", b"GET", b"/a?b=%20", b""),
    (b"GET /\xc3\xa4 HTTP/1.1\r\n\r\n", b"GET", b"/\xc3\xa4", b""),
    (b"BREW / HTTP/1.1\r\nX-Note:\r\n\r\n", b"BREW", b"/", b""),
    (POST + b"Content-Length: 0\r\n\r\n", b"POST", b"/", b""),
    (POST + b"content-LENGTH: 2 \t\r\n\r\n{}", b"POST", b"/", b"{}"),
    (POST + b"Content-Length: 50\r\n\r\n" + b"a" * 50, b"POST", b"/", b"a" * 50),
    (CHUNKED + b"0\r\n\r\n", b"POST", b"/", b""),
    (CHUNKED + b"1;note=it\r\n{\r\n01 \t\r\n}\r\n00\r\n\r\n", b"POST", b"/", b"{}"),
    (POST + b"Transfer-Encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", b"POST", b"/", b"{}"),
]


@every("piece", [0, 1, 2, 7])
@every(("raw", "method", "target", "body"), WHOLE)
def test_a_whole_request(raw: bytes, method: bytes, target: bytes, body: bytes, piece: int) -> None:
    head, whole = said(raw, piece)
    assert isinstance(head, Head)
    assert (head.method, head.target, whole) == (method, target, Whole(body))


@every(("raw", "body"), [(row[0], row[3]) for row in WHOLE])
def test_what_is_cut_off_is_not_whole(raw: bytes, body: bytes) -> None:
    for end in range(len(raw)):
        assert not any(isinstance(one, Whole | Unread) for one in said(raw[:end]))


def test_headers_are_given_as_they_stand() -> None:
    [head, _] = said(b"GET / HTTP/1.1\r\nHost: x\r\nA:\tb c \t\r\na: \xff\r\n\r\n")
    assert isinstance(head, Head)
    assert head.fields == [(b"Host", b"x"), (b"A", b"b c"), (b"a", b"\xff")]
    assert head.version == b"HTTP/1.1"


#: No request begins: nothing of these is a head.
NO_HEAD: Final = [
    (b"\r\n" + GET, "an empty line"),
    (b"\n", "an empty line"),
    (b"GET / HTTP/1.1\nHost: x\n\n", "line ends"),
    (b"GET / HTTP/1.1\n", "line ends"),
    (b"GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n", "a header that is none|line ends"),  # as it comes in one piece or in more
    (b"GET / HTTP/1.1\r\nA: " + b"a" * HEAD_BYTES, "longer than 300"),
    (b"GET / HTTP/1.1\r\nA: " + b"a" * HEAD_BYTES + b"\r\n\r\n", "longer than 300"),
    (b"GET / HTTP/1.2\r\n\r\n", "first line"),
    (b"GET / HTTP/1.10\r\n\r\n", "first line"),
    (b"GET / http/1.1\r\n\r\n", "first line"),
    (b"GET /\r\n\r\n", "first line"),
    (b"GET  / HTTP/1.1\r\n\r\n", "first line"),
    (b"GET\t/ HTTP/1.1\r\n\r\n", "first line"),
    (b"GET / HTTP/1.1 \r\n\r\n", "first line"),
    (b"GET /a b HTTP/1.1\r\n\r\n", "first line"),
    (b"GET /\x00 HTTP/1.1\r\n\r\n", "first line"),
    (b"G(T / HTTP/1.1\r\n\r\n", "first line"),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "first line"),
    (b"\x16\x03\x01\x00\x05hello\r\n\r\n", "first line"),
    (b"GET / HTTP/1.1\r\nX : y\r\n\r\n", "a header that is none"),
    (b"GET / HTTP/1.1\r\n X: y\r\n\r\n", "a header that is none"),
    (b"GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", "a header that is none"),
    (b"GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n", "a header that is none"),
    (b"GET / HTTP/1.1\r\nA: \x00\r\n\r\n", "a header that is none"),
    (b"GET / HTTP/1.1\r\nA: \x0b1\r\n\r\n", "a header that is none"),
    (b"GET / HTTP/1.1\r\nA\r\n\r\n", "a header that is none"),
    (b"GET / HTTP/1.1\r\n: y\r\n\r\n", "a header that is none"),
    (b'GET / HTTP/1.1\r\n"A": y\r\n\r\n', "a header that is none"),
]
#: A request begins, and cannot be read to its end.
NO_END: Final = [
    (b"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "absolute form"),
    (b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", "absolute form"),
    (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "absolute form"),
    (POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}", "no one length"),
    (POST + b"Content-Length: 2, 2\r\n\r\n{}", "no one length"),
    (POST + b"Content-Length: -2\r\n\r\n{}", "no one length"),
    (POST + b"Content-Length: +2\r\n\r\n{}", "no one length"),
    (POST + b"Content-Length: 02\r\n\r\n{}", "no one length"),
    (POST + b"Content-Length: 0x2\r\n\r\n{}", "no one length"),
    (POST + b"Content-Length: 2_0\r\n\r\n{}", "no one length"),
    (POST + b"Content-Length:\r\n\r\n{}", "no one length"),
    (POST + b"Content-Length: " + b"9" * 100 + b"\r\n\r\n{}", "no one length"),
    (POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "no one way"),
    (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "no one way"),
    (POST + b"Transfer-Encoding: identity\r\n\r\n{}", "no one way"),
    (POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "no one way"),
    (b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "no one way"),
    (CHUNKED + b"zz\r\n", "without a size"),
    (CHUNKED + b"\r\n", "without a size"),
    (CHUNKED + b" 2\r\n{}\r\n0\r\n\r\n", "without a size"),
    (CHUNKED + b"+2\r\n{}\r\n0\r\n\r\n", "without a size"),
    (CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n", "without a size"),
    (CHUNKED + b"2 ;a\r\n{}\r\n0\r\n\r\n", "without a size"),
    (CHUNKED + b"2\n{}\r\n0\r\n\r\n", "without a size"),
    (CHUNKED + b"10000000000000002\r\n", "without a size"),
    (CHUNKED + b"2\r\n{}x\r\n0\r\n\r\n", "does not end"),
    (CHUNKED + b"2\r\n{}\n0\r\n\r\n", "does not end"),
    (CHUNKED + b"2;" + b"a" * LINE_BYTES, "too long"),
    (CHUNKED + b"0\r\nX: y\r\n\r\n", "trailers"),
    (CHUNKED + b"0\r\nContent-Length: 0\r\n\r\n", "trailers"),
]


@every("piece", [0, 1, 7])
@every(("raw", "why", "begun"), [(*row, []) for row in NO_HEAD] + [(*row, [Head]) for row in NO_END])
def test_a_request_with_no_reading_or_with_two_is_refused(raw: bytes, why: str, begun: list[type], piece: int) -> None:
    *before, last = said(raw, piece)
    assert [type(one) for one in before] == begun
    assert isinstance(last, Unread)
    assert re.search(why, last.why)
    assert not last.too_large


@every("raw", [row[0] for row in NO_HEAD + NO_END])
def test_behind_it_nothing_is_read_any_more(raw: bytes) -> None:
    talk = Talk(HEAD_BYTES, BODY, AHEAD)
    heard(talk, raw)
    assert heard(talk, GET, GET) == []


class Searched(bytearray):
    """Notes how many bytes are looked through for the end of a line."""

    looked = 0

    def find(self, wanted: Any, start: Any = 0, end: Any = None) -> int:
        most = len(self) if end is None else min(end, len(self))
        self.looked += most - start
        return super().find(wanted, start, most)


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
        b"GET / HTTP/1.1\r\nA: " + b"a" * 5000,
        CHUNKED + b"1;" + b"a" * 1000 + b"\r\n",
    ],
)
def test_who_sends_byte_by_byte_makes_nobody_look_at_all_of_it_each_time(raw: bytes) -> None:
    talk = Talk(10_000, BODY, AHEAD)
    talk._rest = rest = Searched()
    heard(talk, *(raw[at : at + 1] for at in range(len(raw))))
    assert rest.looked < 8 * len(raw)


# one after the other


@every("piece", [0, 1, 7])
def test_what_is_sent_ahead_is_read_once_there_is_an_answer(piece: int) -> None:
    raw = POST + b"Content-Length: 2\r\n\r\n{}" + GET
    talk, step = Talk(HEAD_BYTES, BODY, AHEAD), piece or len(raw)
    [_, whole] = heard(talk, *(raw[at : at + step] for at in range(0, len(raw), step)))
    assert whole == Whole(b"{}")
    talk.answered()
    [head, whole] = heard(talk, b"")
    assert isinstance(head, Head)
    assert whole == Whole(b"")


def test_so_much_may_be_sent_ahead_and_who_sends_more_has_left() -> None:
    talk = Talk(HEAD_BYTES, BODY, AHEAD)
    heard(talk, GET)
    assert heard(talk, b"a" * AHEAD) == []
    assert heard(talk, b"a") == [Ahead()]
    assert heard(talk, b"a" * 1000) == []


@pytest.mark.parametrize(
    ("raw", "again"),
    [
        (GET, True),
        (GET.replace(b"x\r\n", b"x\r\nConnection: keep-alive\r\n"), True),
        (GET.replace(b"x\r\n", b"x\r\nConnection: close\r\n"), False),
        (GET.replace(b"x\r\n", b"x\r\nConnection: a\r\nConnection: b, Close\r\n"), False),
        (GET.replace(b"x\r\n", b"x\r\nConnection: closed\r\n"), True),
        (GET.replace(b"1.1", b"1.0"), False),
    ],
)
def test_whether_the_connection_goes_on(raw: bytes, again: bool) -> None:
    talk = Talk(HEAD_BYTES, BODY, AHEAD)
    heard(talk, raw)
    assert talk.again is again


def test_a_request_has_begun_with_its_first_byte() -> None:
    talk = Talk(HEAD_BYTES, BODY, AHEAD)
    assert not talk.in_head
    heard(talk, b"G")
    assert talk.in_head
    heard(talk, GET[1:])
    assert not talk.in_head


# 100-continue


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        (b"Expect: 100-continue\r\nContent-Length: 2\r\n", True),
        (b"Expect: 100-Continue\r\nTransfer-Encoding: chunked\r\n", True),
        (b"Expect: 100-continue\r\n", False),
        (b"Expect: 100-continue\r\nContent-Length: 0\r\n", False),
        (b"Expect: 200-ok\r\nContent-Length: 2\r\n", False),
        (b"Expect: 100-continue, x\r\nContent-Length: 2\r\n", False),
        (b"Content-Length: 2\r\n", False),
    ],
)
def test_who_waits_for_a_leave_to_go_on_is_heard_behind_the_head(headers: bytes, waits: bool) -> None:
    assert (Waits() in said(POST + headers + b"\r\n")) is waits


def test_a_client_of_http_1_0_is_told_nothing_but_its_answer() -> None:
    """RFC 9110 section 10.1.1."""
    found = said(POST.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}")
    assert [type(one) for one in found] == [Head, Whole]


def test_nobody_is_told_to_go_on_with_what_is_refused() -> None:
    found = said(POST + b"Expect: 100-continue\r\nContent-Length: 51\r\n\r\n")
    assert [type(one) for one in found] == [Head, Unread]


# too large


@pytest.mark.parametrize(
    ("raw", "rest"),
    [
        (POST + b"Content-Length: 51\r\n\r\n", 51),
        (POST + b"Content-Length: 5000\r\n\r\n", 4 * BODY),
        (CHUNKED + b"33\r\n", 4 * BODY),
        (CHUNKED + b"32\r\n" + b"a" * 50 + b"\r\n1\r\n", 4 * BODY),
    ],
)
def test_the_rest_of_a_body_that_is_too_large_is_thrown_away_and_then_it_is_over(raw: bytes, rest: int) -> None:
    talk = Talk(HEAD_BYTES, BODY, AHEAD)
    last = heard(talk, raw)[-1]
    assert isinstance(last, Unread)
    assert last.too_large
    assert heard(talk, b"a" * (rest - 1)) == []
    assert heard(talk, b"a") == [Over()]
    assert heard(talk, GET) == []


# large

BYTES: Final = LARGE + 1
IN_CHUNKS: Final = CHUNKED + b"%x\r\n%b\r\n" % (LARGE, b"a" * LARGE)


@pytest.mark.parametrize(
    ("raw", "rest", "body"),
    [
        (POST + b"Content-Length: %d\r\n\r\n" % BYTES, b"a" * BYTES, BYTES),
        (CHUNKED + b"%x\r\n" % BYTES, b"a" * BYTES + b"\r\n0\r\n\r\n", BYTES),
        (IN_CHUNKS + b"2\r\n", b"aa\r\n1\r\na\r\n0\r\n\r\n", LARGE + 3),
    ],
)
def test_a_large_body_is_read_on_once_it_is_admitted(raw: bytes, rest: bytes, body: int) -> None:
    talk = Talk(HEAD_BYTES, 2 * LARGE, AHEAD)
    assert [type(one) for one in heard(talk, raw)] == [Head, Large]
    assert heard(talk, rest[:1000], rest[1000:]) == []
    talk.admit()
    assert heard(talk, b"") == [Whole(b"a" * body)]
    talk.answered()
    assert [type(one) for one in heard(talk, GET)] == [Head, Whole]
    talk.answered()
    assert [type(one) for one in heard(talk, raw)] == [Head, Large]  # each is asked for


@pytest.mark.parametrize("raw", [POST + b"Content-Length: %d\r\n\r\n" % LARGE + b"a" * LARGE, IN_CHUNKS + b"0\r\n\r\n"])
def test_a_small_one_is_not_asked_for(raw: bytes) -> None:
    assert [type(one) for one in heard(Talk(HEAD_BYTES, 2 * LARGE, AHEAD), raw)] == [Head, Whole]


@pytest.mark.parametrize("length", [b"Content-Length: %d" % BYTES, b"Transfer-Encoding: chunked"])
def test_nobody_is_told_to_go_on_with_a_large_body_before_it_is_admitted(length: bytes) -> None:
    talk = Talk(HEAD_BYTES, 2 * LARGE, AHEAD)
    found = heard(talk, POST + b"Expect: 100-continue\r\n" + length + b"\r\n\r\n")
    if b"chunked" in length:
        assert [type(one) for one in found] == [Head, Waits]  # that it is large is not known yet
        found += heard(talk, b"%x\r\n" % BYTES)
        del found[1]
    assert [type(one) for one in found] == [Head, Large]
    talk.admit()
    assert heard(talk, b"") == ([] if b"chunked" in length else [Waits()])


@pytest.mark.parametrize(
    ("raw", "rest"),
    [(POST + b"Content-Length: %d\r\n\r\n" % BYTES, BYTES), (IN_CHUNKS + b"1\r\n", 8 * LARGE)],
)
def test_of_one_that_is_turned_away_what_comes_is_thrown_away(raw: bytes, rest: int) -> None:
    talk = Talk(HEAD_BYTES, 2 * LARGE, AHEAD)
    heard(talk, raw)
    talk.turn_away()
    assert heard(talk, b"a" * (rest - 1)) == []
    assert not talk._rest
    assert not talk._body
    assert heard(talk, b"a") == [Over()]
