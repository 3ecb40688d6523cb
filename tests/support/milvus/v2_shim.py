"""REST v2 of Milvus before a real 2.3.5, which has no such routes: users, roles and what probes ask, nothing else.

A shim: each call becomes the gRPC call that the real handlers make of it, on the caller's own credential, or a call of
REST v1; answers have the recorded shapes (tests/recorded/milvus.jsonl). What is allowed and denied, the real server says.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any, Final

import grpc  # type: ignore[import-untyped]

from support.milvus.real import Real
from support.minted.standing import Asked, Standing

_SERVICE: Final = "/milvus.proto.milvus.MilvusService/"


def message(**fields: Any) -> bytes:
    """A message of protobuf: fields by `_NUMBER`; texts, messages, and numbers."""
    out = bytearray()
    for name, value in fields.items():
        number = int(name[1:])
        if isinstance(value, int):
            out += bytes([number << 3]) + _varint(value)
        else:
            raw = value.encode() if isinstance(value, str) else value
            out += bytes([number << 3 | 2]) + _varint(len(raw)) + raw
    return bytes(out)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def parsed(raw: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a message, in order: numbers, and bytes."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = raw[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(raw):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            size = varint()
            yield key >> 3, raw[at : at + size]
            at += size


def each(raw: bytes, number: int) -> list[Any]:
    return [value for at, value in parsed(raw) if at == number]


def one(raw: bytes, *path: int) -> str:
    """The text at a path of fields; empty where there is none."""
    for number in path[:-1]:
        raw = next(iter(each(raw, number)), b"")
    return next(iter(each(raw, path[-1])), b"").decode()


class V2Shim(Standing):
    """It, before one server."""

    def __init__(self, real: Real) -> None:
        super().__init__()
        self.real = real
        self._channel = grpc.insecure_channel(real.rest.removeprefix("http://"))

    def close(self) -> None:
        self._channel.close()

    def answer(self, asked: Asked) -> tuple[int, Any]:
        what = asked.path.removeprefix("/v2/vectordb/")
        if what.startswith("entities/"):
            return self._v1(asked, f"/v1/vector/{what.removeprefix('entities/')}")
        kind, words = asked.authorization.partition(" ")[::2]
        assert kind == "Bearer"
        keys = base64.b64encode(words.encode()).decode()
        try:
            return 200, self._done(what, asked.tree, keys)
        except grpc.RpcError as e:
            if e.code() == grpc.StatusCode.UNAUTHENTICATED:
                return 401, {"code": 1800, "message": "user hasn't authenticated"}
            return 403, {"code": 65535, "message": str(e.details())}

    def _v1(self, asked: Asked, path: str) -> tuple[int, Any]:
        answer = self.real.send(
            self.real.rest, "POST", path, json.dumps(asked.tree).encode(), {"authorization": asked.authorization}
        )
        return answer.status, json.loads(answer.body)

    def _grpc(self, method: str, raw: bytes, keys: str) -> bytes:
        call = self._channel.unary_unary(_SERVICE + method)
        answer: bytes = call(raw, metadata=(("authorization", keys),), timeout=30)
        return answer

    def _done(self, what: str, tree: dict[str, Any], keys: str) -> dict[str, Any]:
        match what:
            case "users/list":
                said = self._grpc("ListCredUsers", message(_1=b""), keys)
                return _listed(said, [name.decode() for name in each(said, 2)])
            case "roles/list":
                said = self._grpc("SelectRole", message(_1=b""), keys)
                return _listed(said, [one(found, 1, 1) for found in each(said, 2)])
            case "databases/list":
                said = self._grpc("ListDatabases", message(_1=b""), keys)
                return _listed(said, [name.decode() for name in each(said, 2)])
            case "roles/describe":
                return self._described(tree, keys)
        status = self._grpc(*_request(what, tree), keys)
        return _status(status) or {"code": 0, "data": {}}

    def _described(self, tree: dict[str, Any], keys: str) -> dict[str, Any]:
        entity = message(_1=message(_1=tree["roleName"]), _5=tree.get("dbName", "default"))
        said = self._grpc("SelectGrant", message(_1=b"", _2=entity), keys)
        grants = [
            {
                "dbName": one(found, 5), "grantor": one(found, 4, 1, 1), "objectName": one(found, 3),
                "objectType": one(found, 2, 1), "privilege": one(found, 4, 2, 1),
            }
            for found in each(said, 2)
        ]  # fmt: skip
        return _listed(said, grants)


def _request(what: str, tree: dict[str, Any]) -> tuple[str, bytes]:
    user, role = tree.get("userName", ""), tree.get("roleName", "")
    match what:
        case "users/create":
            word = base64.b64encode(tree["password"].encode())
            return "CreateCredential", message(_1=b"", _2=user, _3=word)
        case "users/update_password":
            old, new = (base64.b64encode(tree[name].encode()) for name in ("password", "newPassword"))
            return "UpdateCredential", message(_1=b"", _2=user, _3=old, _4=new)
        case "users/drop":
            return "DeleteCredential", message(_1=b"", _2=user)
        case "users/grant_role":
            return "OperateUserRole", message(_1=b"", _2=user, _3=role)
        case "roles/create":
            return "CreateRole", message(_1=b"", _2=message(_1=role))
        case "roles/drop":
            return "DropRole", message(_1=b"", _2=role)
        case "roles/grant_privilege" | "roles/revoke_privilege":
            grantor = message(_2=message(_1=tree["privilege"]))
            entity = message(
                _1=message(_1=role), _2=message(_1=tree["objectType"]), _3=tree["objectName"], _4=grantor,
                _5=tree.get("dbName", "default"),
            )  # fmt: skip
            return "OperatePrivilege", message(_1=b"", _2=entity, _3=int(what == "roles/revoke_privilege"))
    raise ValueError(what)


def _status(raw: bytes) -> dict[str, Any] | None:
    """The error of a Status; none where it is good."""
    fields = dict(parsed(raw))
    code = fields.get(3, 0) or fields.get(1, 0)
    return {"code": code, "message": fields.get(2, b"").decode()} if code else None


def _listed(raw: bytes, found: list[Any]) -> dict[str, Any]:
    return _status(next(iter(each(raw, 1)), b"")) or {"code": 0, "data": found}
