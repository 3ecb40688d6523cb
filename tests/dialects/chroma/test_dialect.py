"""Is each Chroma call told for what it is, within its limits, and counted before a person is asked?"""

from typing import Any

import orjson
import pytest

from support.fakes.asking import Told
from support.tools.every import every
from vecgate import dialects
from vecgate.domain.approval import Impact
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.decision import Decision, Effect
from vecgate.domain.exchange import Raw
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Unavailable

UUID = "2687e4e8-d546-4e70-a219-19361a27da60"
ZERO = "0" * 8 + UUID[8:]
V2 = "/api/v2"
T = f"{V2}/tenants/acme"
D = f"{T}/databases/main"
C = f"{D}/collections/{UUID}"
TICKETS: Json = {"id": UUID, "name": "tickets", "tenant": "acme", "database": "main"}
KNOWN = ((f"GET {D}/collections/by-id/{UUID}", TICKETS), (f"GET {D}/collections/tickets", TICKETS))
HEADERS = (("host", "db"), ("content-type", "application/json"))
VECTOR: Json = [[0.1, 0.2]]


def raw(method: str, target: str, tree: Json = None) -> Raw:
    return Raw(method, target, HEADERS, b"" if tree is None else strict_json.dump(tree))


async def told(method: str, target: str, tree: Json = None, *rows: tuple[str, Json]) -> Operation:
    dialect = dialects.load("chroma")
    return await dialect.classify(dialect.read(raw(method, target, tree)), Told(*KNOWN, *rows))


