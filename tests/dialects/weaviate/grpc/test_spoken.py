"""How is each call answered over gRPC: with which values, in which types, and with which statuses?"""

import json
from typing import Final

import pytest

from support.tools.every import every
from support.weaviate.messages import GRPC, SERVICE, search
from vecgate.dialects.base.grpc.protocol import HEALTH, Reply
from vecgate.domain.call import Answer, Call
from vecgate.refusals.catalogue import CATALOGUE, Refusal, refuse
from vecgate.refusals.errors import CallRefused

A: Final = "abc10000-0000-4000-8000-000000000001"
STATUSES: Final = ((2, 422, 2), (7, 403, 7), (16, 401, 16), (14, 503, 10), (13, 500, 13), (4, 504, 4))


@every(("status", "twin", "given"), STATUSES)
def test_an_error_of_the_server_keeps_its_status(status: int, twin: int, given: int) -> None:
    """W-74"""
    heard = GRPC.answer(search(), Reply(None, status, "of Anna"))
    assert (heard.answer.status, json.loads(heard.answer.body)) == (twin, {"error": [{"message": "of Anna"}]})
    masked = Answer(heard.answer.status, body=b'{"error":[{"message":"of [NAME]"}]}')
    assert GRPC.given(search(), masked, heard.kept) == Reply(None, given, "of [NAME]")


def test_no_refusal_has_a_status_that_clients_try_again_at() -> None:
    """W-74"""
    for code, kind in CATALOGUE.items():
        told = GRPC.refused(f"{SERVICE}/Search", Refusal(code, kind.status, kind.what, kind.todo))
        assert told.status not in (0, 13, 14), code
        assert told.text.startswith(code)
    assert (
        GRPC.refused(f"{SERVICE}/Search", refuse("policy.denied", rule="r", operation="o", target="t", who="w")).status
        == 7
    )


def test_what_is_no_message_of_this_server_is_said_so() -> None:
    with pytest.raises(ValueError, match="read"):
        GRPC.answer(search(), Reply(b"\xff"))
    with pytest.raises(CallRefused, match="unreadable"):
        GRPC.message(Call("GET", "/v1/meta"))
    assert GRPC.opened(HEALTH) is not None
