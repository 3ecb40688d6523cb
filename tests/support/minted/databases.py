"""Five databases that mint keys, as their documentation or recordings have them: what is made, listed, ended, and let in.

Each is a stand-in for what cannot run here, or not in a moment: `*_stub` from documentation, `*_recorded` from recorded
calls of a real server (tests/recorded/weaviate.jsonl). `left` names what is outstanding; `lets` says whether a
credential may read or write a collection, as its own permissions have it.
"""

import base64
import secrets
import time
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, ClassVar, Final

from support.minted.standing import Asked, Standing

UNAUTHORIZED: Final = (401, {"error": "unauthorized"})


def basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


class Minting(Standing):
    """What all have in common. `limit`: how many it takes; `password`: of the gateway's own user."""

    dialect: str
    kind: str
    admin: ClassVar[dict[str, str]]
    told: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.secret = dict(self.admin)
        self.password = self.admin.get("password", "")
        self.limit = 10**6
        self.late = 0

    def left(self) -> set[str]:
        raise NotImplementedError

    def lets(self, keys: Mapping[str, str], what: str, collection: str) -> bool:
        raise NotImplementedError


class ElasticsearchKeysStub(Minting):
    """https://www.elastic.co/docs/api/doc/elasticsearch/group/endpoint-security"""

    dialect, kind = "elasticsearch", "elasticsearch_key"
    admin: ClassVar = {"username": "vecgate-admin", "password": "first-password"}

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, dict[str, Any]] = {}

    def left(self) -> set[str]:
        return {one["name"] for one in self.keys.values() if one["ends"] > time.time()}

    def lets(self, keys: Mapping[str, str], what: str, collection: str) -> bool:
        word, _, encoded = keys["authorization"].partition(" ")
        id, _, secret = base64.b64decode(encoded).decode().partition(":")
        one = self.keys.get(id)
        if word != "ApiKey" or one is None or one["secret"] != secret or one["ends"] <= time.time():
            return False
        return any(
            any(fnmatchcase(collection, name) for name in part["names"]) and {what, "all"} & set(part["privileges"])
            for role in one["roles"].values()
            for part in role["indices"]
        )

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.authorization != basic("vecgate-admin", self.password):
            return UNAUTHORIZED
        match asked.method, asked.path:
            case "GET", "/_security/_authenticate":
                return 200, {"username": "vecgate-admin"}
            case "POST", "/_security/user/_password":
                self.password = asked.tree["password"]
                return 200, {}
            case "POST", "/_security/api_key":
                id, secret = secrets.token_hex(8), secrets.token_hex(8)
                seconds = int(asked.tree["expiration"].removesuffix("s"))
                self.keys[id] = {
                    "name": asked.tree["name"], "secret": secret, "ends": time.time() + seconds,
                    "roles": asked.tree["role_descriptors"], "metadata": asked.tree["metadata"],
                }  # fmt: skip
                encoded = base64.b64encode(f"{id}:{secret}".encode()).decode()
                return 200, {"id": id, "name": asked.tree["name"], "api_key": secret, "encoded": encoded}
            case "GET", "/_security/api_key":
                if asked.query.get("owner") != "true" or asked.query.get("active_only") != "true":
                    return 403, {"error": "only its own"}
                pattern = asked.query["name"]
                named = {id: one["name"] for id, one in self.keys.items() if fnmatchcase(one["name"], pattern)}
                return 200, {"api_keys": [{"id": id, "name": name} for id, name in named.items()]}
            case "DELETE", "/_security/api_key":
                ids = asked.tree.get("ids") or [
                    id for id, one in self.keys.items() if one["name"] == asked.tree["name"]
                ]
                gone = [id for id in ids if self.keys.pop(id, None)]
                return (200 if gone else 404), {"invalidated_api_keys": gone}
        return 400, {"error": "no handler found"}


