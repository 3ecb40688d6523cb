"""Do clients get along: how they start, log in, name a database, and are told no?"""

import base64
import re
from typing import Any, Final

import pytest

from dialects.milvus.grpc.asked import MESSAGES, classified, message, read, tree
from dialects.milvus.grpc.test_reading import query
from support.tools.every import every
from vecgate.dialects.base.grpc.protocol import HEALTH, Reply
from vecgate.dialects.milvus.dialect import Milvus
from vecgate.dialects.milvus.grpc.protocol import MilvusGrpc
from vecgate.dialects.milvus.grpc.table import REFUSED, SERVICE
from vecgate.domain.call import Answer, Call
from vecgate.refusals.catalogue import CATALOGUE, refuse
from vecgate.refusals.errors import CallRefused

CONNECT: Final = f"{SERVICE}/Connect"


def status(grpc: MilvusGrpc, method: str, reply: Reply) -> Any:
    gives = grpc.methods[f"{SERVICE}/{method}"].gives
    said = MESSAGES.read(gives, reply.message)
    return said if gives.endswith(".Status") else said.status


def test_a_connection_is_answered_whoever_asks_so_that_the_next_call_can_say_why_not() -> None:
    grpc = Milvus().grpc
    asked = message("ConnectRequest")
    asked.client_info.host, asked.client_info.user = "client-host", "app"
    told = grpc.opened(CONNECT, asked.SerializeToString())
    said = MESSAGES.read("milvus.ConnectResponse", told.message)
    assert (said.status.code, said.server_info.build_tags, said.identifier) == (0, "vecgate", 1)
    assert b"client-host" not in told.message
    with pytest.raises(CallRefused, match="field 99"):
        grpc.opened(CONNECT, b"\x9a\x06\x00")
    assert grpc.opened(HEALTH).message == b"\x08\x01"
    assert grpc.opened(f"{SERVICE}/Query", b"") is None


def test_a_token_comes_in_base64_and_a_key_goes_so() -> None:
    grpc = Milvus().grpc
    came = grpc.login((("authorization", base64.b64encode(b"ey.J.x").decode()), ("dbname", "a")))
    assert came == (("authorization", "Bearer ey.J.x"), ("dbname", "a"))
    for odd in ("Bearer ey.J.x", "not base64!", base64.b64encode(b"\xff").decode()):
        assert grpc.login((("authorization", odd),)) == (("authorization", odd),)
    closed = (("authorization", base64.b64encode(b"user:pw").decode()),)
    assert grpc.key((("authorization", "Bearer user:pw"),)) == closed
    assert grpc.key((("authorization", f"Basic {closed[0][1]}"),)) == closed
    assert grpc.key((("x", "y"),)) == (("x", "y"),)


def test_a_database_in_metadata_is_one_in_the_body_and_the_message_wins() -> None:
    dialect = Milvus()
    assert read(dialect, "Query", query(), ("dbname", "db1")).tree["dbName"] == "db1"
    assert read(dialect, "Query", query(db_name="db2"), ("dbname", "db1")).tree["dbName"] == "db2"
    assert "dbName" not in read(dialect, "Query", query(), ("dbname", "")).tree
    listed = read(dialect, "ListDatabases", message("ListDatabasesRequest"), ("dbname", "db1"))
    assert (listed.tree, dialect.grpc.message(listed).message) == ({}, b"")
    call = read(dialect, "Query", query(), ("DbName", "db1"), ("sourceid", "QEBtaWx2dXMtbWVtYmVyQEA="))
    out = dialect.grpc.message(call)
    assert (MESSAGES.read("milvus.QueryRequest", out.message).db_name, out.metadata) == ("db1", ())
    with pytest.raises(CallRefused, match="stands twice"):
        read(dialect, "Query", query(), ("dbname", "db1"), ("dbname", "db2"))
    with pytest.raises(CallRefused, match="'dbName' must be"):
        read(dialect, "Query", query(), ("dbname", "a b"))
    assert "dbName" not in read(dialect, "GetVersion", message("GetVersionRequest"), ("dbname", "db1")).tree


