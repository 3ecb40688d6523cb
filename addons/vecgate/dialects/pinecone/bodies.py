"""What may the bodies of a Pinecone index say: vectors, records, documents, namespaces, imports? Each member known."""

from typing import Final

from vecgate.dialects.pinecone.filters import MAYBE, WHERE
from vecgate.dialects.pinecone.values import (
    BOOL,
    DENSE,
    ID,
    IDS,
    INDEXED,
    METADATA,
    MOST_RESULTS,
    NAMESPACE,
    NUMBER,
    PARAMETERS,
    SPARSE,
    TEXT,
    by_type,
    checked,
    is_numbers,
    is_sparse,
    is_stored,
    told_elsewhere,
    whole,
    word,
)
from vecgate.domain.call import Json
from vecgate.domain.inlets import named
from vecgate.parsing.forms import Left, ListOf, Members, Shape, unreadable
from vecgate.parsing.lines import Lines

_BOOL: Final = Left(BOOL)
_TOP: Final = whole(1, MOST_RESULTS)
_TOKEN: Final = Left(Shape("a token of a page", lambda v: isinstance(v, str) and 0 < len(v) <= 4096, ("eyJz",)))
_PAGE: Final = Left(whole(1, 1000))
_TRUE: Final = Shape("true; leave it out to say no", lambda value: value is True, (True,))

# vectors
_VECTOR: Final = Members(
    {"id": ID, "values": Left(DENSE), "sparseValues": Left(SPARSE), "metadata": Left(METADATA)}, ("id",)
)
UPSERT: Final = Members({"vectors": ListOf(_VECTOR, least=1), "namespace": NAMESPACE}, ("vectors",))
QUERY: Final = Members(
    {
        "topK": _TOP,
        "vector": Left(DENSE),
        "id": Left(ID),
        "sparseVector": Left(SPARSE),
        "namespace": NAMESPACE,
        "filter": MAYBE,
        "includeValues": _BOOL,
        "includeMetadata": _BOOL,
        # how much of the index is looked at: a search in fewer or more candidates, and nothing else
        "scanFactor": Left(NUMBER),
        "maxCandidates": Left(whole(1)),
        "queries": told_elsewhere("holds searches with namespaces and filters of their own; send each by itself"),
    },
    ("topK",),
    apart=(("vector", "id"), ("sparseVector", "id")),
)
DELETE: Final = Members(
    {"ids": Left(IDS), "filter": Left(WHERE), "deleteAll": Left(_TRUE), "namespace": NAMESPACE},
    one_of=(("ids", "filter", "deleteAll"),),
)
UPDATE: Final = Members(
    {
        "id": Left(ID),
        "filter": Left(WHERE),
        "values": Left(DENSE),
        "sparseValues": Left(SPARSE),
        "setMetadata": Left(METADATA),
        "namespace": NAMESPACE,
        "dryRun": _BOOL,
    },
    one_of=(("id", "filter"),),
    apart=(("filter", "values"), ("filter", "sparseValues")),
)
FETCH_BY_METADATA: Final = Members(
    {"filter": WHERE, "namespace": NAMESPACE, "limit": _PAGE, "paginationToken": _TOKEN}, ("filter",)
)
STATS: Final = Members({"filter": MAYBE})

# records, whose text a model of the server's makes vectors of
_ONLY_ID: Final = ("_id", "id")


def _record(value: Json, at: str) -> None:
    if not isinstance(value, dict):
        unreadable(f"'{at}' must be an object")
    found = [key for key in _ONLY_ID if key in value]
    if len(found) != 1:
        unreadable(f"'{at}' must have one of '_id' and 'id'")
    ID.read(value[found[0]], f"{at}.{found[0]}")
    for key, inner in value.items():
        if key.startswith("$") or not key or (key.startswith("_") and key not in _ONLY_ID):
            unreadable(f"'{at}' has a key that is empty, or begins with '$' or '_'")
        if not is_stored(inner):
            unreadable(f"'{named(at, key)}' must be a text, a number, true or false, or a list of texts")


_RECORDS: Final = Members(
    {"records": ListOf(checked(_record, {"_id": "r1", "text": "word"}, {"id": "r1", "n": 1}), least=1)}, ("records",)
)


def _gathered(lines: list[dict[str, Json]]) -> dict[str, Json]:
    return {"records": [*lines]}


def _parted(tree: dict[str, Json]) -> list[Json]:
    records = tree.get("records")
    if not isinstance(records, list):
        raise TypeError("no records")
    return records


UPSERT_RECORDS: Final = Lines(_gathered, _parted, _RECORDS)
_FIELDS: Final = ListOf(TEXT, least=1)
#: What becomes of a text that is too long for the model that ranks.
_CUT: Final = Left(Members({"truncate": Left(word("END", "NONE"))}))
_RERANK: Final = Members(
    {
        "model": TEXT,
        "rank_fields": _FIELDS,
        "top_n": Left(_TOP),
        "query": Left(TEXT),
        "parameters": _CUT,
    },
    ("model", "rank_fields"),
)
SEARCH_RECORDS: Final = Members(
    {
        "query": Members(
            {
                "top_k": _TOP,
                "inputs": Left(Members({"text": TEXT}, ("text",))),
                "vector": Left(
                    Members(
                        {
                            "values": Left(DENSE),
                            "sparse_indices": Left(SPARSE.members["indices"]),
                            "sparse_values": Left(DENSE),
                        }
                    )
                ),
                "id": Left(ID),
                "filter": MAYBE,
                "match_terms": told_elsewhere(
                    "looks for words inside of texts; nobody could keep it from telling them"
                ),
            },
            ("top_k",),
            one_of=(("inputs", "vector", "id"),),
        ),
        "fields": Left(_FIELDS),
        "rerank": Left(_RERANK),
    },
    ("query",),
)

