"""What stands at a real server beside its indices, and comes and goes through a dialect: snapshots, templates."""

import secrets

from support.lucene.asked import Before

_BACK = {"include_aliases": False, "rename_pattern": "(.+)", "rename_replacement": "again-$1"}


def snapshots_go_and_come(people: Before) -> None:
    """O-92, E-90: a snapshot is of the indices that a caller has, without the cluster's state; what it holds comes back under a name that was decided on."""
    repository = f"r{secrets.token_hex(4)}"
    place = {"type": "fs", "settings": {"location": repository}}
    assert people.no("PUT", f"/_snapshot/{repository}", place).startswith("route.refused")
    assert people.direct("PUT", f"/_snapshot/{repository}", place)[0] == 200
    at = f"/_snapshot/{repository}/one"
    made = people.do("PUT", f"{at}?wait_for_completion=true", {"indices": "peopl*"})
    assert made.operation.collections == ("people",)
    assert (made.status, made.tree["snapshot"]["indices"]) == (200, ["people"])
    assert made.tree["snapshot"]["include_global_state"] is False
    whole = people.do("PUT", f"/_snapshot/{repository}/all?wait_for_completion=true")
    assert {*whole.operation.collections} == {*whole.tree["snapshot"]["indices"]} >= {"people", "private"}
    listed = people.do("GET", f"/_snapshot/{repository}/_all")
    assert {one["snapshot"] for one in listed.tree["snapshots"]} == {"one", "all"}  # in the order of a coarse clock
    assert people.do("GET", f"{at}/_status").tree["snapshots"][0]["state"] == "SUCCESS"
    assert people.do("GET", f"/_snapshot/{repository}").tree[repository]["type"] == "fs"
    for pattern, new in (("peop", "stap"), ("e", "ee"), ("people", "other"), ("p", "")):
        renamed = {"include_aliases": False, "rename_pattern": pattern, "rename_replacement": new}
        back = people.do("POST", f"{at}/_restore?wait_for_completion=true", {"indices": "people", **renamed})
        called = back.tree["snapshot"]["indices"][0]
        assert {*back.operation.collections} == {"people", called}, (
            "it is decided on under the name that the server makes"
        )
        assert people.do("DELETE", f"/{called}").status == 200
    back = people.do("POST", f"{at}/_restore?wait_for_completion=true", {"indices": "people", **_BACK})
    assert {*back.operation.collections} == {"people", "again-people"}
    assert back.tree["snapshot"]["indices"] == ["again-people"]
    assert people.do("GET", "/again-people/_count").tree["count"] == 8
    assert people.do("DELETE", "/again-people").status == 200
    assert people.do("DELETE", at).status == 200
    assert people.do("GET", at).status == 404


def templates_are_of_indices_to_be(people: Before) -> None:
    """O-93, E-91: an index that is made is what its template says."""
    field = {"mappings": {"properties": {"said": {"type": "keyword"}}}}
    assert people.do("PUT", "/_component_template/part", {"template": field}).status == 200
    whole = {"index_patterns": ["made-*"], "composed_of": ["part"], "template": {"settings": {"number_of_replicas": 0}}}
    assert people.do("PUT", "/_index_template/whole", whole).status == 200
    assert people.do("HEAD", "/_index_template/whole").status == 200
    (listed,) = people.do("GET", "/_index_template/whole").tree["index_templates"]
    assert listed["index_template"]["index_patterns"] == ["made-*"]
    assert people.do("PUT", "/made-1").status == 200
    assert people.do("GET", "/made-1").tree["made-1"]["mappings"] == field["mappings"]
    for path in ("/made-1", "/_index_template/whole", "/_component_template/part"):
        assert people.do("DELETE", path).status == 200
