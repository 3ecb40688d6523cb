"""Does nobody go on with what another one opened, or with more than they may see by now? At real servers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from demo.stack import Stack
from path.approvals.test_hold import until, write_policy
from support.leaks import Ask
from support.lucene.cursors import WORDS, Person, Words
from support.lucene.gated import POLICY, Gate, fill, gated
from support.servers import elasticsearch, opensearch
from support.servers.rowed import plainly, succeeded
from support.tools.every import every

pytestmark = [pytest.mark.timeout(900), pytest.mark.shares("opensearch", "elasticsearch")]
MAPPED: Final[Any] = {"tenant": {"type": "keyword"}, "phone": {"type": "keyword"}}
MISSING: Final = {"opensearch": opensearch.missing, "elasticsearch": elasticsearch.missing}
MOST: Final = 8
OWN, ALL = ["p1", "p2", "p3"], [f"p{n}" for n in range(1, 7)]


class Place(NamedTuple):
    gate: Gate
    words: Words
    policies: Path

    def by(self, group: str, user: str = "", **claims: Any) -> Person:
        return Person(self.gate, group, user, tuple(claims.items()))


@pytest.fixture(scope="module", params=["opensearch", "elasticsearch"])
def place(request: pytest.FixtureRequest, stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if why := MISSING[request.param]():
        pytest.skip(why)
    folder = tmp_path_factory.mktemp(f"cursors-{request.param}")
    index = {"settings": {"number_of_replicas": 0}, "mappings": {"properties": MAPPED}}
    limits = {"cursors": MOST, "cursor_seconds": 300}
    with gated(stack, folder, request.param, index, limits=limits) as gate:
        fill(gate)
        yield Place(gate, WORDS[request.param], folder / "policies")


def ids(hits: list[Any]) -> list[str]:
    return sorted(hit["_id"] for hit in hits)


def test_each_page_is_kept_to_rows_and_masked_as_the_first(place: Place) -> None:
    """O-53, E-34"""
    staff, readers = place.by("staff"), place.by("readers")
    first = staff.scroll(1)
    assert ids(staff.through(first)) == OWN
    assert first["hits"]["total"]["value"] == 3
    found = readers.through(readers.scroll(2))
    assert ids(found) == ALL
    assert not any(plain in str(found) for plain in ("Anna", "example.org", "030-"))
    assert len(readers.scroll(None)["hits"]["hits"]) == 5, "what a page leaves out does not come again"
    assert readers.code("POST", "/people/_search?scroll=1m", {"size": 6}) == "limit.results"


def test_a_point_in_time_is_searched_as_its_indices_are(place: Place) -> None:
    """O-53, E-34: whatever was written since is not there; the rows are those of each search."""
    staff, readers, words = place.by("staff"), place.by("readers"), place.words
    opened = words.opened(staff)
    assert opened.status == 200, opened.text
    handle, after, found = opened.tree[words.id], None, list[Any]()
    succeeded(place.gate.url, "PUT", "/people/_doc/late?refresh=true", {"tenant": "acme", "phone": "0"})
    try:
        for _ in range(4):
            body = {"size": 1, "pit": {"id": handle, "keep_alive": "1m"}, "sort": [{"phone": "asc"}]}
            said = staff.say("POST", "/_search", {**body, **({"search_after": after} if after else {})})
            assert said.status == 200, said.text
            found += said.tree["hits"]["hits"]
            handle, after = (
                said.tree["pit_id"],
                said.tree["hits"]["hits"][-1]["sort"] if said.tree["hits"]["hits"] else after,
            )
        assert ids(found) == OWN
        closed = words.closed(staff, handle)
        assert closed.status == 200, closed.text
        pit = {"pit": {"id": words.opened(readers).tree[words.id]}}
        assert readers.code("POST", "/_search", {**pit, "query": {"term": {"phone": "030-12341"}}}) == "oracle.field"
        assert "Anna" not in readers.say("POST", "/_search", {**pit, "size": 5}).text
        assert readers.code("POST", "/people/_search", pit) == "body.unreadable"
        assert readers.code("POST", "/_search?scroll=1m", pit) in (
            "body.unreadable",
            "action_request_validation_exception",
        )
        assert (
            "body.unreadable"
            in readers.say(
                "POST", "/_msearch", b'{"index":"people"}\n' + str(pit).replace("'", '"').encode() + b"\n"
            ).text
        )
    finally:
        succeeded(place.gate.url, "DELETE", "/people/_doc/late?refresh=true")


def test_slices_together_are_all(place: Place) -> None:
    staff = place.by("staff", "slicer")
    some = [staff.through(staff.scroll(2, slice={"id": n, "max": 2})) for n in range(2)]
    assert ids([*some[0], *some[1]]) == OWN


def test_slices_tell_nothing_of_a_field_that_is_masked_and_go_no_deeper_together(place: Place) -> None:
    """Which slice a record is in is a hash of the field's value: of 1024 slices, ten bits of it."""
    readers, writers = place.by("readers"), place.by("writers")
    by = {"id": 0, "max": 1024, "field": "phone"}
    assert readers.code("POST", "/people/_search?scroll=1m", {"size": 5, "slice": by}) == "oracle.field"
    pit = {"id": place.words.opened(readers).tree[place.words.id]}
    assert readers.code("POST", "/_search", {"size": 5, "pit": pit, "slice": by}) == "oracle.field"
    part = {"size": 10, "slice": {"id": 0, "max": 3}}
    assert writers.code("POST", "/people/_search?scroll=1m", part) == "limit.depth"


