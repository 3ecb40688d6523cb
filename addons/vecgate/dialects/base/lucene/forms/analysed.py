"""Is a field found by its value whole, or by the words of a text? What its type, and the analyzer of its words, say.

`term` and `terms` look for one word of a text, and `range` for words between two; how much of a value a word is, is the
analyzer's to say, which may make pieces of one letter.
https://docs.opensearch.org/latest/analyzers/ https://docs.opensearch.org/latest/field-types/
"""

from collections.abc import Mapping
from typing import Final, Literal

from vecgate.dialects.base.lucene.values import Tree, members_of
from vecgate.domain.call import Json
from vecgate.domain.inlets import Path

#: `whole`: by its value; `words`: by each word; `pieces`: by less than a word; `unknown`: nobody here has seen it.
type Found = Literal["whole", "words", "pieces", "unknown"]

#: Whose values are kept as they are. Of a type that is not among them nobody here knows.
_WHOLE_TEXT: Final = (
    "keyword constant_keyword counted_keyword wildcard version ip date date_nanos boolean binary long integer short byte "
    "double float half_float scaled_float unsigned_long integer_range long_range float_range double_range date_range "
    "ip_range token_count geo_point geo_shape point shape xy_point xy_shape object nested flattened flat_object "
    "dense_vector knn_vector sparse_vector rank_feature rank_features icu_collation_keyword murmur3 histogram "
    "aggregate_metric_double"
)  # fmt: skip
_WHOLE: Final = frozenset(_WHOLE_TEXT.split())
#: Below which there are fields of records that no mapping names.
_OPEN: Final = frozenset({"flattened", "flat_object"})
#: Analyzers of the servers' own that make words.
_BY_WORDS_TEXT: Final = (
    "standard simple whitespace stop keyword fingerprint arabic armenian basque bengali brazilian bulgarian catalan "
    "czech danish dutch english estonian finnish french galician german greek hindi hungarian indonesian irish italian "
    "latvian lithuanian norwegian persian portuguese romanian russian serbian sorani spanish swedish turkish"
)  # fmt: skip
_BY_WORDS: Final = frozenset(_BY_WORDS_TEXT.split())
_DEFAULT: Final = "standard"


def found(mappings: Tree, settings: Mapping[str, Json], path: Path) -> Found:
    """How a field is found that has this path, which may end in a further form of it. `settings`: flat, of the index."""
    node: Tree = {"properties": mappings.get("properties")}
    for step in path:
        if node.get("type") in _OPEN:
            return "whole"
        below, forms = members_of(node.get("properties")), members_of(node.get("fields"))
        if step in below or step in forms:
            node = members_of(below.get(str(step), forms.get(str(step))))
        elif "type" in node and "properties" not in node:  # a form that its type has by itself, of less than a word
            return "pieces"
        else:
            return "unknown"
    if node.get("type", "object") in _WHOLE:
        return "whole"
    return "words" if _makes_words(node, settings) else "pieces"


def _makes_words(node: Tree, settings: Mapping[str, Json]) -> bool:
    """Whether what it is found by are words, and no pieces of them."""
    name = node.get("analyzer", "default")
    own = any(key.startswith(f"index.analysis.analyzer.{name}.") for key in settings)
    return not own and (_DEFAULT if name == "default" else name) in _BY_WORDS
