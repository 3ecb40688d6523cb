"""Is each limit tried while memory is measured, and does its setting say what becomes of what is over it?"""

import inspect
import re
from typing import Final

import pytest

from attacks import test_answers, test_cursors, test_floods, test_http2_floods
from path.inputs import test_hostile_streams
from vecgate.refusals.catalogue import CATALOGUE
from vecgate.settings.hold import Hold
from vecgate.settings.limits import Limits

#: Setting -> the test that goes over it, and what is told then; nothing: the connection is closed, or one comes again.
TRIED: Final = {
    "request_body": (test_floods.test_what_never_ends_is_not_kept, "body.too_large"),
    "answer_body": (test_answers.test_an_odd_answer_is_masked_or_withheld, "answer.too_large"),
    "bodies_at_once": (test_floods.test_large_bodies_have_their_turns_and_small_ones_do_not_wait, "body.waited"),
    "answers_at_once": (
        test_floods.test_large_answers_have_their_turns_and_small_ones_do_not_wait,
        "answer.waited",
    ),
    "header_bytes": (test_floods.test_what_never_ends_is_not_kept, "protocol.invalid"),
    "token": (test_floods.test_a_token_that_is_longer_than_any_is_not_looked_into, "identity.invalid"),
    "pipelined_bytes": (test_floods.test_what_is_sent_while_a_request_is_held_is_not_kept, ""),
    "json_depth": (test_floods.test_a_small_document_that_would_be_large_is_weighed_first, "body.unreadable"),
    "json_containers": (test_floods.test_a_large_document_is_weighed_too, "body.unreadable"),
    "json_values": (test_floods.test_a_large_document_is_weighed_too, "body.unreadable"),
    "answer_containers": (test_floods.test_a_large_answer_is_weighed_too, "answer.too_large"),
    "answer_values": (test_floods.test_a_large_answer_is_weighed_too, "answer.too_large"),
    "connections": (
        test_floods.test_the_database_is_asked_over_so_many_connections_and_the_rest_wait,
        "upstream.unreachable",
    ),
    "clients": (test_floods.test_a_flood_of_connections_takes_no_room, ""),
    "clients_per_address": (test_floods.test_a_flood_of_connections_takes_no_room, ""),
    "requests": (test_floods.test_so_many_requests_are_under_way_and_more_are_told_to_wait, "limit.busy"),
    "head_seconds": (test_floods.test_many_who_stop_in_the_middle_are_cut_off, ""),
    "body_seconds": (test_floods.test_many_who_stop_in_the_middle_are_cut_off, ""),
    "answer_seconds": (test_floods.test_an_answer_that_is_not_taken_is_not_kept, ""),
    "idle_seconds": (test_floods.test_many_who_stop_in_the_middle_are_cut_off, ""),
    "streams": (test_http2_floods.test_so_many_requests_at_a_time_and_more_are_told_to_come_again, ""),
    "stream_seconds": (test_hostile_streams.test_it_ends_and_takes_no_room, ""),
    "stream_resets": (test_http2_floods.test_who_resets_what_they_ask_has_no_more_at_work_than_others, ""),
    "connection_requests": (test_floods.test_a_connection_ends_with_so_many_requests, ""),
    "connection_seconds": (test_floods.test_an_old_connection_ends_with_its_answer, ""),
}
#: What takes up room at the database and not here, tried at real ones.
AT_THE_DATABASE: Final = {
    "cursors": (test_cursors.test_nobody_has_more_open_than_is_allowed, "limit.cursors"),
    "cursor_seconds": (test_cursors.test_nothing_is_kept_for_longer_than_is_allowed, "limit.keep_alive"),
    "cursor_age": (test_cursors.test_what_is_closed_goes_on_no_more, "cursor.expired"),
}


def test_no_limit_is_left_out() -> None:
    assert {*TRIED, *AT_THE_DATABASE} == set(Limits.model_fields)


@pytest.mark.parametrize("name", AT_THE_DATABASE)
def test_what_is_over_it_at_the_database_is_refused_by_name(name: str) -> None:
    tried, code = AT_THE_DATABASE[name]
    source = inspect.getsource(test_cursors).partition(f"def {tried.__name__}(")[2].partition("\ndef ")[0]
    assert f'"{code}"' in source


@pytest.mark.parametrize("name", TRIED)
def test_it_is_tried_while_memory_is_measured(name: str) -> None:
    source = inspect.getsource(TRIED[name][0])
    assert "with growth(" in source
    assert re.search(r"assert grown\(\) < ", source)


@pytest.mark.parametrize("name", [*TRIED, *AT_THE_DATABASE])
def test_its_description_says_what_becomes_of_what_is_over_it(name: str) -> None:
    code, said = {**TRIED, **AT_THE_DATABASE}[name][1], Limits.model_fields[name].description or ""
    if code:
        assert code in CATALOGUE
        assert f"`{code}`" in said
    else:
        assert re.search(r"\b(closed|ends|REFUSED_STREAM)\b", said)


def test_so_does_the_one_on_questions_of_one_person() -> None:
    assert "`limit.holds`" in (Hold.model_fields["open_per_user"].description or "")