ROWS: list[tuple[str, str, Json, str, str, tuple[str, ...]]] = [
    # reads that touch no record
    ("GET", V2, None, "root_heartbeat", "health", ()),
    ("GET", f"{V2}/heartbeat", None, "heartbeat", "health", ()),
    ("GET", f"{V2}/healthcheck", None, "healthcheck", "health", ()),
    ("GET", f"{V2}/pre-flight-checks", None, "pre_flight_checks", "health", ()),
    ("GET", f"{V2}/version", None, "version", "health", ()),
    ("GET", f"{V2}/auth/identity", None, "get_user_identity", "auth_read", ()),
    ("GET", T, None, "get_tenant", "tenant_read", ()),
    ("GET", f"{T}/databases?limit=5&offset=1", None, "list_databases", "tenant_read", ()),
    ("GET", D, None, "get_database", "tenant_read", ()),
    ("GET", f"{D}?tenant=acme", None, "get_database", "tenant_read", ()),
    ("GET", f"{D}/collections", None, "list_collections", "collection_read", ()),
    ("GET", f"{D}/collections?limit=5", None, "list_collections", "collection_read", ()),
    ("GET", f"{D}/collections_count", None, "count_collections", "collection_read", ()),
    ("GET", f"{D}/collections/tickets", None, "get_collection", "collection_read", ("tickets",)),
    ("GET", f"{D}/collections/by-id", None, "get_collection", "collection_read", ("by-id",)),
    ("GET", f"{D}/collections/by-id/{UUID}", None, "get_collection_by_id", "collection_read", ("tickets",)),
    ("GET", f"{C}/fork_count", None, "fork_count", "collection_read", ("tickets",)),
    ("GET", f"{C}/indexing_status", None, "indexing_status", "collection_read", ("tickets",)),
    ("GET", f"{C}/functions/f", None, "get_attached_function", "collection_read", ("tickets",)),
    # reads of records
    ("GET", f"{C}/count", None, "collection_count", "count", ("tickets",)),
    ("GET", f"{C}/count?read_level=index_only", None, "collection_count", "count", ("tickets",)),
    ("POST", f"{C}/query", {"query_embeddings": VECTOR}, "collection_query", "search", ("tickets",)),
    ("POST", f"{C}/search", {"searches": [{}]}, "collection_search", "search", ("tickets",)),
    ("POST", f"{C}/get", {}, "collection_get", "list_scan", ("tickets",)),
    ("POST", f"{C}/get", {"ids": ["1"]}, "collection_get", "read_ids", ("tickets",)),
    (
        "POST",
        f"{C}/get",
        {"ids": ["1"], "where": None, "where_document": None},
        "collection_get",
        "read_ids",
        ("tickets",),
    ),
    ("POST", f"{C}/get", {"ids": []}, "collection_get", "list_scan", ("tickets",)),
    ("POST", f"{C}/get", {"ids": None}, "collection_get", "list_scan", ("tickets",)),
    ("POST", f"{C}/get", {"ids": ["1"], "where": {"k": 1}}, "collection_get", "list_scan", ("tickets",)),
    (
        "POST",
        f"{C}/get",
        {"ids": ["1"], "where_document": {"$contains": "x"}},
        "collection_get",
        "list_scan",
        ("tickets",),
    ),
    # writes
    ("POST", f"{C}/add", {"ids": ["1"], "embeddings": VECTOR}, "collection_add", "upsert", ("tickets",)),
    ("POST", f"{C}/upsert", {"ids": ["1"], "embeddings": VECTOR}, "collection_upsert", "upsert", ("tickets",)),
    ("POST", f"{C}/update", {"ids": ["1"]}, "collection_update", "update", ("tickets",)),
    # deletes
    ("POST", f"{C}/delete", {"ids": ["1"]}, "collection_delete", "delete_ids", ("tickets",)),
    ("POST", f"{C}/delete", {"ids": ["1"], "where": {"k": 1}}, "collection_delete", "delete_filter", ("tickets",)),
    ("POST", f"{C}/delete", {"where": {"k": 1}}, "collection_delete", "delete_filter", ("tickets",)),
    (
        "POST",
        f"{C}/delete",
        {"where_document": {"$contains": "x"}, "ids": []},
        "collection_delete",
        "delete_filter",
        ("tickets",),
    ),
    # schema
    ("POST", f"{D}/collections", {"name": "fresh"}, "create_collection", "collection_create", ("fresh",)),
    ("POST", f"{D}/collections", {"name": "tickets"}, "create_collection", "collection_create", ("tickets",)),
    (
        "POST",
        f"{D}/collections",
        {"name": "fresh", "get_or_create": True},
        "create_collection",
        "collection_create",
        ("fresh",),
    ),
    (
        "POST",
        f"{D}/collections",
        {"name": "tickets", "get_or_create": True},
        "create_collection",
        "collection_read",
        ("tickets",),
    ),
    ("PUT", C, {"new_metadata": {"k": 1}}, "update_collection", "collection_alter", ("tickets",)),
    ("PUT", C, {"new_name": None}, "update_collection", "collection_alter", ("tickets",)),
    ("PUT", C, {"new_name": "tickets"}, "update_collection", "collection_rename", ("tickets",)),
    ("PUT", C, {"new_name": "other"}, "update_collection", "collection_rename", ("tickets", "other")),
    ("POST", f"{C}/fork", {"new_name": "copy"}, "fork_collection", "collection_create", ("tickets", "copy")),
    (
        "POST",
        f"{C}/functions/attach",
        {"name": "f", "function_id": "g", "output_collection": "out"},
        "attach_function",
        "collection_alter",
        ("tickets", "out"),
    ),
    ("POST", f"{C}/attached_functions/f/detach", {}, "detach_function", "collection_alter", ("tickets",)),
    (
        "POST",
        f"{C}/attached_functions/f/detach",
        {"delete_output": False},
        "detach_function",
        "collection_alter",
        ("tickets",),
    ),
    # destroys
    ("DELETE", f"{D}/collections/tickets", None, "delete_collection", "collection_drop", ("tickets",)),
    ("DELETE", D, None, "delete_database", "collection_drop", ()),
    ("POST", f"{V2}/reset", None, "reset", "collection_drop", ()),
    # administration
    ("POST", f"{V2}/tenants", {"name": "umbrella"}, "create_tenant", "tenant_admin", ()),
    ("PATCH", T, {"resource_name": "x"}, "update_tenant", "tenant_admin", ()),
    ("POST", f"{T}/databases", {"name": "second"}, "create_database", "tenant_admin", ()),
]


@every(("method", "target", "tree", "name", "kind", "collections"), ROWS)
async def test_a_call_is_told_for_what_it_is(
    method: str, target: str, tree: Json, name: str, kind: str, collections: tuple[str, ...]
) -> None:
    operation = await told(method, target, tree)
    assert (operation.name, operation.kind, operation.collections) == (name, kind, collections)
    assert operation.dialect == "chroma"


