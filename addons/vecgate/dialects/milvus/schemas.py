"""What may bodies of Milvus hold that are about collections, indexes, databases, users and roles, as a whole?"""

from collections.abc import Mapping
from typing import Final

from vecgate.dialects.milvus.bodies import NEEDS, PLACE
from vecgate.dialects.milvus.functions import FUNCTION, Options
from vecgate.dialects.milvus.values import (
    BOOL,
    COUNT,
    FIELD,
    LEVEL,
    METRIC,
    NAME,
    PART,
    PARTITIONS,
    SCALAR,
    TEXT,
    WORD,
)
from vecgate.domain.call import Json
from vecgate.parsing.forms import Elsewhere, Form, Left, ListOf, MapOf, Members, Shape

_DB: Final = PLACE["dbName"]
_UNTRIED: Final = Elsewhere("is of a kind that nobody here has tried")
#: Options: by word, each a text, a number, or true or false.
_OPTIONS: Final = MapOf(SCALAR, key=WORD)
_FIELD_OPTIONS: Final = Options()
_KEYS: Final = ListOf(WORD, least=1)
_NUMBER64: Final = Shape("a whole number from 0", lambda v: type(v) is int and 0 <= v < 2**64, (1,))
_DIMENSION: Final = Shape("a whole number from 1 to 32768", lambda v: type(v) is int and 1 <= v <= 32_768, (4,))
_MANY: Final = Shape("a whole number from 0", lambda v: type(v) is int and 0 <= v < 2**31, (1,))


def _is_default(value: Json) -> bool:
    return isinstance(value, str | int | float)


_FIELD: Final = Members(
    {
        "fieldName": FIELD, "dataType": WORD, "elementDataType": WORD, "description": TEXT, "nullable": BOOL,
        "defaultValue": Shape("a text, a number, or true or false", _is_default, (1,)), "isPrimary": BOOL,
        "isPartitionKey": BOOL, "isClusteringKey": BOOL, "elementTypeParams": _FIELD_OPTIONS, "autoID": BOOL,
    },
    ("fieldName", "dataType"),
)  # fmt: skip
_SCHEMA: Final = Members(
    {
        "autoID": BOOL, "enableDynamicField": BOOL, "enabledDynamicField": _UNTRIED, "description": TEXT, "name": TEXT,
        "fields": ListOf(_FIELD, least=1), "functions": Left(ListOf(FUNCTION)), "structArrayFields": _UNTRIED,
    },
    ("fields",),
    also={"autoId": "autoID"},
)  # fmt: skip
_INDEX: Final = Members(
    {"fieldName": FIELD, "indexName": NAME, "metricType": METRIC, "indexType": WORD, "params": _OPTIONS,
     "indexConfig": _UNTRIED},
    ("fieldName",),
)  # fmt: skip
_INDEXES: Final = ListOf(_INDEX, least=1)


def _place(more: Mapping[str, Form] | None = None, *needed: str) -> Members:
    """A collection, and what is said of it."""
    return Members({**PLACE, **(more or {})}, (*NEEDS, *needed))


def _named(more: Mapping[str, Form], *needed: str) -> Members:
    """What is in a database, or in all of them, and no collection."""
    return Members({"dbName": _DB, **more}, needed)


ANY: Final = Members({"dbName": _DB})
COLLECTION: Final = _place()
CREATE: Final = _place(
    {
        "dimension": _DIMENSION, "metricType": METRIC, "idType": WORD, "autoID": BOOL, "primaryFieldName": FIELD,
        "vectorFieldName": FIELD, "schema": Left(_SCHEMA), "indexParams": Left(_INDEXES), "params": Left(_OPTIONS),
        "description": TEXT, "consistencyLevel": LEVEL,
    }
)  # fmt: skip
V1_CREATE: Final = _place(
    {"dimension": _DIMENSION, "metricType": METRIC, "primaryField": FIELD, "vectorField": FIELD, "description": TEXT},
    "dimension",
)
RENAME: Final = _place({"newCollectionName": NAME, "newDbName": Left(NAME)}, "newCollectionName")
LOADED: Final = _place({"partitionNames": Left(PARTITIONS)})
ALTER: Final = _place({"properties": _OPTIONS}, "properties")
DROP_KEYS: Final = _place({"propertyKeys": _KEYS}, "propertyKeys")
ALTER_FIELD: Final = _place({"fieldName": FIELD, "fieldParams": _FIELD_OPTIONS}, "fieldName", "fieldParams")
ADD_FIELD: Final = _place({"schema": _FIELD}, "schema")
COMPACT: Final = _place({"isClustering": BOOL})
JOB: Final = _named({"jobID": _NUMBER64}, "jobID")

