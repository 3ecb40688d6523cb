"""Which side doors of a database are found open, as its server answers, and which setting is named for each."""

import importlib
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from doctor.answering import Answer, answering
from support.milvus.real import running_real
from support.servers import doors
from support.servers.chroma import running_chroma
from support.servers.doors import all_ok, problems, warnings
from support.servers.opensearch import missing, running_opensearch
from support.tools.every import every
from vecgate import dialects
from vecgate.doctor.checks import around, beside
from vecgate.doctor.finding import Finding
from vecgate.domain.lease import Headers, Lease
from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.upstreams import UpstreamSettings

NAME = "people-db"
HTML: Final = {"content-type": "text/html; charset=utf-8"}
ANY_SITE: Final = {"access-control-allow-origin": "*"}
ROOT: Final = {"authorization": "Bearer root:Milvus"}
ADMIN: Final = {"authorization": "Basic YWRtaW46YWRtaW4="}
ELASTIC: Final = {"authorization": "Basic ZWxhc3RpYzpjaGFuZ2VtZQ=="}
MEMBER: Final = {"sourceid": "QEBtaWx2dXMtbWVtYmVyQEA=", "authorization": "cm9vdDp2ZWNnYXRlLWRvY3Rvcg=="}
GRPC_OK: Final = b"\0\0\0\0\x08\x0a\0\x12\x04root"
HARD: Final = {
    "action.destructive_requires_name": "true", "rest.action.multi.allow_explicit_index": "false",
    "script.allowed_types": ["none"], "action.auto_create_index": "false",
}  # fmt: skip


def told(url: str, dialect: str) -> UpstreamSettings:
    tree = {"dialect": dialect, "url": url, "hosts": ["h"], "server_name": "localhost"}
    return UpstreamSettings.model_validate(tree | {"credential": {"role": "r", "gateway_role": "g"}})


@pytest.fixture(autouse=True)
def free_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The known ports of this host may be anybody's."""
    monkeypatch.setattr(around, "ports", lambda dialect: ())


class FakeLeases:
    """The gateway's own: a key, or none."""

    def __init__(self, key: str | None = "gateway-key") -> None:
        self.key = key

    async def own(self, upstream: str) -> Lease:
        if self.key is None:
            raise Unavailable(Part.VAULT, "no")
        return Lease("l", "p", upstream, 1e12, Headers((("authorization", self.key),)))


async def examined(dialect: str, url: str, *more: int, leases: Any = None) -> list[Finding]:
    return await beside.check(NAME, told(url, dialect), leases or FakeLeases(), more)


def tree(value: Any) -> Answer:
    return Answer(200, json.dumps(value).encode(), {"content-type": "application/json"})


def settings(**values: Any) -> Answer:
    return tree(
        {
            "persistent": {},
            "transient": {},
            "defaults": {**HARD, **{k.replace("__", "."): v for k, v in values.items()}},
        }
    )


