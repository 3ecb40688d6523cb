"""What may a role at Milvus do, for what was decided, and how is that probed?"""

import pytest

from vecgate.credentials.kinds.milvus_user.privileges import privileges, probes
from vecgate.domain.lease import Reach, Scope


def names(scope: Scope, kind: str = "Collection") -> set[str]:
    return {one.name for one in privileges(scope) if one.kind == kind}


def test_who_reads_may_change_nothing() -> None:
    assert names(Scope(Reach.READ, ("people",))) == {
        "Search", "Query", "GetStatistics", "GetLoadState", "IndexDetail", "GetLoadingProgress", "ShowPartitions",
    }  # fmt: skip
    assert names(Scope(Reach.READ, ("people",)), "Global") == {
        "DescribeCollection", "ShowCollections", "DescribeAlias", "ListAliases",
    }  # fmt: skip


def test_who_writes_may_make_and_drop_no_collection() -> None:
    read, write = Scope(Reach.READ, ("people",)), Scope(Reach.WRITE, ("people",))
    assert names(write) - names(read) == {"Insert", "Delete", "Upsert", "Flush", "GetFlushState"}
    assert names(write, "Global") == names(read, "Global")


@pytest.mark.parametrize("reach", Reach)
def test_nobody_looks_after_users_roles_or_databases(reach: Reach) -> None:
    for one in privileges(Scope(reach)):
        assert not any(word in one.name for word in ("Ownership", "Database", "ResourceGroup", "All ", "User"))
        assert one.name != "All"


@pytest.mark.parametrize(("collections", "on"), [((), set()), (("a",), {"a"}), (("a", "b"), {"a", "b"}), (None, {"*"})])
def test_a_privilege_is_on_just_these_collections(collections: tuple[str, ...] | None, on: set[str]) -> None:
    for reach in Reach:
        assert {one.on for one in privileges(Scope(reach, collections)) if one.kind == "Collection"} == on


def test_what_is_probed_is_granted_last() -> None:
    order = [one.name for one in privileges(Scope(Reach.WRITE, ("a", "b")))]
    assert set(order[-8:]) == {"Search", "Query", "Insert", "Delete"}


def test_each_collection_is_probed_in_its_database_by_calls_that_can_do_nothing() -> None:
    read = list(probes(Scope(Reach.READ, ("a", "b"), database="x")))
    assert [path.rpartition("/")[2] for path, _ in read] == ["query", "query"]
    assert [tree["collectionName"] for _, tree in read] == ["a", "b"]
    assert {tree["dbName"] for _, tree in read} == {"x"}
    write = list(probes(Scope(Reach.WRITE, ("a",))))
    assert [path.rpartition("/")[2] for path, _ in write] == ["query", "delete"]
    assert {tree["filter"] for _, tree in write} == {"vecgate ? probe"}
    assert list(probes(Scope(Reach.ADMIN))) == []
