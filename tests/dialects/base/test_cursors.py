"""A database that gives out nothing to go on with has no handles, whatever a call says."""

from vecgate import dialects
from vecgate.dialects.base.cursors import Continuing
from vecgate.domain.call import Call
from vecgate.domain.operation import Operation


def test_by_itself_a_call_goes_on_with_nothing_and_an_answer_stays_as_it_is() -> None:
    plain, call = Continuing(), Call("POST", "/x", tree={"scroll_id": "a"})
    operation = Operation("chroma", "query", "search", 2)
    assert (plain.handles(call), plain.continued(call, (), 3), plain.keeps(call)) == ((), call, None)
    assert plain.cursor(operation, {"_scroll_id": "a"}) == ""
    assert plain.renamed(operation, {"_scroll_id": "a"}, {}) == {"_scroll_id": "a"}


def test_who_gives_out_handles_says_which_rows_go_on() -> None:
    going = {name: dialects.load(name).going for name in dialects.names()}
    assert {name for name, rows in going.items() if "scroll" in rows} == {"elasticsearch", "opensearch"}
