"""What a JWT of Qdrant may: enough for the call it is for, held against the rights that the server asks of each route."""

import re
import time

import pytest

from demo.qdrant_edge_shim import routes as served
from demo.qdrant_edge_shim.access import Access, _of_claims
from demo.qdrant_edge_shim.faults import Fault
from support.tools.every import every
from vecgate.credentials.kinds.qdrant_jwt.claims import access, claims
from vecgate.dialects.qdrant.routes import ROUTES
from vecgate.domain.lease import Reach, Scope, reach_of

#: By method and path, with placeholders alike: which right the server asks for.
RIGHTS = {(one.method, re.sub(r"\{\w+\}", "{}", one.path)): one.right for one in served.ROUTES}
TRIED = [
    (route, RIGHTS[key])
    for route in ROUTES
    if (key := (route.method, re.sub(r"\{\w+\}", "{}", route.path))) in RIGHTS and not route.refused
]


def given(kind: str, *names: str) -> Access:
    """What the server makes of the token for such a call."""
    kinds = frozenset({kind})
    scope = Scope(reach_of(kinds), names or None, kinds=kinds)
    return _of_claims(claims("alice", scope, time.time() + 60), lambda *_: True)


def test_the_server_knows_most_of_the_routes():
    assert len(TRIED) > 50


@every("route,right", TRIED)
def test_what_a_call_needs_it_has(route, right):
    names = ("people",) if "{collection}" in route.path else ()
    if right is not None:
        given(route.kind, *names).check(right, "people")


def may(found: Access, right: str, name: str) -> bool:
    try:
        found.check(right, name)
    except Fault:
        return False
    return True


@every(
    "kind,names,wanted",
    [
        ("search", ("people",), [{"collection": "people", "access": "r"}]),
        ("search", ("people", "docs"), [{"collection": n, "access": "r"} for n in ("people", "docs")]),
        ("collection_read", (), "r"),
        ("upsert", ("people",), [{"collection": "people", "access": "prw"}]),
        ("delete_filter", ("people",), [{"collection": "people", "access": "prw"}]),
        ("index_create", ("people",), [{"collection": "people", "access": "rw"}]),
        ("collection_create", ("people",), "m"),
        ("collection_drop", ("people",), "m"),
        ("alias", (), "m"),
        ("upsert", (), "m"),
        ("nobody_knows", ("people",), "m"),
    ],
)
def test_it_says_so(kind, names, wanted):
    kinds = frozenset({kind})
    assert access(Scope(reach_of(kinds), names or None, kinds=kinds)) == wanted


@every("kind", ["search", "read_ids", "list_scan", "count", "aggregate", "collection_read", "tenant_read"])
def test_a_read_can_change_nothing_and_reach_no_other_collection(kind):
    found = given(kind, "people")
    assert may(found, "read", "people")
    assert not any(may(found, right, "people") for right in ("write", "schema", "manage", "global"))
    assert not any(may(found, right, "salaries") for right in ("read", "write", "describe", "schema"))


@every("kind", ["upsert", "update", "update_filter", "delete_ids", "delete_filter", "mixed_batch"])
def test_a_write_changes_records_of_its_collection_and_nothing_else(kind):
    found = given(kind, "people")
    assert may(found, "write", "people")
    assert not any(may(found, right, "people") for right in ("schema", "manage", "global"))
    assert not any(may(found, right, "salaries") for right in ("read", "write", "describe", "schema"))


@pytest.mark.parametrize("reach", list(Reach))
@pytest.mark.parametrize("names", [None, (), ("people",)])
def test_no_token_is_without_access_which_would_be_all_of_it(reach, names):
    """Without the claim, and with an empty one, the server gives full rights."""
    said = claims("alice", Scope(reach, names), 1000.9)
    assert said["access"]
    assert said["exp"] == 970
    assert (said["sub"], said["subject"]) == ("alice", "alice")
