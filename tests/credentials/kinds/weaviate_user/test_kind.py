"""What may a user of Weaviate do, for what was decided? In the words of its recorded roles."""

import json
from pathlib import Path
from typing import Any

from vecgate.credentials.kinds.weaviate_user.kind import permissions
from vecgate.domain.lease import Reach, Scope

#: As a real server names them, in its refusal of another one.
KNOWN = {
    "manage_backups", "read_cluster", "create_data", "read_data", "update_data", "delete_data", "read_nodes", "create_roles",
    "read_roles", "update_roles", "delete_roles", "create_collections", "read_collections", "update_collections",
    "delete_collections", "assign_and_revoke_users", "create_users", "read_users", "update_users", "delete_users",
    "create_tenants", "read_tenants", "update_tenants", "delete_tenants", "create_replicate", "read_replicate",
    "update_replicate", "delete_replicate", "create_aliases", "read_aliases", "update_aliases", "delete_aliases",
    "assign_and_revoke_groups", "read_groups", "create_mcp", "read_mcp", "update_mcp", "manage_namespaces",
}  # fmt: skip


def of(scope: Scope) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for part in permissions(scope):
        found.setdefault(part["action"], []).append(next(value for name, value in part.items() if name != "action"))
    return found


def test_a_reader_reads_its_class_and_tenant() -> None:
    assert of(Scope(Reach.READ, ("Note",), "t1")) == {
        "read_collections": [{"collection": "Note"}],
        "read_data": [{"collection": "Note", "tenant": "t1", "object": "*"}],
        "read_tenants": [{"collection": "Note", "tenant": "t1"}],
        "read_aliases": [{"collection": "Note", "alias": "*"}],
    }


def test_each_class_has_permissions_of_its_own() -> None:
    assert [one["collection"] for one in of(Scope(Reach.READ, ("A", "B")))["read_data"]] == ["A", "B"]
    assert of(Scope(Reach.READ, ("A",)))["read_data"][0]["tenant"] == "*"


def test_who_writes_may_change_data_and_nothing_about_them() -> None:
    read, write = of(Scope(Reach.READ, ("A",))), of(Scope(Reach.WRITE, ("A",)))
    assert set(write) - set(read) == {"create_data", "update_data", "delete_data"}
    assert all(write[name] == [{"collection": "A", "tenant": "*", "object": "*"}] for name in set(write) - set(read))


def test_nobody_looks_after_users_roles_or_the_cluster_and_all_words_are_the_servers() -> None:
    for reach in Reach:
        for collections in (("A",), None):
            actions = set(of(Scope(reach, collections))) if collections else {
                one["action"] for one in permissions(Scope(reach, collections))
            }  # fmt: skip
            assert actions <= KNOWN
            assert not any(word in action for action in actions for word in ("roles", "users", "groups", "namespaces"))
    assert {one["action"] for one in permissions(Scope(Reach.READ))} - set(of(Scope(Reach.READ, ("A",)))) == {
        "read_nodes"
    }


def test_the_shapes_are_those_that_a_real_server_gave() -> None:
    recorded = (Path(__file__).parents[4] / "tests/recorded/weaviate.jsonl").read_text("utf-8").splitlines()
    said = [json.loads(line) for line in recorded if '"/v1/authz/' in line or '"/v1/users/own-info"' in line]
    real: dict[str, set[str]] = {}
    for row in said:
        for text in (row.get("answer"), row.get("request")):
            for part in _permissions(text):
                real.setdefault(part["action"], set()).update(
                    *(value for name, value in part.items() if name != "action" and value)
                )
    shared = [part for part in permissions(Scope(Reach.WRITE, ("A",))) if part["action"] in real]
    for part in shared:
        (what,) = (value for name, value in part.items() if name != "action")
        assert set(what) <= real[part["action"]] | {"object", "tenant", "collection", "alias"}


def _permissions(tree: Any) -> list[dict[str, Any]]:
    if isinstance(tree, dict):
        own = [tree] if isinstance(tree.get("action"), str) else []
        return own + [part for value in tree.values() for part in _permissions(value)]
    return [part for value in tree for part in _permissions(value)] if isinstance(tree, list) else []


def test_no_class_is_none() -> None:
    assert permissions(Scope(Reach.WRITE, ())) == []