# documents


def _document(value: Json, at: str) -> None:
    if not isinstance(value, dict):
        unreadable(f"'{at}' must be an object")
    ID.read(value.get("_id"), f"{at}._id")
    for key, inner in value.items():
        if key.startswith("$") or not key or (key.startswith("_") and key not in ("_id", "_values")):
            unreadable(f"'{at}' has a key that is empty, or begins with '$' or '_'")
        if not is_stored(inner) and not is_numbers(inner) and not is_sparse(inner):
            unreadable(f"'{named(at, key)}' must be a text, a number, true or false, a list of texts, or a vector")


def _set(value: Json, at: str) -> None:
    if not isinstance(value, dict) or not value:
        unreadable(f"'{at}' must be an object that names a field")
    _document({"_id": "-", **value}, at)
    if "_id" in value:
        unreadable(f"'{at}' cannot hold an id")


DOCUMENT: Final = checked(_document, {"_id": "d1", "name": "word"})
UPSERT_DOCUMENTS: Final = Members({"documents": ListOf(DOCUMENT, least=1)}, ("documents",))
_SCORE: Final = Members(
    {
        "type": word("text", "dense_vector", "sparse_vector"),
        "query": Left(TEXT),
        "fields": Left(_FIELDS),
        "field": Left(TEXT),
        "values": Left(DENSE),
        "sparse_values": Left(by_type("a sparse vector", object=SPARSE)),
    },
    ("type",),
)


#: Types that the vendor has besides.
_NOT_TAKEN: Final = {
    "query_string": "looks into fields by a language that nothing here reads: say words in 'query' and where in 'fields', of type 'text'",
    **dict.fromkeys(
        ("embed", "sparse_embed"), "hands a text to a model of the field's, which nothing was held against"
    ),
}


class _Scored:
    """How documents are ranked. What looks for words says where: left out, it would look into every text."""

    like: Final = Members({"type": word("text"), "query": TEXT, "fields": _FIELDS}, ("type", "query", "fields"))

    def read(self, value: Json, at: str) -> Json:
        if isinstance(value, dict) and (why := _NOT_TAKEN.get(str(value.get("type")))):
            unreadable(f"'{at}' {why}")
        new = _SCORE.read(value, at)
        assert isinstance(new, dict)
        if new["type"] == "text" and ("query" not in new or ("fields" in new) == ("field" in new)):
            unreadable(f"'{at}' looks for words, and must say which ('query') and in which fields ('fields')")
        return new


_SHOW: Final = Left(by_type("'*', or a list of fields", list=ListOf(TEXT), text=word("*")))
SEARCH_DOCUMENTS: Final = Members(
    {"score_by": ListOf(_Scored(), least=1), "top_k": _TOP, "filter": MAYBE, "include_fields": _SHOW},
    ("score_by", "top_k"),
)
FETCH_DOCUMENTS: Final = Members(
    {
        "ids": Left(IDS),
        "filter": Left(WHERE),
        "limit": _PAGE,
        "pagination_token": _TOKEN,
        "include_fields": _SHOW,
    },
    one_of=(("ids", "filter"),),
)
DELETE_DOCUMENTS: Final = Members(
    {"ids": Left(IDS), "filter": Left(WHERE), "delete_all": Left(_TRUE)},
    one_of=(("ids", "filter", "delete_all"),),
)
UPDATE_DOCUMENTS: Final = Members(
    {
        "documents": Left(ListOf(DOCUMENT, least=1)),
        "filter": Left(WHERE),
        "set_fields": Left(checked(_set, {"name": "word"})),
        "remove_fields": told_elsewhere("takes fields away that others are decided by; write them anew"),
    },
    one_of=(("documents", "filter"),),
    apart=(("documents", "set_fields"),),
)
LIST_DOCUMENTS: Final = Members({"prefix": Left(TEXT), "limit": _PAGE, "pagination_token": _TOKEN})

# namespaces and imports
CREATE_NAMESPACE: Final = Members({"name": ID, "schema": Left(INDEXED)}, ("name",))
IMPORT: Final = Members(
    {
        "uri": Shape(
            "where the data is (an 's3://', 'gs://' or 'https://' address)",
            lambda v: isinstance(v, str) and v.startswith(("s3://", "gs://", "https://")) and v.isprintable(),
            ("s3://bucket/path",),
        ),
        "errorMode": Left(Members({"onError": word("continue", "abort")}, ("onError",))),
        "integrationId": Left(TEXT),
    },
    ("uri",),
)

# models
_DOCUMENTS: Final = ListOf(
    by_type("a text, or an object of texts", object=checked(lambda v, at: _texts(v, at), {"text": "word"}), text=TEXT),
    least=1,
)


def _texts(value: Json, at: str) -> None:
    if not isinstance(value, dict) or not value or not all(isinstance(one, str) for one in value.values()):
        unreadable(f"'{at}' must be an object of texts")


EMBED: Final = Members(
    {
        "model": TEXT,
        "inputs": ListOf(Members({"text": TEXT}, ("text",)), least=1),
        "parameters": PARAMETERS,
    },
    ("model", "inputs"),
)
RERANK: Final = Members(
    {
        "model": TEXT,
        "query": TEXT,
        "documents": _DOCUMENTS,
        "top_n": Left(_TOP),
        "return_documents": _BOOL,
        "rank_fields": Left(_FIELDS),
        "parameters": _CUT,
    },
    ("model", "query", "documents"),
)