def test_the_table_above_leaves_no_route_out() -> None:
    rows = dialects.load("chroma").routes
    assert {row[3] for row in ROWS} == {route.name for route in rows if not route.refused}


UNKNOWN = [
    # no route
    ("GET", "/openapi.json"),
    ("GET", "/docs"),
    ("GET", "/api/v1/heartbeat"),
    ("GET", "/api/v3/heartbeat"),
    ("GET", f"{C}/dump"),
    ("POST", f"{C}/get/all"),
    # known, and never let through
    ("GET", f"{V2}/collections/acme:main:tickets"),
    # another case
    ("GET", "/API/V2/heartbeat"),
    ("GET", f"{V2}/Heartbeat"),
    ("POST", f"{C}/GET"),
    # another method
    ("get", f"{V2}/heartbeat"),
    ("HEAD", f"{V2}/heartbeat"),
    ("OPTIONS", f"{V2}/heartbeat"),
    ("POST", f"{V2}/heartbeat"),
    ("DELETE", T),
    ("DELETE", C + "/count"),
    ("GET", f"{C}/get"),
    ("PATCH", C),
    ("CONNECT", f"{V2}/heartbeat"),
]


@pytest.mark.parametrize(("method", "target"), UNKNOWN)
def test_must_not_pass(method: str, target: str) -> None:
    with pytest.raises(CallRefused, match=r"route\.(unknown|refused)"):
        dialects.load("chroma").read(raw(method, target))


NEAR = [
    f"{V2}/heartbeat/",
    f"/{V2}/heartbeat",
    "/api//v2/heartbeat",
    "/api/v2/../v2/heartbeat",
    "/api/v2/./heartbeat",
    "/api/v2%2fheartbeat",
    "/api/v2/%2e%2e/v2/heartbeat",
    "/api/v2/heartbeat;a=b",
    "/api/v2/heartbeat#x",
    "/api/v2/heartbeat ",
    "/api/v2/heartbeat%00",
    "http://db/api/v2/heartbeat",
    f"{V2}/heartbeat?limit=1",
    f"{D}/collections?limit=1&limit=2",
    f"{D}/collections?name=tickets",
    f"{C}/count?Read_level=index_only",
    f"{C}/get?limit=1",
]


@pytest.mark.parametrize("target", NEAR)
def test_near_misses_are_odd(target: str) -> None:
    method = "POST" if "/get" in target else "GET"
    tree: Json = {} if method == "POST" else None
    with pytest.raises(CallRefused, match=r"path\.odd"):
        dialects.load("chroma").read(raw(method, target, tree))


def test_an_escaped_route_is_the_route() -> None:
    call = dialects.load("chroma").read(raw("GET", "/%61pi/v2/heartbeat"))
    assert call.path == "/api/v2/heartbeat"


def test_a_body_where_none_belongs_is_refused() -> None:
    for method, target in [("GET", f"{V2}/heartbeat"), ("DELETE", D), ("POST", f"{V2}/reset")]:
        with pytest.raises(CallRefused, match=r"body\.unreadable"):
            dialects.load("chroma").read(raw(method, target, {}))


async def test_place_and_danger_are_told() -> None:
    operation = await told(
        "POST", f"{C}/query", {"query_embeddings": VECTOR, "n_results": 10, "include": ["embeddings"]}
    )
    assert (operation.tenant, operation.database, operation.danger) == ("acme", "main", 1)
    assert (operation.limit, operation.wants_vectors) == (10, True)
    assert (await told("POST", f"{V2}/tenants", {"name": "umbrella"})).tenant == "umbrella"
    assert (await told("POST", f"{T}/databases", {"name": "second"})).database == "second"
    assert (await told("DELETE", D)).danger == (await told("POST", f"{V2}/reset")).danger == 4
    assert (await told("POST", f"{D}/collections", {"name": "tickets", "get_or_create": True})).danger == 1


