"""Is a call read as the server reads it, and sent in one form? Each row is a fact of the page."""

import asyncio
import json
from typing import Any

import pytest

from support.tools.every import every
from vecgate import dialects
from vecgate.dialects.chroma.impact import MOST_IDS
from vecgate.domain.call import Answer, Call
from vecgate.domain.exchange import Raw
from vecgate.domain.inlets import Site
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

D = "/api/v2/tenants/acme/databases/crm"
C = f"{D}/collections/0f8fad5b-d9cb-469f-a165-70867728950e"
JSON = (("content-type", "application/json"),)
V = [0.5]
T: Any = {"tenant": "acme"}


def read(method: str, path: str, body: Any = None, headers: Any = JSON) -> Call:
    raw = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return dialects.load("chroma").read(Raw(method, path, headers if raw else (), raw))


def meant(method: str, path: str, body: Any = None) -> Operation:
    dialect = dialects.load("chroma")

    async def ask(call: Call) -> Answer:
        return dialect.offline(call, "people")

    return asyncio.run(dialect.classify(read(method, path, body), ask))


REFUSED: list[tuple[str, str, str, Any, str]] = [
    ("C-02", "POST", f"{C}/get", {"where": {}}, "exactly one member"),
    ("C-02", "POST", f"{C}/get", {"where": {"$and": [{}, T]}}, "exactly one member"),
    ("C-03", "POST", f"{C}/upsert", {"ids": ["a"], "embeddings": [V], "where": T}, "unknown member 'where'"),
    ("C-04", "POST", f"{C}/update", {"ids": ["a"], "metadatas": [{"chroma:document": None}]}, "begins with 'chroma:'"),
    ("C-21", "POST", f"{C}/update", {"ids": ["a"], "metadatas": [{"chroma:document": "x"}]}, "begins with 'chroma:'"),
    ("C-05", "POST", f"{C}/update", {"ids": ["a"], "metadatas": [{"l": ["x"] * 5462}]}, "more than"),
    ("C-06", "POST", f"{D}/collections", {"name": "abc", "configuration": {"hnsw": {"max_neighbors": 0}}}, "max_neighbors"),
    ("C-07", "PUT", C, {"new_metadata": {"l": ["a"]}}, "holds no lists"),
    ("C-07", "GET", "/api/v2/collections/a", None, "route.refused"),
    ("C-08", "POST", f"{C}/get", {"where": {"$or": [T] * 500}}, "joins more than 500"),
    ("C-08", "POST", f"{C}/delete", {"where": {"$and": [{"$or": [T] * 250}] * 2}}, "joins more than 500"),
    ("C-08", "POST", f"{C}/query", {"query_embeddings": [V], "where_document": {"$or": [{"$contains": "x"}] * 500}}, "joins more than 500"),
    ("C-08", "POST", f"{C}/search", {"searches": [{"filter": {"$and": [T] * 500}}]}, "joins more than 500"),
    ("C-10", "POST", f"{C}/get", '{"where":{"tenant":"acme","tenant":"globex"}}', "duplicate key"),
    ("C-10", "POST", f"{C}/update", '{"ids":["a"],"metadatas":[{"t":1,"\\u0074":2}]}', "duplicate key"),
    ("C-11", "POST", f"{C}/get", {"Where": T}, "written like 'where'"),
    ("C-11", "POST", f"{C}/get", {"where ": T}, "written like 'where'"),
    ("C-11", "POST", f"{C}/get", {"filter": T}, "unknown member 'filter'"),
    ("C-13", "POST", f"{C}/update", [["a"]], "must be a JSON object"),
    ("C-13", "POST", f"{C}/search", {"searches": [[None]]}, "must be an object"),
    ("C-15", "POST", f"{C}/get", {"limit": "2"}, "a whole number"),
    ("C-15", "POST", f"{C}/get", {"limit": 2.0}, "a whole number"),
    ("C-15", "POST", f"{C}/get", {"limit": 2**32}, "a whole number"),
    ("C-17", "POST", f"{C}/delete", {}, "must name"),
    ("C-18", "POST", f"{C}/get", {"where": {"a": 1, "b": 2}}, "exactly one member"),
    ("C-18", "POST", f"{C}/get", {"where": {"a": {"$gt": 1, "$lt": 2}}}, "exactly one member"),
    ("C-18", "POST", f"{C}/get", {"where": {"$not": T}}, "reserved"),
    ("C-19", "POST", f"{C}/get", '{"where":{"n":18446744073709551616}}', "out of range"),
    ("C-23", "POST", f"{C}/get", {"where_document": {"$contains": "a", "$regex": "b"}}, "exactly one member"),
    ("C-24", "POST", f"{C}/get", "{} {}", "not JSON"),
    ("C-24", "POST", f"{C}/get", '{"where":' + '{"$and":[' * 40 + "{}" + "]}" * 40 + "}", "nested deeper"),
    ("C-25", "POST", f"{C}/query", {"query_embeddings": ["AAAA"]}, "a list of vectors"),
    ("C-25", "POST", f"{C}/add", {"ids": ["a"], "embeddings": ["not base64!"]}, "a list of vectors"),
    ("C-34", "GET", "/api/v2//heartbeat", None, "path.odd"),
    ("C-34", "GET", "/api/V2/heartbeat", None, "route.unknown"),
    ("C-35", "DELETE", "/api/v2/heartbeat", None, "route.unknown"),
    ("C-36", "GET", f"{D}/collections?limit=1&limit=2", None, "twice"),
    ("C-36", "GET", f"{D}/collections?where=x", None, "query keys"),
    ("C-41", "POST", "/api/v2/tenants", {"name": "../x"}, "a name that a path can hold"),
]  # fmt: skip


