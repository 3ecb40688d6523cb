"""Milvus over gRPC through a real gateway: rules, rows and masks count for messages as for their twins."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from demo.gateway import Gateway
from demo.stack import Stack
from dialects.milvus.grpc.asked import MESSAGES, described, message, pairs
from dialects.milvus.grpc.test_columns import KINDS
from dialects.milvus.grpc.test_reading import group
from path.conftest import Factory
from support.http2.client import Client, connected
from support.http2.server import Arrived, Behave, GrpcServer, Said, grpc_server
from vecgate.dialects.milvus.grpc.columns import Column, put_records
from vecgate.dialects.milvus.grpc.table import ROWS as ROWS_OF
from vecgate.dialects.milvus.grpc.table import SERVICE
from vecgate.parsing import grpc_framing as framing

POLICY: Final = """version: 1
mask_profiles: {people: {default: replace}}
rules:
  - name: analysts-search-their-own
    effect: allow
    who: {groups: [analysts]}
    where: {upstreams: [milvus-db], collections: [people]}
    operations: [search, list_scan, read_ids, count, collection_read, upsert]
    mask: people
    rows:
      - {field: tenant, equals: t1}
    limits: {max_results: 5}
    vectors: true
"""
ROWS: Final[list[dict[str, Any]]] = [
    {"id": 1, "tenant": "t1", "meta": '{"mail":"alma@example.org"}', "note": "call alma@example.org"},
    {"id": 2, "tenant": "t2", "meta": '{"mail":"bo@example.org"}', "note": "of another tenant"},
]


#: What asks the server for three vectors of ten thousand times so many numbers.
LARGE: Final = re.compile(rb"id > -([0-9]+)")
GIVES: Final = {row.method: row.gives for row in ROWS_OF} | {"Connect": "ConnectResponse"}


def answered(arrived: Arrived, _line: Any, _number: int) -> Said:
    """As a server that overlooks every filter."""
    match arrived.path.rpartition("/")[2]:
        case "ShowCollections":
            return Said(message("ShowCollectionsResponse", collection_names=["people", "salaries"]).SerializeToString())
        case "DescribeAlias":
            return Said(message("DescribeAliasResponse", alias="staff", collection="salaries").SerializeToString())
        case "DescribeCollection":
            return Said(described().SerializeToString())
        case "Search":
            made = message("SearchResults", collection_name="people")
            put_records(made.results.fields_data, [_shown(one) for one in ROWS], KINDS, shown=True)
            made.results.ids.int_id.data.extend([1, 2])
            made.results.scores.extend([0.9, 0.8])
            made.results.topks.append(2)
            return Said(made.SerializeToString())
        case "Query" if b"count(*)" in arrived.body:
            made = message("QueryResults", collection_name="people")
            put_records(made.fields_data, [{"count(*)": 1}], {"count(*)": Column("count(*)", "Int64")}, shown=True)
            return Said(made.SerializeToString())
        case "Query" if (large := LARGE.search(arrived.body)) is not None:
            made = message("QueryResults", collection_name="people")
            rows = [{"id": i, "tenant": "t1", "vec": [0.5] * (10_000 * int(large[1]))} for i in range(1, 4)]
            put_records(made.fields_data, rows, {key: KINDS[key] for key in rows[0]}, shown=True)
            return Said(made.SerializeToString())
        case "Query":
            made = message("QueryResults", collection_name="people")
            put_records(made.fields_data, [{"id": one["id"], **_shown(one)} for one in ROWS], KINDS, shown=True)
            return Said(made.SerializeToString())
    return Said(None, 12, "not here")


def _shown(one: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in one.items() if key != "id"}


@dataclass
class Served:
    """The server, and a gateway before it."""

    server: GrpcServer
    gateway: Gateway
    token: str
    other: str

    def call(self, method: str, made: Any, token: str | None = None, *more: tuple[str, str]) -> Any:
        key = base64.b64encode((self.token if token is None else token).encode()).decode()
        with connected(self.gateway.listen.port, str(self.gateway.ca)) as client:
            said = Client.call(client, f"{SERVICE}/{method}", made.SerializeToString(), [("authorization", key), *more])
        assert said.grpc[0] == 0, said.grpc
        return MESSAGES.read(f"milvus.{GIVES[method]}", said.message)

    def sent(self, method: str) -> Any:
        """The last message of a method that reached the server."""
        last = [one for one in self.server.arrived if one.path == f"{SERVICE}/{method}"][-1]
        return MESSAGES.read(f"milvus.{method}Request", framing.unframed(last.body).message)


@pytest.fixture(scope="module")
def served(stack: Stack, gateways: Factory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(stack, gateways, tmp_path_factory.mktemp("milvus"), POLICY, answered) as made:
        yield made


@contextmanager
def serving(stack: Stack, gateways: Factory, folder: Path, policy: str, behave: Behave) -> Iterator[Served]:
    """A gateway with that policy, before a server that behaves so."""
    policies = folder / "policies"
    policies.mkdir()
    (policies / "people.yaml").write_text(policy, "utf-8")
    with grpc_server(folder / "grpc") as server:
        server.behave = behave
        made = gateways.make({"policies": str(policies)})
        tree = yaml.safe_load(made.settings.read_text("utf-8"))
        ((_, old),) = list(tree["upstreams"].items())[:1]
        tree["upstreams"] = {
            "milvus-db": {
                "dialect": "milvus", "url": server.url, "grpc": True, "server_name": "localhost", "ca": str(server.ca),
                "hosts": ["localhost"], "timeout": 20, "credential": old["credential"],
            }
        }  # fmt: skip
        made.settings.write_text(yaml.safe_dump(tree), "utf-8")
        made.start()
        yield Served(server, made, stack.token("alice"), stack.token("bob"))
        made.stop()


def search(**fields: Any) -> Any:
    made = message(
        "SearchRequest", collection_name="people", placeholder_group=group(), nq=1, dsl_type=1, use_default_consistency=True,
        output_fields=["note", "meta"], **fields,
    )  # fmt: skip
    pairs(made.search_params, topk="2", anns_field="vec")
    return made


def test_a_search_is_kept_to_rows_and_masked(served: Served) -> None:
    said = served.call(
        "Search", search(dsl='note != "x"'), None, ("sourceid", "QEBtaWx2dXMtbWVtYmVyQEA="), ("dbname", "")
    )
    assert (said.status.code, [*said.results.ids.int_id.data], [*said.results.topks]) == (0, [1], [1])
    shown = said.SerializeToString()
    assert b"alma@example.org" not in shown
    assert b"of another tenant" not in shown
    assert b"call " in shown
    out = served.sent("Search")
    assert out.dsl == '(tenant == "t1") and (note != "x")'
    assert [*out.output_fields] == ["note", "meta", "tenant"]
    (came,) = [one for one in served.server.arrived if one.path.endswith("/Search")][-1:]
    assert not {"sourceid", "authorization", "dbname"} & {name for name, _ in came.headers}


def test_no_filter_is_the_rows_alone_and_half_a_one_never_arrives(served: Served) -> None:
    query = message("QueryRequest", collection_name="people", use_default_consistency=True, output_fields=["id"])
    said = served.call("Query", query)
    assert [*said.fields_data[0].scalars.long_data.data] == [1]
    assert served.sent("Query").expr == '(tenant == "t1")'
    before = len(served.server.arrived)
    query.expr = "id < 0) or (id > 0"
    said = served.call("Query", query)
    assert (said.status.code, len(served.server.arrived)) == (1801, before)
    assert said.status.reason.startswith("body.unreadable")


@pytest.mark.long
@pytest.mark.parametrize(("numbers", "why"), [(70, ""), (170, "answer.too_large")])
def test_an_answer_may_be_larger_than_a_request_and_what_is_too_large_is_asked_for_in_parts(
    served: Served, numbers: int, why: str
) -> None:
    """Some two million numbers are more than a body may hold (`limits.json_values`), five are too many for an answer."""
    said = served.call("Query", message(
        "QueryRequest", collection_name="people", use_default_consistency=True, output_fields=["id", "vec"],
        expr=f"id > -{numbers}",
    ))  # fmt: skip
    assert said.status.reason.partition(":")[0] == why
    if why:
        assert "5000000 values" in said.status.reason
        assert "Ask for fewer results or fields." in said.status.reason
    else:
        (vectors,) = [one.vectors for one in said.fields_data if one.field_name == "vec"]
        assert len(vectors.float_vector.data) == 3 * 10_000 * numbers


def test_what_no_rule_allows_is_a_status_with_its_text(served: Served) -> None:
    before = len(served.server.arrived)
    said = served.call("DropCollection", message("DropCollectionRequest", collection_name="people"))
    assert (said.code not in (0, 8), said.error_code, said.reason.split(":")[0]) == (True, 1, "policy.no_rule")
    assert [one.path for one in served.server.arrived[before:] if one.path.endswith("/DropCollection")] == []


@pytest.mark.parametrize("method", ["DescribeAlias", "DropAlias", "AlterAlias"])
def test_a_refusal_does_not_tell_what_anothers_alias_stands_for(served: Served, method: str) -> None:
    """Of one that is there and of one that is not it says the same, and nobody asked the server."""
    before, more = len(served.server.arrived), {"collection_name": "people"} if method == "AlterAlias" else {}
    told = []
    for alias in ("staff", "nope"):
        said = served.call(method, message(f"{method}Request", alias=alias, **more))
        told.append((said.status if method == "DescribeAlias" else said).reason.replace(alias, "it"))
    assert told[0] == told[1]
    assert told[0].startswith("policy.no_rule")
    assert "salaries" not in told[0]
    assert [one.path for one in served.server.arrived[before:] if one.path.endswith("Alias")] == []


def test_a_client_with_a_bad_token_starts_and_is_told_at_its_next_call(served: Served) -> None:
    connect = message("ConnectRequest")
    connect.client_info.user = "app"
    assert served.call("Connect", connect, "no-token").status.code == 0
    said = served.call("Search", search(), "no-token")
    assert said.status.reason.startswith("identity.")
    assert said.status.code == 1800


def test_a_count_of_ones_own_is_told_as_it_was_asked(served: Served) -> None:
    """It is asked of the server as a query."""
    said = served.call("GetCollectionStatistics", message("GetCollectionStatisticsRequest", collection_name="people"))
    assert [(one.key, one.value) for one in said.stats] == [("row_count", "1")]
    assert [*served.sent("Query").output_fields] == ["count(*)"]