class OpensearchKeysStub(Minting):
    """https://docs.opensearch.org/latest/security/api/api-keys/"""

    dialect, kind = "opensearch", "opensearch_key"
    admin: ClassVar = {"username": "vecgate-admin", "password": "first-password"}
    _ACTIONS: Final = {"read": ("read", "crud", "indices_all"), "write": ("crud", "indices_all")}

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, dict[str, Any]] = {}

    def _active(self) -> dict[str, dict[str, Any]]:
        now = time.time() * 1000
        return {id: one for id, one in self.keys.items() if not one.get("revoked_at") and one["expires_at"] > now}

    def left(self) -> set[str]:
        return {one["name"] for one in self._active().values()}

    def lets(self, keys: Mapping[str, str], what: str, collection: str) -> bool:
        token = keys["authorization"].removeprefix("ApiKey ")
        one = next((one for one in self._active().values() if one["token"] == token), None)
        return one is not None and any(
            any(fnmatchcase(collection, pattern) for pattern in part["index_pattern"])
            and set(self._ACTIONS[what]) & set(part["allowed_actions"])
            for part in one["index_permissions"]
        )

    def answer(self, asked: Asked) -> tuple[int, Any]:  # noqa: C901  a table of calls
        if asked.authorization != basic("vecgate-admin", self.password):
            return UNAUTHORIZED
        tokens = "/_plugins/_security/api/apitokens"
        match asked.method, asked.path:
            case "GET", "/_plugins/_security/api/account":
                return 200, {"user_name": "vecgate-admin"}
            case "PUT", "/_plugins/_security/api/account":
                if asked.tree["current_password"] != self.password:
                    return 400, {"status": "BAD_REQUEST"}
                self.password = asked.tree["password"]
                return 200, {"status": "OK"}
            case "POST", path if path == tokens:
                if any(one["name"] == asked.tree["name"] for one in self.keys.values()):
                    return 400, {"error": "name is taken"}
                if len(self._active()) >= self.limit:
                    return 429, {"error": "Maximum limit of API tokens reached"}
                id, token = secrets.token_urlsafe(12), f"os_{secrets.token_urlsafe(16)}"
                now = int(time.time() * 1000)
                self.keys[id] = {
                    **asked.tree, "token": token, "iat": now, "expires_at": now + asked.tree["duration_seconds"] * 1000,
                }  # fmt: skip
                return 200, {"id": id, "token": token}
            case "GET", path if path == tokens:
                return 200, [
                    {"id": id, **{name: value for name, value in one.items() if name != "token"}}
                    for id, one in self.keys.items()
                ]
            case "DELETE", path if path.startswith(tokens):
                one = self.keys.get(asked.parts[-1])
                if one is None:
                    return 404, {"error": "not found"}
                one["revoked_at"] = int(time.time() * 1000)  # a soft delete: it stays in the list
                return 200, {"message": "revoked successfully."}
        return 400, {"error": "no handler found"}


class WeaviateUsersRecorded(Minting):
    """Dynamic users and roles, with the statuses and shapes that were recorded."""

    dialect, kind = "weaviate", "weaviate_user"
    admin: ClassVar = {"api_key": "root-key"}

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[str, dict[str, Any]] = {}
        self.roles: dict[str, list[dict[str, Any]]] = {}

    def left(self) -> set[str]:
        return {*self.users, *self.roles}

    def lets(self, keys: Mapping[str, str], what: str, collection: str) -> bool:
        one = next((one for one in self.users.values() if f"Bearer {one['key']}" == keys["authorization"]), None)
        allowed = [part for role in one["roles"] for part in self.roles.get(role, [])] if one else []
        wanted = {"read": "read_data", "write": "update_data"}[what]
        return any(part["action"] == wanted and fnmatchcase(collection, part["data"]["collection"]) for part in allowed)

    def answer(self, asked: Asked) -> tuple[int, Any]:  # noqa: C901  a table of calls
        if asked.authorization != f"Bearer {self.secret['api_key']}":
            return 401, {"code": 401, "message": "unauthorized: invalid api key: invalid token"}
        match asked.method, *asked.parts[1:]:
            case "GET", "users", "db":
                dynamic = [
                    {"active": True, "dbUserType": "db_user", "roles": one["roles"], "userId": name}
                    for name, one in self.users.items()
                ]
                static = [{"active": True, "dbUserType": "db_env_user", "roles": ["root"], "userId": "root-user"}]
                return 200, dynamic + static
            case "POST", "users", "db", name:
                if name in self.users:
                    return 409, {"error": [{"message": f"user '{name}' already exists"}]}
                self.users[name] = {"key": secrets.token_urlsafe(24), "roles": []}
                return 201, {"apikey": self.users[name]["key"]}
            case "DELETE", "users", "db", name:
                return (204 if self.users.pop(name, None) else 404), None
            case "GET", "authz", "roles":
                own = [{"name": name, "permissions": parts} for name, parts in self.roles.items()]
                return 200, [*own, {"name": "admin", "permissions": []}]
            case "POST", "authz", "roles":
                if asked.tree["name"] in self.roles:
                    return 409, {"error": [{"message": "role already exists"}]}
                self.roles[asked.tree["name"]] = asked.tree["permissions"]
                return 201, None
            case "DELETE", "authz", "roles", name:
                self.roles.pop(name, None)
                return 204, None
            case "POST", "authz", "users", name, "assign":
                if name not in self.users:
                    return 404, None
                self.users[name]["roles"] += asked.tree["roles"]
                return 200, None
        return 404, None


