"""A lease reaches as far as the call that was decided on; where the rule names its collections, as far as they."""

from support.tools.every import every
from vecgate.credentials.scoping import scope
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.lease import Reach, reach_of
from vecgate.domain.operation import Operation

READ, WRITE, ADMIN = Reach.READ, Reach.WRITE, Reach.ADMIN
#: By group; `inference` is a part of what the call does besides.
BY_GROUP = {"read": READ, "write": WRITE, "delete": WRITE}
ALONE = [({kind}, BY_GROUP.get(group, ADMIN)) for kind, group in OPERATION_KINDS.items() if kind != "inference"]
TOGETHER = [
    ({"inference"}, READ),
    ({"search", "upsert"}, WRITE),
    ({"search", "inference"}, READ),
    ({"upsert", "inference"}, WRITE),
    ({"search", "collection_drop"}, ADMIN),
    ({"nobody_knows"}, ADMIN),
    (set(), ADMIN),
]


@every(("kinds", "reach"), [*ALONE, *TOGETHER])
def test_operations_reach_as_far_as_their_groups_and_what_is_not_known_furthest(kinds, reach):
    assert reach_of(frozenset(kinds)) is reach


def made(kind, *collections, also=()):
    return Operation("toy", kind, kind, 0, "t", "d", collections=collections, also=also)


READ_A = made("search", "a")
LIST = made("collection_read")


@every(
    ("operation", "named", "reach", "collections"),
    [
        (READ_A, "", READ, ("a",)),
        (READ_A, "ab", READ, ("a", "b")),
        (made("search", "b"), "ab", READ, ("a", "b")),
        (made("search", "c"), "ab", READ, ("c",)),
        (made("upsert", "b", also=(READ_A,)), "", WRITE, ("a", "b")),
        (made("collection_drop", "a"), "ab", ADMIN, ("a",)),
        (LIST, "ab", READ, None),
        (made("search", "a", also=(LIST,)), "ab", READ, None),
    ],
)
def test_the_collections_are_those_of_the_call_or_of_the_rule_that_names_them(operation, named, reach, collections):
    found = scope(operation, frozenset(named))
    assert (found.reach, found.collections, found.tenant, found.database) == (reach, collections, "t", "d")
    assert found.kinds == {operation.kind, *(one.kind for one in operation.also)}
