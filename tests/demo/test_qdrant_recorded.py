"""Does the edge shim answer recorded calls as the real server did? Misses are counted, and each has a reason."""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import jwt
import pytest

from demo.qdrant_edge_shim.access import Keys
from demo.qdrant_edge_shim.server import Server
from demo.qdrant_edge_shim.store import Store
from support.tools.replayed import Row, ask, differs, rows

_MADE: Final = {"vectors": {"size": 4, "distance": "Cosine"}}
_PEOPLE: Final = object()
_TENANT: Final = {"field_name": "tenant", "field_schema": {"type": "keyword", "is_tenant": True}}
_ISO: Final = {
    "vectors": {
        "d": {"size": 4, "distance": "Dot"},
        "mv": {"size": 4, "distance": "Dot", "multivector_config": {"comparator": "max_sim"}},
    },
    "sparse_vectors": {"s": {"modifier": "idf"}},
}


def _indexes(collection: str, **kinds: str) -> list[tuple[str, str, Any]]:
    path = f"/collections/{collection}/index"
    return [("PUT", path, {"field_name": field, "field_schema": kind}) for field, kind in kinds.items()]


def _alias(alias: str, collection: str) -> tuple[str, str, Any]:
    action = {"create_alias": {"collection_name": collection, "alias_name": alias}}
    return "POST", "/collections/aliases", {"actions": [action]}


#: What was there before the rows of one source, and is in no recording.
_THERE: Final[dict[str, list[tuple[str, str, Any]]]] = {
    "script:service": [("PUT", "/collections/with%20space", _MADE), ("PUT", "/collections/%C3%BCml%C3%A4ut", _MADE)],
    "script:upsert": _indexes(
        "people", dept="keyword", tags="keyword", age="integer", joined="datetime", home="geo", salary="float", active="bool",
        **{"address.city": "keyword", "orders[].sku": "keyword"},
    ),
    "script:local-shard": [
        ("POST", "/collections/people/points/delete", {"points": [301, 302]}),
        ("PUT", "/collections/people/points", _PEOPLE),
        ("PUT", "/collections/people/points", {"points": [{"id": 700, "vector": [0, 0, 0, 1]}]}),
    ],
    "script:aliases": [("PATCH", "/collections/people", {"hnsw_config": {"ef_construct": 64}}), _alias("team", "people")],
    "script:methods": [("PUT", "/collections/people-uploaded", _MADE)],
    "script:parse": [("PUT", "/collections/pp", _MADE)],
    "script:isolation": [
        ("PUT", "/collections/iso", _ISO),
        *(("PUT", f"/collections/{name}", _MADE) for name in ("mins", "tie", "gen", "iso-other")),
        *(("PUT", f"/collections/{name}/index", _TENANT) for name in ("iso", "mins", "tie", "gen")),
        *_indexes("iso", age="integer", dept="keyword", joined="datetime", ref="integer"),
        *_indexes("mins", dept="keyword"),
        _alias("iso-alias", "iso"),
    ],
    "script:isolation-mustnot": [("PUT", "/collections/iso/index", _TENANT)],
}  # fmt: skip