@pytest.mark.parametrize("tree", [{}, {"ids": []}, {"ids": None, "where": None}, {"where": {}}, {"limit": 5}])
async def test_a_delete_of_nothing_or_everything_is_refused(tree: Json) -> None:
    with pytest.raises(CallRefused, match=r"body\.unreadable"):
        await told("POST", f"{C}/delete", tree)


async def test_a_uuid_of_another_place_or_none_is_no_collection() -> None:
    for target in (
        C.replace("main", "other"),
        C.replace("acme", "evil"),
        C.replace(UUID, "tickets"),
        C.replace(UUID, UUID.upper()),
    ):
        with pytest.raises(CallRefused, match=r"collection\.unknown"):
            await told("POST", f"{target}/get", {})


async def test_a_server_that_is_away_is_an_outage() -> None:
    dialect = dialects.load("chroma")
    call = dialect.read(raw("POST", f"{C}/get", {}))
    with pytest.raises(Unavailable):
        await dialect.classify(call, Told((f"GET {D}/collections/by-id/{UUID}", Answer(503))))


FUNCTION = f"GET {C}/functions/f"


async def test_detaching_with_its_output_drops_that_collection() -> None:
    said: Json = {"attached_function": {"output_collection": "out"}}
    operation = await told("POST", f"{C}/attached_functions/f/detach", {"delete_output": True}, (FUNCTION, said))
    assert (operation.kind, operation.danger, operation.collections) == ("collection_drop", 4, ("tickets", "out"))


@pytest.mark.parametrize(
    "said", [None, {}, {"attached_function": {}}, {"attached_function": {"output_collection": None}}]
)
async def test_detaching_an_output_nobody_can_name_is_refused(said: Json) -> None:
    with pytest.raises(CallRefused, match=r"collection\.unknown"):
        await told("POST", f"{C}/attached_functions/f/detach", {"delete_output": True}, (FUNCTION, said))


def decision(**changed: object) -> Decision:
    return Decision(Effect.ALLOW, "r", "because", "v1", **changed)  # type: ignore[arg-type]


async def restricted(method: str, target: str, tree: Json, **limits: object) -> Call:
    dialect = dialects.load("chroma")
    call = dialect.read(raw(method, target, tree))
    operation = await dialect.classify(call, Told(*KNOWN))
    return dialect.restrict(call, operation, decision(**limits))


async def test_without_limits_a_call_goes_on_as_it_is() -> None:
    for tree in ({}, {"ids": ["1"], "include": ["documents"]}):
        call = await restricted("POST", f"{C}/get", tree)
        assert (call.tree, strict_json.parse(call.body)) == (tree, tree)


async def test_an_unbounded_read_is_bounded() -> None:
    call = await restricted("POST", f"{C}/get", {"where": {"k": 1}}, max_results=10)
    assert call.tree == strict_json.parse(call.body) == {"where": {"k": 1}, "limit": 11}


async def test_asking_for_more_is_refused_with_the_rule() -> None:
    with pytest.raises(CallRefused, match=r"11 results were asked for; rule 'r' allows 10"):
        await restricted("POST", f"{C}/query", {"query_embeddings": VECTOR, "n_results": 11}, max_results=10)


async def test_of_several_queries_it_says_how_the_number_came_about() -> None:
    with pytest.raises(CallRefused, match=r"30 results \(3 queries of 10 each\) were asked for; rule 'r' allows 20"):
        await restricted("POST", f"{C}/query", {"query_embeddings": VECTOR * 3}, max_results=20)


async def test_vectors_that_are_asked_for_by_name_are_refused_unless_allowed() -> None:
    for target, tree in [
        (f"{C}/get", {"include": ["documents", "embeddings"]}),
        (f"{C}/query", {"query_embeddings": VECTOR, "include": ["embeddings"]}),
        (f"{C}/search", {"searches": [{}, {"select": {"keys": ["#embedding"]}}]}),
    ]:
        with pytest.raises(CallRefused, match=r"vectors\.not_allowed: .*rule 'r'.*vectors: true.*vectors: zero"):
            await restricted("POST", target, tree)
        for allowed in (True, "zero"):
            assert (await restricted("POST", target, tree, vectors=allowed)).tree == tree
    # what the server gives to those who say nothing has none
    assert (await restricted("POST", f"{C}/get", {"limit": 1})).tree == {"limit": 1}