@every("code", sorted(CATALOGUE))
def test_a_refusal_is_a_status_in_an_answer_of_success_that_no_client_tries_again(code: str) -> None:
    grpc = Milvus().grpc
    words = re.findall(r"{(\w+)}", CATALOGUE[code].what + CATALOGUE[code].todo)
    refusal = refuse(code, **dict.fromkeys(words, "x"))
    for method in ("Query", "DropCollection", "Connect"):
        told = grpc.refused(f"{SERVICE}/{method}", refusal)
        said = status(grpc, method, told)
        assert (told.status, said.retriable) == (0, False)
        assert said.code not in (0, 8)
        assert said.error_code not in (0, 49)
        assert said.reason.startswith(code)
    for path in ("/no.such.Service/X", f"{SERVICE}/{next(iter(REFUSED))}"):
        told = grpc.refused(path, refusal)
        assert told.status in (3, 7, 8, 12, 16)  # of which no client tries one again
        assert told.text.startswith(code)


def test_numbers_that_clients_act_on_are_those_of_the_server() -> None:
    grpc = Milvus().grpc
    said = status(
        grpc, "DescribeCollection", grpc.refused(f"{SERVICE}/DescribeCollection", refuse("collection.unknown"))
    )
    assert (said.code, said.error_code) == (100, 4)
    assert grpc.refused("/no.such.Service/X", refuse("route.unknown")).status == 12


def test_an_error_of_the_server_is_told_with_its_text_and_so_is_one_of_grpc() -> None:
    dialect = Milvus()
    call = read(dialect, "Query", query())
    classified(dialect, call)
    came = message("QueryResults")
    came.status.code, came.status.error_code, came.status.reason = 8, 49, "rate limit for Alma Brandt"
    heard = dialect.grpc.answer(call, Reply(came.SerializeToString()))
    assert tree(heard.answer) == {"code": 8, "message": "rate limit for Alma Brandt"}
    masked = Answer(200, body=b'{"code":8,"message":"rate limit for [PERSON]"}')
    said = status(dialect.grpc, "Query", dialect.grpc.given(call, masked, heard.kept))
    assert (said.code, said.reason) == (65_535, "rate limit for [PERSON]")
    heard = dialect.grpc.answer(call, Reply(None, 7, "PrivilegeQuery: permission deny to u"))
    assert tree(heard.answer) == {"code": 65_535, "message": "PrivilegeQuery: permission deny to u"}


def test_a_method_that_the_server_does_not_have_is_told_by_its_status() -> None:
    """Clients make a collection without a timestamp then, and ask nobody again."""
    dialect = Milvus()
    call = read(dialect, "AllocTimestamp", message("AllocTimestampRequest"))
    heard = dialect.grpc.answer(call, Reply(None, 12, "no method of Alma Brandt's"))
    assert tree(heard.answer) == {"code": 65_535, "message": "no method of Alma Brandt's"}
    masked = Answer(200, body=b'{"code":65535,"message":"no method of [PERSON]"}')
    assert dialect.grpc.given(call, masked, heard.kept) == Reply(None, 12, "no method of [PERSON]")


@pytest.mark.parametrize(
    ("method", "code", "status"),
    [
        ("AlterCollectionSchema", "route.refused", 12),  # a field is added in the older way
        ("TruncateCollection", "route.refused", 12),
        ("NobodyKnows", "route.unknown", 12),
        ("AlterCollectionSchema", "identity.missing", 16),
        ("FlushAll", "route.refused", 7),
        ("GetReplicas", "route.refused", 7),
    ],
)
def test_of_what_is_newer_clients_are_told_that_it_is_not_here(method: str, code: str, status: int) -> None:
    fields = {"why": "so"} if code == "route.refused" else {}
    said = Milvus().grpc.refused(f"{SERVICE}/{method}", refuse(code, **fields))
    assert (said.message, said.status) == (None, status)
    assert said.text.startswith(code)


def test_an_error_with_the_number_of_a_success_of_the_older_routes_is_one() -> None:
    """200 is what servers say where there is no such partition."""
    for method, name in (("LoadPartitions", "Status"), ("DropPartition", "Status"), ("Delete", "MutationResult")):
        dialect = Milvus()
        call = read(dialect, method, message(f"{method}Request", collection_name="people", **_PARTITION[method]))
        came = message(name)
        (came if name == "Status" else came.status).code = 200
        (came if name == "Status" else came.status).reason = "partition not found"
        heard = dialect.grpc.answer(call, Reply(came.SerializeToString()))
        said = status(dialect.grpc, method, dialect.grpc.given(call, heard.answer, heard.kept))
        assert (said.code, said.reason) == (200, "partition not found")


