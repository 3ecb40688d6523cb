"""Milvus over gRPC: no name, alias, partition or database that is another's is reached by any method.

The server answers whatever comes with success; what counts is that it is not asked. Each row was tried once before a real
2.3.5 and a milvus-lite as well: nothing was told there, and nothing changed.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from demo.stack import Stack
from dialects.milvus.grpc.asked import MESSAGES, described, message, pairs
from dialects.milvus.grpc.test_reading import group
from path.conftest import Factory
from path.reaching.test_milvus_grpc import GIVES, Served, serving
from support.forked.ports import free_port
from support.http2.server import Arrived, Said
from support.tools.every import every
from vecgate.dialects.milvus.grpc.table import SERVICE
from vecgate.parsing import grpc_framing as framing

POLICY: Final = """version: 1
rules:
  - name: own
    who: {groups: [analysts]}
    where: {upstreams: [milvus-db], databases: [default], collections: ["mine*", a_mine]}
    operations: [read, write, delete, schema, destroy]
    effect: allow
    mask: unsafe-nothing
    vectors: true
"""
NAMES: Final = {"mine": "mine", "theirs": "theirs", "a_mine": "mine", "a_theirs": "theirs"}
OTHERS: Final = ("theirs", "a_theirs")
OTHER: Final = (("dbname", "otherdb"),)
#: What the gateway asks by itself.
LOOKUPS: Final = frozenset({"ShowCollections", "DescribeCollection", "DescribeAlias", "ListAliases"})


def answered(arrived: Arrived, _line: Any, _number: int) -> Said:
    method = arrived.path.rpartition("/")[2]
    if method not in GIVES:
        return Said(None, 12, "not here")
    made = MESSAGES.new(f"milvus.{GIVES[method]}")
    if method in ("DescribeAlias", "DescribeCollection"):
        asked = MESSAGES.read(f"milvus.{method}Request", framing.unframed(arrived.body).message)
        name = asked.alias if method == "DescribeAlias" else asked.collection_name
        if name not in NAMES or (method == "DescribeAlias" and NAMES[name] == name):
            made.status.code, made.status.error_code, made.status.reason = 100, 1, "not found"
        elif method == "DescribeAlias":
            made.alias, made.collection = name, NAMES[name]
        else:
            made = described(name)
    elif method == "ShowCollections":
        made.collection_names.extend(["mine", "theirs"])
    return Said(made.SerializeToString())


@pytest.fixture(scope="module")
def served(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    gateways = Factory(stack, tmp_path_factory.mktemp("gateways"), free_port)
    with serving(stack, gateways, tmp_path_factory.mktemp("names"), POLICY, answered) as made:
        yield made


def _search(name: str, **more: Any) -> Any:
    made = message(
        "SearchRequest", collection_name=name, dsl="id > 0", dsl_type=1, placeholder_group=group(), nq=1,
        use_default_consistency=True, **more,
    )  # fmt: skip
    pairs(made.search_params, topk="5", anns_field="vec", params="{}", metric_type="L2")
    return made


def _hybrid(name: str, *parts: Any, **more: Any) -> Any:
    made = message("HybridSearchRequest", collection_name=name, use_default_consistency=True, **more)
    pairs(made.rank_params, strategy="rrf", params='{"k":60}', limit="5")
    made.requests.extend(parts)
    return made


def _query(name: str, **more: Any) -> Any:
    return message("QueryRequest", collection_name=name, expr="id > 0", use_default_consistency=True, **more)


def _altered(kind: str, **fields: str) -> Any:
    made = message(kind, **fields)
    pairs(made.properties, **{"collection.ttl.seconds": "1"})
    return made


type Row = tuple[str, str, Any, tuple[tuple[str, str], ...]]

_BY_NAME: Final = (
    "DescribeCollection", "GetCollectionStatistics", "GetLoadState", "DropCollection", "LoadCollection", "ReleaseCollection",
    "ShowPartitions", "ListAliases", "HasCollection", "GetLoadingProgress", "DescribeIndex", "ManualCompaction", "GetIndexState",
    "GetIndexBuildProgress",
)  # fmt: skip
_BY_PARTITION: Final = ("HasPartition", "DropPartition", "CreatePartition", "GetPartitionStatistics")
_BY_PARTITIONS: Final = ("LoadPartitions", "ReleasePartitions")


def _of(name: str) -> Iterator[Row]:
    """What is said with a name that is another's."""

    def row(method: str, made: Any, how: str = "") -> Row:
        return f"{method} of {name}{how}", method, made, ()

    def named(method: str, /, **more: Any) -> Any:
        return message(f"{method}Request", collection_name=name, **more)

    yield from (row(method, named(method)) for method in _BY_NAME)
    yield from (row(method, named(method, partition_name="p_theirs")) for method in _BY_PARTITION)
    yield from (row(method, named(method, partition_names=["p_theirs"])) for method in _BY_PARTITIONS)
    yield row("Query", _query(name))
    yield row("Search", _search(name))
    yield row("HybridSearch", _hybrid(name, _search(name), _search(name)))
    yield row("HybridSearch", _hybrid("mine", _search(name), _search("mine")), ", in a part")
    yield row("HybridSearch", _hybrid("", _search(name), _search(name)), ", in parts alone")
    yield row("Delete", named("Delete", expr="id in [1]"))
    yield row("Flush", message("FlushRequest", collection_names=[name]))
    yield row("Flush", message("FlushRequest", collection_names=["mine", name]), ", beside one's own")
    yield row("GetFlushState", named("GetFlushState", flush_ts=1))
    yield row("RenameCollection", message("RenameCollectionRequest", oldName=name, newName="mine2"))
    yield row("RenameCollection", message("RenameCollectionRequest", oldName="mine", newName=name), ", as the new one")
    yield row("AlterCollection", _altered("AlterCollectionRequest", collection_name=name))
    yield row("DropIndex", named("DropIndex", index_name="vec"))
    yield row("DropIndex", named("DropIndex", field_name="vec"), ", by its field")
    yield row("CreateIndex", named("CreateIndex", field_name="note", index_name="n"))
    yield row("AlterAlias", message("AlterAliasRequest", alias="a_mine", collection_name=name))
    yield row("CreateAlias", message("CreateAliasRequest", alias="mine_x", collection_name=name))
    yield row("CreateAlias", message("CreateAliasRequest", alias=name, collection_name="mine"), ", as the alias")


