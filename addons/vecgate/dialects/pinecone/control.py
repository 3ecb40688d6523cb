"""How may an index, a collection, a backup be set up? Two shapes of one body, told apart by the version of the API.

From 2026-07 on an index is described by `schema` and `deployment`, before by `dimension`, `metric` and `spec`; a server
takes the shape of the version that a call names. https://docs.pinecone.io/reference/api/versioning
"""

from typing import Final

from vecgate.dialects.pinecone.values import INDEXED, NAME, PARAMETERS, TEXT, checked, told_elsewhere, whole, word
from vecgate.domain.call import Json
from vecgate.parsing.forms import Left, ListOf, MapOf, Members, OneOf, Shape, unreadable

_DIMENSION: Final = Left(whole(1, 65536))
_METRIC: Final = Left(word("cosine", "euclidean", "dotproduct"))
_PROTECTION: Final = Left(word("enabled", "disabled"))


def _tags(value: Json, at: str) -> None:
    if not isinstance(value, dict) or not all(one is None or isinstance(one, str) for one in value.values()):
        unreadable(f"'{at}' must be an object of texts")


_TAGS: Final = Left(checked(_tags, {"team": "a"}))
_PLACE: Final = Members({"cloud": TEXT, "region": TEXT}, ("cloud", "region"))
_BOOL: Final = Left(Shape("true or false", lambda v: isinstance(v, bool), (True,)))
#: What serves reads: all that ask, or nodes of an index's own.
_CAPACITY: Final = Members(
    {
        "mode": word("OnDemand", "Dedicated"),
        "dedicated": Left(
            Members(
                {
                    "node_type": TEXT,
                    "scaling": word("Manual"),
                    "manual": Left(Members({"shards": whole(1, 1000), "replicas": whole(0, 1000)})),
                },
                ("node_type", "scaling"),
            )
        ),
    },
    ("mode",),
)
_SERVERLESS: Final = Members(
    {
        "cloud": TEXT,
        "region": TEXT,
        "source_collection": told_elsewhere("makes an index of a copy; restore it as an operator"),
        "read_capacity": Left(_CAPACITY),
        "schema": Left(INDEXED),
    },
    ("cloud", "region"),
)
_POD: Final = Members(
    {
        "environment": TEXT,
        "pod_type": Left(TEXT),
        "pods": Left(whole(1, 1000)),
        "replicas": Left(whole(0, 1000)),
        "shards": Left(whole(1, 1000)),
        "metadata_config": Left(Members({"indexed": Left(ListOf(TEXT))})),
        "source_collection": told_elsewhere("makes an index of a copy; restore it as an operator"),
    },
    ("environment",),
)
_BYOC: Final = Members(
    {"environment": TEXT, "read_capacity": Left(_CAPACITY), "schema": Left(INDEXED)}, ("environment",)
)
_SPEC: Final = OneOf(
    {
        "serverless": Members({"serverless": _SERVERLESS}),
        "pod": Members({"pod": _POD}),
        "byoc": Members({"byoc": _BYOC}),
    },
)
_OLD: Final = Members(
    {
        "name": NAME,
        "dimension": _DIMENSION,
        "metric": _METRIC,
        "spec": _SPEC,
        "vector_type": Left(word("dense", "sparse")),
        "deletion_protection": _PROTECTION,
        "tags": _TAGS,
    },
    ("name", "spec"),
)
_GRAMS: Final = Members({"min_gram": whole(1, 100), "max_gram": whole(1, 100), "prefix_only": _BOOL})
#: How the words of a field are told apart, so that they can be looked for.
_WORDS: Final = Members(
    {
        "language": Left(TEXT),
        "stemming": _BOOL,
        "stop_words": _BOOL,
        "ngram": Left(_GRAMS),
    }
)
_FIELD: Final = Members(
    {
        "type": word("dense_vector", "sparse_vector", "string", "float", "boolean", "string_list"),
        "dimension": _DIMENSION,
        "metric": _METRIC,
        "description": Left(TEXT),
        "filterable": _BOOL,
        "full_text_search": Left(_WORDS),
    },
    ("type",),
)
_SCHEMA: Final = Members({"fields": MapOf(_FIELD)}, ("fields",))
_SIZE: Final = {"replicas": Left(whole(0, 1000)), "pod_type": Left(TEXT)}
_NEW: Final = Members(
    {
        "name": NAME,
        "schema": _SCHEMA,
        "deployment": Left(
            Members(
                {
                    "deployment_type": Left(word("managed", "pod", "byoc")),
                    "cloud": Left(TEXT),
                    "region": Left(TEXT),
                    "environment": Left(TEXT),
                    "shards": Left(whole(1, 1000)),
                    "pods": Left(whole(1, 1000)),
                    **_SIZE,
                },
            )
        ),
        "read_capacity": Left(_CAPACITY),
        "source_collection": told_elsewhere("makes an index of a copy; restore it as an operator"),
        "source_backup_id": told_elsewhere("makes an index of a copy; restore it as an operator"),
        "cmek_id": told_elsewhere("says with which key an index is encrypted; let an operator do that"),
        "deletion_protection": _PROTECTION,
        "tags": _TAGS,
    },
    ("name", "schema"),
)
CREATE_INDEX: Final = OneOf({"spec": _OLD, "schema": _NEW})
_EMBED: Final = Members(
    {
        "model": TEXT,
        "field_map": MapOf(TEXT),
        "metric": _METRIC,
        "dimension": _DIMENSION,
        "read_parameters": PARAMETERS,
        "write_parameters": PARAMETERS,
    },
    ("model", "field_map"),
)
CREATE_FOR_MODEL: Final = Members(
    {
        "name": NAME,
        **_PLACE.members,
        "embed": _EMBED,
        "schema": Left(INDEXED),
        "deletion_protection": _PROTECTION,
        "tags": _TAGS,
    },
    ("name", "cloud", "region", "embed"),
)
CONFIGURE_INDEX: Final = Members(
    {
        "deletion_protection": _PROTECTION,
        "tags": _TAGS,
        "spec": Left(
            OneOf(
                {
                    "pod": Members({"pod": Members(_SIZE)}),
                    "serverless": Members({"serverless": Members({"read_capacity": Left(_CAPACITY)})}),
                }
            )
        ),
        "embed": told_elsewhere("sets which model the index sends texts to; let an operator do that"),
        "schema": Left(_SCHEMA),
        "deployment": Left(Members(_SIZE)),
        "read_capacity": Left(_CAPACITY),
    }
)
CREATE_COLLECTION: Final = Members({"name": NAME, "source": NAME}, ("name", "source"))
CREATE_BACKUP: Final = Members({"name": Left(TEXT), "description": Left(TEXT)})
RESTORE_BACKUP: Final = Members({"name": NAME, "tags": _TAGS, "deletion_protection": _PROTECTION}, ("name",))

#: From this version on an index is described by its schema.
NEW_SHAPE: Final = "2026-07"
#: The versions that official clients send, as far as their calls were recorded or described.
VERSIONS: Final = ("2024-07", "2024-10", "2025-01", "2025-04", "2025-10", "2026-01", "2026-04", "2026-07")
#: What stands for none: the version most clients of those that were recorded send.
NO_VERSION: Final = "2025-04"


def version_of(name: str, tree: dict[str, Json], said: str | None) -> str:
    """The version of the API that a call is for, by its header and its body's shape. Raises CallRefused."""
    if said is not None and said not in VERSIONS:
        unreadable(f"the header 'X-Pinecone-Api-Version' names none that is known: {', '.join(VERSIONS)}")
    if name != "create_index":
        return said or (NEW_SHAPE if name.endswith("_documents") else NO_VERSION)
    is_new = "schema" in tree
    if said is not None and is_new != (said >= NEW_SHAPE):
        shape = "'schema'" if said >= NEW_SHAPE else "'spec'"
        unreadable(f"in version {said} an index is described by {shape}")
    return said or (NEW_SHAPE if is_new else NO_VERSION)
