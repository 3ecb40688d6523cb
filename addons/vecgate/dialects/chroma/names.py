"""Which collection is behind this UUID? Asked of the server, remembered for some seconds.

Server 1.5.9 resolves data routes by UUID alone and does not check the tenant and database in the path
(CVE-2026-45830, CVE-2026-45832); its by-id route does. So that route is asked, and its answer compared.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final, TypeGuard
from urllib.parse import unquote

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.domain.call import Answer, Call, Json
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable

FRESH_SECONDS: Final = 10.0
MOST_NAMES: Final = 4096
#: The one spelling the official client sends; the server also takes upper case, braces and `urn:uuid:`.
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

type TenantDatabase = tuple[str, str]
type Before = Callable[[], Awaitable[None]]


async def _nothing_before() -> None:
    return None


def under(place: TenantDatabase, *rest: str) -> tuple[str, ...]:
    """The path segments of a (tenant, database) and of what is in it."""
    return ("api", "v2", "tenants", place[0], "databases", place[1], *rest)


def unknown() -> CallRefused:
    return CallRefused(refuse("collection.unknown"))


class Names:
    """Names by UUID, for one server. Never longer than `fresh` seconds, nor more than `most` of them.

    Only while `quiet` says so are they told from memory, and remembered.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        fresh: float = FRESH_SECONDS,
        most: int = MOST_NAMES,
        quiet: Callable[[], bool] = lambda: True,
    ) -> None:
        self._now, self._fresh, self._most, self._quiet = now, fresh, most, quiet
        self._known: OrderedDict[tuple[TenantDatabase, str], tuple[str, float]] = OrderedDict()
        self._age = 0

    async def of(
        self, ask: Ask, place: TenantDatabase, uuid: str, *, anew: bool = False, before: Before = _nothing_before
    ) -> str:
        """The name of a collection in that place; `anew`: as the server says now, whatever is remembered.

        `before` is called before the server is asked.
        Raises CallRefused (`collection.unknown`), Unavailable.
        """
        if not _UUID.fullmatch(uuid):
            raise unknown()
        name, until = self._known.get((place, uuid), ("", 0.0))
        if not anew and self._now() < until and self._quiet():
            return name
        await before()
        age = self._age
        name = await _ask_name(ask, place, uuid)
        if (
            age == self._age and self._quiet()
        ):  # an answer that was under way while names changed is used once, not kept
            self._keep((place, uuid), name)
        return name

    def _keep(self, key: tuple[TenantDatabase, str], name: str) -> None:
        self._known[key] = (name, self._now() + self._fresh)
        self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    def forget(self) -> None:
        """Drop all names."""
        self._age += 1
        self._known.clear()


def is_id(value: Json) -> TypeGuard[str]:
    """Whether it has the form of an id: those of a server are shown and recorded as they are."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


async def _ask_name(ask: Ask, place: TenantDatabase, uuid: str) -> str:
    tree = await asking.get(ask, *under(place, "collections", "by-id", uuid))
    if not isinstance(tree, dict) or (tree.get("tenant"), tree.get("database"), tree.get("id")) != (*place, uuid):
        raise unknown()
    name = tree.get("name")
    if not isinstance(name, str) or not name:
        raise Unavailable(Part.UPSTREAM, "a collection without a name")
    return name


async def id_of(ask: Ask, place: TenantDatabase, name: str) -> str | None:
    """The UUID of the collection of that name, None if there is none. Raises Unavailable."""
    tree = await asking.get(ask, *under(place, "collections", name))
    uuid = tree.get("id") if isinstance(tree, dict) and tree.get("name") == name else None
    return uuid if is_id(uuid) else None


_BY_ID: Final = re.compile(r"/api/v2/tenants/([^/]+)/databases/([^/]+)/collections/by-id/([^/]+)")
_BY_NAME: Final = re.compile(r"/api/v2/tenants/[^/]+/databases/[^/]+/collections/([^/]+)")
_SOME_ID: Final = "00000000-0000-4000-8000-000000000000"


def offline(call: Call, collection: str | None) -> Answer:
    """What a server would say of its collections, if it had one of that name. Raises LookupError where that is not told."""
    if found := _BY_ID.fullmatch(call.path):
        if collection is None:
            raise LookupError(f"only the server knows which collection {found[3]} is; say its name with --collection")
        place = [unquote(part) for part in found.groups()]
        tree = dict(zip(("tenant", "database", "id"), place, strict=True))
        return Answer(200, body=strict_json.dump({**tree, "name": collection}))
    found = _BY_NAME.fullmatch(call.path)
    if found and found[1] == collection:
        return Answer(200, body=strict_json.dump({"id": _SOME_ID, "name": collection}))
    return Answer(404)