async def test_all_of_a_list_is_asked_for_so_that_a_page_of_it_can_be_filtered() -> None:
    for target in (f"{D}/collections", f"{D}/collections?limit=5&offset=10", f"{D}/collections_count"):
        call = await restricted("GET", target, None)
        assert (call.path, call.query) == (f"{D}/collections", ())
    call = await restricted("GET", f"{T}/databases?limit=5", None)
    assert (call.path, call.query) == (f"{T}/databases", ())
    operation = await told("GET", f"{D}/collections?limit=5&offset=10")
    assert operation.page == (10, 5)
    assert (await told("GET", f"{D}/collections")).page == (0, None)


async def test_limits_on_results_leave_other_calls_alone() -> None:
    for method, target, tree in [
        ("POST", f"{C}/delete", {"where": {"k": 1}}),
        ("GET", f"{D}/collections", None),
        ("POST", f"{C}/add", {"ids": ["1", "2"], "embeddings": VECTOR}),
    ]:
        call = await restricted(method, target, tree, max_results=1)
        assert (call.method, call.tree) == (method, tree)


async def test_a_get_or_create_decided_on_as_a_read_is_sent_as_one() -> None:
    call = await restricted(
        "POST", f"{D}/collections", {"name": "tickets", "get_or_create": True, "metadata": {"k": 1}}
    )
    assert (call.method, call.path, call.body) == ("GET", f"{D}/collections/tickets", b"")
    call = await restricted("POST", f"{D}/collections", {"name": "fresh", "get_or_create": True})
    assert call.method == "POST"


async def counted(method: str, target: str, tree: Json, *rows: tuple[str, Json]) -> Impact | None:
    dialect, ask = dialects.load("chroma"), Told(*KNOWN, (f"GET {C}/count", 500), *rows)
    call = dialect.read(raw(method, target, tree))
    return await dialect.impact(call, await dialect.classify(call, ask), ask)


SELECTED = (f"POST {C}/get", {"ids": ["1", "2", "3"]})

IMPACTS: list[tuple[str, str, Json, str | None]] = [
    # cannot be counted, or touches nothing
    ("GET", f"{V2}/heartbeat", None, None),
    ("POST", f"{C}/query", {"query_embeddings": VECTOR}, None),
    # counted
    ("PUT", C, {"new_name": "other"}, "500 of 500 records in tickets"),
    ("POST", f"{C}/get", {"where": {"k": 1}}, "3 of 500 records in tickets"),
    ("POST", f"{C}/delete", {"where": {"k": 1}}, "3 of 500 records in tickets"),
    ("POST", f"{C}/delete", {"ids": ["1", "2", "3", "4"]}, "3 of 500 records in tickets"),
    ("POST", f"{C}/update", {"ids": ["1", "2", "3", "4"]}, "3 of 500 records in tickets"),
    ("POST", f"{C}/upsert", {"ids": ["1", "2", "3", "4"], "embeddings": VECTOR}, "3 of 500 records in tickets"),
    ("POST", f"{C}/add", {"ids": ["1"], "embeddings": VECTOR}, "0 of 500 records in tickets"),
    ("DELETE", f"{D}/collections/tickets", None, "500 of 500 records in tickets"),
    ("DELETE", D, None, "500 of 500 records in database main"),
]


@pytest.mark.parametrize(("method", "target", "tree", "shown"), IMPACTS)
async def test_the_impact_is_counted_before_a_person_is_asked(
    method: str, target: str, tree: Json, shown: str | None
) -> None:
    impact = await counted(method, target, tree, SELECTED, (f"GET {D}/collections", [TICKETS]))
    assert (None if impact is None else str(impact)) == shown


def test_a_refusal_has_the_shape_the_official_client_reads() -> None:
    rendered = dialects.load("chroma").render(
        refuse("hold.pending", retry_after=5, request_id="r1", id="r1", impact="2 of 3", approvers="dba")
    )
    assert rendered.status == 403
    assert orjson.loads(rendered.body) == {
        "error": "AuthError",
        "message": str(refuse("hold.pending", id="r1", impact="2 of 3", approvers="dba")),
        "code": "hold.pending",
        "request_id": "r1",
    }
    assert {("content-type", "application/json"), ("retry-after", "5")} <= set(rendered.headers)