DATABASE: Final = Members({"dbName": NAME}, ("dbName",))
DATABASE_WITH: Final = Members({"dbName": NAME, "properties": Left(_OPTIONS)}, ("dbName",))
DATABASE_KEYS: Final = Members({"dbName": NAME, "propertyKeys": _KEYS}, ("dbName", "propertyKeys"))

PARTITION: Final = _place({"partitionName": PART}, "partitionName")
SOME_PARTITIONS: Final = _place({"partitionNames": PARTITIONS}, "partitionNames")

INDEX: Final = _place({"indexName": NAME}, "indexName")
INDEX_DESCRIBED: Final = _place({"indexName": NAME, "timestamp": _MANY}, "indexName")
INDEX_NEW: Final = _place({"indexParams": _INDEXES}, "indexParams")
INDEX_ALTER: Final = _place({"indexName": NAME, "properties": _OPTIONS}, "indexName", "properties")
INDEX_KEYS: Final = _place({"indexName": NAME, "propertyKeys": _KEYS}, "indexName", "propertyKeys")

ALIASES: Final = _named({"collectionName": Left(NAME)})
ALIAS: Final = _named({"aliasName": NAME}, "aliasName")
ALIAS_OF: Final = _place({"aliasName": NAME}, "aliasName")

USER: Final = _named({"userName": NAME}, "userName")
USER_NEW: Final = _named({"userName": NAME, "password": TEXT}, "userName", "password")
PASSWORD: Final = _named(
    {"userName": NAME, "password": TEXT, "newPassword": TEXT}, "userName", "password", "newPassword"
)
USER_ROLE: Final = _named({"userName": NAME, "roleName": NAME}, "userName", "roleName")
ROLE: Final = _named({"roleName": NAME}, "roleName")
#: What is granted in every database is asked for so, as a client for Node does.
_ANYWHERE: Final = Shape("the name of a database, or '*'", lambda v: v in ("", "*") or NAME.fits(v), ("default", "*"))
ROLE_READ: Final = Members({"roleName": NAME, "dbName": Left(_ANYWHERE)}, ("roleName",))
_OBJECT: Final = Shape("a name, or '*'", lambda v: v == "*" or NAME.fits(v), ("people",))
PRIVILEGE: Final = _named(
    {"roleName": NAME, "objectType": NAME, "objectName": _OBJECT, "privilege": _OBJECT},
    "roleName", "objectType", "objectName", "privilege",
)  # fmt: skip
PRIVILEGE_V2: Final = Members(
    {"roleName": NAME, "dbName": _OBJECT, "collectionName": _OBJECT, "privilege": _OBJECT},
    ("roleName", "collectionName", "privilege"),
)
GROUP: Final = _named({"privilegeGroupName": NAME}, "privilegeGroupName")
GROUP_OF: Final = _named(
    {"privilegeGroupName": NAME, "privileges": ListOf(NAME, least=1)}, "privilegeGroupName", "privileges"
)

IMPORTS: Final = ALIASES
RESOURCE: Final = Members({"name": NAME}, ("name",))
_NODES: Final = Members({"node_num": _MANY})
_RESOURCE: Final = Members({"requests": _NODES, "limits": _NODES})
RESOURCE_NEW: Final = Members({"name": NAME, "config": Left(_RESOURCE)}, ("name",))
RESOURCE_ALTER: Final = Members({"resource_groups": MapOf(_RESOURCE, key=NAME)}, ("resource_groups",))
TRANSFER: Final = Members(
    {**PLACE, "sourceRgName": NAME, "targetRgName": NAME, "replicaNum": COUNT},
    ("collectionName", "sourceRgName", "targetRgName", "replicaNum"),
)

#: Of calls that are made over gRPC alone.
NOTHING: Final = Members({})
FLUSHED: Final = Members(
    {**PLACE, "collectionName": Left(NAME), "segmentIDs": Left(ListOf(_NUMBER64)), "flushedAt": Left(_NUMBER64)}
)
INDEX_OF: Final = _place({"indexName": Left(NAME), "fieldName": Left(FIELD)})
ROLES: Final = Members({"roleName": Left(NAME), "withUsers": Left(BOOL)})
USERS: Final = Members({"userName": Left(NAME), "withRoles": Left(BOOL)})
