"""What names a handle, what is a call with one, and what goes out to the server in its place?"""

import json
from typing import Any, Final

import pytest

from support.lucene.asked import Described, operation, raw_of
from support.tools.every import every
from vecgate.dialects.base.lucene.dialect import Lucene
from vecgate.domain.call import Call, Cursor
from vecgate.refusals.errors import CallRefused

A, B = "vgc1" + "A" * 600, "vgc1" + "B" * 600
BODY: Final[Any] = {"query": {"term": {"city": "x"}}, "size": 3}
OPENED: Final = Call(
    "POST", "/people/_search", (("preference", "_local"), ("scroll", "5m")), body=json.dumps(BODY).encode(), tree=BODY
)
SCROLL: Final = Cursor("scroll", "of-the-server", OPENED, "s1", 0.0)
PIT: Final = Cursor("pit", "of-a-pit", Call("POST", "/people,more/_search/point_in_time"), "s2", 0.0)
NAMED: Final = [
    ("POST", "/_search/scroll", {"scroll_id": A}, (A,)), ("GET", "/_search/scroll", {"scroll_id": A, "scroll": "1m"}, (A,)),
    ("GET", f"/_search/scroll?scroll_id={A}", None, (A,)), ("GET", f"/_search/scroll/{A}?scroll=1m", None, (A,)),
    ("DELETE", "/_search/scroll", {"scroll_id": [A, B]}, (A, B)), ("DELETE", "/_search/scroll", {"scroll_id": A}, (A,)),
    ("DELETE", f"/_search/scroll/{A},{B}", None, (A, B)), ("DELETE", f"/_search/scroll?scroll_id={A}", None, (A,)),
    ("DELETE", "/_search/point_in_time", {"pit_id": [A, B]}, (A, B)), ("POST", "/_search", {"pit": {"id": A}}, (A,)),
    ("POST", "/people/_search?scroll=1m", {}, ()), ("PUT", "/people/_doc/1", {"pit": {"id": A}}, ()), ("POST", "/people/_search", BODY, ()),
]  # fmt: skip


def dialect(name: str = "opensearch") -> Lucene:
    found = Described(name).dialect
    assert isinstance(found, Lucene)
    return found


@every(("method", "path", "body", "handles"), NAMED)
def test_a_handle_is_found_wherever_it_may_stand(method: str, path: str, body: Any, handles: tuple[str, ...]) -> None:
    """O-53"""
    assert dialect().handles(dialect().read(raw_of(method, path, body))) == handles


def test_elasticsearch_has_a_point_in_time_at_a_place_of_its_own() -> None:
    """E-34"""
    here = dialect("elasticsearch")
    call = here.read(raw_of("DELETE", "/_pit", {"id": A}))
    assert here.handles(call) == (A,)
    assert json.loads(here.outgoing(here.continued(call, [PIT], 0)).body) == {"id": "of-a-pit"}
    opens = here.keeps(here.read(raw_of("POST", "/people/_pit?keep_alive=90s")))
    assert opens is not None
    assert (opens.kind, opens.seconds, opens.of) == ("pit", 90.0, None)


@every(("method", "path", "body"), [
    ("GET", f"/_search/scroll/{A}", {"scroll_id": A}), ("POST", f"/_search/scroll?scroll_id={A}", {"scroll_id": B}), ("GET", f"/_search/scroll/{A}?scroll_id={B}", None),
    ("DELETE", f"/_search/scroll/{A}", {"scroll_id": B}), ("POST", "/_search/scroll", {"scroll_id": [A]}), ("POST", "/_search/scroll", {"scroll_id": A, "x": 1}),
    ("POST", "/people/_search", {"pit": {"id": A}}), ("POST", "/_search?scroll=1m", {"pit": {"id": A}}), ("POST", "/_search", {"pit": {"id": A, "index": "x"}}), ("POST", "/_msearch", [{}, {"pit": {"id": A}}]),
    ("POST", "/_search", {"slice": {"id": 0}}), ("POST", "/_search", {"slice": {"id": 0, "max": 4096}}),
])  # fmt: skip
def test_what_is_said_twice_or_elsewhere_is_refused(method: str, path: str, body: Any) -> None:
    """O-53: the server would take either."""
    here = dialect()
    with pytest.raises(CallRefused) as caught:
        here.handles(here.read(raw_of(method, path, body)))
    assert caught.value.refusal.code in ("body.unreadable", "path.odd")


@every(("method", "path", "body"), [one[:3] for one in NAMED if one[3]])
def test_nothing_goes_on_whose_handle_was_not_opened(method: str, path: str, body: Any) -> None:
    """Wherever a call is classified by itself: before a gateway, in a plan, on the command line."""
    assert "cursor.unknown" in Described().no(method, path, body)