SHUT: Final[Mapping[str, Mapping[str, Answer]]] = {
    "qdrant": {}, "milvus": {}, "weaviate": {"GET /v1/meta": tree({"version": "1.40.0", "modules": {"backup-s3": {}}})},
    "chroma": {},
    **{name: {"GET /_cluster/settings": Answer(200, settings().body, when={"authorization": "none of these"})} for name in ("opensearch", "elasticsearch")},
    "pinecone": {"GET /indexes": tree({"indexes": [{"name": "a", "deletion_protection": "enabled", "private_host": "x"}]})},
}  # fmt: skip
#: What a server answers, the words of what is then found, and of what shuts it.
OPEN: Final[tuple[tuple[str, Mapping[str, Answer], Mapping[str, Answer], str, str], ...]] = (
    ("qdrant", {"OPTIONS /collections": Answer(200, headers={"access-control-allow-origin": "https://elsewhere.invalid"})}, {}, "any site in (CORS)", "service.enable_cors: false"),
    ("qdrant", {}, {"/qdrant.QdrantInternal/GetConsensusCommit": Answer(0, bytes(5))}, "the cluster's inside", "enforce_internal_auth: true"),
    ("qdrant", {"GET /metrics": Answer(200, b"# TYPE collections_total gauge\n")}, {}, "/metrics", "service.metrics_port"),
    ("qdrant", {"GET /dashboard": Answer(200, b"<html>", HTML)}, {}, "its web UI", "enable_static_content: false"),
    ("milvus", {"GET /v1/vector/collections": tree({"code": 200, "data": []})}, {}, "for anyone, without a login", "authorizationEnabled: true"),
    ("milvus", {"POST /v2/vectordb/collections/list": tree({"code": 0, "data": []})}, {}, "for anyone, without a login", "authorizationEnabled: true"),
    ("milvus", {"GET /v1/vector/collections": Answer(200, b'{"code":200,"data":[]}', when=ROOT)}, {}, "root:Milvus", "a password of its own"),
    ("milvus", {}, {"/milvus.proto.milvus.MilvusService/ListCredUsers": Answer(0, GRPC_OK, when=MEMBER)}, "CVE-2025-64513", "2.6.5 or later"),
    ("milvus", {"GET /api/v1/collections": tree({"status": {}})}, {}, "reads, writes and deletes for anyone", "port 9091"),
    ("milvus", {"GET /expr": Answer(500, b'{"msg": "failed to execute expression, the expr code is empty"}')}, {}, "runs expressions", "port 9091"),
    ("milvus", {"GET /debug/pprof/": Answer(200, b"<title>/debug/pprof/</title>")}, {}, "gives profiles", "port 9091"),
    ("milvus", {"GET /_cluster/configs": tree({"etcd.endpoints": "x"})}, {}, "tells its configuration", "port 9091"),
    ("milvus", {"GET /webui/": Answer(200, b"<html>", HTML)}, {}, "its web UI", "port 9091"),
    ("milvus", {"GET /metrics": Answer(200, b"# TYPE milvus_proxy_search_vectors_count counter\n")}, {}, "/metrics", "port 9091"),
    ("milvus", {"OPTIONS /v1/vector/collections": Answer(204, headers=ANY_SITE)}, {}, "any site in (CORS)", "take the gateway alone"),
    ("weaviate", {"GET /v1/schema": tree({"classes": []})}, {}, "to anyone, without a key", "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=false"),
    ("weaviate", {"OPTIONS /v1/schema": Answer(200, headers=ANY_SITE)}, {}, "any site in (CORS)", "CORS_ALLOW_ORIGIN"),
    ("weaviate", {"POST /v1/grpc-web/grpc.health.v1.Health/Check": tree({"status": "SERVING"})}, {}, "gRPC-Web", "gateway alone"),
    ("weaviate", {"GET /debug/pprof/": Answer(200, b"<title>/debug/pprof/</title>")}, {}, "gives profiles", "GO_PROFILING_DISABLE=true"),
    ("weaviate", {"GET /metrics": Answer(200, b"# TYPE batch_durations_ms histogram\n")}, {}, "/metrics", "PROMETHEUS_MONITORING_ENABLED"),
    ("weaviate", {"GET /v1/meta": tree({"modules": {"generative-openai": {}, "text2vec-cohere": {}, "backup-s3": {}}})}, {}, "(generative-openai, text2vec-cohere)", "API_BASED_MODULES_DISABLED=true"),
    ("opensearch", {"GET /_cluster/settings": settings()}, {}, "without a login", "anonymous_auth_enabled: false"),
    ("opensearch", {"GET /_cluster/settings": Answer(200, settings().body, when=ADMIN)}, {}, "admin:admin", "OPENSEARCH_INITIAL_ADMIN_PASSWORD"),
    ("opensearch", {"GET /": Answer(101, headers={"upgrade": "h2c"}, when={"upgrade": "h2c"})}, {}, "(h2c)", "plugins.security.ssl.http.enabled"),
    ("opensearch", {"OPTIONS /_cluster/settings": Answer(200, headers=ANY_SITE)}, {}, "any site in (CORS)", "http.cors.enabled"),
    ("opensearch", {"GET /_cluster/settings": settings(action__destructive_requires_name="false")}, {}, "drops and closes indices", "destructive_requires_name: true"),
    ("opensearch", {"GET /_cluster/settings": settings(rest__action__multi__allow_explicit_index="true")}, {}, "names any index", "allow_explicit_index: false"),
    ("opensearch", {"GET /_cluster/settings": settings(script__allowed_types=[])}, {}, "scripts and stored templates run", "script.allowed_types: none"),
    ("opensearch", {"GET /_cluster/settings": settings(action__auto_create_index="true")}, {}, "a write makes an index", "auto_create_index: false"),
    ("elasticsearch", {"GET /_cluster/settings": settings()}, {}, "without a login", "xpack.security.enabled: true"),
    ("elasticsearch", {"GET /_cluster/settings": Answer(200, settings().body, when=ELASTIC)}, {}, "elastic:changeme", "elasticsearch-reset-password"),
    ("elasticsearch", {"OPTIONS /_cluster/settings": Answer(200, headers=ANY_SITE)}, {}, "any site in (CORS)", "http.cors.enabled"),
    ("elasticsearch", {"GET /_cluster/settings": settings(action__destructive_requires_name="false")}, {}, "drops and closes indices", "destructive_requires_name: true"),
    ("elasticsearch", {"GET /_cluster/settings": settings(rest__action__multi__allow_explicit_index="true")}, {}, "names any index", "allow_explicit_index: false"),
    ("elasticsearch", {"GET /_cluster/settings": settings(script__allowed_types=[])}, {}, "scripts and stored templates run", "script.allowed_types: none"),
    ("elasticsearch", {"GET /_cluster/settings": settings(action__auto_create_index="true")}, {}, "a write makes an index", "auto_create_index: false"),
    ("chroma", {"OPTIONS /api/v2/tenants": Answer(200, headers=ANY_SITE)}, {}, "any site in (CORS)", "cors_allow_origins"),
    ("pinecone", {"GET /indexes": tree({"indexes": [{"name": "a", "deletion_protection": "disabled", "private_host": "x"}]})}, {}, "drop these indexes: a", "deletion_protection: enabled"),
    ("pinecone", {"GET /indexes": tree({"indexes": [{"name": "b", "deletion_protection": "enabled"}]})}, {}, "for these indexes: b", "*.pinecone.io"),
)  # fmt: skip