def test_a_missing_token_is_asked_for() -> None:
    headers = dict(dialects.load("chroma").render(refuse("identity.missing")).headers)
    assert headers["www-authenticate"] == "Bearer"


THINGS: list[tuple[str, str, Json, tuple[str, ...]]] = [
    ("POST", f"{C}/get", {}, (UUID,)),
    ("POST", f"{C}/delete", {"where": {"k": 1}}, (UUID,)),
    ("PUT", C, {"new_name": "other"}, (UUID, "")),
    ("POST", f"{C}/fork", {"new_name": "copy"}, (UUID, "")),
    ("DELETE", f"{D}/collections/tickets", None, (UUID,)),
    ("DELETE", D, None, (ZERO, UUID)),
    ("GET", f"{D}/collections", None, ()),
]


@pytest.mark.parametrize(("method", "target", "tree", "things"), THINGS)
async def test_a_call_is_about_things_whatever_they_are_called(
    method: str, target: str, tree: Json, things: tuple[str, ...]
) -> None:
    dialect, ask = dialects.load("chroma"), Told(*KNOWN, (f"GET {D}/collections", [TICKETS, {"id": ZERO}]))
    call = dialect.read(raw(method, target, tree))
    operation = await dialect.located(call, await dialect.classify(call, ask), ask)
    assert operation.things == things


async def test_what_a_drop_takes_along_is_a_thing_as_well() -> None:
    row = (f"GET {C}/functions/f", {"attached_function": {"output_collection": "out"}})
    ask = Told(*KNOWN, row, (f"GET {D}/collections/out", {"id": ZERO, "name": "out"}))
    dialect = dialects.load("chroma")
    call = dialect.read(raw("POST", f"{C}/attached_functions/f/detach", {"delete_output": True}))
    operation = await dialect.located(call, await dialect.classify(call, ask), ask)
    assert (operation.kind, operation.things) == ("collection_drop", (UUID, ZERO))


async def test_what_is_not_there_is_not_dropped() -> None:
    dialect = dialects.load("chroma")
    call = dialect.read(raw("DELETE", f"{D}/collections/gone"))
    with pytest.raises(CallRefused, match=r"collection\.unknown"):
        await dialect.located(call, await dialect.classify(call, Told()), Told())


async def test_only_a_read_takes_a_name_from_memory() -> None:
    dialect, ask = dialects.load("chroma"), Told(*KNOWN)
    calls = [dialect.read(raw("POST", f"{C}/{route}", tree)) for route, tree in [("get", {}), ("update", {"ids": []})]]
    for call in (calls[0], calls[0], calls[1], calls[1]):
        await dialect.classify(call, ask)
    assert len(ask.asked) == 3
    await dialect.classify(calls[0], ask, anew=True)
    assert len(ask.asked) == 4


async def test_names_are_forgotten_when_a_call_may_have_changed_them() -> None:
    dialect, ask = dialects.load("chroma"), Told(*KNOWN)
    call = dialect.read(raw("POST", f"{C}/get", {}))
    read = await dialect.classify(call, ask)
    for kind, asked in [("list_scan", 1), ("collection_rename", 2), ("collection_drop", 3), ("collection_create", 4)]:
        assert dialect.renames(Operation("chroma", read.name, kind, 1)) is (
            kind in {"collection_rename", "collection_drop"}
        )
        dialect.forget(Operation("chroma", read.name, kind, 1), None if kind == "collection_rename" else Answer(200))
        await dialect.classify(call, ask)
        assert len(ask.asked) == asked
        assert kind in OPERATION_KINDS


async def test_a_call_that_lost_its_tree_is_read_again_from_its_body() -> None:
    dialect = dialects.load("chroma")
    call = dialect.read(raw("POST", f"{C}/get", {"ids": ["1"]}))
    bare = Call(call.method, call.path, call.query, call.headers, call.body)
    assert (await dialect.classify(bare, Told(*KNOWN))).kind == "read_ids"


