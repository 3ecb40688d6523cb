"""Does the edge shim do to a call what Qdrant does? Its server as a process: start, keys, odd readings, restart, end."""

import gzip
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from support.servers.qdrant import running_qdrant

KEY, READER = "made-up-admin-key-of-32-characters-", "made-up-reader-key"
PEOPLE = [
    {"id": n, "vector": [n / 10, 0.5, 0.1, 0.2], "payload": {"tenant": "acme" if n < 4 else "globex", "n": n}}
    for n in range(1, 7)
]


def ask(url: str, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(
        url + path, raw, {name.replace("_", "-"): value for name, value in headers.items()}, method=method
    )
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            status, said = answer.status, answer.read()
    except urllib.error.HTTPError as e:
        status, said = e.code, e.read()
    try:
        return status, json.loads(said)
    except ValueError:
        return status, said.decode()


def fill(url: str, name: str = "people", **headers: str) -> None:
    assert ask(url, "PUT", f"/collections/{name}", {"vectors": {"size": 4, "distance": "Cosine"}}, **headers)[0] == 200
    assert ask(url, "PUT", f"/collections/{name}/points?wait=true", {"points": PEOPLE}, **headers)[0] == 200


@pytest.fixture(scope="module")
def qdrant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_qdrant(tmp_path_factory.mktemp("qdrant")) as url:
        fill(url)
        yield url


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_qdrant(tmp_path_factory.mktemp("guarded"), api_key=KEY, read_only=READER) as url:
        fill(url, api_key=KEY)
        fill(url, "other", api_key=KEY)
        yield url


def count(url: str, body: Any, path: str = "/collections/people/points/count", **headers: str) -> Any:
    status, said = ask(url, "POST", path, body, **headers)
    return said["result"]["count"] if status == 200 else (status, said)


def token(**claims: Any) -> str:
    return jwt.encode(claims, KEY, algorithm="HS256")


def where(tenant: str) -> dict[str, Any]:
    return {"must": [{"key": "tenant", "match": {"value": tenant}}]}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"{}", 6),
        (b'{"filter":{"must":[{"key":"tenant","match":{"value":"acme","value":"globex"}}]}}', 3),  # the last counts
        (b'{"filter":{"must":[[[1]]]}}', 1),  # by place: has_id
        (b'{"filterz":{"must":[{"has_id":[1]}]}}', 6),  # unknown: no filter
        (b'{"f\\u0069lter":{"must":[{"has_id":[1]}]}}', 1),
        (b'{"filter":{"must":[{"key":"tenant","match":{"value":"acme"},"has_id":[6]}]}}', 3),  # key before has_id
        (b'{"filter":{"must":{}}}', 6),
    ],
)  # fmt: skip
def test_bodies_are_read_as_the_server_reads_them(qdrant: str, body: bytes, found: int) -> None:
    assert count(qdrant, body) == found


def test_a_condition_beside_the_callers_lets_others_records_through_as_the_engine_does(qdrant: str) -> None:
    ask(qdrant, "PUT", "/collections/people/index?wait=true", {"field_name": "tenant", "field_schema": "keyword"})
    own, other = where("acme")["must"][0], where("globex")["must"][0]
    assert count(qdrant, {"filter": {"must": [own], "must_not": [own]}}) == 3
    assert count(qdrant, {"filter": {"must_not": [other], "must": [other]}}) == 3
    assert count(qdrant, {"filter": {"must": [{"must": [own]}, {"must_not": [own]}]}}) == 0


@pytest.mark.parametrize("path", ["//collections/people//points/coun%74/", "/%63ollections/p%65ople/points/count#x"])
def test_paths_are_merged_and_decoded(qdrant: str, path: str) -> None:
    assert count(qdrant, {}, path.partition("#")[0]) == 6


@pytest.mark.parametrize(("method", "path"), [("POST", "/collections/people"), ("GET", "/nosuch"), ("DELETE", "/")])
def test_no_route_is_404_with_nothing_in_it(qdrant: str, method: str, path: str) -> None:
    assert ask(qdrant, method, path) == (404, "")


def test_a_body_is_inflated_and_its_type_not_looked_at(qdrant: str) -> None:
    body = gzip.compress(b'{"filter":{"must":[{"has_id":[1]}]}}')
    assert count(qdrant, body, Content_Encoding="gzip", Content_Type="text/plain") == 1


