"""How does a whole request fit on an approver's screen? Cut where it is long, and saying by how much.

What is given is masked already. Filters come through whole as long as there is room; what goes first is the middle of
long lists and texts, and a vector is never more than its length.
"""

from typing import Final

import orjson

from vecgate.domain.call import Json

LONGEST: Final = 6000
_ROOMS: Final = ((200, 2000), (50, 500), (12, 120), (4, 40), (1, 20))
_DEEPEST: Final = 12
_VECTOR: Final = 8


def glimpse(tree: Json, most: int = LONGEST) -> Json:
    """The tree, cut so that it is written in at most so many bytes; a sentence where not even that is possible."""
    for items, letters in _ROOMS:
        shown = _cut(tree, items, letters, _DEEPEST)
        if len(orjson.dumps(shown)) <= most:
            return shown
    return "(too large to be shown)"


def _cut(node: Json, items: int, letters: int, depth: int) -> Json:
    if depth == 0:
        return "(nested too deeply to be shown)"
    match node:
        case str() if len(node) > letters:
            return f"{node[:letters]}... and {len(node) - letters} characters more"
        case list() if len(node) >= _VECTOR and all(type(item) in (int, float) for item in node):
            return f"({len(node)} numbers)"
        case list():
            kept = [_cut(item, items, letters, depth - 1) for item in node[:items]]
            return [*kept, f"... and {len(node) - items} more"] if len(node) > items else kept
        case dict():
            pairs = list(node.items())
            told: dict[str, Json] = {_key(k, letters): _cut(v, items, letters, depth - 1) for k, v in pairs[:items]}
            return told | {"...": f"and {len(pairs) - items} more"} if len(pairs) > items else told
    return node


def _key(key: str, letters: int) -> str:
    return key if len(key) <= letters else f"{key[:letters]}..."
