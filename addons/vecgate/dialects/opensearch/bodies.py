"""What may the body of each OpenSearch call hold? Members that are not written here are refused, the risky ones by name."""

from typing import Final

from vecgate.dialects.opensearch import lines
from vecgate.dialects.opensearch.aggregations import AGGREGATIONS
from vecgate.dialects.opensearch.query import QUERY, TOP
from vecgate.dialects.opensearch.values import (
    BOOL,
    FIELD,
    ID,
    NAME,
    NUMBER,
    SCALAR,
    SPAN,
    TEXT,
    Single,
    matching,
    whole,
    word,
)
from vecgate.domain.call import Json
from vecgate.parsing.forms import (
    ByType,
    Checked,
    Elsewhere,
    Form,
    Free,
    Left,
    ListOf,
    Members,
    Nothing,
    OrNull,
    Shape,
    harmful,
    unreadable,
)
from vecgate.parsing.lines import Lines

#: Fields of a record to show; `*` stands for any part of a name.
_SHOWN: Final = matching("a field, which may have '*' in it", r"[^?,^\\\"'<>|]{1,512}", "city", "meta*")
_LISTED: Final = ListOf(_SHOWN)
SOURCE: Final = ByType(
    "true, false, a field, a list of fields, or 'includes' and 'excludes'",
    {
        bool: BOOL,
        str: _SHOWN,
        list: _LISTED,
        dict: Members(
            {"includes": Left(_LISTED), "excludes": Left(_LISTED)}, also={"include": "includes", "exclude": "excludes"}
        ),
    },
)
_TURN: Final = word("asc", "desc")
#: What is sorted by: a field, the score, or the order in which records are stored.
_BY: Final = Shape(
    "a field, '_id', '_score' or '_doc'",
    lambda value: value in ("_id", "_score", "_doc") or (isinstance(value, str) and _is_plain(value)),
    ("age",),
)
_SORTED: Final = Members(
    {
        "order": Left(_TURN),
        "missing": Left(SCALAR),
        "mode": Left(word("min", "max", "sum", "avg", "median")),
        "unmapped_type": Left(TEXT),
        "format": Left(TEXT),
    }
)
_SORT_ITEM: Final = ByType(
    "a field, or an object with one",
    {str: _BY, dict: Single(ByType("asc, desc, or an object", {str: _TURN, dict: _SORTED}), _BY)},
)
SORT: Final = ByType(
    "a field, or a list of fields",
    {
        str: _BY,
        list: ListOf(_SORT_ITEM),
        dict: Single(ByType("asc, desc, or an object", {str: _TURN, dict: _SORTED}), _BY),
    },
)


def _is_plain(value: str) -> bool:
    return FIELD.fits(value)