def test_a_canary_in_a_later_page_locks_as_one_in_the_first(place: Place) -> None:
    """And whoever is locked goes on with nothing, also in what was opened before."""
    visitor = place.by("visitors", "wanderer")
    pit, page = place.words.opened(visitor).tree[place.words.id], visitor.scroll(3)
    assert ids(page["hits"]["hits"]) == ["p1", "p2", "p3"]
    said = visitor.on(page["_scroll_id"])
    assert (said.status, "p6" in said.text, "_scroll_id" in said.text) == (403, False, False), said.text
    for again in (visitor.on(page["_scroll_id"]), visitor.say("POST", "/_search", {"pit": {"id": pit}, "size": 1})):
        assert (again.status, again.tree["error"]["type"]) == (403, "user.locked"), again.text


def test_each_page_is_of_the_budget(place: Place) -> None:
    """Four different records an hour: a second page of three is withheld, in a scroll and in a point in time."""
    rationed = place.by("rationed", "saver")
    page, pit = rationed.scroll(3), place.words.opened(rationed).tree[place.words.id]
    refused = rationed.on(page["_scroll_id"]), rationed.say("POST", "/_search", {"pit": {"id": pit}, "size": 5})
    for said in refused:
        assert (said.status, said.tree["error"]["type"], "tenant" in said.text) == (403, "limit.budget", False)


def _foreign(place: Place, handle: str) -> dict[str, tuple[Person, str]]:
    """Who shows which handle."""
    own = place.by("staff", sid="s1")
    raw = plainly(place.gate.url, Ask("POST", "/people/_search?scroll=1m", {"size": 1})).tree["_scroll_id"]
    return {
        "another person of the same group": (place.by("staff", "other", sid="s1"), handle),
        "an owner, who may see it all": (place.by("owners"), handle),
        "the same person in another session": (place.by("staff", sid="s2"), handle),
        "the same person through an agent": (place.by("staff", sid="s1", act={"sub": "bot"}), handle),
        "changed at its end": (own, handle[:-2] + ("AA" if handle[-2:] != "AA" else "BB")),
        "changed within": (own, handle[:60] + ("A" if handle[60] != "A" else "B") + handle[61:]),
        "cut": (own, handle[:-8]),
        "of another form": (own, "vgc2" + handle[4:]),
        "the server's own": (own, raw),
        "nothing but its begin": (own, "vgc1"),
    }