def _elsewhere() -> Iterator[Row]:
    """What is said in another database, by the field or by metadata, and of databases."""

    def both(method: str, made: Any, **fields: str) -> Iterator[Row]:
        yield f"{method} elsewhere, by metadata", method, made, OTHER
        there = type(made)()
        there.CopyFrom(made)
        there.db_name = "otherdb"
        yield f"{method} elsewhere, by its field", method, there, ()
        yield f"{method} elsewhere, by its field against metadata", method, there, (("dbname", "default"),)

    at = {"collection_name": "mine"}
    yield from both("Query", _query("mine"))
    yield from both("Search", _search("mine"))
    yield from both("HybridSearch", _hybrid("mine", _search("mine"), _search("mine")))
    for method in ("ShowCollections", "ListAliases"):
        yield from both(method, message(f"{method}Request"))
    for method in ("DescribeCollection", "DropCollection", "ReleaseCollection"):
        yield from both(method, message(f"{method}Request", **at))
    yield from both("Delete", message("DeleteRequest", **at, expr="id in [1]"))
    yield from both("Flush", message("FlushRequest", collection_names=["mine"]))
    yield from both("RenameCollection", message("RenameCollectionRequest", oldName="mine", newName="mine3"))
    yield from both("CreateAlias", message("CreateAliasRequest", **at, alias="mine_z"))
    yield from both("DropAlias", message("DropAliasRequest", alias="a_mine"))
    parts = _search("mine", db_name="otherdb"), _search("mine")
    yield "a part elsewhere", "HybridSearch", _hybrid("mine", *parts), ()
    yield "two databases", "Query", _query("mine"), (("dbname", "default"), *OTHER)
    moved = message("RenameCollectionRequest", oldName="mine", newName="mine3", newDBName="otherdb")
    yield "a name moved elsewhere", "RenameCollection", moved, ()
    for method in ("DropDatabase", "DescribeDatabase", "CreateDatabase"):
        yield method, method, message(f"{method}Request", db_name="otherdb"), ()
    yield "DropDatabase, by metadata", "DropDatabase", message("DropDatabaseRequest"), OTHER
    yield "AlterDatabase", "AlterDatabase", _altered("AlterDatabaseRequest", db_name="otherdb"), ()
    yield "AlterDatabase, by its id", "AlterDatabase", _altered("AlterDatabaseRequest", db_id="2"), ()
    yield "ListDatabases", "ListDatabases", message("ListDatabasesRequest"), ()


