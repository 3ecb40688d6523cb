"""How is a class of Weaviate scanned? Its objects are counted, and some are read that nobody chose: runs of them, spread over it."""

import re
from collections.abc import Generator
from typing import Final

from vecgate.dialects.base.dialect import HEADERS, JSON_HEADERS
from vecgate.dialects.base.scanned import MOST, Draw, Scan, one_by_one, spread
from vecgate.dialects.weaviate.values import as_tree, list_of
from vecgate.domain.call import Call, Json
from vecgate.parsing.strict_json import dump

#: No object beyond can be read by its number.
_WINDOW: Final = 10_000
_COUNT: Final = re.compile(
    r"\s*(?:query\s*)?\{\s*Aggregate\s*\{\s*[A-Z]\w*\s*(?:\(\s*tenant\s*:\s*\"[^\"\\\n]*\"\s*\)\s*)?\{\s*meta\s*\{\s*count\s*\}\s*\}\s*\}\s*\}\s*"
)
_PAGE: Final = frozenset({"class", "tenant", "limit", "offset"})


def sample(tenant: str, database: str, name: str, most: int, draw: Draw) -> Generator[Call, Json, int]:
    """The calls that count a class, of one tenant where it has such, and read some of it; gives how many objects it has."""
    total = counted(name, (yield counting(name, tenant)))
    if type(total) is not int:
        raise ValueError("a count that is no number")
    for offset, limit in spread(min(total, _WINDOW), most, draw):
        place = (
            ("class", name),
            *((("tenant", tenant),) if tenant else ()),
            ("limit", str(limit)),
            ("offset", str(offset)),
        )
        yield Call("GET", "/v1/objects", query=place, headers=HEADERS)
    return total


def counting(name: str, tenant: str) -> Call:
    """How many objects does a class have, of one tenant where it has such?"""
    argued = f'(tenant: "{tenant}")' if tenant else ""
    tree: dict[str, Json] = {"query": f"{{Aggregate{{{name}{argued}{{meta{{count}}}}}}}}"}
    return Call("POST", "/v1/graphql", headers=JSON_HEADERS, body=dump(tree), tree=tree)


def counted(name: str, tree: Json) -> Json:
    """The number that it is answered with; anything else where it tells none."""
    said = list_of(as_tree(as_tree(as_tree(tree).get("data")).get("Aggregate")).get(name))
    return as_tree(as_tree(said[0]).get("meta")).get("count") if said else None


def samples(call: Call) -> bool:
    """Whether a call counts all of a class, or reads some objects of it, whichever they are."""
    if call.path == "/v1/graphql":
        text = as_tree(call.tree).get("query")
        return isinstance(text, str) and _COUNT.fullmatch(text) is not None
    query = dict(call.query)
    limit = query.get("limit", "")
    few = limit.isdecimal() and int(limit) <= MOST and bool(query.get("class"))
    return (call.method, call.path) == ("GET", "/v1/objects") and few and query.keys() <= _PAGE


def singly(tree: Json) -> list[Json] | None:
    """Each object of a sample as an answer of its own; None for a count. Raises ValueError for what is neither."""
    return None if "data" in as_tree(tree) else one_by_one(tree, ("objects",))


SCAN: Final = Scan(sample, samples, singly, ("objects", "properties"))