def test_surface_and_vectors_are_told_by_operation() -> None:
    dialect = dialects.load("chroma")
    operation = Operation("chroma", "collection_get", "read_ids", 2)
    assert dialect.surface(operation, answer=True).kind_at("/documents/0") == "text"
    assert dialect.surface(operation, answer=False).kind_at("/include/0") == "keep"
    assert dialect.strip_vectors(operation, {"embeddings": [[1.0]]}) == {"embeddings": None}


async def test_a_second_tenant_must_be_the_first_one_however_it_is_written() -> None:
    dialect = dialects.load("chroma")
    for target in (f"{D}?tenant=acme", f"{D}?tenant=%61cme"):
        assert dialect.read(raw("GET", target)) == dialect.read(raw("GET", D))
    spaced = f"{V2}/tenants/a%20b/databases/main"
    for said in ("a%20b", "a+b"):
        assert dialect.read(raw("GET", f"{spaced}?tenant={said}")).path == spaced
    for target in (
        f"{D}?tenant=globex",
        f"{D}?tenant=",
        f"{D}?tenant=acme&tenant=globex",
        f"{D}/collections?tenant=acme",
    ):
        with pytest.raises(CallRefused, match=r"path\.odd"):
            dialect.read(raw("GET", target))


@pytest.mark.parametrize("said", ["limit=4111111111111111", "offset=sk_live_4eC39HqLyjWDarjtT1zdp7dc", "limit=-1", "limit=", "limit=1.0"])  # fmt: skip
def test_a_page_is_asked_for_in_numbers(said: str) -> None:
    with pytest.raises(CallRefused, match=r"path\.odd: .*Send only the query keys"):
        dialects.load("chroma").read(raw("GET", f"{D}/collections?{said}"))
    with pytest.raises(CallRefused, match=r"path\.odd"):
        dialects.load("chroma").read(raw("GET", f"{C}/count?read_level=anna.schmidt"))


class No(Exception):
    """Nothing it could be is allowed."""


COULD_BE: list[tuple[str, str, Json, list[list[tuple[str, bool]]]]] = [
    ("POST", f"{C}/get", {}, [[("list_scan", True)]]),
    ("POST", f"{C}/get", {"ids": ["1"]}, [[("read_ids", True)]]),
    ("POST", f"{C}/delete", {"ids": ["1"]}, [[("delete_ids", True)]]),
    ("GET", f"{D}/collections/by-id/{UUID}", None, [[("collection_read", True)]]),
    ("PUT", C, {"new_name": "other"}, [[("collection_rename", True)]]),
    ("POST", f"{C}/fork", {"new_name": "copy"}, [[("collection_create", True)]]),
    (
        "POST",
        f"{D}/collections",
        {"name": "tickets", "get_or_create": True},
        [[("collection_create", False), ("collection_read", False)]],
    ),
    (
        "POST",
        f"{C}/attached_functions/f/detach",
        {"delete_output": True},
        [[("collection_drop", True)], [("collection_drop", False)]],
    ),
    # nothing is asked
    ("GET", f"{D}/collections/tickets", None, []),
    ("DELETE", f"{D}/collections/tickets", None, []),
    ("POST", f"{D}/collections", {"name": "tickets"}, []),
]


@pytest.mark.parametrize(("method", "target", "tree", "could_be"), COULD_BE)
async def test_before_the_server_is_asked_it_is_told_what_the_call_could_be(
    method: str, target: str, tree: Json, could_be: list[list[tuple[str, bool]]]
) -> None:
    row = (f"GET {C}/functions/f", {"attached_function": {"output_collection": "out"}})
    for allowed in range(len(could_be) + 1):
        told: list[list[tuple[str, bool]]] = []
        ask, dialect = Told(*KNOWN, row), dialects.load("chroma")

        async def may(*operations: Operation, told: list[Any] = told, allowed: int = allowed) -> None:
            told.append([(one.kind, one.unnamed) for one in operations])
            if len(told) > allowed:
                raise No

        call = dialect.read(raw(method, target, tree))
        if allowed < len(could_be):
            with pytest.raises(No):
                await dialect.classify(call, ask, may=may)
            assert len(ask.asked) == allowed
        else:
            await dialect.classify(call, ask, may=may)
        assert told == could_be[: allowed + 1]


