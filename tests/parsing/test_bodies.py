"""Is a body read in one way, or not at all?"""

import pytest

from vecgate.parsing import bodies
from vecgate.parsing.forms import Left, Members, Shape
from vecgate.refusals.errors import CallRefused

WHOLE = Shape("a whole number", lambda v: type(v) is int)
BODY = Members({"n": WHOLE, "m": WHOLE.or_null()}, required=("n",))
JSON = (("Content-Type", "application/json"),)


def code(headers: tuple[tuple[str, str], ...], raw: bytes, body: Members | None = BODY) -> str:
    with pytest.raises(CallRefused) as refused:
        bodies.read(headers, raw, body)
    return str(refused.value.refusal)


def test_a_route_without_a_body_takes_none() -> None:
    assert bodies.read(JSON, b"", None) == (None, b"")
    assert code(JSON, b"{}", None).startswith("body.unreadable")
    assert code((), b" ", None).startswith("body.unreadable")


def test_a_body_is_an_object_of_known_members() -> None:
    assert bodies.read(JSON, b'{"m":null,"n":1}', BODY).tree == {"m": None, "n": 1}


@pytest.mark.parametrize(
    ("raw", "sent"),
    [
        (b'{"n":1}', b'{"n":1}'),
        (b'{ "n" : 1,\n"m": null}', b'{"n":1,"m":null}'),
        (b'{"n":1,"l":null}', b'{"n":1}'),  # what says nothing goes no further
        (b'{"n":1,"second":2}', b'{"n":1,"m":2}'),
    ],
)
def test_what_is_sent_is_printed_from_what_was_read(raw: bytes, sent: bytes) -> None:
    body = Members({**BODY.members, "l": Left(WHOLE)}, also={"second": "m"})
    assert bodies.read(JSON, raw, body).printed == sent


@pytest.mark.parametrize(
    "raw",
    [
        # no object
        b"", b"null", b"[]", b'"a"', b"1",
        # no strict JSON
        b"{", b'{"n":1}x', b'{"n":1,"n":2}', b'{"n":NaN}', b'\xef\xbb\xbf{"n":1}', b'{"n":"\xff"}',
        # a member that is unknown, missing, or of another shape
        b'{"n":1,"x":1}', b'{"N":1}', b"{}", b'{"n":null}', b'{"n":"1"}', b'{"n":true}', b'{"n":1.0}',
    ],
)  # fmt: skip
def test_any_other_body_is_refused(raw: bytes) -> None:
    assert code(JSON, raw).startswith("body.unreadable")


def test_a_refusal_names_the_member_and_what_it_must_be() -> None:
    assert "'n' must be a whole number." in code(JSON, b'{"n":"x"}')
    assert "unknown member 'filter'. Known: m, n." in code(JSON, b'{"n":1,"filter":1}')


def test_a_refusal_never_repeats_what_could_be_personal() -> None:
    text = code(JSON, b'{"n":1,"alice@example.com":1}') + code(JSON, b'{"n":"alice@example.com"}')
    assert "alice" not in text


@pytest.mark.parametrize(
    "value",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"'],
)
def test_json_in_utf8_is_read(value: str) -> None:
    assert bodies.read((("content-type", value),), b'{"n":1}', BODY).tree == {"n": 1}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "text/plain",
        "application/x-ndjson",
        "application/json; charset=utf-16",
        "application/jsonx",
        "application/json, text/plain",
    ],
)
def test_another_content_type_is_refused(value: str) -> None:
    assert code((("content-type", value),), b'{"n":1}').startswith("body.unreadable")


@pytest.mark.parametrize("value", ["gzip", "br", "GZIP", "identity, gzip", ""])
def test_a_compressed_body_is_refused(value: str) -> None:
    assert "compressed" in code((*JSON, ("Content-Encoding", value)), b'{"n":1}')


@pytest.mark.parametrize(
    "headers",
    [
        (("Host", "a"), ("host", "b")),
        (("host", "a"), ("host", "a")),
        (("Content-Type", "application/json"), ("content-type", "application/json")),
        (("content-length", "1"), ("content-length", "1")),
        (("content-length", "1"), ("transfer-encoding", "chunked")),
    ],
)
def test_framing_that_two_readers_could_take_differently_is_refused(headers: tuple[tuple[str, str], ...]) -> None:
    assert code(headers, b"", None).startswith("protocol.invalid")


ADVICE = [
    # what it is written in
    (JSON, b'{"n":1,"n":2}', BODY, "UTF-8"),
    (JSON, b"{", BODY, "UTF-8"),
    # what it says
    (JSON, b'{"n":1,"x":1}', BODY, "as the documentation of this call"),
    (JSON, b'{"n":"x"}', BODY, "as the documentation of this call"),
    (JSON, b"[]", BODY, "as the documentation of this call"),
    # how it comes
    ((("content-type", "text/plain"),), b'{"n":1}', BODY, "Content-Type: application/json"),
    ((), b"", BODY, "--body"),
    ((), b"{}", None, "without a body"),
]


@pytest.mark.parametrize(("headers", "raw", "body", "advice"), ADVICE)
def test_what_to_do_fits_what_is_wrong(
    headers: tuple[tuple[str, str], ...], raw: bytes, body: Members | None, advice: str
) -> None:
    said = code(headers, raw, body)
    assert said.startswith("body.unreadable")
    assert advice in said
    assert ("UTF-8" in said) is (advice == "UTF-8")