def test_a_write_is_taken_before_it_is_applied_unless_one_waits(qdrant: str) -> None:
    body = {"payload": {"a": 1}, "points": [99999]}
    status, said = ask(qdrant, "POST", "/collections/people/points/payload", body)
    assert (status, said["result"]["status"]) == (200, "acknowledged")
    assert ask(qdrant, "POST", "/collections/people/points/payload?wait=true", body)[0] == 404


def test_scores_are_32_bits_in_the_fewest_digits(qdrant: str) -> None:
    body = {"query": [0.9, 0.1, 0.1, 0.2], "limit": 1}
    _, said = ask(qdrant, "POST", "/collections/people/points/query", body)
    (hit,) = said["result"]["points"]
    assert hit.keys() == {"id", "version", "score"}
    assert len(str(hit["score"])) <= 11


RIGHTS = [
    ({}, 200, 200, 200),  # without `access`: everything
    ({"access": "r"}, 200, 200, 403),
    ({"access": [{"collection": "people", "access": "r"}]}, 200, 403, 403),
    ({"access": [["people", "rw"]]}, 200, 403, 200),
    ({"access": [{"collection": "people", "access": "prw"}]}, 200, 403, 200),
    ({"access": [{"collection": "other", "access": "rw"}]}, 403, 200, 403),
    ({"exp": 1}, 403, 403, 403),
    ({"nbf": 4e9}, 200, 200, 200),  # not looked at
]


@pytest.mark.parametrize(("claims", "reads", "reads_other", "writes"), RIGHTS)
def test_a_token_has_the_rights_it_names(guarded: str, claims: Any, reads: int, reads_other: int, writes: int) -> None:
    headers = {"Authorization": f"Bearer {token(**claims)}"}
    assert ask(guarded, "POST", "/collections/people/points/count", {}, **headers)[0] == reads
    assert ask(guarded, "POST", "/collections/other/points/count", {}, **headers)[0] == reads_other
    body = {"points": PEOPLE[:1]}
    assert ask(guarded, "PUT", "/collections/people/points", body, **headers)[0] == writes
    looked_up = {"query": 1, "lookup_from": {"collection": "other"}}
    assert ask(guarded, "POST", "/collections/people/points/query", looked_up, **headers)[0] == max(reads, reads_other)


def test_keys_are_asked_for_in_words_of_the_server(guarded: str) -> None:
    nothing = "Must provide an API key or an Authorization bearer token"
    assert ask(guarded, "GET", "/collections") == (401, nothing)
    assert ask(guarded, "GET", "/collections", api_key="no") == (401, "Invalid API key or JWT")
    assert ask(guarded, "GET", "/collections", api_key="", Authorization=f"Bearer {KEY}")[0] == 401  # the first counts
    assert ask(guarded, "GET", "/collections", Authorization=f"Bearer {KEY}")[0] == 200
    assert ask(guarded, "GET", "/readyz") == (200, "all shards are ready")
    assert ask(guarded, "PUT", "/collections/x", {}, api_key=READER)[1]["status"]["error"] == (
        "Forbidden: Global manage access is required"
    )


def test_many_callers_at_once_are_answered(qdrant: str) -> None:
    found: list[Any] = []

    def search() -> None:
        for _ in range(10):
            found.append(count(qdrant, {"filter": where("acme")}))

    threads = [threading.Thread(target=search) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [3] * 80


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    with running_qdrant(tmp_path) as url:
        fill(url)
        ask(
            url,
            "POST",
            "/collections/aliases",
            {"actions": [{"create_alias": {"collection_name": "people", "alias_name": "staff"}}]},
        )
    with running_qdrant(tmp_path) as url:
        assert count(url, {}, "/collections/staff/points/count") == 6


def test_it_ends_when_told(tmp_path: Path) -> None:
    with running_qdrant(tmp_path) as url:
        assert ask(url, "GET", "/livez")[0] == 200
    with pytest.raises(urllib.error.URLError):
        ask(url, "GET", "/livez")
    assert "Traceback" not in (tmp_path / "qdrant.log").read_text("utf-8")