class PineconeKeysRecorded(Minting):
    """The admin API and the login of a service account: shapes of https://docs.pinecone.io/reference/api/2026-04/admin/"""

    dialect, kind = "pinecone", "pinecone_key"
    admin: ClassVar = {"client_id": "id-of-vecgate", "client_secret": "secret-of-vecgate"}
    told: ClassVar = {"project": "p-1"}

    def __init__(self) -> None:
        super().__init__()
        self.keys: dict[str, dict[str, Any]] = {}
        self.tokens: set[str] = set()

    def left(self) -> set[str]:
        return {one["name"] for one in self.keys.values()}

    def lets(self, keys: Mapping[str, str], what: str, collection: str) -> bool:
        one = next((one for one in self.keys.values() if one["value"] == keys["api-key"]), None)
        writes = {"DataPlaneEditor", "ProjectEditor"}
        return one is not None and bool(writes & set(one["roles"]) or (what == "read" and one["roles"]))

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.headers.get("x-pinecone-api-version") != "2026-04":
            return 400, {"error": {"code": "INVALID_ARGUMENT"}}
        if (asked.method, asked.path) == ("POST", "/oauth/token"):
            wanted = {**self.secret, "grant_type": "client_credentials", "audience": "https://api.pinecone.io/"}
            if asked.tree != wanted:
                return 403, {"error": "access_denied"}
            token = secrets.token_urlsafe(16)
            self.tokens.add(token)
            return 200, {"access_token": token, "expires_in": 86400, "token_type": "Bearer"}
        if asked.authorization.removeprefix("Bearer ") not in self.tokens:
            return 401, {"error": {"code": "UNAUTHENTICATED"}}
        match asked.method, *asked.parts:
            case "POST", "admin", "projects", "p-1", "api-keys":
                id, value = secrets.token_hex(8), f"pckey_{secrets.token_urlsafe(16)}"
                self.keys[id] = {**asked.tree, "value": value}
                return 201, {"key": {"id": id, "project_id": "p-1", **asked.tree}, "value": value}
            case "GET", "admin", "projects", "p-1", "api-keys":
                return 200, {
                    "data": [{"id": id, "name": one["name"], "roles": one["roles"]} for id, one in self.keys.items()]
                }
            case "DELETE", "admin", "api-keys", id:
                return (202, None) if self.keys.pop(id, None) else (404, {"error": {"code": "NOT_FOUND"}})
        return 404, {"error": {"code": "NOT_FOUND"}}


