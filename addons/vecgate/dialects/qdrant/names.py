"""Which collection is meant by this name? Aliases are looked up, and what a collection is by now is told by its set-up.

An alias can be pointed elsewhere at any moment, so what is decided on and sent is the collection it stands for. The
server gives collections no ids: one is told from another of its name by a fingerprint of how it was set up.
"""

import time
from collections.abc import Awaitable, Callable, Iterable
from hashlib import sha256
from typing import Final

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.domain.call import Json
from vecgate.parsing import strict_json
from vecgate.refusals.errors import Part, Unavailable

FRESH_SECONDS: Final = 10.0
MOST_ALIASES: Final = 100_000

type Before = Callable[[], Awaitable[None]]


class Aliases:
    """What each alias stands for, for one server, as remembered for some seconds while `quiet` says so."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        fresh: float = FRESH_SECONDS,
        quiet: Callable[[], bool] = lambda: True,
    ) -> None:
        self._now, self._fresh, self._quiet = now, fresh, quiet
        self._known: dict[str, str] = {}
        self._there = frozenset[str]()
        self._until = 0.0
        self._age = 0

    async def known(self, ask: Ask, before: Before, asked: Iterable[str], *, anew: bool = False) -> dict[str, str]:
        """The collection behind each alias; `anew`: as the server says now. `before` is called before it is asked.

        `asked` are the names that matter: one that is neither an alias nor a collection may be the alias of anything a
        moment later. Raises Unavailable.
        """
        is_fresh = self._now() < self._until and self._quiet()
        if not anew and is_fresh and all(name in self._there or name in self._known for name in asked):
            return self._known
        await before()
        age = self._age
        found, there = await names_of(ask), await _collections(ask)
        if age == self._age and self._quiet():  # an answer that was under way while names changed is used once
            self._known, self._there, self._until = found, there, self._now() + self._fresh
        return found

    def forget(self) -> None:
        """Drop them all."""
        self._age += 1
        self._known, self._there, self._until = {}, frozenset(), 0.0


async def names_of(ask: Ask) -> dict[str, str]:
    """The collection behind each alias, as the server says now. Raises Unavailable."""
    return _aliases(await asking.get(ask, "aliases"))


async def _collections(ask: Ask) -> frozenset[str]:
    """The names of collections, none of which can be an alias's; of an answer that is no list, none."""
    listed = _listed(await asking.get(ask, "collections"), "collections") or []
    return frozenset(str(one["name"]) for one in listed if isinstance(one, dict) and isinstance(one.get("name"), str))


def _listed(tree: Json, under: str) -> list[Json] | None:
    result = tree.get("result") if isinstance(tree, dict) else None
    listed = result.get(under) if isinstance(result, dict) else None
    return listed if isinstance(listed, list) else None


def _aliases(tree: Json) -> dict[str, str]:
    listed = _listed(tree, "aliases")
    if listed is None or len(listed) > MOST_ALIASES:
        raise Unavailable(Part.UPSTREAM, "an answer that is no list of aliases")
    found = {}
    for one in listed:
        alias, collection = (
            (one.get("alias_name"), one.get("collection_name")) if isinstance(one, dict) else (None, None)
        )
        if not isinstance(alias, str) or not isinstance(collection, str):
            raise Unavailable(Part.UPSTREAM, "an alias without a name")
        found[alias] = collection
    return found


async def thing(ask: Ask, name: str) -> str:
    """What the server has under a name now, told from what it had there before; the empty text: nothing.

    Raises Unavailable.
    """
    tree = await asking.get(ask, "collections", name)
    if tree is None:
        return ""
    result = tree.get("result") if isinstance(tree, dict) else None
    config = result.get("config") if isinstance(result, dict) else None
    if not isinstance(result, dict) or not isinstance(config, dict):
        raise Unavailable(Part.UPSTREAM, "a collection without a configuration")
    set_up = strict_json.ordered({"config": config, "created": result.get("created_at")})
    return f"{name}#{sha256(strict_json.dump(set_up)).hexdigest()[:16]}"