_AFTER: Final = ListOf(OrNull(SCALAR))
_WHOLE_OR: Final = ByType("true, false or a number", {bool: BOOL, int: whole()})
_BESIDE: Final = "shows values where nobody here looks at them; ask for them with '_source'"
_PROGRAM: Final = "is a program that runs at the server"
SEARCH_REFUSED: Final[dict[str, Form]] = {
    **dict.fromkeys(("fields", "docvalue_fields", "stored_fields"), Elsewhere(_BESIDE)),
    "highlight": Elsewhere("shows pieces of texts under names of its own; ask for the text with '_source'"),
    "collapse": Elsewhere("shows records within records, which nobody here looks at one by one"),
    **dict.fromkeys(("script_fields", "runtime_mappings", "derived"), Elsewhere(_PROGRAM)),
    "suggest": Elsewhere("tells words and records of everybody, whatever the query finds"),
    "profile": Elsewhere("tells words of everybody's records, whatever the query finds"),
    "explain": Elsewhere("tells how often words are in everybody's records"),
    "rescore": Elsewhere("is not known here yet"),
    **dict.fromkeys(("pit", "slice"), Elsewhere("goes on with a cursor of the server's; page with 'search_after' and 'sort'")),
    "search_pipeline": Elsewhere("changes what is searched for, and what is answered"),
    **dict.fromkeys(("indices_boost", "ext", "stats"), Elsewhere("is not known here yet")),
}  # fmt: skip
SEARCH: Final = Members(
    {
        "query": Left(TOP),
        "size": Left(whole(0, 10_000)),
        "from": Left(whole(0, 10_000)),
        "sort": Left(SORT),
        "_source": Left(SOURCE),
        "aggs": Left(AGGREGATIONS),
        "post_filter": Left(QUERY),
        "search_after": Left(_AFTER),
        "min_score": Left(NUMBER),
        "track_total_hits": Left(_WHOLE_OR),
        "track_scores": Left(BOOL),
        "terminate_after": Left(whole()),
        "timeout": Left(SPAN),
        "version": Left(BOOL),
        "seq_no_primary_term": Left(BOOL),
        **SEARCH_REFUSED,
    },
    also={"aggregations": "aggs"},
)
COUNT: Final = Members({"query": Left(QUERY)})
BY_QUERY: Final = Members(
    {
        "query": QUERY,
        "max_docs": Left(whole(1)),
        "conflicts": Left(word("abort", "proceed")),
        "script": Elsewhere(_PROGRAM),
        **dict.fromkeys(("slice", "sort", "size"), Elsewhere("is not known here yet")),
    },
    ("query",),
)
_INDEX: Final = NAME
MGET: Final = Members(
    {
        "ids": ListOf(ID, least=1),
        "docs": ListOf(Members({"_index": Left(_INDEX), "_id": ID, "_source": Left(SOURCE)}, ("_id",)), least=1),
    },
    one_of=(("ids", "docs"),),
)
DOCUMENT: Final = Free()
UPDATE: Final = Members(
    {
        "doc": Free(),
        "upsert": Left(Free()),
        "doc_as_upsert": Left(BOOL),
        "detect_noop": Left(BOOL),
        **dict.fromkeys(("script", "scripted_upsert"), Elsewhere(_PROGRAM)),
        "_source": Elsewhere("would show the record as it is; read it"),
    },
    ("doc",),
)
_META: Final[dict[str, Form]] = {
    "_index": Left(_INDEX),
    "_id": Left(ID),
    **dict.fromkeys(("if_seq_no", "if_primary_term"), Left(whole(0, 2**63 - 1))),
    **dict.fromkeys(("pipeline", "routing", "_routing", "version", "version_type", "require_alias", "_source", "_type",
                     "dynamic_templates"), Elsewhere("leads the record elsewhere, or past what is stored")),
}  # fmt: skip
_NAMED: Final = Members(_META, ("_id",))
_ITEM: Final = Members(
    {
        "index": Members(_META),
        "create": Members(_META),
        "update": Members({**_META, "retry_on_conflict": Left(whole(0, 100))}, ("_id",)),
        "delete": _NAMED,
        "doc": Left(Free()),
    },
    one_of=(("index", "create", "update", "delete"),),
)
BULK: Final = Lines(
    lines.bulk, lines.as_lines, Members({"items": ListOf(lines.Item(_ITEM, UPDATE), least=1)}, ("items",))
)
_NAMES: Final = ListOf(_INDEX, least=1)
_HEADER: Final = Members({"index": Left(ByType("a name, or a list of names", {str: _INDEX, list: _NAMES}))})
MSEARCH: Final = Lines(
    lines.searches,
    lines.as_lines,
    Members(
        {"searches": ListOf(Members({"header": _HEADER, "body": SEARCH}, ("header", "body")), least=1)}, ("searches",)
    ),
)

_PIPELINES: Final = "it sends what is written, or what is searched for, through a pipeline that changes it"


