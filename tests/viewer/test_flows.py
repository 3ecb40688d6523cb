from mitmproxy.test import taddons

from support.tools.every import every
from vecgate.recording.chain import Entry
from vecgate.recording.events import EVENTS, Phase
from vecgate.recording.read import Recorded
from vecgate.refusals.catalogue import refuse
from vecgate.viewer.flows import MARKS, STORY, flows_of


def one(code: str, **body: object) -> Recorded:
    return Recorded("s", (Entry(0, "2026-11-23T14:15:00.000Z", code, "x", body, "c2VhbGVk", "", ""),), ())


def test_a_session_without_exchanges_has_no_flows() -> None:
    assert flows_of(Recorded("s", (), ("empty",))) == []


def test_every_exchange_becomes_a_flow_with_its_story(recorded: Recorded) -> None:
    search, delete, refused, left, local, running = flows_of(recorded)
    assert search.request.pretty_url == "https://chroma/api/v2/tenants/t/databases/d/collections/tickets/query?limit=10"
    assert search.response is not None
    assert (search.response.status_code, search.response.json()["ids"]) == (200, [["t1"]])
    assert search.comment == (
        "search on tickets · alice · allow by analysts/read · 200 · records 1"
        " · masked 12 (PERSON 8, EMAIL_ADDRESS 4) · time 12 ms · lease le-17"
    )
    assert delete.response is None
    assert delete.error is not None
    assert refused.response is not None
    assert (refused.response.status_code, refused.response.json()) == (403, {"refusal": "policy.no_rule"})
    assert left.error is not None
    assert local.response is not None
    assert (running.response, running.error) == (None, None)
    assert [f.marked for f in flows_of(recorded)] == [
        ":white_check_mark:",
        ":lock:",
        ":no_entry:",
        ":door:",
        ":house:",
        ":hourglass:",
    ]


def test_a_flow_has_the_same_id_each_time(recorded: Recorded) -> None:
    assert [f.id for f in flows_of(recorded)] == [f.id for f in flows_of(recorded)]


def test_every_event_of_an_exchange_has_a_mark() -> None:
    assert MARKS.keys() == {code for code, event in EVENTS.items() if event.phase is not Phase.SESSION}


@every(
    "body",
    [
        # nothing known
        {},
        {"call": None, "status": None},
        # odd forms of a call that was refused
        {"call": {"path": "//x y\r\nz"}, "upstream": "a b", "status": 9},
        {"call": {"path": "", "query": {"a": "1"}, "body": "text"}, "status": "200"},
    ],
)
@every("code", sorted(MARKS))
def test_whatever_was_recorded_can_be_shown_and_saved(code: str, body: dict[str, object]) -> None:
    (flow,) = flows_of(one(code, **body))
    with taddons.context():
        assert type(flow).from_state(flow.get_state()).id == flow.id
    assert b"sealed" not in repr(flow.get_state()).encode()


def test_a_refusal_is_told_in_the_catalogues_words_and_a_long_serial_is_cut() -> None:
    (flow,) = flows_of(one("request.refused", refusal={"code": "limit.results"}, lease={"id": "3f:" * 15 + "aa"}))
    assert flow.metadata[STORY]["refused"].startswith("… … were asked for")
    assert "{" not in flow.metadata[STORY]["refused"]
    refusal = refuse("limit.results", asked=300, things="results", rule="analysts/read", allowed=50)
    (told,) = flows_of(one("request.refused", refusal=refusal.code, facts=dict(refusal.facts)))
    assert told.metadata[STORY]["refused"] == (
        "300 results were asked for; rule 'analysts/read' allows 50. Ask for 50 or fewer."
    )
    assert flow.comment.endswith("lease 3f:3f:3f:3f…")
    assert flow.metadata[STORY]["lease"] == "3f:" * 15 + "aa"