#: What one that is here for the first time has in `tests/dialects/NAME/doors.py`: `OPEN` and `SHUT`, as above.
OTHERS: Final = {
    name: importlib.import_module(f"dialects.{name}.doors")
    for name in dialects.names()
    if name not in SHUT and importlib.util.find_spec(f"dialects.{name}.doors")
}
ALL_SHUT: Final = {**SHUT, **{name: one.SHUT for name, one in OTHERS.items()}}
ALL_OPEN: Final = (*OPEN, *((name, *row) for name, one in OTHERS.items() for row in one.OPEN))


async def test_every_door_of_every_database_is_found_where_it_is_open() -> None:
    for dialect, http, grpc, words, shut_by in ALL_OPEN:
        async with doors.listening(answering({**ALL_SHUT[dialect], **http}, grpc)) as port:
            found = await examined(dialect, f"http://127.0.0.1:{port}")
        said = [one for one in found if words in one.found]
        assert len(said) == 1, (dialect, words, found)
        assert said[0].found.startswith(f"127.0.0.1:{port} ")
        assert shut_by in said[0].todo, (words, said[0].todo)
        assert said[0] in problems_and_warnings(found)


def problems_and_warnings(found: list[Finding]) -> list[Finding]:
    return [one for one in found if one.level != "ok"]


def test_no_door_is_left_untried() -> None:
    """Each row of each dialect is one of those above, by what it finds."""
    for name in dialects.names():
        rows = [words for dialect, _, _, words, _ in ALL_OPEN if dialect == name]
        assert len(rows) == len(dialects.doors(name)), name
        for knock in dialects.doors(name):
            assert knock.source.startswith("https://"), knock.what
            assert knock.shut_by.endswith("."), knock.what
            assert knock.unless in ("", *(one.what for one in dialects.doors(name))), knock.what


@every("dialect", sorted(ALL_SHUT))
async def test_what_is_shut_is_said_in_one_line(dialect: str) -> None:
    if dialect in ("opensearch", "elasticsearch"):
        return  # it tells its settings to the gateway alone: the next test
    async with doors.listening(answering(ALL_SHUT[dialect])) as port:
        found = await examined(dialect, f"http://127.0.0.1:{port}")
    assert all_ok(found)
    (said,) = found
    assert all(knock.what in said.found for knock in dialects.doors(dialect))


async def test_settings_are_asked_for_on_the_gateways_own_key_over_tls(tmp_path: Path) -> None:
    only_ours = Answer(200, settings().body, when={"authorization": "gateway-key"})
    context = doors.open_context(tmp_path)
    async with doors.listening(answering({"GET /_cluster/settings": only_ours}), context) as port:
        spec = told(f"https://127.0.0.1:{port}", "opensearch").model_copy(update={"ca": tmp_path / "ca.pem"})
        assert all_ok(await beside.check(NAME, spec, FakeLeases()))  # type: ignore[arg-type]
        (said, shut) = await beside.check(NAME, spec, FakeLeases(None))  # type: ignore[arg-type]
    assert "could not be asked for its settings: action.destructive_requires_name" in said.found
    assert "action.destructive_requires_name" not in shut.found, "what was not asked is not in order"


async def test_a_key_is_shown_to_nobody_in_the_clear(tmp_path: Path) -> None:
    only_ours = Answer(200, settings().body, when={"authorization": "gateway-key"})
    async with doors.listening(answering({"GET /_cluster/settings": only_ours})) as port:
        found = await examined("opensearch", f"http://127.0.0.1:{port}")
    (said,) = warnings(found)
    assert said.startswith("It could not be asked for its settings (status 401): action.destructive_requires_name, ")