def test_a_handle_is_good_for_who_opened_it_alone(place: Place) -> None:
    """O-53, E-34: read on, closed, or searched in, by whoever has it; and its owner goes on all the same."""
    staff = place.by("staff", sid="s1")
    first, pit = staff.scroll(1), place.words.opened(staff).tree[place.words.id]
    for handle in (first["_scroll_id"], pit):
        for name, (who, shown) in _foreign(place, handle).items():
            for told in (
                who.on(shown),
                who.say("GET", "/_search/scroll", {"scroll_id": shown, "scroll": "1m"}),
                who.say("DELETE", "/_search/scroll", {"scroll_id": [shown]}),
                who.say("POST", "/_search", {"pit": {"id": shown}}),
                place.words.closed(who, shown),
            ):
                assert told.status == 404, (name, told.text)
                assert told.tree["error"]["type"] == "cursor.unknown", name
                assert "secret" not in told.text
    assert staff.code("POST", "/_search/scroll", {"scroll_id": pit}) == "body.unreadable"
    assert staff.code("POST", "/_search", {"pit": {"id": first["_scroll_id"]}}) == "body.unreadable"
    assert staff.code("DELETE", "/_search/scroll", {"scroll_id": [pit]}) == "body.unreadable"
    for method, path in (
        ("DELETE", "/_search/scroll/_all"),
        ("DELETE", "/_search/point_in_time/_all"),
        ("GET", "/_search/point_in_time/_all"),
    ):
        assert staff.code(method, path) in ("route.refused", "route.unknown"), path
    assert staff.code("DELETE", "/_search/scroll", {"scroll_id": ["_all"]}) == "cursor.unknown"
    assert staff.code("DELETE", "/_search/scroll") == "body.unreadable"
    assert ids(staff.through(staff.on(first["_scroll_id"]).tree)) == OWN[1:]
    assert place.words.closed(staff, pit).status == 200


def test_what_is_closed_goes_on_no_more(place: Place) -> None:
    staff = place.by("staff", "closer")
    first = staff.scroll(1)
    assert staff.say("DELETE", f"/_search/scroll/{first['_scroll_id']}").status == 200
    assert staff.code("POST", "/_search/scroll", {"scroll_id": first["_scroll_id"]}) == "cursor.expired"
    pit = place.words.opened(staff).tree[place.words.id]
    assert place.words.closed(staff, pit).status == 200
    assert staff.code("POST", "/_search", {"pit": {"id": pit}}) == "cursor.expired"
    brief = staff.scroll(1, keep="200ms")["_scroll_id"]
    until(lambda: staff.code("POST", "/_search/scroll", {"scroll_id": brief, "scroll": "1ms"}) == "cursor.expired")


def test_an_older_handle_does_not_lead_back(place: Place) -> None:
    """How deep somebody is stands in no handle: with the first one, too, a scroll ends where its rule says."""
    writers = place.by("writers")
    handle = writers.scroll(10)["_scroll_id"]
    assert writers.on(handle).status == 200
    assert [writers.code("POST", "/_search/scroll", {"scroll_id": handle}) for _ in range(2)] == ["limit.depth"] * 2


@every("keep", ["301s", "6m", "1h", "1d", "999999d"])
def test_nothing_is_kept_for_longer_than_is_allowed(place: Place, keep: str) -> None:
    staff = place.by("staff", "keeper")
    assert staff.code("POST", f"/people/_search?scroll={keep}", {}) == "limit.keep_alive"
    assert place.words.opened(staff, keep).tree["error"]["type"] == "limit.keep_alive"
    handle = staff.scroll(1)["_scroll_id"]
    assert staff.code("POST", "/_search/scroll", {"scroll_id": handle, "scroll": keep}) == "limit.keep_alive"
    assert staff.say("DELETE", "/_search/scroll", {"scroll_id": handle}).status == 200


