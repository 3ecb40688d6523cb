"""A Qdrant that asks for a key: people reach it through the gateway with JWTs that may what they were allowed, and no more.

The verifier is the shim's, which is held against recorded verdicts of a real server.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest

from demo.qdrant_edge_shim.access import Keys
from demo.qdrant_edge_shim.faults import Fault
from path.credentials.conftest import Keyed, Make
from support.credentials.cases import qdrant_jwt, vault_kv
from support.credentials.cases.qdrant_jwt import API_KEY
from support.credentials.fronted import Front, fronted
from support.credentials.store import Vouching
from support.servers.qdrant import running_qdrant
from support.tools.askers import until

POINTS = {"points": [{"id": 1, "vector": [1.0, 0.0], "payload": {"text": "one"}}]}
SCROLL = "/collections/people/points/scroll"


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("keys")
    with running_qdrant(folder / "db", api_key=API_KEY) as url, fronted(folder / "front", url) as made:
        yield made


@pytest.fixture(scope="module")
def by_jwt(store: Vouching, front: Front, keyed: Make) -> Iterator[Keyed]:
    with qdrant_jwt.prepared(store, store.folder) as case:
        yield keyed("qdrant", front, {"kind": case.kind, **case.credential})


def sent(front: Front) -> list[str]:
    """The keys that have come to the database, each once, in that order."""
    found = (re.search(r"(?im)^api-key: (.*)$", head) for head in front.heads)
    return [*dict.fromkeys(one.group(1).strip() for one in found if one is not None)]


def access(token: str) -> object:
    return jwt.decode(token, API_KEY, algorithms=["HS256"], options={"verify_exp": False})["access"]


def may(token: str, right: str, name: str) -> bool:
    try:
        Keys(api_key=API_KEY).access([("api-key", token)], lambda *_: True).check(right, name)  # type: ignore[arg-type]
    except Fault:
        return False
    return True


def test_each_call_goes_out_with_a_jwt_for_just_that(by_jwt: Keyed) -> None:
    made = by_jwt.ask("PUT", "/collections/people", {"vectors": {"size": 2, "distance": "Cosine"}})
    assert made.status == 200, made.body
    written = by_jwt.ask("PUT", "/collections/people/points?wait=true", POINTS)
    assert written.status == 200, written.body
    read = by_jwt.ask("POST", SCROLL, {"limit": 5})
    assert (read.status, len(read.json["result"]["points"])) == (200, 1)
    tokens = [
        one for one in sent(by_jwt.front) if jwt.decode(one, options={"verify_signature": False})["sub"] == "alice"
    ]
    assert [access(one) for one in tokens] == [
        "m",
        [{"collection": "people", "access": "prw"}],
        [{"collection": "people", "access": "r"}],
    ]
    _, write, reading = tokens
    assert may(reading, "read", "people")
    assert not may(reading, "write", "people")
    assert not may(reading, "read", "salaries")
    assert may(write, "write", "people")
    assert not may(write, "manage", "")


def test_an_alias_is_resolved_before_rights_are_given(by_jwt: Keyed) -> None:
    """The server looks at the name in the URL: one for the alias would be refused, or follow it elsewhere."""
    alias = {"actions": [{"create_alias": {"collection_name": "people", "alias_name": "staff"}}]}
    assert by_jwt.ask("POST", "/collections/aliases", alias).status == 200
    before = len(by_jwt.front.heads)
    read = by_jwt.ask("POST", "/collections/staff/points/scroll", {"limit": 5}, who="bob")
    assert (read.status, len(read.json["result"]["points"])) == (200, 1)
    head = next(one for one in by_jwt.front.heads[before:] if "scroll" in one.splitlines()[0])
    assert "/collections/people/" in head.splitlines()[0]
    token = re.search(r"(?im)^api-key: (.*)$", head)
    assert token is not None
    assert access(token.group(1).strip()) == [{"collection": "people", "access": "r"}]


def test_what_is_out_is_listed_and_ended_by_whom_a_rule_lets(by_jwt: Keyed) -> None:
    assert by_jwt.ask("POST", SCROLL, {"limit": 5}).status == 200
    assert by_jwt.ask("GET", "/.vecgate/v1/leases").status == 403
    listed = by_jwt.ask("GET", "/.vecgate/v1/leases", who="bob").json["leases"]
    mine = [one for one in listed if one["user"] == "alice" and one["reach"] == "read"]
    assert [(one["upstream"], one["kind"], one["collections"]) for one in mine] == [("docs", "qdrant_jwt", ["people"])]
    ended = by_jwt.ask("POST", "/.vecgate/v1/leases/revoke", {"user": "Alice"}, who="bob")
    assert {one["user"] for one in ended.json["revoked"]} == {"alice"}

    def another() -> bool:
        """Whether the next call has got another one by now."""
        assert by_jwt.ask("POST", SCROLL, {"limit": 5}).status == 200
        now = by_jwt.ask("GET", "/.vecgate/v1/leases", who="bob").json["leases"]
        reads = {one["id"] for one in now if one["user"] == "alice" and one["reach"] == "read"}
        return bool(reads) and mine[0]["id"] not in reads

    until(another, "another credential")


def test_neither_the_admin_key_nor_a_jwt_is_written_down(by_jwt: Keyed) -> None:
    assert by_jwt.ask("POST", SCROLL, {"limit": 5}).status == 200
    text = by_jwt.written()
    assert "docs" in text
    tokens = sent(by_jwt.front)
    assert tokens
    for secret in (API_KEY, *tokens, *(one.rpartition(".")[2] for one in tokens)):
        assert secret not in text


def test_with_a_static_key_it_is_reached_too_and_a_wrong_one_is_no_way_in(
    store: Vouching, front: Front, keyed: Make, tmp_path: Path
) -> None:
    with vault_kv.prepared(store, tmp_path) as case:
        for path in vault_kv.KEYS:
            store.call("POST", f"secret/data/{path}", {"data": {"key": API_KEY}})
        made = keyed("qdrant", front, {"kind": case.kind, **case.credential, "reread": 1})
        read = made.ask("POST", SCROLL, {"limit": 5})
        assert (read.status, len(read.json["result"]["points"])) == (200, 1)
        assert API_KEY in sent(front)
        assert API_KEY not in made.written()
