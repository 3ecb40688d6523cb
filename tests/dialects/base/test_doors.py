"""What an answer to a knock shows: values deep in it, pages of elsewhere let in, a server's settings."""

import json
from typing import Any

from support.tools.every import every
from vecgate.dialects.base.doors import ELSEWHERE, Said, flat_setting, lets_pages_in, preflight, settings_door
from vecgate.domain.call import Call


def said(tree: Any, status: int = 200, **headers: str) -> Said:
    return Said(status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(tree).encode())


def test_a_value_is_read_where_it_stands_and_nothing_is_made_of_what_is_not_there() -> None:
    assert said({"a": [{"b": 1}]}).at("a", 0, "b") == 1
    for path in (("x",), ("a", 1), ("a", "b"), ("a", 0, "b", "c")):
        assert said({"a": [{"b": 1}]}).at(*path) is None
    assert Said(200, {}, b"no json").at("a") is None
    assert Said(200, {}, b"[" * 100_000).at(0) is None


@every(
    ("status", "allowed", "open"),
    [
        (200, "*", True),
        (204, ELSEWHERE, True),
        (200, "https://ours.example", False),
        (200, "", False),
        (403, "*", False),
    ],
)
def test_pages_of_elsewhere_are_let_in_by_the_answer_that_browsers_heed(status: int, allowed: str, open: bool) -> None:
    assert bool(lets_pages_in(said({}, status, access_control_allow_origin=allowed))) is open
    assert dict(preflight("/x").headers)["origin"] == ELSEWHERE


def test_what_was_set_while_a_server_runs_counts_before_its_file() -> None:
    tree = {"persistent": {"a": "2", "b": "2"}, "transient": {"a": "1"}, "defaults": {"a": "3", "b": "3", "c": "3"}}
    assert [flat_setting(name)(said(tree)) for name in "abcd"] == ["1", "2", "3", None]


def test_a_setting_that_is_not_told_is_not_known_to_be_shut() -> None:
    call = Call("GET", "/settings")
    knock = settings_door(call, "a.b", ("true",), "it is open", "Set it.", "https://x")
    assert [bool(knock.open(said({"defaults": {"a.b": value}}))) for value in ("true", "false")] == [False, True]
    assert knock.open(said({"defaults": {}}))
    only = settings_door(call, "a.b", (), "it is open", "Set it.", "https://x", is_open=("*",))
    assert [bool(only.open(said({"defaults": {"a.b": value}}))) for value in ("*", "x")] == [True, False]
