"""Which query keys of clients are not taken, and what to say instead?

A key that a route has is taken there all the same (`served.py`). Of the others only the name counts, not what it says.
"""

from collections.abc import Mapping
from typing import Final

_BESIDE: Final = "shows values where nobody here looks at them; ask for them with '_source'"
_VERSIONS: Final = (
    "counts changes of a record by a number of your own; guard a change with 'if_seq_no' and 'if_primary_term', which "
    "a get and a search with 'seq_no_primary_term' tell"
)
_IN_PATH: Final = "belongs into the path"
_IN_BODY: Final = "belongs into the body"
_OF_Q: Final = "says how a search in the query is read; say the search in the body"
_PIPELINE: Final = "changes what is written or found after it was decided on; change it before the call, or after it"
_WORDS: Final = "tells words and records of everybody, whatever the query finds"
ADVICE: Final[Mapping[str, str]] = {
    "routing": "leads to one part of an index past what an id and a search find there; leave it out, here and where the record is written",
    **dict.fromkeys(("stored_fields", "docvalue_fields"), _BESIDE),
    "filter_path": "leaves out of an answer what it is judged and masked by; leave it out, and say with '_source' which fields to show",
    **dict.fromkeys(("version", "version_type"), _VERSIONS),
    "pipeline": _PIPELINE,
    "require_alias": "may be left out: names are looked up here before anything is written, and no write makes an index that its rule does not let it make",
    "error_trace": "shows programs of the server; leave it out: an error has its type and reason without it",
    "expand_wildcards": "is 'open' here: patterns find open indices that are not hidden; leave it out, and name the others",
    "rest_total_hits_as_int": "may be left out: the number is 'hits.total.value'",
    "typed_keys": "calls aggregations by other names; leave it out",
    "explain": "tells how often words are in everybody's records; leave it out",
    "op_type": "may be 'create' with an id in the path, or be left out",
    "max_docs": _IN_BODY,
    **dict.fromkeys(("index", "id", "name"), _IN_PATH),
    **dict.fromkeys(("source", "source_content_type"), _IN_BODY),
    **dict.fromkeys(("df", "analyzer", "analyze_wildcard", "default_operator", "lenient"), _OF_Q),
    **dict.fromkeys(("suggest_field", "suggest_mode", "suggest_size", "suggest_text"), _WORDS),
    **dict.fromkeys(("flat_settings", "include_defaults", "include_type_name", "features", "local"),
                    "lays out or adds to a description of an index; leave it out"),
    "level": "breaks the answer up; ask for each index alone",
    "_source": "names fields to show in a search or a get; no write shows a record",
    "wait_for_completion": "may be 'true': nobody could watch here what goes on behind the answer",
    "requests_per_second": "may be '-1': a slower one outlasts whoever waits for it; delete less at once",
}  # fmt: skip


def bare(pair: str) -> str:
    """A pair of a query without what it says, where that does not count: no list or pattern is in its way then."""
    key = pair.partition("=")[0]
    return f"{key}=x" if key in _NEVER else pair


#: What no route takes, whatever it says.
_NEVER: Final = frozenset(ADVICE) - {"_source", "version", "wait_for_completion", "requests_per_second"}
