"""Which credentials are out at databases, and how are they ended at once? Seen and ended by whom a rule lets `lock`.

    GET  /.vecgate/v1/leases           {"leases": [LEASE]}: id, user, upstream, kind, role, reach, collections, ends
    POST /.vecgate/v1/leases/revoke    {"revoked": [LEASE]}     body: {"id": ID}, {"user": NAME}, {"upstream": NAME}, or
                                                                {"everything": true}

Of every worker, and of gateways that were killed. What can be ended at its source (`revocable`) is ended there; what
cannot is forgotten by who holds it, and ends by itself. The next call of the same person gets another one: who is to
get none is locked (`vecgate lock`).
"""

from typing import Any, Final

from vecgate.api.asked import members, unreadable
from vecgate.api.own import LONGEST, Answered, Asked, Own, Parts
from vecgate.credentials.book import Entry
from vecgate.domain.call import Json
from vecgate.domain.exchange import Exchange
from vecgate.domain.kinds import LOCK
from vecgate.domain.operation import Operation
from vecgate.domain.people import folded

WHAT: Final = ("id", "user", "upstream", "everything")


class Out(Own):
    """Every credential that is out."""

    ruled = True

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self.call = asked.call()
        self._parts = parts
        self.operation = Operation("vecgate", "leases", LOCK, 3)

    async def answer(self, exchange: Exchange) -> Answered:
        found = sorted(await self._parts.book.all(), key=lambda one: one.issued)
        return Answered({"leases": [_shown(one) for one in found]})


class Revoke(Own):
    """Some of them are ended, whoever holds them."""

    ruled = True

    def __init__(self, parts: Parts, asked: Asked) -> None:
        self.call = asked.call(LONGEST)
        self._parts = parts
        self.operation = Operation("vecgate", "revoke_leases", LOCK, 3)
        [(self._what, self._name)] = wanted(dict(members(self.call.tree, *WHAT))).items()
        self.about = f"credentials: {self._what} {'' if self._name is True else self._name}".strip()

    async def answer(self, exchange: Exchange) -> Answered:
        found = [one for one in await self._parts.book.all() if _is_meant(one, self._what, self._name)]
        if found:
            await self._parts.book.revoke(*(one.id for one in found))
        return Answered({"revoked": [_shown(one) for one in found]})


def wanted(tree: dict[str, Any]) -> dict[str, Any]:
    """What is to be ended, by one word. Raises CallRefused."""
    if len(tree) != 1:
        raise unreadable(f"expected one of {', '.join(WHAT)}")
    [(what, name)] = tree.items()
    if what == "everything" and name is not True:
        raise unreadable("'everything' is true")
    if what != "everything" and (not isinstance(name, str) or not name.strip() or not name.isprintable()):
        raise unreadable(f"'{what}' names one, on one line")
    return tree


def _is_meant(one: Entry, what: str, name: Any) -> bool:
    match what:
        case "user":
            return folded(one.user) == folded(name)
        case "id" | "upstream":
            return bool(getattr(one, what) == name)
    return True


def _shown(one: Entry) -> Json:
    return {
        "id": one.id, "user": one.user, "upstream": one.upstream, "kind": one.kind, "role": one.role,
        "reach": one.reach, "collections": None if one.collections is None else list(one.collections),
        "issued": one.issued, "ends": one.ends, "revocable": bool(one.handle),
    }  # fmt: skip
