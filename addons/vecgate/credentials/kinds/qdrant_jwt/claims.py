"""What may a JWT of Qdrant (access)? As little as the call that it is for: by what it does, and to which collections.

https://qdrant.tech/documentation/guides/security/#granular-access-control-with-jwt, and as measured on 1.19: without
`access` a token may everything; rights go by the name in the URL, so names are those behind aliases; `nbf`, `aud` are
not looked at; for 30 seconds after `exp` it is still taken.
"""

from typing import Any, Final

from vecgate.domain.lease import Reach, Scope

LEEWAY: Final = 30
#: Of what reaches further than points: what the right to one collection is enough for. The rest is the server's.
_OF_ONE: Final = frozenset({"index_create", "index_drop", "index_rebuild"})


def access(scope: Scope) -> str | list[dict[str, str]]:
    """The claim. Where a call is about no collection by name: to read, or to manage, whatever there is."""
    of_one = scope.reach is not Reach.ADMIN or (bool(scope.kinds) and scope.kinds <= _OF_ONE)
    if not scope.collections or not of_one:
        return "r" if scope.reach is Reach.READ else "m"
    level = {Reach.READ: "r", Reach.WRITE: "prw", Reach.ADMIN: "rw"}[scope.reach]
    return [{"collection": name, "access": level} for name in scope.collections]


def claims(user: str, scope: Scope, ends: float) -> dict[str, Any]:
    """All that is signed. `ends`: from when on no server takes it, in seconds since the epoch."""
    return {"sub": user, "subject": user, "access": access(scope), "exp": int(ends) - LEEWAY}
