"""Would a search tell how rare a word is among everybody's records? Scores of words do, and the order by them.

A word weighs the more the fewer records hold it, in the index as a whole, whatever else the query demands. So where
there are rows a search may look for words, but not rank by them: in `filter`, or sorted by a field.
"""

from collections.abc import Sequence
from typing import Final

from vecgate.dialects.base.lucene import parts, query
from vecgate.dialects.base.lucene.meaning import size_of
from vecgate.dialects.base.lucene.names import Index
from vecgate.dialects.base.lucene.values import Tree, members_of, order_of
from vecgate.domain.decision import Decision
from vecgate.domain.scoped import unscopable

_WEIGHS: Final = frozenset(
    {"term", "match", "match_phrase", "match_phrase_prefix", "match_bool_prefix", "multi_match", "fuzzy"}
)
#: Kinds of fields in which nothing is a word.
_NUMBERS: Final = frozenset({"long", "integer", "short", "byte", "double", "float", "half_float", "scaled_float",
                             "unsigned_long", "date", "date_nanos", "boolean", "ip"})  # fmt: skip


def check(search: Tree, what: str, indices: Sequence[Index], decision: Decision) -> None:
    """Refuse a search whose scores, or their order, are of words. Raises CallRefused (`rows.unscopable`)."""
    order = order_of(search)
    ranked = size_of(search) > 0 and (not order or "_score" in order or search.get("track_scores") is True)
    # The scores of a hybrid query are shown whatever it is sorted by, and the best one where no record is.
    if not ranked and "min_score" not in search and "hybrid" not in members_of(search.get("query")):
        return
    for one in (clause for said in parts.finding(search) for clause in query.clauses(said)):
        if one.scored and one.kind in _WEIGHS and not all(_is_number(index, one.path) for index in indices):
            why = "it ranks by how rare a word is among all records; put it into 'bool.filter', or sort by a field"
            unscopable(what, decision, why)


def _is_number(index: Index, path: Sequence[str]) -> bool:
    node: Tree = {"properties": index.mappings.get("properties")}
    for step in path:
        node = members_of(members_of(node.get("properties")).get(step))
    return node.get("type") in _NUMBERS