def test_nobody_has_more_open_than_is_allowed(place: Place) -> None:
    many, other = place.by("staff", "hoarder"), place.by("staff", "neighbour")
    open = [many.scroll(1)["_scroll_id"] for _ in range(MOST - 1)]
    assert place.words.opened(many).status == 200
    assert many.code("POST", "/people/_search?scroll=1m", {}) == "limit.cursors"
    assert place.words.opened(many).tree["error"]["type"] == "limit.cursors"
    assert many.on(open[0]).status == 200, "what is open goes on"
    other.through(other.scroll(1))
    assert many.say("DELETE", "/_search/scroll", {"scroll_id": open}).status == 200
    many.through(many.scroll(1))


def test_what_the_server_refuses_is_not_counted(place: Place) -> None:
    staff = place.by("staff", "clumsy")
    for _ in range(MOST + 1):
        assert staff.say("POST", "/people/_search?scroll=1m", {"size": 0}).status == 400
    staff.through(staff.scroll(1))


def test_what_a_rule_says_by_now_decides(place: Place) -> None:
    """Rows that changed, a mask that did, and nothing at all: the next page is refused by name, and the old rule's goes on."""
    staff, readers = place.by("staff", "steady"), place.by("readers", "steady-reader")
    kept, masked = staff.scroll(1, keep="5m")["_scroll_id"], readers.scroll(1)["_scroll_id"]
    pit = place.words.opened(staff, "5m").tree[place.words.id]
    fewer = 'rows: [{field: tenant, equals: "{claims.tenant}"}, {field: phone, equals: "030-12341"}]'
    changed = POLICY.replace('rows: [{field: tenant, equals: "{claims.tenant}"}]', fewer).replace(
        "operations: [read, upsert], effect: allow, mask: no-phones",
        "operations: [read, upsert], effect: allow, mask: guessing",
    )
    assert changed != POLICY

    def seen() -> Any:
        tree = staff.say("GET", "/people/_search").tree
        return tree["error"]["type"] if "error" in tree else tree["hits"]["total"]["value"]

    try:
        write_policy(place.policies, changed)
        until(lambda: seen() == 1)
        assert staff.code("POST", "/_search/scroll", {"scroll_id": kept}) == "cursor.changed"
        assert readers.code("POST", "/_search/scroll", {"scroll_id": masked}) == "cursor.changed"
        assert ids(staff.say("POST", "/_search", {"pit": {"id": pit}}).tree["hits"]["hits"]) == ["p1"]
        write_policy(
            place.policies,
            POLICY.replace('where: {collections: ["people", "private"]}', 'where: {collections: ["private"]}'),
        )
        until(lambda: seen() == "policy.no_rule")
        assert staff.code("POST", "/_search/scroll", {"scroll_id": kept}) == "policy.no_rule"
        assert staff.code("POST", "/_search", {"pit": {"id": pit}}) == "policy.no_rule"
    finally:
        write_policy(place.policies, POLICY)
    until(lambda: seen() == 3)
    assert ids(staff.on(kept).tree["hits"]["hits"]) == ["p2"]


def test_an_index_of_the_same_name_is_not_what_was_opened(place: Place) -> None:
    """What was kept ends with its index, at the server: a new one shows nothing of the old."""
    url, owner = place.gate.url, place.by("owners", "mover")
    succeeded(url, "PUT", "/private/_doc/y?refresh=true", {"tenant": "globex", "note": "old"})
    pit = place.words.opened(owner, index="private").tree[place.words.id]
    first = owner.say("POST", "/private/_search?scroll=1m", {"size": 1}).tree["_scroll_id"]
    succeeded(url, "DELETE", "/private")
    succeeded(url, "PUT", "/private/_doc/x?refresh=true", {"tenant": "globex", "note": "secret"})
    for said in (owner.say("POST", "/_search", {"pit": {"id": pit}}), owner.on(first)):
        assert said.status in (404, 503), said.text
        assert "old" not in said.text