FILTER: Json = {"k": 1}
HUGE: Json = {"k": {"$in": [*map(str, range(31_900))]}}
BOUND: list[tuple[str, Json, int, list[Json] | None]] = [
    ("delete", {"where": FILTER}, 2, [{"where": FILTER, "ids": ["r0", "r1"]}]),
    ("delete", {"where": FILTER, "ids": ["r0", "x"], "limit": None}, 1, [{"where": FILTER, "ids": ["r0"]}]),
    ("delete", {"where": FILTER}, 0, [{"where": FILTER, "ids": []}]),
    ("get", {"where": FILTER, "limit": 2, "offset": 1}, 1, [{"where": FILTER, "ids": ["r0"]}]),
    ("get", {"where": FILTER}, 10_001, None),  # its answers cannot be joined
    ("delete", {"where": HUGE}, 10_000, None),
    ("delete", {"ids": ["r0"]}, 1, None),
    ("get", {"ids": ["r0"]}, 1, None),
    ("update", {"ids": ["r0"]}, 1, None),
    ("query", {"query_embeddings": VECTOR, "where": FILTER}, 1, None),
]


@pytest.mark.parametrize(("route", "tree", "count", "trees"), BOUND)
async def test_what_a_filter_selects_can_be_bound_to_records(
    route: str, tree: Json, count: int, trees: list[Json] | None
) -> None:
    dialect, ask = dialects.load("chroma"), Told(*KNOWN)
    call = dialect.read(raw("POST", f"{C}/{route}", tree))
    operation = await dialect.classify(call, ask)
    parts = dialect.bound(call, operation, [f"r{n}" for n in range(count)])
    assert (None if parts is None else [part.tree for part in parts]) == trees
    assert parts is None or {(part.method, part.path) for part in parts} == {(call.method, call.path)}


async def test_of_what_is_selected_now_those_count_that_were_shown() -> None:
    dialect = dialects.load("chroma")
    ask = Told(*KNOWN, (f"POST {C}/get", {"ids": ["1", "2", "new"]}))
    call = dialect.read(raw("POST", f"{C}/delete", {"where": FILTER, "limit": 1}))
    operation = await dialect.classify(call, ask)
    assert await dialect.selected(call, operation, ask, {"1", "2", "gone"}, 3) == ["1", "2"]
    assert strict_json.parse(ask.asked[-1].body)["limit"] == 20_000


def test_deletes_in_parts_are_answered_as_one() -> None:
    answers = [Answer(200, body=strict_json.dump({"deleted": count})) for count in (10_000, 3)]
    operation = Operation("chroma", "collection_delete", "delete_filter", 3)
    assert dialects.load("chroma").joined(operation, answers).body == b'{"deleted":10003}'
    assert dialects.load("chroma").joined(operation, answers[:1]) is answers[0]


# the one form of a call


@pytest.mark.parametrize(
    ("path", "tree", "form"),
    [
        # a null at the top is what is left out; deeper down it may be an order to forget
        ("delete", {"where": {"b": 1, "a": None}, "ids": None}, {"where": {"a": None, "b": 1}}),
        ("update", {"metadatas": [{"z": None, "a": 1}], "ids": ["b", "a"], "uris": None},
         {"ids": ["b", "a"], "metadatas": [{"a": 1, "z": None}]}),
        # what must be there stays
        ("add", {"ids": ["a"], "embeddings": None}, {"embeddings": None, "ids": ["a"]}),
        # ids of a delete are a set, those of a read an order
        ("delete", {"ids": ["b", "a", "b"]}, {"ids": ["a", "b"]}),
        ("get", {"ids": ["b", "a"], "limit": None}, {"ids": ["b", "a"]}),
    ],
)  # fmt: skip
def test_a_call_has_one_form(path: str, tree: Json, form: Json):
    dialect = dialects.load("chroma")
    call = Call("POST", f"{C}/{path}", body=strict_json.dump(tree), tree=tree)
    made = dialect.canonical(call)
    assert (made.tree, made.body) == (form, strict_json.dump(form))
    assert dialect.canonical(made) == made


def test_a_call_without_a_body_is_its_own_form():
    call = Call("DELETE", f"{D}/collections/tickets")
    assert dialects.load("chroma").canonical(call) is call