def _settings(value: Json, at: str) -> None:
    """Settings of an index: any, but none that changes or moves what is written and found."""
    if not isinstance(value, dict):
        unreadable(f"'{at}' must be an object")
    for key, inner in value.items():
        if "pipeline" in key.casefold() or "script" in key.casefold():
            harmful(f"'{at}' names a pipeline or a script: {_PIPELINES}")
        if key.casefold().endswith(("_path", "user_dictionary")):
            harmful(f"'{at}' names a file of the server's, of which what is found would tell; write its words out")
        if isinstance(inner, dict):
            _settings(inner, at)


SETTINGS: Final = Checked(_settings, ({"index": {"number_of_replicas": 0}}, {"knn": True}), open_below=True)
_TYPES: Final = (
    "keyword", "text", "long", "integer", "short", "byte", "double", "float", "half_float", "scaled_float",
    "unsigned_long", "date", "date_nanos", "boolean", "ip", "geo_point", "binary", "knn_vector", "object", "nested",
    "match_only_text", "wildcard", "constant_keyword", "version", "integer_range", "long_range", "float_range",
    "double_range", "date_range", "ip_range", "flat_object", "token_count",
)  # fmt: skip


def _property(value: Json, at: str) -> None:
    """One field of a mapping."""
    if not isinstance(value, dict):
        harmful(f"'{at}' is no object")
    kind = value.get("type", "object")
    if not isinstance(kind, str) or kind not in _TYPES:
        harmful(f"'{at}' has a type by which one field shows another, records are joined, or that is not known here")
    if "copy_to" in value or "script" in value:
        harmful(f"'{at}' would hold what other fields hold")
    for key in ("properties", "fields"):
        inner = value.get(key)
        if inner is not None and not isinstance(inner, dict):
            harmful(f"'{at}.{key}' is no object")
        for name, one in (inner or {}).items():
            _property(one, f"{at}.{name}" if at.count(".") < 3 else at)


def _properties(value: Json, at: str) -> None:
    if not isinstance(value, dict):
        harmful(f"'{at}' is no object")
    for name, one in value.items():
        _property(one, f"{at}.{name}")


#: What a field becomes that no mapping names yet.
_TEMPLATE: Final = Members(
    {
        "match_mapping_type": Left(word("string", "long", "double", "boolean", "date", "object")),
        "match": Left(TEXT),
        "mapping": Checked(_property, ({"type": "keyword"},), open_below=True),
    },
    ("mapping",),
)
_MAPPED: Final[dict[str, Form]] = {
    "properties": Left(Checked(_properties, ({"city": {"type": "keyword"}},), open_below=True)),
    "dynamic": Left(ByType("true, false, 'strict'", {bool: BOOL, str: word("true", "false", "strict")})),
    "date_detection": Left(BOOL),
    "numeric_detection": Left(BOOL),
    **dict.fromkeys(("runtime", "derived"), Elsewhere(_PROGRAM)),
    "dynamic_templates": Left(ListOf(Single(_TEMPLATE, TEXT))),
    **dict.fromkeys(("_routing", "_source", "_meta"), Elsewhere("is not known here yet")),
}
MAPPING: Final = Members(_MAPPED)
CREATE: Final = Members(
    {
        "settings": Left(SETTINGS),
        "mappings": Left(MAPPING),
        "aliases": Elsewhere("gives the index other names at once; give them with POST /_aliases"),
    }
)
_ACTION: Final = Members(
    {
        "index": Left(_INDEX),
        "alias": Left(_INDEX),
        **dict.fromkeys(("indices", "aliases"), Left(_NAMES)),
        **dict.fromkeys(("filter", "routing", "index_routing", "search_routing", "is_write_index", "is_hidden"),
                        Elsewhere("makes an alias more than a name, and is not served")),
    },
    one_of=(("index", "indices"), ("alias", "aliases")),
)  # fmt: skip
ALIASES: Final = Members(
    {
        "actions": ListOf(
            Members(
                {"add": _ACTION, "remove": _ACTION, "remove_index": Elsewhere("drops an index; use DELETE /{index}")},
                one_of=(("add", "remove"),),
            ),
            least=1,
        )
    },
    ("actions",),
)
NONE: Final = Nothing()