def _others() -> Iterator[Row]:
    """Aliases by themselves, partitions by patterns, collections by numbers."""
    for method in ("DescribeAlias", "DropAlias"):
        yield f"{method} of theirs", method, message(f"{method}Request", alias="a_theirs"), ()
    taken = message("AlterAliasRequest", alias="a_theirs", collection_name="mine")
    yield "their alias for one's own", "AlterAlias", taken, ()
    yield (
        "an alias nobody may have",
        "CreateAlias",
        message("CreateAliasRequest", alias="x", collection_name="mine"),
        (),
    )
    yield "all aliases", "ListAliases", message("ListAliasesRequest"), ()
    yield "all collections", "ShowCollections", message("ShowCollectionsRequest"), ()
    named = message("ShowCollectionsRequest", collection_names=["theirs"])
    yield "collections by name", "ShowCollections", named, ()
    yield "partitions by number", "ShowPartitions", message("ShowPartitionsRequest", collectionID=1), ()
    yield "a state by segments", "GetFlushState", message("GetFlushStateRequest", segmentIDs=[1]), ()
    for name, said in {"a pattern": "p_.*", "nothing": ""}.items():
        yield f"partitions by {name}", "Query", _query("mine", partition_names=[said]), ()
    part = _search("mine", partition_names=["p_theirs"]), _search("mine")
    yield "a partition in a part", "HybridSearch", _hybrid("mine", *part), ()


ROWS: Final[tuple[Row, ...]] = (*(row for name in OTHERS for row in _of(name)), *_elsewhere(), *_others())


@every("method, made, metadata", [row[1:] for row in ROWS], ids=[row[0] for row in ROWS], sample=24)
def test_what_is_anothers_is_not_reached(served: Served, method: str, made: Any, metadata: Any) -> None:
    before = len(served.server.arrived)
    said = served.call(method, made, None, *metadata)
    status = getattr(said, "status", said)
    assert (status.code, "." in status.reason.partition(":")[0]) != (0, False), said
    came = [one.path.rpartition("/")[2] for one in served.server.arrived[before:]]
    assert {*came} <= LOOKUPS, came


@pytest.mark.parametrize(
    ("method", "made", "metadata"),
    [
        ("Query", _query("mine"), ()),
        ("Query", _query("a_mine"), ()),
        ("Query", _query("mine", db_name="default"), OTHER),  # the field counts
        ("Query", _query("mine"), (("db-name", "otherdb"), ("db_name", "otherdb"))),  # which nobody knows
        ("Search", _search("mine", partition_names=["p_mine"]), ()),
        ("HybridSearch", _hybrid("a_mine", _search("a_mine"), _search("a_mine")), ()),
        ("HybridSearch", _hybrid("mine", _search("mine"), _search("mine", db_name="default"), db_name="default"), ()),
        ("GetLoadState", message("GetLoadStateRequest", collection_name="a_mine"), ()),
    ],
)  # fmt: skip
def test_what_is_ones_own_is_and_without_such_metadata(served: Served, method: str, made: Any, metadata: Any) -> None:
    status = served.call(method, made, None, *metadata).status
    assert (status.code, status.reason) == (0, "")
    sent = served.sent(method)
    assert (NAMES[sent.collection_name], sent.db_name in ("", "default")) == ("mine", True)
    (came,) = [one for one in served.server.arrived if one.path == f"{SERVICE}/{method}"][-1:]
    assert not [name for name, _ in came.headers if name.startswith("db")]