class MilvusUsersStub(Minting):
    """REST v2: users and roles, with recorded answers. What is granted counts only after it was probed some times."""

    dialect, kind = "milvus", "milvus_user"
    admin: ClassVar = {"username": "vecgate_admin", "password": "First-password-1"}

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[str, dict[str, Any]] = {}
        self.roles: dict[str, list[dict[str, Any]]] = {}
        self.late = 3
        self.limit = 8

    def left(self) -> set[str]:
        return {*self.users, *self.roles}

    def lets(self, keys: Mapping[str, str], what: str, collection: str) -> bool:
        name, _, password = keys["authorization"].removeprefix("Bearer ").partition(":")
        one = self.users.get(name)
        if one is None or one["password"] != password:
            return False
        wanted = {"read": "Query", "write": "Insert", "delete": "Delete"}[what]
        return any(
            grant["privilege"] == wanted and grant["objectName"] in (collection, "*")
            for role in one["roles"]
            for grant in self.roles.get(role, [])
        )

    def answer(self, asked: Asked) -> tuple[int, Any]:
        what, tree = asked.path.removeprefix("/v2/vectordb/"), asked.tree
        if what.startswith("entities/"):
            return self._probed(what, asked)
        if asked.authorization != f"Bearer vecgate_admin:{self.password}":
            return 401, {"code": 1800, "message": "user hasn't authenticated"}
        done = getattr(self, "_" + what.replace("/", "_"))(tree)
        return 200, done if isinstance(done, dict) and "code" in done else {"code": 0, "data": done}

    def _probed(self, what: str, asked: Asked) -> tuple[int, Any]:
        name = asked.authorization.removeprefix("Bearer ").partition(":")[0]
        one, verb = self.users.get(name), {"entities/query": "read", "entities/delete": "delete"}[what]
        if one is None or not self.lets({"authorization": asked.authorization}, verb, asked.tree["collectionName"]):
            return 403, {"code": 65535, "message": f"PrivilegeQuery: permission deny to {name}"}
        one["probed"] += 1
        if one["probed"] <= self.late:
            return 403, {"code": 65535, "message": f"PrivilegeQuery: permission deny to {name}"}
        return 200, {"code": 1100, "message": "cannot parse expression"}

    def _users_list(self, _: Any) -> Any:
        return ["root", "vecgate_admin", *self.users]

    def _roles_list(self, _: Any) -> Any:
        return ["admin", "public", *self.roles]

    def _databases_list(self, _: Any) -> Any:
        return ["default"]

    def _users_create(self, tree: Any) -> Any:
        self.users[tree["userName"]] = {"password": tree["password"], "roles": [], "probed": 0}
        return {}

    def _users_drop(self, tree: Any) -> Any:
        self.users.pop(tree["userName"], None)
        return {}

    def _users_grant_role(self, tree: Any) -> Any:
        self.users[tree["userName"]]["roles"] = [tree["roleName"]]
        return {}

    def _users_update_password(self, tree: Any) -> Any:
        if tree["password"] != self.password:
            return {"code": 1400, "message": "old password not correct"}
        self.password = tree["newPassword"]
        return {}

    def _roles_create(self, tree: Any) -> Any:
        if len(self.roles) >= self.limit:
            return {"code": 65535, "message": "unable to create role because the number of roles has reached the limit"}
        self.roles[tree["roleName"]] = []
        return {}

    def _roles_describe(self, tree: Any) -> Any:
        return self.roles[tree["roleName"]]

    def _roles_drop(self, tree: Any) -> Any:
        if self.roles[tree["roleName"]]:
            return {"code": 65535, "message": "fail to drop the role that it has privileges. Use REVOKE API"}
        del self.roles[tree["roleName"]]
        return {}

    def _roles_grant_privilege(self, tree: Any) -> Any:
        if tree["privilege"] == "HasPartition":
            return {"code": 65535, "message": "not found the privilege name[HasPartition]"}
        grant = {name: tree[name] for name in ("objectType", "objectName", "privilege", "dbName")}
        if grant not in self.roles[tree["roleName"]]:
            self.roles[tree["roleName"]].append(grant)
        return {}

    def _roles_revoke_privilege(self, tree: Any) -> Any:
        grant = {name: tree[name] for name in ("objectType", "objectName", "privilege", "dbName")}
        self.roles[tree["roleName"]].remove(grant)
        return {}


DATABASES: Final = (
    ElasticsearchKeysStub, OpensearchKeysStub, WeaviateUsersRecorded, PineconeKeysRecorded, MilvusUsersStub,
)  # fmt: skip
