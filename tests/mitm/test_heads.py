"""Which request heads mitmproxy may read. What a refused one looks like to a client: tests/attacks."""

from support.tools.every import every
from vecgate.mitm import heads

LIMIT = 64
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

CASES = [
    # nothing to say yet
    (b"", None),
    (b"G", None),
    (HEAD[:-1], None),
    # whole
    (HEAD, None),
    (HEAD + b"a body\nin  any form", None),
    (b"GET /\r\n\r\n", None),  # no version: mitmproxy refuses it
    # read differently by different servers
    (HEAD.replace(b"\r\n", b"\n"), "line ends"),
    (HEAD.replace(b"\r\n", b"\n", 1), "line ends"),
    (HEAD[:-2] + b"\n", "line ends"),
    (HEAD.replace(b" ", b"  ", 1), "white space"),
    (HEAD.replace(b" ", b"\t", 1), "white space"),
    (HEAD.replace(b"1.1", b"1.1 "), "white space"),
    (b" " + HEAD, "white space"),
    (HEAD.replace(b"/ ", b"/\r "), "line ends"),
    (HEAD.replace(b"host\r", b"host\r\r"), "line ends"),
    (HEAD.replace(b": ", b": \v"), "line ends"),
    (HEAD + b"x" * LIMIT, None),  # what follows the head is not part of it
    # begins with an empty line
    (b"\r", "empty line"),
    (b"\r\n" + HEAD, "empty line"),
    (b"\n" + HEAD, "empty line"),
    # too long
    (b"x" * (LIMIT - 1), None),
    (b"x" * LIMIT, "longer than 64 bytes"),
    (b"x" * (LIMIT - 4) + b"\r\n\r\n", None),
    (b"x" * (LIMIT - 3) + b"\r\n\r\n", "longer than 64 bytes"),
]


@every(("received", "words"), CASES)
def test_a_head_is_read_on_unless_there_is_a_problem(received: bytes, words: str | None) -> None:
    found = heads.problem(received, LIMIT)
    assert found is None if words is None else found is not None and words in found