@every(("fact", "method", "path", "body", "words"), REFUSED)
def test_what_the_server_would_ignore_prefer_or_not_survive_is_refused(
    fact: str, method: str, path: str, body: Any, words: str
) -> None:
    with pytest.raises(CallRefused) as refused:
        meant(method, path, body)
    assert words in str(refused.value.refusal)


def test_bytes_are_read_in_one_way() -> None:
    """C-12, C-30, C-31, C-33"""
    assert read("POST", f"{C}/get", '{"wh\\u0065re":{"t\\u0065nant":"acme"}}').body == b'{"where":{"tenant":"acme"}}'
    for headers, words in (
        ((), "content type"),
        ((("content-type", "text/plain"),), "content type"),
        ((*JSON, ("content-encoding", "gzip")), "compressed"),
        ((*JSON, ("content-length", "2"), ("transfer-encoding", "chunked")), "both"),
    ):
        with pytest.raises(CallRefused, match=words):
            read("POST", f"{C}/get", {}, headers)


@pytest.mark.parametrize("name", ["get", "query", "delete"])
def test_a_read_and_a_delete_have_a_place_for_a_condition_and_writes_have_none(name: str) -> None:
    """C-01, C-03"""
    dialect, mine = dialects.load("chroma"), {"query": {"query_embeddings": [V]}}.get(name, {})
    where: Any = {"$or": [{"a": 1}, {"b": {"$gt": 2}}]}

    def both(site: Site) -> Any:
        if site.at != "/where":
            return site.filter
        return T if site.filter is None else {"$and": [T, site.filter]}

    operation = Operation("chroma", f"collection_{name}", "search", 1)
    assert dialect.filters(operation, {**mine, "where": where}, both)["where"] == {"$and": [T, where]}
    assert dialect.filters(operation, dict(mine), both)["where"] == T
    for write in ("add", "upsert", "update"):
        tree: Any = {"ids": ["a"]}
        assert dialect.filters(Operation("chroma", f"collection_{write}", "upsert", 3), tree, both) is tree


def test_a_search_has_a_place_in_each_of_its_searches() -> None:
    """C-01"""
    tree: Any = {"searches": [{"filter": {"a": 1}}, {}]}
    seen: list[Any] = []
    dialects.load("chroma").filters(
        Operation("chroma", "collection_search", "search", 1),
        tree,
        lambda s: (seen.append((s.at, s.filter)), s.filter)[1],
    )  # type: ignore[func-returns-value]
    assert seen == [("/searches/0/filter", {"a": 1}), ("/searches/1/filter", None)]


def test_every_field_that_is_compared_with_is_named() -> None:
    """C-20, C-21, C-22, C-53"""
    dialect = dialects.load("chroma")
    for name, body, fields in (
        ("get", {"where": {"$and": [{"a": 1}, {"b": {"$in": ["x"]}}]}, "where_document": {"$contains": "x"}}, {("a", "filter"), ("b", "filter"), ("#document", "text")}),
        ("get", {"where": {"#document": {"$contains": "x"}}}, {("#document", "text")}),
        ("get", {"where": {"chroma:document": "x"}}, {("#document", "text")}),
        ("get", {"where": {"#id": "x"}}, {("#id", "filter")}),
        ("search", {"searches": [{"filter": {"#id": "x"}, "group_by": {"keys": ["dept"]}}]}, {("#id", "filter"), ("dept", "group")}),
    ):  # fmt: skip
        call = read("POST", f"{C}/{name}", body)
        operation = Operation("chroma", f"collection_{name}", "search", 1)
        assert {(one.path[0], one.how) for one in dialect.fields(call, operation)} == fields


