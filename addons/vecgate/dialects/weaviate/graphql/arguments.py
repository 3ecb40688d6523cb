"""Which arguments may a search of a document have, and what may each be? By its root: `Get` lists, `Aggregate` counts."""

import re
from collections.abc import Mapping
from typing import Final

from vecgate.dialects.weaviate.values import (
    BEACON,
    COUNT,
    ID,
    LEVEL,
    NUMBER,
    OFFSET,
    PLAIN,
    TENANT,
    TEXT,
    VECTOR,
    VECTORS,
    WHOLE,
    listed,
    matches,
    one_of,
)
from vecgate.dialects.weaviate.where import OF_ITS_OWN, Where
from vecgate.parsing.forms import ByType, Elsewhere, Form, MapOf, Members, Shape

#: Arguments whose value is a word of the schema; every other text is a text.
ENUMS: Final = frozenset({"operator", "order", "type", "combinationMethod", "fusionType", "consistencyLevel"})
#: What may stand alone for a list of it.
LISTS: Final = frozenset({"path", "operands", "sort", "concepts", "properties", "targetVectors"})

_ELSEWHERE: Final = Elsewhere("asks a model elsewhere, and nobody here knows what it is told")
_OTHERS: Final = Elsewhere("starts from other records, whoever's they are; say in 'concepts' where to")
_SIDE: Final = Elsewhere("has searches of its own, which nothing was held against")
_ONE: Final = Shape(
    "a list with the name of one property",
    lambda value: isinstance(value, list) and len(value) == 1 and (value[0] in OF_ITS_OWN or _is_plain(value[0])),
    (["name"],),
)
_ANY_ID: Final = matches(re.compile(r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"), "an id, or empty", "")


def _is_plain(value: object) -> bool:
    return isinstance(value, str) and PLAIN.fits(value)


_WEIGHTS: Final = MapOf(ByType("a number, or a list", {int: NUMBER, float: NUMBER, list: listed(NUMBER)}), PLAIN)
_TARGETS: Final = Members(
    {
        "weights": _WEIGHTS,
        "targetVectors": listed(PLAIN),
        "combinationMethod": one_of("minimum", "average", "sum", "manualWeights", "relativeScore"),
    },
    ("targetVectors",),
)
_NEAR: Final[Mapping[str, Form]] = {
    "distance": NUMBER, "certainty": NUMBER, "targetVectors": listed(PLAIN), "targets": _TARGETS,
}  # fmt: skip
_MOVE: Final = Members({"concepts": listed(TEXT), "force": NUMBER, "objects": _OTHERS}, ("concepts", "force"))
#: Where what is searched for by words is moved to, and away from.
MOVED: Final[Mapping[str, Form]] = {"moveTo": _MOVE, "moveAwayFrom": _MOVE}
_OPERATOR: Final = Members({"operator": one_of("And", "Or"), "minimumOrTokensMatch": WHOLE}, ("operator",))
_SEARCHES: Final[Mapping[str, Form]] = {
    "nearVector": Members({**_NEAR, "vector": VECTOR, "vectorPerTarget": VECTORS}, one_of=(("vector", "vectorPerTarget"),)),
    "nearObject": Members({**_NEAR, "id": ID, "beacon": BEACON}, one_of=(("id", "beacon"),)),
    "nearText": Members(
        {**_NEAR, "concepts": listed(TEXT), **MOVED, "autocorrect": _SIDE}, ("concepts",)
    ),
    "hybrid": Members(
        {
            "query": TEXT, "vector": VECTOR, "alpha": NUMBER, "properties": listed(TEXT), "targetVectors": listed(PLAIN),
            "targets": _TARGETS, "fusionType": one_of("rankedFusion", "relativeScoreFusion"), "maxVectorDistance": NUMBER,
            "bm25SearchOperator": _OPERATOR, "searches": _SIDE,
        }
    ),
}  # fmt: skip
_MEDIA: Final[Mapping[str, Form]] = dict.fromkeys(
    ("ask", "nearImage", "nearAudio", "nearVideo", "nearDepth", "nearThermal", "nearIMU"), _ELSEWHERE
)
_SORT: Final = Members({"path": _ONE, "order": one_of("asc", "desc")}, ("path",))
_GROUPS: Final = Members(
    {"path": _ONE, "groups": COUNT, "objectsPerGroup": COUNT}, ("path", "groups", "objectsPerGroup")
)
GET: Final = Members(
    {
        **_SEARCHES, **_MEDIA, "where": Where(lists=True), "tenant": TENANT, "limit": COUNT, "offset": OFFSET,
        "after": _ANY_ID, "sort": listed(_SORT), "consistencyLevel": LEVEL, "autocut": COUNT, "groupBy": _GROUPS,
        "bm25": Members({"query": TEXT, "properties": listed(TEXT), "searchOperator": _OPERATOR}, ("query",)),
        "group": Elsewhere("makes one record of several, and nobody could tell whose it is"),
    },
    apart=(("nearVector", "nearObject", "nearText", "hybrid", "bm25"), ("after", "where"), ("after", "sort")),
)  # fmt: skip
AGGREGATE: Final = Members(
    {
        **_SEARCHES, **_MEDIA, "where": Where(lists=True), "tenant": TENANT, "limit": COUNT, "objectLimit": COUNT,
        "groupBy": Shape(
            "a list with the name of one property",
            lambda value: isinstance(value, list) and len(value) == 1 and _is_plain(value[0]), (["name"],),
        ),
    },
    apart=(("nearVector", "nearObject", "nearText", "hybrid"),),
)  # fmt: skip
#: What the server tells of a record beside its properties, and what of that has members of its own.
ADDITIONAL: Final = frozenset(
    {"id", "vector", "creationTimeUnix", "lastUpdateTimeUnix", "distance", "certainty", "score", "explainScore"}
)
GROUP: Final = frozenset({"id", "count", "maxDistance", "minDistance"})
METRICS: Final = frozenset(
    {"count", "type", "mean", "median", "mode", "minimum", "maximum", "sum", "totalTrue", "totalFalse", "percentageTrue",
     "percentageFalse"}
)  # fmt: skip