_PARTITION: Final[dict[str, dict[str, Any]]] = {
    "LoadPartitions": {"partition_names": ["nope"]},
    "DropPartition": {"partition_name": "nope"},
    "Delete": {"partition_name": "nope", "expr": "id in [1]"},
}


def test_what_was_done_without_a_server_says_so_and_nothing_else_can() -> None:
    grpc = Milvus().grpc
    done = Answer(200, body=b'{"code":0,"data":{}}')
    assert status(grpc, "DropCollection", grpc.given(Call("POST", "/v2/vectordb/collections/drop"), done)).code == 0
    with pytest.raises(ValueError, match="nobody knows the types"):
        grpc.given(Call("POST", "/v2/vectordb/collections/has"), done)


REFUSED_HERE: Final = {
    "many replicas": ("LoadCollection", {"collection_name": "people", "replica_number": 3}, "'replica_number' may be 1 alone"),
    "a part of the fields": ("LoadCollection", {"collection_name": "people", "load_fields": ["id"]}, "'load_fields'"),
    "two collections": ("Flush", {"collection_names": ["a", "b"]}, "one at a time"),
    "a collection by number": ("DescribeCollection", {"collectionID": 7}, "'collectionID'"),
    "a compaction by number": ("ManualCompaction", {"collectionID": 7}, "'collectionID'"),
    "the past": ("HasCollection", {"collection_name": "people", "time_stamp": 5}, "'time_stamp'"),
    "those in memory": ("ShowCollections", {"type": 1}, "'type'"),
    "an operation that there is not": ("OperateUserRole", {"username": "u", "role_name": "r", "type": 7}, "says something"),
    "both of two": ("AlterCollection", {"collection_name": "people", "delete_keys": ["a"]}, "'properties'"),
    "by force": ("DropRole", {"role_name": "r", "force_drop": True}, "'force_drop'"),
}  # fmt: skip


@every(("method", "fields", "words"), list(REFUSED_HERE.values()), ids=list(REFUSED_HERE))
def test_what_has_no_word_over_rest_is_refused(method: str, fields: dict[str, Any], words: str) -> None:
    made = message(f"{method}Request", **fields)
    if "delete_keys" in fields:
        made.properties.add(key="a", value="1")
    with pytest.raises(CallRefused, match=words):
        read(Milvus(), method, made)


def test_one_method_may_be_several_calls() -> None:
    for method, fields, twin in (
        ("LoadCollection", {"collection_name": "people", "refresh": True}, "collections/refresh_load"),
        ("LoadCollection", {"collection_name": "people", "replica_number": 1}, "collections/load"),
        ("OperateUserRole", {"username": "u", "role_name": "r"}, "users/grant_role"),
        ("OperateUserRole", {"username": "u", "role_name": "r", "type": 1}, "users/revoke_role"),
        ("DescribeIndex", {"collection_name": "people", "index_name": "by"}, "indexes/describe"),
        ("DropIndex", {"collection_name": "people", "index_name": "by"}, "indexes/drop"),
        ("DropIndex", {"collection_name": "people", "field_name": "vec"}, f"{SERVICE}/DropIndex"),
        ("Flush", {"collection_names": ["people"]}, "collections/flush"),
    ):
        dialect = Milvus()
        call = read(dialect, method, message(f"{method}Request", **fields))
        assert call.path == (twin if twin.startswith("/") else f"/v2/vectordb/{twin}")
        assert (
            read(dialect, method, MESSAGES.read(f"milvus.{method}Request", dialect.grpc.message(call).message)) == call
        )


def test_questions_go_over_grpc_but_for_those_of_the_older_routes() -> None:
    grpc = Milvus().grpc
    assert grpc.asks
    assert grpc.says(Call("POST", "/v2/vectordb/collections/list"))
    assert not grpc.says(Call("GET", "/v1/vector/collections"))


def test_what_is_granted_in_every_database_is_asked_for() -> None:
    """As the client for Node does, and with it Attu."""
    dialect, asked = Milvus(), message("SelectGrantRequest")
    asked.entity.role.name, asked.entity.db_name = "reader", "*"
    call = read(dialect, "SelectGrant", asked)
    assert (call.tree, classified(dialect, call).database) == ({"roleName": "reader", "dbName": "*"}, None)
    assert MESSAGES.read("milvus.SelectGrantRequest", dialect.grpc.message(call).message) == asked