class Replay:
    """The calls of one server, one after the other, with what the recordings leave out put in between."""

    def __init__(self, folder: Path, server: str, keys: Keys, without: str = "") -> None:
        self.server = Server(Store(folder), keys)
        self.rows = [row for row in rows(server) if not without or without not in row.source]
        self.people: Any = next(
            (row.request["json"] for row in self.rows if row.path == "/collections/people/points"), None
        )
        self.names: dict[str, str] = {}

    def put(self, path: str, body: Any, method: str = "PUT") -> None:
        status, answer = ask(self.server, method, path, [], json.dumps(body).encode())
        assert status < 300, (path, answer)

    def run(self) -> Iterator[tuple[Row, str]]:
        """Each row, and in what its answer differs."""
        source = ""
        for row in self.rows:
            if row.source != source:
                self._begin(row.source)
                source = row.source
            self._before(row)
            if row.is_whole:
                yield row, self._replayed(row)

    def _replayed(self, row: Row) -> str:
        path, raw = self._ours(row.path), self._ours(row.raw.decode("latin-1")).encode("latin-1")
        target = path + (f"?{row.query}" if row.query else "")
        status, answer = ask(self.server, row.method, target, self._headers(row), raw)
        if row.method == "POST" and row.path.endswith("/snapshots") and status == row.status == 200:
            self.names[row.answer["json"]["result"]["name"]] = answer["json"]["result"]["name"]
        here = json.dumps(answer).replace(str(self.server.store.snapshots), "/data/snapshots")
        return differs(row, status, json.loads(here))

    def _headers(self, row: Row) -> list[tuple[str, str]]:
        return row.headers

    def _ours(self, text: str) -> str:
        """Snapshots are named by the hour."""
        for theirs, ours in self.names.items():
            text = text.replace(theirs, ours)
        return text

    def _begin(self, source: str) -> None:
        """What was there before the rows of one source, and is in no recording."""
        for method, path, body in _THERE.get(source, ()):
            self.put(path, self.people if body is _PEOPLE else body, method)

    def _before(self, row: Row) -> None:
        if row.source == "script:parse":
            self.put("/collections/pp/points/delete", {"filter": {}}, "POST")
            self.put("/collections/pp/points", self.people)
        elif row.source == "script:points-batch":
            tenant = {"payload": {"tenant": "acme"}, "vector": [0.1, 0.1, 0.1, 0.1]}
            self.put("/collections/people/points", {"points": [{"id": 301, **tenant}, {"id": 302, **tenant}]})
        elif row.source.startswith("script:isolation") and row.path.startswith("/collections/"):
            _people_of_two(self, row)


def _person(n: int) -> dict[str, Any]:
    tenant, mail = ("acme", "mail") if n < 100 else ("globex", "other")
    return {
        "tenant": tenant, "name": f"{tenant} person {n}", "email": f"p{n}@{mail}.example",
        "age": 20 + n if n < 100 else n - 70, "dept": "abc"[n % 3], "ref": n + 100 if n < 100 else n - 100,
        "joined": f"201{n % 10}-01-01T00:00:00Z",
    }  # fmt: skip


def _people_of_two(replay: Replay, row: Row) -> None:
    name = row.path.split("/")[2].replace("iso-alias", "iso")
    replay.put(f"/collections/{name}/points/delete", {"filter": {}}, "POST")
    points: list[dict[str, Any]] = []
    if name.startswith("iso"):
        ids = [*range(1, 16), *range(101, 116)]
        points = [{"id": n, "vector": _vectors(n), "payload": _person(n)} for n in ids]
        if row.source.endswith("mustnot"):
            points += [{"id": n, "vector": _vectors(n), "payload": {"tenant": "acme"}} for n in (60, 61)]
    else:
        own, first, foreign = {"mins": (40, 1000, 3), "tie": (29, 100000, 1), "gen": (5, 100000, 100)}[name]
        for n in (*range(1, own + 1), *range(first, first + foreign)):
            payload = {"tenant": "acme"} if n <= own else {"tenant": "globex"}
            if name != "gen" and n > own:
                payload["email"] = f"g{n - first}@other.example"
            if name == "mins":
                payload["dept"] = "ab"[n % 2] if n <= own else "secret"
            points.append({"id": n, "vector": _vectors(n)["d"], "payload": payload})
    replay.put(f"/collections/{name}/points", {"points": points})


def _vectors(n: int) -> dict[str, Any]:
    """Made up: the recordings do not tell them."""
    d = [round(((n * step) % 17) / 17 - 0.4, 3) for step in (3, 5, 7, 11)]
    return {"d": d, "mv": [d, d[::-1]], "s": {"indices": [n % 5, 6], "values": [1.0, 0.5]}}


