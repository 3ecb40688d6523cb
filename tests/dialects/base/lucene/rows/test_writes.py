"""What does a write do to the field that tells whose a record is?"""

from dataclasses import replace
from typing import Any

from support.lucene.asked import KEYWORD, OWN, PEOPLE, no, scoped
from support.tools.every import every
from vecgate.domain.row import Row

WRITES: list[tuple[str, str, Any, Any]] = [
    ("PUT", "/people/_doc/r1", {"a": 1}, {"a": 1, "tenant": "acme"}),
    ("POST", "/people/_doc", {"tenant": "acme"}, {"tenant": "acme"}),
    ("PUT", "/people/_create/r1", {}, {"tenant": "acme"}),
    ("POST", "/people/_update/r1", {"doc": {"a": 1}}, {"doc": {"a": 1}}),
    ("POST", "/people/_update/r1", {"doc": {"a": 1}, "doc_as_upsert": True}, {"doc": {"a": 1, "tenant": "acme"}, "doc_as_upsert": True}),
    ("POST", "/people/_update/r1", {"doc": {}, "upsert": {}}, {"doc": {}, "upsert": {"tenant": "acme"}}),
    ("POST", "/people/_bulk", [{"index": {}}, {"a": 1}], {"items": [{"index": {}, "doc": {"a": 1, "tenant": "acme"}}]}),
]  # fmt: skip


@every(("method", "target", "body", "sent"), WRITES)
def test_a_write_gets_the_field_of_its_rows(method: str, target: str, body: Any, sent: Any) -> None:
    assert scoped(method, target, body).call.tree == sent


OTHERS: list[Any] = [
    {"tenant": "globex"}, {"tenant": ["acme"]}, {"tenant": ["acme", "globex"]}, {"tenant": None}, {"tenant": {"x": "acme"}}, {"tenant.x": "acme"}, {"tenant": 1},
]  # fmt: skip


@every("doc", OTHERS)
def test_a_write_says_no_other_value_of_it_in_any_spelling(doc: Any) -> None:
    """O-20, O-63"""
    for call in (
        ("PUT", "/people/_doc/r1", doc), ("POST", "/people/_doc", doc), ("POST", "/people/_update/r1", {"doc": doc}),
        ("POST", "/people/_update/r1", {"doc": {}, "upsert": doc}), ("POST", "/people/_bulk", [{"create": {"_id": "1"}}, doc]),
        ("POST", "/people/_bulk", [{"update": {"_id": "1"}}, {"doc": doc}]),
    ):  # fmt: skip
        assert no(*call).startswith("rows.field"), call


@every(
    "doc",
    [
        {"meta.tenant": "acme"},
        {"meta": {"tenant": "acme"}, "meta.tenant": "acme"},
        {"meta": [{"tenant": "acme"}]},
        {"meta": None},
        {"meta": "x"},
        {"meta.tenant.x": 1},
    ],
)
def test_a_field_in_another_has_one_spelling(doc: Any) -> None:
    """O-20"""
    below = replace(OWN, rows=(Row("meta.tenant", ("acme",)),))
    mapped = {**PEOPLE, "meta": {"properties": {"tenant": KEYWORD}}}
    assert no("PUT", "/people/_doc/r1", doc, decision=below, mapped=mapped).startswith("rows.field")
    assert no("POST", "/people/_update/r1", {"doc": doc}, decision=below, mapped=mapped).startswith("rows.field")
    sent: Any = scoped("PUT", "/people/_doc/r1", {"meta": {"a": 1}}, decision=below, mapped=mapped).call.tree
    assert sent == {"meta": {"a": 1, "tenant": "acme"}}


def test_ids_that_are_written_are_looked_up_as_the_server_has_them_now() -> None:
    """O-61, O-66"""
    one = scoped("PUT", "/people/_doc/r1", {}).owned[0]
    assert (one.ids, one.fresh, one.there(["r1"]).path) == (("r1",), True, "/people/_mget")
    assert not scoped("DELETE", "/people/_doc/r1").owned[0].fresh
    assert not scoped("POST", "/people/_update/r1", {"doc": {}}).owned[0].fresh
    assert scoped("POST", "/people/_doc", {}).owned == ()
    several = scoped(
        "POST", "/people/_bulk", [{"index": {"_id": "a"}}, {}, {"delete": {"_id": "b"}}, {"index": {}}, {}]
    ).owned
    assert {(one.ids, one.fresh) for one in several} == {(("a",), True), (("b",), False)}


def test_what_a_line_makes_a_later_one_changes_or_takes_away() -> None:
    """O-61: it need not be there before; what an earlier line takes away is one's own before."""
    lines = [{"create": {"_id": "a"}}, {}, {"update": {"_id": "a"}}, {"doc": {"n": 1}}, {"delete": {"_id": "a"}}]
    assert [(one.ids, one.fresh) for one in scoped("POST", "/people/_bulk", lines).owned] == [(("a",), True)]
    others: list[Any] = [
        [{"delete": {"_id": "a"}}, {"create": {"_id": "a"}}, {}], [{"update": {"_id": "a"}}, {"doc": {}}, {"index": {"_id": "a"}}, {}],
    ]  # fmt: skip
    for lines in others:
        owned = scoped("POST", "/people/_bulk", lines).owned
        assert {(one.ids, one.fresh) for one in owned} == {(("a",), True), (("a",), False)}