def test_a_call_that_scrolls_on_is_the_search_from_there_and_says_the_id_alone() -> None:
    here = dialect()
    call = here.continued(here.read(raw_of("POST", "/_search/scroll", {"scroll_id": A, "scroll": "2m"})), [SCROLL], 6)
    assert (call.path, call.tree, call.query) == (
        "/people/_search",
        BODY,
        (("preference", "_local"), ("scroll", "2m"), ("from", "6")),
    )
    assert here.handles(call) == ()
    keeps, first = here.keeps(call), here.keeps(OPENED)
    assert keeps is not None
    assert first is not None
    assert (keeps.kind, keeps.seconds, keeps.records, keeps.of) == ("scroll", 120.0, 3, first.of)
    out = here.outgoing(call)
    assert (out.method, out.path, out.query, json.loads(out.body)) == (
        "POST",
        "/_search/scroll",
        (),
        {"scroll_id": "of-the-server", "scroll": "2m"},
    )
    bare = here.continued(here.read(raw_of("GET", f"/_search/scroll/{A}")), [SCROLL], 0)
    assert json.loads(here.outgoing(bare).body) == {"scroll_id": "of-the-server"}
    kept = here.keeps(bare)
    assert kept is not None
    assert kept.seconds is None
    with pytest.raises(CallRefused):
        here.continued(
            here.read(raw_of("POST", "/_search/scroll?scroll=1m", {"scroll_id": A, "scroll": "2m"})), [SCROLL], 0
        )


async def test_how_deep_a_scroll_is_counts() -> None:
    here, call = dialect(), dialect().continued(dialect().read(raw_of("GET", f"/_search/scroll/{A}")), [SCROLL], 6)
    assert await here.reach(call, operation("search"), Described().ask, 20) == 9
    part = here.rebuilt(call, {**BODY, "slice": {"id": 0, "max": 1000}})
    assert await here.reach(part, operation("search"), Described().ask, 20) == 9000, "slices together are all of it"


def test_a_search_of_a_point_in_time_is_one_of_its_indices() -> None:
    here = dialect()
    asked = here.read(
        raw_of("POST", "/_search", {**BODY, "pit": {"id": A, "keep_alive": "1m"}, "slice": {"id": 0, "max": 2}})
    )
    call = here.continued(asked, [PIT], 0)
    assert call.path == "/people%2Cmore/_search"
    assert here.rebuilt(call, {**BODY, "pit": {"keep_alive": "1m"}}).cursors == ("of-a-pit",)
    keeps = here.keeps(call)
    assert keeps is not None
    assert (keeps.kind, keeps.seconds, keeps.of) == ("pit", 60.0, None)
    out = here.outgoing(call)
    assert out.path == "/_search"
    assert json.loads(out.body) == {**BODY, "pit": {"keep_alive": "1m", "id": "of-a-pit"}, "slice": {"id": 0, "max": 2}}


def test_what_is_closed_is_closed_by_the_servers_ids_and_neither_goes_for_the_other() -> None:
    here = dialect()
    read = here.read(raw_of("DELETE", f"/_search/scroll/{A}", None))
    call = here.continued(read, [SCROLL], 0)
    assert here.keeps(call) is None
    assert here.match(call).route.name == "clear_scroll"
    assert (call.path, call.tree) == ("/_search/scroll", {})
    assert json.loads(here.outgoing(call).body) == {"scroll_id": ["of-the-server"]}
    for method, path, body, cursor in (("DELETE", f"/_search/scroll/{A}", None, PIT), ("POST", "/_search", {"pit": {"id": A}}, SCROLL), ("POST", "/_search/scroll", {"scroll_id": A}, PIT)):  # fmt: skip
        with pytest.raises(CallRefused) as caught:
            here.continued(here.read(raw_of(method, path, body)), [cursor], 0)
        assert "none of that kind" in str(caught.value.refusal)


def test_an_answer_has_handles_where_the_server_has_ids_and_none_that_nobody_opened() -> None:
    here, found = dialect(), operation("search")
    answer: Any = {"_scroll_id": "x", "hits": {"hits": []}}
    assert here.cursor(found, answer) == "x"
    assert here.renamed(found, answer, {"x": A}) == {"_scroll_id": A, "hits": {"hits": []}}
    assert here.renamed(found, answer, {}) == {"hits": {"hits": []}}
    assert here.cursor(operation("count"), {"id": "x"}) == ""
    pits: Any = {"pits": [{"pit_id": "x", "successful": True}, {"pit_id": "y", "successful": True}]}
    assert here.renamed(operation("delete_pit"), pits, {"x": A}) == {"pits": [{"pit_id": A, "successful": True}]}
    assert here.renamed(found, None, {}) is None
