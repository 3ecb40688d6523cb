"""What of a REST call is refused by name, and what is brought to one form?"""

import pytest

from support.tools.every import every
from support.weaviate.asked import ANNA, JSON, meant, read, restricted
from vecgate.refusals.errors import CallRefused

NOTE = {"class": "Note", "tenant": "t1", "properties": {"text": "a"}}
BM25 = {"query": "lamps"}
WHERE = {"operator": "Equal", "path": ["tenant"], "valueText": "t1"}
MATCH = {"class": "Note", "where": WHERE}
REFUSED = [
    ("POST", "/objects", '{"class":"Note","tenant":"t1","tenant":"t2"}', "duplicate key"),
    ("POST", "/search/Person/bm25", '{"query":"a","where":{"operator":"Equal"},"where":{"valueText":"t2"}}', "duplicate key"),
    ("POST", "/objects", {"CLASS": "Note"}, "written like 'class'"),
    ("POST", "/objects", {**NOTE, "Tenant": "t2"}, "written like 'tenant'"),
    ("POST", "/objects", '{"cla\\u017fs":"Note"}', "written like 'class'"),
    ("POST", "/objects", {**NOTE, "properties": {"tenant": "t1", "Tenant": "t2"}}, "spellings of one"),
    ("POST", "/objects", {**NOTE, "more": 1}, "unknown member"),
    ("POST", "/objects", {**NOTE, "properties": {"age": 2**53 + 1}}, "as another one"),
    ("POST", "/objects", {**NOTE, "id": "urn:" + ANNA}, "UUID"),
    ("POST", "/objects?tenant=t1", NOTE, r"path\.odd"),
    ("GET", "/objects?class=Note&Tenant=t1", None, r"path\.odd"),
    ("GET", "/objects?class=Note&access_token=k", None, r"path\.odd"),
    ("GET", "/objects?class=Note&limit=-1", None, r"path\.odd"),
    ("GET", "/objects?class=", None, r"path\.odd"),
    ("GET", f"/objects/Person/{ANNA.replace('-', '', 1)}", None, r"path\.odd"),
    ("DELETE", "/batch/objects?tenant=t1", {"match": MATCH, "tenant": "t1"}, "behind the path"),
    ("DELETE", "/batch/objects", {"match": {"class": "Note"}}, "where"),
    ("DELETE", "/batch/objects", {"match": MATCH, "DRYRUN": True}, "written like 'dryRun'"),
    ("PATCH", f"/objects/Person/{ANNA}", {"class": "Company"}, "another than in the path"),
    ("PUT", f"/objects/Person/{ANNA}", {"class": "Person", "id": ANNA.replace("1", "2")}, "another than in the path"),
    ("POST", "/search/Person/bm25", {**BM25, "singlePrompt": "x"}, "a model elsewhere"),
    ("POST", "/search/Person/bm25", {**BM25, "returnProperties": ["knows.name"]}, "returnProperties"),
]  # fmt: skip


@every(("method", "path", "tree", "why"), REFUSED)
def test_it_is_refused_by_name(method: str, path: str, tree: object, why: str) -> None:
    """W-10, W-11, W-12, W-13, W-18, W-19, W-20, W-22, W-23, W-25, W-26, W-27, W-28, W-29"""
    with pytest.raises(CallRefused, match=why):
        read(path, tree, method)


def test_yaml_and_a_second_document_are_refused() -> None:
    """W-14, W-15"""
    with pytest.raises(CallRefused, match="content type"):
        read("/objects", "class: Note", headers=(("content-type", "application/yaml"),))
    with pytest.raises(CallRefused, match="not JSON"):
        read("/objects", '{"class":"Note"}{"class":"Person"}')
    with pytest.raises(CallRefused, match="compressed"):
        read("/objects", NOTE, headers=(*JSON, ("content-encoding", "gzip")))


def test_names_are_sent_as_the_server_reads_them() -> None:
    """W-12, W-16, W-25"""
    call = read(
        "/objects", {"class": "note", "properties": {"Text": "a", "In": {"Deep": [{"More": 1}]}}, "id": ANNA.upper()}
    )
    assert call.tree == {"class": "Note", "properties": {"text": "a", "in": {"deep": [{"more": 1}]}}, "id": ANNA}
    assert read(f"/objects/person/{ANNA.upper()}", None, "GET").path == f"/v1/objects/Person/{ANNA}"
    assert read(f"/objects/Person/{ANNA.replace('-', '')}", None, "GET").path == f"/v1/objects/Person/{ANNA}"
    assert read(f"/objects/Person/%7B{ANNA}%7D", None, "GET").path == f"/v1/objects/Person/{ANNA}"


def test_no_header_of_a_client_goes_on() -> None:
    """W-21"""
    sent = (
        *JSON,
        ("X-Openai-Api-Key", "k"),
        ("X-Openai-Baseurl", "http://x"),
        ("consistency", "ONE"),
        ("X-Weaviate-Client", "v"),
    )
    assert {key for key, _ in read("/objects", NOTE, headers=sent).headers} == {
        "accept",
        "accept-encoding",
        "content-type",
    }


def test_a_class_must_be_named_and_there_in_its_own_case() -> None:
    """W-16, W-17"""
    for path in ("/objects", "/objects?tenant=t1", "/replication/sharding-state"):
        with pytest.raises(CallRefused, match="names no class"):
            meant(path, None, "GET")
    for path, method in (("/schema/PERSON", "DELETE"), ("/schema/Nope", "GET"), (f"/objects/pERSON/{ANNA}", "GET")):
        with pytest.raises(CallRefused, match=r"collection\.unknown"):
            meant(path, None, method)
    with pytest.raises(CallRefused, match=r"collection\.unknown"):
        meant("/graphql", {"query": "{Get{PERSON{name}}}"})
    assert meant("/schema/nope", None, "DELETE").collections == ("Nope",)


def test_a_list_is_sent_as_a_list() -> None:
    """W-19"""
    assert restricted("/schema/Note/tenants", ["t1"], "DELETE").body == b'["t1"]'