#: Why an answer may differ: what the row matches (source, method, path, note), and how many rows at the most.
KNOWN: Final = {
    "words of a parser: it is refused, in others": (r"script:parse .*(ids: retrieve (2\^64|\{num)|json: query (leading|hex)|yaml|form body|gzip|no length)", 9),
    "chance among hits of one score, which the fusion ranks": (r"hybrid|POST /collections/(hs|js|py-sync)/points/query ", 5),
    "made-up vectors of rows whose real ones are in no recording": (r"script:isolation .*(sparse|lookup|prefetch|groups|idf corpus)", 13),
    "a write before it is in no recording": (
        r"script:(drop|methods GET|json-paths)|isolation-mustnot POST|client:\S+ 1.20.0 sync  ?\S+ (/collections|/aliases|/snapshots)|"
        r"prefer_grpc|qdrant-client 1.20.0 async |js-client-rest 1.18.0 GET|langchain-qdrant 1.1.0 (GET|POST|PUT)", 42,
    ),
    # one more where two are made in one second, which names them
    "snapshots are the shim's: other checksums, made at once, none of them partial": (r"script:(shard-)?snapshots", 6),
    "segments are the engine's, and have no names here": (r"/optimizations", 1),
    "a preflight is answered before the routes": (r"OPTIONS", 1),
}  # fmt: skip


def reason(row: Row) -> str:
    line = f"{row.source} {row.method} {row.path} {row.note}"
    return next((why for why, (pattern, _) in KNOWN.items() if re.search(pattern, line)), "")


def held(replay: Replay) -> list[tuple[Row, str]]:
    """The misses, counted and told."""
    found = list(replay.run())
    misses = [(row, why) for row, why in found if why]
    for row, why in misses:
        print(f"{row.number} {row.source} {row.method} {row.path} {row.note}: {why} ({reason(row) or 'NO REASON'})")
    print(f"{len(found) - len(misses)} of {len(found)} recorded calls are answered as the real server answered them")
    return misses


@pytest.mark.timeout(600)
@pytest.mark.parametrize("without", ["snapshots", pytest.param("", marks=pytest.mark.long)])  # they read 32 MB each
def test_recorded_calls_are_answered_as_the_real_server_did(tmp_path: Path, without: str) -> None:
    replay = Replay(tmp_path, "open", Keys(), without)
    misses = held(replay)
    assert [row.number for row, _ in misses if not reason(row)] == []
    counted = Counter(reason(row) for row, _ in misses)
    assert {why: n for why, n in counted.items() if n > KNOWN[why][1]} == {}


# keys and tokens

API_KEY, ALT_KEY, RO_KEY = (
    "made-up-admin-key-of-32-characters",
    "made-up-other-key-of-32-characters",
    "made-up-reader-key",
)


def _one(name: str, access: str, **more: Any) -> dict[str, Any]:
    return {"access": [{"collection": name, "access": access, **more}]}


def _row(collection: str, *values: Any) -> dict[str, Any]:
    matches = [{"key": key, "value": value} for key, value in values]
    return {"access": "r", "value_exists": {"collection": collection, "matches": matches}}


