"""What may the body of each call hold? Members that are not written here are refused, the risky ones by name."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.base.lucene import lines
from vecgate.dialects.base.lucene.forms import mapped
from vecgate.dialects.base.lucene.forms.advised import ADVICE
from vecgate.dialects.base.lucene.forms.aggregations import aggregations
from vecgate.dialects.base.lucene.forms.mapped import PROGRAM
from vecgate.dialects.base.lucene.forms.queries import Dsl
from vecgate.dialects.base.lucene.values import (
    BOOL,
    FIELD,
    FIELD_OR_ID,
    ID,
    NAME,
    NUMBER,
    ORDERS,
    SCALAR,
    SPAN,
    TEXT,
    Single,
    matching,
    whole,
    word,
)
from vecgate.parsing.forms import (
    ByType,
    Elsewhere,
    Form,
    Free,
    Left,
    ListOf,
    Members,
    OrNull,
    Shape,
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
    "a field, '_id', '_score', '_doc' or '_shard_doc'",
    lambda value: value in ORDERS or (isinstance(value, str) and _is_plain(value)),
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


#: The best record for each value of a field. Which others there are is told by records within records.
_COLLAPSE: Final = Members(
    {
        "field": FIELD,
        "max_concurrent_group_searches": Left(whole(1)),
        "inner_hits": Elsewhere("shows records within records, which nobody here looks at one by one"),
    },
    ("field",),
)
_AFTER: Final = ListOf(OrNull(SCALAR))
_WHOLE_OR: Final = ByType("true, false or a number", {bool: BOOL, int: whole()})
_BESIDE: Final = "shows values where nobody here looks at them; ask for them with '_source'"
SEARCH_REFUSED: Final[dict[str, Form]] = {
    **dict.fromkeys(("fields", "docvalue_fields", "stored_fields"), Elsewhere(_BESIDE)),
    "highlight": Elsewhere("shows pieces of texts under names of its own; ask for the text with '_source'"),
    **dict.fromkeys(("script_fields", "runtime_mappings"), Elsewhere(PROGRAM)),
    "suggest": Elsewhere("tells words and records of everybody, whatever the query finds"),
    "profile": Elsewhere("tells words of everybody's records, whatever the query finds"),
    "explain": Elsewhere("tells how often words are in everybody's records"),
    "rescore": Elsewhere("is not known here yet"),
    **dict.fromkeys(("indices_boost", "ext", "stats"), Elsewhere("is not known here yet")),
}  # fmt: skip
#: A handle, as the gateway gave it out; without one it is of a call whose handle was opened.
_HANDLE: Final = matching("what the opening call was answered", r"[\w.=+/-]{1,1000000}", "vgc1" + "A" * 60)
_HANDLES: Final = ByType("a text, or a list of texts", {str: _HANDLE, list: ListOf(_HANDLE, least=1)})
SCROLL: Final = Members({"scroll_id": Left(_HANDLE), "scroll": Left(SPAN)})
CLEAR_SCROLL: Final = Members({"scroll_id": Left(_HANDLES)})
DELETE_PIT: Final = Members({"pit_id": Left(_HANDLES)})
CLOSE_PIT: Final = Members({"id": Left(_HANDLE)})
_PIT: Final = Members({"id": Left(_HANDLE), "keep_alive": Left(SPAN)})
_SLICE: Final = Members(
    {"id": whole(0, 1023), "max": whole(2, 1024), "field": Left(ByType("a field, or '_id'", {str: FIELD_OR_ID}))},
    ("id", "max"),
)
_NO_CURSOR: Final = Elsewhere("goes on with what was opened before, which a search of its own does (_search)")
_INDEX: Final = NAME


def _advised(*keys: str) -> dict[str, Form]:
    """What the query is not taken with either."""
    return {key: Elsewhere(ADVICE[key]) for key in keys}


MGET: Final = Members(
    {
        "ids": ListOf(ID, least=1),
        "docs": ListOf(
            Members(
                {
                    "_index": Left(_INDEX),
                    "_id": ID,
                    "_source": Left(SOURCE),
                    **_advised("routing", "stored_fields", "version", "version_type"),
                },
                ("_id",),
            ),
            least=1,
        ),
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
        **dict.fromkeys(("script", "scripted_upsert"), Elsewhere(PROGRAM)),
        "_source": Elsewhere("would show the record as it is; read it"),
    },
    ("doc",),
)
_META: Final[dict[str, Form]] = {
    "_index": Left(_INDEX),
    "_id": Left(ID),
    **dict.fromkeys(("if_seq_no", "if_primary_term"), Left(whole(0, 2**63 - 1))),
    **_advised("pipeline", "routing", "version", "version_type", "require_alias", "_source"),
    "_routing": Elsewhere(ADVICE["routing"]),
    **dict.fromkeys(("_type", "dynamic_templates"), Elsewhere("leads the record elsewhere, or past what is stored")),
}
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
_HEADER: Final = Members(
    {
        "index": Left(ByType("a name, or a list of names", {str: _INDEX, list: _NAMES})),
        "preference": Left(
            matching("'_primary', '_local', or letters and digits", r"_primary|_local|[a-z0-9]{1,40}", "_local")
        ),
        "search_type": Left(word("query_then_fetch", "dfs_query_then_fetch")),
        **dict.fromkeys(("ignore_unavailable", "allow_no_indices", "allow_partial_search_results"), Left(BOOL)),
        **_advised("routing", "expand_wildcards"),
    }
)
_MORE: Final[dict[str, Form]] = dict.fromkeys(
    ("filter", "routing", "index_routing", "search_routing", "is_write_index", "is_hidden"),
    Elsewhere("makes an alias more than a name, and is not served"),
)
ALIAS: Final = Members(_MORE)
_ACTION: Final = Members(
    {
        "index": Left(_INDEX),
        "alias": Left(_INDEX),
        **dict.fromkeys(("indices", "aliases"), Left(_NAMES)),
        **_MORE,
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


@dataclass(frozen=True, slots=True)
class Bodies:
    """What the body of each call may be, of those that depend on what a database has of its own."""

    search: Form
    count: Form
    by_query: Form
    msearch: Lines
    mapping: Form
    create: Form


def of(dsl: Dsl, types: Collection[str], more: Mapping[str, Form], apart: tuple[tuple[str, ...], ...] = ()) -> Bodies:
    """The bodies of a database with these queries and types of fields, and `more` members of a search.

    `apart`: members of a search of which only one may be there.
    """
    known = {**_searched(dsl), **SEARCH_REFUSED, **more}
    search = Members({**known, "pit": Left(_PIT), "slice": Left(_SLICE)}, also={"aggregations": "aggs"}, apart=apart)
    within = Members({**known, "pit": _NO_CURSOR, "slice": _NO_CURSOR}, also={"aggregations": "aggs"}, apart=apart)
    one = Members({"header": _HEADER, "body": within}, ("header", "body"))
    mapping = Members(mapped.mapping(types))
    return Bodies(
        search,
        Members({"query": Left(dsl.query)}),
        _by_query(dsl),
        Lines(lines.searches, lines.as_lines, Members({"searches": ListOf(one, least=1)}, ("searches",))),
        mapping,
        Members(
            {
                "settings": Left(mapped.SETTINGS),
                "mappings": Left(mapping),
                "aliases": Elsewhere("gives the index other names at once; give them with POST /_aliases"),
            }
        ),
    )


def _searched(dsl: Dsl) -> dict[str, Form]:
    return {
        "query": Left(dsl.top),
        "size": Left(whole(0, 10_000)),
        "from": Left(whole(0, 10_000)),
        "sort": Left(SORT),
        "_source": Left(SOURCE),
        "aggs": Left(aggregations(dsl.query)),
        "post_filter": Left(dsl.query),
        "collapse": Left(_COLLAPSE),
        "search_after": Left(_AFTER),
        "min_score": Left(NUMBER),
        "track_total_hits": Left(_WHOLE_OR),
        "track_scores": Left(BOOL),
        "terminate_after": Left(whole()),
        "timeout": Left(SPAN),
        "version": Left(BOOL),
        "seq_no_primary_term": Left(BOOL),
    }


def _by_query(dsl: Dsl) -> Form:
    return Members(
        {
            "query": dsl.query,
            "max_docs": Left(whole(1)),
            "conflicts": Left(word("abort", "proceed")),
            "script": Elsewhere(PROGRAM),
            **dict.fromkeys(("slice", "sort", "size"), Elsewhere("is not known here yet")),
        },
        ("query",),
    )
