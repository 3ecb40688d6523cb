"""A digest covers every part of a call, and no two calls have the same."""

import pytest

from vecgate.domain.call import Answer, Call

BASE = Call("POST", "/a", (("k", "v"),), (("content-type", "application/json"),), b"{}")

CHANGED = [
    Call("PUT", "/a", (("k", "v"),), (("content-type", "application/json"),), b"{}"),
    Call("POST", "/b", (("k", "v"),), (("content-type", "application/json"),), b"{}"),
    Call("POST", "/a", (("k", "w"),), (("content-type", "application/json"),), b"{}"),
    Call("POST", "/a", (), (("content-type", "application/json"),), b"{}"),
    Call("POST", "/a", (("k", "v"),), (("content-type", "text/plain"),), b"{}"),
    Call("POST", "/a", (("k", "v"),), (), b"{}"),
    Call("POST", "/a", (("k", "v"),), (("content-type", "application/json"),), b"[]"),
    # the same bytes, cut elsewhere
    Call("POST", "/a", (("kv", ""),), (("content-type", "application/json"),), b"{}"),
    Call("POST", "/a", (("content-type", "application/json"),), (("k", "v"),), b"{}"),
]


@pytest.mark.parametrize("call", CHANGED)
def test_every_part_of_a_call_is_in_its_digest(call: Call) -> None:
    assert call.digest() != BASE.digest()


def test_the_context_is_in_the_digest_and_cannot_slip_into_another_part() -> None:
    assert BASE.digest("a", "b") == BASE.digest("a", "b")
    assert len({BASE.digest(), BASE.digest("ab"), BASE.digest("a", "b"), BASE.digest("b", "a")}) == 4


def test_a_header_that_is_not_there_is_empty_and_of_several_the_first_counts() -> None:
    assert Answer(200).header("retry-after") == ""
    assert Answer(200, (("a", "1"), ("a", "2"))).header("a") == "1"
