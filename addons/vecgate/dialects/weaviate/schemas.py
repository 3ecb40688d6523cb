"""What may each body of Weaviate hold that is about classes, tenants, aliases, users, roles and backups?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.weaviate.values import BOOL, KEY, NAME, TENANT, TEXT, WORD, listed, one_of
from vecgate.domain.call import Json
from vecgate.parsing.forms import Checked, Elsewhere, Form, Left, ListOf, Members, Shape, unreadable
from vecgate.parsing.saying import folded


@dataclass(frozen=True, slots=True)
class OrEmpty:
    """A body that is an object; null, as some clients send it, is an empty one."""

    like: Members

    def read(self, value: Json, at: str) -> Json:
        return self.like.read({} if value is None else value, at)


_PLACES: Final = frozenset(
    {"baseurl", "endpoint", "apiendpoint", "inferenceurl", "passageinferenceurl", "queryinferenceurl", "resourcename"}
)
#: What servers put into the address of a model: with a slash or a dot it would be another one.
_PARTS: Final = frozenset({"region", "location"})
_PART: Final = re.compile(r"[A-Za-z0-9-]{0,64}")
_DEEPEST: Final = 12


def _settings(value: Json, at: str, deep: int = 0) -> None:
    """Settings of modules and indexes, but for where a module sends what it is given."""
    if deep > _DEEPEST:
        unreadable(f"'{at}' is nested deeper than {_DEEPEST}")
    if isinstance(value, dict):
        for key, inner in value.items():
            plain = folded(key)
            odd = plain in _PARTS and _PART.fullmatch(str(inner)) is None
            if odd or plain in _PLACES or plain.endswith(("url", "host", "origin", "endpoint")):
                unreadable(
                    f"'{at}' names the address that a model has: the server sends it all records, and its own key"
                )
            _settings(inner, at, deep + 1)
    elif isinstance(value, list):
        for one in value:
            _settings(one, at, deep + 1)


def _object(value: Json, at: str) -> None:
    if not isinstance(value, dict):
        unreadable(f"'{at}' must be an object")
    _settings(value, at)


def _overlooked(value: Json, at: str) -> None:
    if not all(isinstance(one, dict) for one in (value if isinstance(value, list) else [value])):
        unreadable(f"'{at}' must be an object, or a list of such")
    _settings(value, at)


_SETTINGS: Final = Checked(_object, ({"none": {}},), open_below=True)
#: What npm's client says of a class once more in its own words, which the server overlooks (W-13).
_OVERLOOKED: Final = Checked(_overlooked, ([{"name": "a"}], {"name": "none"}), open_below=True)


_TYPE: Final = Shape(
    "a list of names of types",
    lambda value: isinstance(value, list) and value != [] and all(isinstance(one, str) and one for one in value),
    (["text"],),
)
_PROPERTY: Final[Mapping[str, Form]] = {
    "name": KEY, "dataType": _TYPE, "description": Left(TEXT), "tokenization": Left(WORD), "indexFilterable": Left(BOOL),
    "indexSearchable": Left(BOOL), "indexInverted": Left(BOOL), "indexRangeFilters": Left(BOOL),
    "moduleConfig": Left(_SETTINGS), "textAnalyzer": Left(_SETTINGS),
    "nestedProperties": Left(Checked(lambda value, at: _settings(value, at), ([{"name": "a", "dataType": ["text"]}],), open_below=True)),
    "skip_vectorization": Left(BOOL), "vectorize_property_name": Left(BOOL),
}  # fmt: skip
PROPERTY: Final = Members(_PROPERTY, ("name", "dataType"))
CLASS: Final = Members(
    {
        "class": NAME, "description": Left(TEXT), "properties": Left(ListOf(PROPERTY)), "vectorizer": Left(WORD),
        "vectorIndexType": Left(WORD),
        **dict.fromkeys(
            ("vectorIndexConfig", "vectorConfig", "moduleConfig", "invertedIndexConfig", "shardingConfig",
             "replicationConfig", "multiTenancyConfig", "objectTtlConfig"),
            Left(_SETTINGS),
        ),
        **dict.fromkeys(("vectorizers", "references", "generative", "reranker"), Left(_OVERLOOKED)),
    },
    ("class",),
    also={"MultiTenancyConfig": "multiTenancyConfig", "objectTTLConfig": "objectTtlConfig"},
)  # fmt: skip
_STATUS: Final = one_of("HOT", "COLD", "FROZEN", "ACTIVE", "INACTIVE", "OFFLOADED")
TENANTS: Final = listed(Members({"name": TENANT, "activityStatus": Left(_STATUS)}, ("name",)))
TENANT_NAMES: Final = listed(TENANT)
ALIAS_NEW: Final = Members({"alias": NAME, "class": NAME, "collection": Left(NAME)}, ("alias", "class"))
ALIAS: Final = Members({"class": NAME}, ("class",))
SHARD: Final = Members({"status": one_of("READY", "READONLY")}, ("status",))


def _is_filter(value: Json) -> bool:
    """One client says its actions in there as well, which the server overlooks."""
    return isinstance(value, dict) and all(
        isinstance(one, str) or (key == "actions" and isinstance(one, list) and all(isinstance(x, str) for x in one))
        for key, one in value.items()
    )


_FILTER: Final = Shape("an object of names", _is_filter, ({"collection": "Person"},))
_PERMISSION: Final = Members(
    {
        "action": WORD,
        **dict.fromkeys(
            ("data", "collections", "tenants", "roles", "users", "groups", "backups", "nodes", "replicate", "aliases", "mcp",
             "namespaces"),
            Left(_FILTER),
        ),
    },
    ("action",),
)  # fmt: skip
PERMISSION: Final = _PERMISSION
PERMISSIONS: Final = Members({"permissions": listed(_PERMISSION)}, ("permissions",))
ROLE: Final = Members({"name": WORD, "permissions": ListOf(_PERMISSION)}, ("name", "permissions"))
_KIND: Final = one_of("db", "oidc")
ROLES: Final = Members({"roles": listed(WORD), "userType": Left(_KIND), "groupType": Left(_KIND)}, ("roles",))
USER: Final = OrEmpty(
    Members({"import": Elsewhere("would keep a key that others know"), "createTime": Elsewhere("is the server's own")})
)
#: One client writes it in a way that the server overlooks, and the key would live on: it is sent in the server's.
DEACTIVATE: Final = OrEmpty(Members({"revoke_key": Left(BOOL)}, also={"revokeKey": "revoke_key"}))
_CONFIG: Final = Elsewhere("says where the server writes and reads, outside of its own folder, too")
BACKUP: Final = Members(
    {
        "id": WORD, "include": Left(ListOf(NAME)), "exclude": Left(ListOf(NAME)), "config": _CONFIG,
        "incremental_base_backup_id": Left(WORD),
    },
    ("id",),
)  # fmt: skip
RESTORE: Final = Members(
    {
        "include": Left(ListOf(NAME)), "exclude": Left(ListOf(NAME)), "config": _CONFIG, "overwriteAlias": Left(BOOL),
        "node_mapping": Elsewhere("would move shards between nodes"),
    }
)  # fmt: skip