_GRANT: Final = ("grant", "g-42")
#: Claims by the note of a recording.
CLAIMS: Final[dict[str, dict[str, Any]]] = {
    "global r": {"access": "r"},
    "global m": {"access": "m"},
    "no access claim": {"sub": "x"},
    "empty claims": {},
    "coll r": _one("people", "r"),
    "coll rw": _one("people", "rw"),
    "coll prw": _one("people", "prw"),
    "alias r": _one("staff", "r"),
    "other r": _one("profiles", "r"),
    "two colls": {"access": [*_one("people", "r")["access"], *_one("profiles", "r")["access"]]},
    "empty list": {"access": []},
    "dup colls": {"access": [*_one("people", "r")["access"], *_one("people", "rw")["access"]]},
    "payload claim": _one("people", "r", payload={"tenant": "acme"}),
    "payload null": _one("people", "r", payload=None),
    "value_exists ok": _row("grants", _GRANT),
    "value_exists no row": _row("grants", ("grant", "nobody")),
    "value_exists no coll": _row("nope", _GRANT),
    "value_exists empty": _row("grants"),
    "value_exists two": _row("grants", _GRANT, ("active", True)),
    "expired 31s": {"access": "r", "exp": -31},
    "expired 10s": {"access": "r", "exp": -10},
    "nbf future": {"access": "r", "nbf": 4_000_000_000},
    "aud": {"access": "r", "aud": "somebody"},
    "access rw global": {"access": "rw"},
    "access unknown": {"access": "x"},
    "access object": {"access": {"collection": "people", "access": "r"}},
    "access null": {"access": None},
    "unknown claim": {"access": "r", "x": 1},
    "wildcard coll": _one("*", "r"),
    "exp 0": {"access": "r", "exp": 0},
    "exp string": {"access": "r", "exp": "4000000000"},
    "exp float": {"access": "r", "exp": 4e9 + 0.5},
    "exp negative": {"access": "r", "exp": -4_000_000_000_000},
    "exp huge": {"access": "r", "exp": 1 << 70},
    "access as list positional": {"access": [["people", "rw"]]},
}
#: Headers by the note of a recording.
HEADERS: Final = {
    "none": [],
    "rw-key": [("api-key", API_KEY)],
    "ro-key": [("api-key", RO_KEY)],
    "api-key rw": [("api-key", API_KEY)],
    "Api-Key case": [("Api-Key", API_KEY)],
    "bearer rw": [("Authorization", f"Bearer {API_KEY}")],
    "bearer lower scheme": [("Authorization", f"bearer {API_KEY}")],
    "bearer 2 spaces": [("Authorization", f"Bearer  {API_KEY}")],
    "raw authorization": [("Authorization", API_KEY)],
    "basic": [("Authorization", "Basic eDp5")],
    "alt key": [("api-key", ALT_KEY)],
    "ro key": [("api-key", RO_KEY)],
    "bad api-key + good bearer": [("api-key", "no"), ("Authorization", f"Bearer {API_KEY}")],
    "empty api-key + good bearer": [("api-key", ""), ("Authorization", f"Bearer {API_KEY}")],
    "two api-keys good,bad": [("api-key", API_KEY), ("api-key", "no")],
    "two bearers bad,good": [("Authorization", "Bearer no"), ("Authorization", f"Bearer {API_KEY}")],
    "query string": [],
    "body": [],
}


class Guarded(Replay):
    """Rows of the server with keys: who asked stands in the note."""

    def run(self) -> Iterator[tuple[Row, str]]:
        return ((row, why) for row, why in super().run() if row.source.startswith("script:auth") and self.known(row))

    def known(self, row: Row) -> bool:
        """Whether the note says enough to ask once more, and the answer says of nothing but rights."""
        who = self.who(row)
        return who in HEADERS or who.removeprefix("jwt ") in CLAIMS

    @staticmethod
    def who(row: Row) -> str:
        return row.note.removeprefix("auth=").partition(";")[0].partition(", no rows")[0]

    def _headers(self, row: Row) -> list[tuple[str, str]]:
        who = self.who(row)
        if who in HEADERS:
            return [*row.headers, *HEADERS[who]]
        claims = dict(CLAIMS.get(who.removeprefix("jwt "), {}))
        if who.startswith("jwt expired"):
            claims["exp"] += int(time.time())
        return [*row.headers, ("api-key", jwt.encode(claims, API_KEY, algorithm="HS256"))]


def test_keys_and_tokens_have_the_rights_that_the_real_server_gave_them(tmp_path: Path) -> None:
    replay = Guarded(
        tmp_path,
        "api_key+alt_api_key+read_only_api_key+jwt_rbac+audit+hardware_reporting",
        Keys(API_KEY, ALT_KEY, RO_KEY),
    )
    found = list(replay.run())
    misses = [(row, why) for row, why in found if why]
    for row, why in misses:
        print(f"{row.number} {row.note} {row.method} {row.path}: {why}")
    print(
        f"{len(found) - len(misses)} of {len(found)} recorded calls with keys are answered as the real server answered them"
    )
    assert misses == []