@every("dialect", ["opensearch", "elasticsearch", "pinecone", "weaviate"])
@every("answer", [tree({"error": "no"}), Answer(200, b'{"indexes": [')])
async def test_what_is_not_told_is_not_in_order(dialect: str, answer: Answer) -> None:
    """A key that is refused, and an answer that is cut off."""
    asked = [knock for knock in dialects.doors(dialect) if knock.by == "gateway"]
    refused = answer if answer.body.endswith(b"[") else Answer(403, answer.body)
    routes = {f"{knock.call.method} {knock.call.path}": refused for knock in asked}
    async with doors.listening(answering({**ALL_SHUT[dialect], **routes})) as port:
        found = await examined(dialect, f"http://127.0.0.1:{port}")
    (said,) = warnings(found)
    assert said.endswith(": " + ", ".join(knock.what for knock in asked) + ".")
    assert not any(knock.what in one.found for one in found if one.level == "ok" for knock in asked)


async def test_a_door_that_another_tells_of_is_not_said_to_be_shut() -> None:
    """Who asks nobody for a login takes that which it is delivered with, too."""
    for dialect, open_to_all, hidden in (
        ("elasticsearch", {"GET /_cluster/settings": settings()}, "elastic with the password"),
        ("opensearch", {"GET /_cluster/settings": settings()}, "admin with the password"),
        ("milvus", {"GET /v1/vector/collections": tree({"code": 200}), "POST /v2/vectordb/collections/list": tree({"code": 0})}, "(v2)"),
        ("milvus", {"GET /v1/vector/collections": tree({"code": 200})}, "root with the password"),
    ):  # fmt: skip
        async with doors.listening(answering({**ALL_SHUT[dialect], **open_to_all})) as port:
            found = await examined(dialect, f"http://127.0.0.1:{port}")
        assert len(problems(found)) == 1
        assert not any(hidden in one.found for one in found), (dialect, hidden)


async def test_other_ports_are_tried_where_they_are_named() -> None:
    async with (
        doors.listening(answering({})) as own,
        doors.listening(answering({"GET /expr": Answer(500, b"the expr code is empty")})) as other,
    ):
        found = await examined("milvus", f"http://127.0.0.1:{own}", other)
        assert all_ok(await examined("milvus", f"http://127.0.0.1:{own}"))
    assert [said.partition(" ")[0] for said in problems(found)] == [f"127.0.0.1:{other}"]


async def test_nothing_that_is_asked_changes_anything() -> None:
    """Only what reads is sent: no method and no path that writes, drops or opens a listener."""
    for name in dialects.names():
        for knock in dialects.doors(name):
            call = knock.call
            reads = call.method in ("GET", "OPTIONS") or call.path.endswith(("/list", "/Check")) or knock.over == "grpc"
            assert reads, call
            assert "eventlog" not in call.path
            if knock.over == "grpc":
                assert call.path.rpartition("/")[2].startswith(("List", "Get")), call


# real servers


async def test_a_real_chroma_lets_no_page_of_another_site_in_unless_it_is_told_to(tmp_path: Path) -> None:
    with running_chroma(tmp_path / "chroma") as url:
        assert all_ok(await examined("chroma", url))


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_the_doors_of_a_real_opensearch_are_found_and_shut_by_what_is_named(tmp_path: Path) -> None:
    if why := missing():
        pytest.skip(why)
    with running_opensearch(tmp_path / "soft", http__cors__enabled="true", **{"http__cors__allow-origin": "*"}) as url:
        found = await examined("opensearch", url)
    assert [said.partition(" ")[2] for said in problems(found)] == [
        "tells its settings to anyone, without a login.", "lets a web page of any site in (CORS).",
    ]  # fmt: skip
    assert [said.split(" has ")[1].partition(":")[0] for said in warnings(found)] == list(HARD)
    hard = {
        knock.shut_by.removeprefix("Set ").removesuffix(".")
        for knock in dialects.doors("opensearch")
        if knock.by == "gateway"
    }
    named = {name.replace(".", "__"): value for name, _, value in (one.partition(": ") for one in hard)}
    with running_opensearch(tmp_path / "hard", **named) as url:
        found = await examined("opensearch", url)
    assert warnings(found) == []
    assert len(problems(found)) == 1, "it has no security plugin here: the port is to take the gateway alone"


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.shares("milvus")
async def test_the_doors_of_a_real_milvus_are_found(tmp_path: Path) -> None:
    """Authorization is on, and all the same."""
    with running_real(tmp_path) as real:
        found = await examined("milvus", real.rest, int(real.metrics.rpartition(":")[2]))
    rest, beside_it = (url.rpartition("/")[2] for url in (real.rest, real.metrics))
    assert problems(found) == [
        f"{rest} lets root in with the password that it is delivered with (root:Milvus).",
        f"{rest} takes whoever sends 'sourceid' for root, whatever the password (CVE-2025-64513).",
        f"{beside_it} reads, writes and deletes for anyone, without a login (/api/v1).",
        f"{beside_it} runs expressions inside the server for anyone (/expr).",
        f"{beside_it} gives profiles of the server to anyone (/debug/pprof).",
    ]