def test_what_is_left_out_is_not_what_is_null_below() -> None:
    """C-14"""
    call = read("POST", f"{C}/update", {"ids": ["a"], "documents": None, "metadatas": [{"k": None}]})
    assert dialects.load("chroma").canonical(call).tree == {"ids": ["a"], "metadatas": [{"k": None}]}


MEANS: list[tuple[str, str, str, Any, str, int | None]] = [
    ("C-15", "POST", f"{C}/get", {}, "list_scan", None),
    ("C-15", "POST", f"{C}/query", {"query_embeddings": [V, V]}, "search", 20),
    ("C-16", "POST", f"{C}/get", {"ids": []}, "list_scan", 0),
    ("C-17", "POST", f"{C}/delete", {"where": {"$and": []}}, "delete_filter", None),
    ("C-38", "POST", "/api/v2/reset", None, "collection_drop", None),
    ("C-42", "POST", f"{D}/collections", {"name": "people", "get_or_create": True}, "collection_read", None),
    ("C-63", "POST", f"{D}/collections", {"name": "people", "get_or_create": True}, "collection_read", None),
    ("C-42", "POST", f"{D}/collections", {"name": "others", "get_or_create": True}, "collection_create", None),
    ("C-43", "DELETE", D, None, "collection_drop", None),
    ("C-52", "GET", f"{C}/count", None, "count", None),
    ("C-61", "GET", "/api/v2", None, "health", None),
    ("C-61", "GET", f"{D}?tenant=acme", None, "tenant_read", None),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "method", "path", "body", "kind", "limit"), MEANS)
def test_a_call_means(fact: str, method: str, path: str, body: Any, kind: str, limit: int | None) -> None:
    if "others" in str(body):
        dialect = dialects.load("chroma")

        async def nobody(call: Call) -> Answer:
            return Answer(404)

        operation = asyncio.run(dialect.classify(read(method, path, body), nobody))
    else:
        operation = meant(method, path, body)
    assert (operation.kind, operation.limit) == (kind, limit)


def test_a_collection_of_another_place_is_unknown() -> None:
    """C-40, C-34: the server itself would not look; and one spelling of a UUID is taken."""

    async def elsewhere(call: Call) -> Answer:
        return Answer(
            200, body=b'{"tenant":"globex","database":"crm","id":"0f8fad5b-d9cb-469f-a165-70867728950e","name":"x"}'
        )

    for path in (f"{C}/get", f"{D}/collections/0F8FAD5B-D9CB-469F-A165-70867728950E/get"):
        with pytest.raises(CallRefused, match=r"collection\.unknown"):
            asyncio.run(dialects.load("chroma").classify(read("POST", path, {}), elsewhere))


def test_an_add_over_what_is_there_touches_nothing() -> None:
    """C-51"""

    async def five(call: Call) -> Answer:
        return Answer(200, body=b"5")

    dialect = dialects.load("chroma")
    call = read("POST", f"{C}/add", {"ids": ["a"], "embeddings": [V]})
    impact = asyncio.run(
        dialect.impact(call, Operation("chroma", "collection_add", "upsert", 2, collections=("people",)), five)
    )
    assert impact is not None
    assert (impact.touched, impact.total) == (0, 5)


def test_a_write_over_stored_records_names_them() -> None:
    """C-50: whose they are is looked at before anything is written."""
    dialect = dialects.load("chroma")
    call = read("POST", f"{C}/update", {"ids": ["a", "b"], "metadatas": [{"x": 1}, {"x": 2}]})
    assert set(dialect.writing(call)) == {"a", "b"}


def test_questions_stay_within_what_its_store_takes() -> None:
    """C-26, C-32"""
    assert MOST_IDS < 32_766
    from vecgate.dialects.chroma.batches import SERVER_BODY

    assert SERVER_BODY == 40 * 1024 * 1024


@pytest.mark.parametrize(("agent", "status"), [("python", 403), ("node", 422)])
def test_a_refusal_is_said_so_that_its_clients_show_it(agent: str, status: int) -> None:
    """C-60, C-62"""
    rendered = dialects.load("chroma").render(refuse("route.unknown"), agent)
    tree = json.loads(rendered.body)
    assert rendered.status == status
    assert tree["error"] == "AuthError"
    assert tree["message"].startswith("route.unknown")


def test_errors_are_texts_and_no_credential_goes_on() -> None:
    """C-39, C-37"""
    surface = dialects.load("chroma").surface(Operation("chroma", "collection_get", "list_scan", 2), answer=True)
    assert surface.kind_at("/message") == "text"
    sent = (*JSON, ("x-chroma-token", "secret"), ("authorization", "Bearer x"))
    assert {name for name, _ in read("POST", f"{C}/get", {}, sent).headers} == {
        "accept",
        "accept-encoding",
        "content-type",
    }
