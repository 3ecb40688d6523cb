"""Where in a token is the claim of this name? At the top, or inside objects when the name is a path with dots.

`groups`; `realm_access.roles`; `resource_access.my.client.roles`, whose middle name has a dot of its own; and
`https://example.com/groups`, which is one name. A claim that is called exactly so comes before any path.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

#: What is found where there is nothing.
ABSENT: Final = object()


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """The value of that claim. ABSENT where there is none, or where the path could mean two."""
    if name in claims:
        return claims[name]
    found = list(_inside(claims, name))
    return found[0] if len(found) == 1 else ABSENT


def _inside(claims: Mapping[str, Any], name: str) -> Iterator[Any]:
    if name in claims:
        yield claims[name]
    for at, letter in enumerate(name):
        inner = claims.get(name[:at]) if letter == "." else None
        if isinstance(inner, Mapping):
            yield from _inside(inner, name[at + 1 :])
