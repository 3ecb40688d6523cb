"""What may bodies about classes, tenants and backups not say?"""

import json
from typing import Any

import pytest

from support.tools.every import every
from support.weaviate.asked import meant, read
from vecgate.refusals.errors import CallRefused


@every(("method", "path", "tree", "why"), [
    ("DELETE", "/schema/Note/tenants", [], "must not be empty"),
    ("PUT", "/schema/Note/tenants", [], "must not be empty"),
    ("DELETE", "/schema/Note/tenants", {}, "must be a list"),
    ("POST", "/schema", {"class": "X", "moduleConfig": {"text2vec-openai": {"baseURL": "http://x"}}}, "address"),
    ("POST", "/schema", {"class": "X", "vectorConfig": {"a": {"vectorizer": {"m": {"apiEndpoint": "http://x"}}}}}, "address"),
    ("POST", "/schema", {"class": "X", "moduleConfig": {"text2vec-openai": {"resourceName": "mine"}}}, "address"),
    ("POST", "/schema", {"class": "X", "moduleConfig": {"text2vec-aws": {"region": "example.org/"}}}, "address"),
    ("POST", "/schema", {"class": "X", "vectorConfig": {"a": {"vectorizer": {"text2vec-google": {"location": ["x"]}}}}}, "address"),
    ("POST", "/backups/filesystem", {"id": "b", "config": {"Path": "../../x"}}, "outside of its own folder"),
    ("POST", "/users/db/u", {"import": True}, "others know"),
])  # fmt: skip
def test_it_is_refused_by_name(method: str, path: str, tree: object, why: str) -> None:
    """W-19, W-22, W-23"""
    with pytest.raises(CallRefused, match=why):
        read(path, tree, method)


def test_a_region_is_one() -> None:
    """W-22"""
    for region in ("us-east-1", ""):
        assert read("/schema", {"class": "X", "moduleConfig": {"text2vec-aws": {"region": region}}})


def test_objects_end_by_their_age_where_a_class_says_so_and_that_is_as_dangerous_as_a_delete() -> None:
    """W-80"""
    for spelt in ("objectTtlConfig", "objectTTLConfig"):  # as clients write it, and as the vendor's pages once did
        ttl = {"enabled": True, "deleteOn": "_creationTimeUnix", "defaultTtl": 3600}
        call = read("/schema", {"class": "X", spelt: ttl})
        assert call.tree == {"class": "X", "objectTtlConfig": ttl}
        assert meant("/schema/Person", {"class": "Person", spelt: ttl}, "PUT").danger == 4
    assert meant("/schema/Person", {"class": "Person", "objectTtlConfig": {"enabled": False}}, "PUT").danger == 3


@every(("path", "tree"), [
    ("/schema", {"class": "X", "references": [{"name": "r", "targetCollection": "Person"}], "generative": {"name": "generative-openai"},
                 "reranker": {"name": "reranker-cohere"}, "vectorizers": [{"name": "v", "vectorizer": {"name": "none"}}]}),
    ("/authz/roles", {"name": "r", "permissions": [{"action": "read_data", "data": {"collection": "P", "tenant": "*", "actions": ["read_data"]}}]}),
    ("/users/db/u", None),
    ("/users/db/u/activate", None),
    ("/users/db/u/deactivate", None),
])  # fmt: skip
def test_what_npms_client_says_besides_is_taken_as_the_server_takes_it(path: str, tree: Any) -> None:
    """W-13: sent by weaviate-client 3.12.1"""
    assert read(path, json.dumps(tree)).tree in (tree, {}, None)


def test_a_key_that_npms_client_revokes_is_revoked() -> None:
    """W-82"""
    assert read("/users/db/u/deactivate", {"revokeKey": True}).tree == {"revoke_key": True}
    with pytest.raises(CallRefused, match="are the same"):
        read("/users/db/u/deactivate", {"revokeKey": True, "revoke_key": False})


def test_an_address_of_a_model_is_refused_there_as_well() -> None:
    """W-22"""
    for key, told in (
        ("generative", {"name": "g", "config": {"baseURL": "http://x"}}),
        ("vectorizers", [{"baseURL": "x"}]),
    ):
        with pytest.raises(CallRefused, match="address"):
            read("/schema", {"class": "X", key: told})
