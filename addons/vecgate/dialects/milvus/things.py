"""Which collection is meant by this name (it may be an alias), and how was it made? Asked of the server, remembered shortly.

A collection that is described by its alias is described under that name, so the list of collections is asked first: what
stands in it is none. Older servers tell nobody over REST what an alias stands for, so there an alias is refused.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import JSON_HEADERS, Ask
from vecgate.dialects.milvus.functions import NOTHING, Made, told
from vecgate.dialects.milvus.values import as_tree, list_of
from vecgate.domain.call import Answer, Call, Json
from vecgate.parsing import strict_json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable

FRESH_SECONDS: Final = 10.0
MOST: Final = 4096
HOME: Final = "default"
_DONE: Final = 0
_DONE_OLDER: Final = 200
_TYPE: Final = re.compile(r"([A-Za-z0-9]+)(?:\(.*\))?")

type Before = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Described:
    """A collection: its own name, what the server knows it by, its key, and the types of its fields."""

    name: str
    thing: str
    key: str
    types: Mapping[str, str]
    dynamic: bool = False
    #: Of arrays: what they hold. Fields that may have no value.
    elements: Mapping[str, str] = field(default_factory=dict)
    nullable: frozenset[str] = frozenset()
    made: Made = NOTHING

    def takes(self, name: str) -> bool:
        """Whether its records can have a field of that name: of others the server drops what is written."""
        return self.dynamic or name in self.types

    @property
    def vectors(self) -> frozenset[str]:
        """Its fields that hold vectors."""
        return frozenset(name for name, kind in self.types.items() if kind.endswith("Vector"))

    def searched(self, search: Mapping[str, Json]) -> frozenset[str]:
        """The fields that a search may be in: the one that it names, or any of them."""
        named = search.get("annsField")
        return frozenset({named}) if isinstance(named, str) else self.vectors

    def words(self, search: Mapping[str, Json]) -> list[str]:
        """The fields whose words a search looks at."""
        return sorted({one for name in self.searched(search) for one in self.made.words.get(name, ())})

    @property
    def is_text(self) -> bool:
        """Whether its ids are texts."""
        return self.types.get(self.key) == "VarChar"


def question(what: str, tree: dict[str, Json]) -> Call:
    """A question of the gateway's own, over the newer routes."""
    return Call("POST", f"/v2/vectordb/{what}", headers=JSON_HEADERS, body=strict_json.dump(tree), tree=tree)


def done(tree: Json) -> bool:
    """Whether an answer says that something was done: a refusal comes with the same status.

    The number by which the older routes say so is an error's at the newer ones (there is no such partition).
    """
    code = tree.get("code") if isinstance(tree, dict) else None
    return type(code) is int and (code == _DONE or (code == _DONE_OLDER and "message" not in as_tree(tree)))


def unknown() -> CallRefused:
    return CallRefused(refuse("collection.unknown"))


async def said(ask: Ask, path: str, tree: dict[str, Json]) -> Json:
    """What an answer to a question says; None where the server says no. Raises Unavailable."""
    answer = as_tree(await asking.post(ask, *path.strip("/").split("/"), tree=tree))
    return answer.get("data") if done(answer) else None


async def _older(ask: Ask, what: tuple[str, ...], query: tuple[tuple[str, str], ...]) -> Json:
    answer = as_tree(await asking.get(ask, "v1", "vector", *what, query=query))
    return answer.get("data") if done(answer) else None


async def names_of(ask: Ask, database: str, *, older: bool = False) -> list[str]:
    """The names of all collections of a database; none of one that is not there. Raises Unavailable."""
    if older:
        found = await _older(ask, ("collections",), _query(database))
    else:
        found = await said(ask, "v2/vectordb/collections/list", {"dbName": database})
    return [name for name in list_of(found) if isinstance(name, str)]


def _query(database: str, collection: str = "") -> tuple[tuple[str, str], ...]:
    named = (("collectionName", collection),) if collection else ()
    return named if database == HOME else (*named, ("dbName", database))


async def meant(ask: Ask, database: str, name: str, *, older: bool = False) -> str | None:
    """The collection behind a name; None: there is none, or nobody can tell. Raises Unavailable."""
    known = await names_of(ask, database, older=older)
    if name in known:
        return name
    if older:
        return None
    found = as_tree(await said(ask, "v2/vectordb/aliases/describe", {"dbName": database, "aliasName": name}))
    target = found.get("collectionName")
    return target if found.get("aliasName") == name and isinstance(target, str) and target in known else None


async def described(ask: Ask, database: str, name: str, *, older: bool = False) -> Described | None:
    """A collection by its own name. Raises Unavailable."""
    if older:
        found = as_tree(await _older(ask, ("collections", "describe"), _query(database, name)))
    else:
        found = as_tree(
            await said(ask, "v2/vectordb/collections/describe", {"dbName": database, "collectionName": name})
        )
    if not found:
        return None
    fields = [as_tree(one) for one in list_of(found.get("fields"))]
    keys = [str(one.get("name")) for one in fields if one.get("primaryKey") is True]
    if found.get("collectionName") != name or len(keys) != 1:
        raise Unavailable(Part.UPSTREAM, "an answer that describes no collection")
    types = {str(one.get("name")): _kind(one) for one in fields}
    dynamic = found.get("enableDynamicField") is True
    elements = {str(one.get("name")): str(one["elementType"]) for one in fields if one.get("elementType")}
    nullable = frozenset(str(one.get("name")) for one in fields if one.get("nullable") is True)
    return Described(name, _thing(database, name, found), keys[0], types, dynamic, elements, nullable, told(found))


def _kind(told: dict[str, Json]) -> str:
    found = _TYPE.fullmatch(str(told.get("type")))
    return found[1] if found else ""


def _thing(database: str, name: str, found: dict[str, Json]) -> str:
    """By its number; older servers tell none, so by how it was made."""
    number = found.get("collectionID")
    if type(number) is int or isinstance(number, str):
        return f"{database}/{name}#{number}"
    made = strict_json.ordered({key: found.get(key) for key in ("fields", "description", "shardsNum")})
    return f"{database}/{name}#{sha256(strict_json.dump(made)).hexdigest()[:16]}"


class Known:
    """Collections by database and name, for one server. Never longer than `fresh` seconds.

    Only while `quiet` says so are they told from memory, and remembered.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        fresh: float = FRESH_SECONDS,
        quiet: Callable[[], bool] = lambda: True,
    ) -> None:
        self._now, self._fresh, self._quiet = now, fresh, quiet
        self._known: OrderedDict[tuple[str, str], tuple[Described, float]] = OrderedDict()
        self._made: OrderedDict[str, Described] = OrderedDict()
        self._age = 0

    async def of(
        self, ask: Ask, database: str, name: str, before: Before, *, older: bool, anew: bool
    ) -> Described | None:
        """The collection behind a name; None: there is none. `before` is called before the server is asked.

        Raises Unavailable.
        """
        found = None if anew else self.recalled(database, name)
        if found is not None:
            return found
        await before()
        age = self._age
        target = await meant(ask, database, name, older=older)
        found = None if target is None else await described(ask, database, target, older=older)
        if found is not None:
            self._made[found.thing] = found
            self._made.move_to_end(found.thing)
            while len(self._made) > MOST:
                self._made.popitem(last=False)
        if found is not None and age == self._age:
            self._keep((database, name), found)
        return found

    def recalled(self, database: str, name: str) -> Described | None:
        """What is remembered of a name, and may be told."""
        found, until = self._known.get((database, name), (None, 0.0))
        return found if self._now() < until and self._quiet() else None

    def last(self, database: str, name: str) -> Described | None:
        """How a collection was made when it was asked for last: of a call that was just read, that is what it is."""
        found = self._known.get((database, name), (None, 0.0))[0]
        if found is None:  # it was forgotten as its answer was on its way
            place = f"{database}/{name}#"
            found = next((one for one in reversed(self._made.values()) if one.thing.startswith(place)), None)
        return found

    def made(self, things: Iterable[str]) -> Described | None:
        """How a collection was made: of an answer that is on its way when names are forgotten, too."""
        return next((self._made[thing] for thing in things if thing in self._made), None)

    def vectors(self, things: Iterable[str]) -> frozenset[str]:
        """The fields of a collection that hold vectors."""
        found = self.made(things)
        return found.vectors if found else frozenset()

    def _keep(self, key: tuple[str, str], found: Described) -> None:
        until = self._now() + self._fresh if self._quiet() else 0.0  # an answer while names change is used once
        for one in {key, (key[0], found.name)}:
            self._known[one] = (found, until)
            self._known.move_to_end(one)
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    def forget(self) -> None:
        """Drop them all."""
        self._age += 1
        self._known.clear()


def offline(call: Call, names: Sequence[str]) -> Answer:
    """What a server would say, if it had collections of these names, whose key is called `id`, of no known type, and no alias."""
    tree = as_tree(call.tree)
    named = str(tree.get("collectionName") or dict(call.query).get("collectionName") or "")
    key: Json = {"name": "id", "primaryKey": True, "type": ""}
    is_list, is_one = call.path.endswith(("/list", "/collections")), call.path.endswith("collections/describe")
    if not (is_list or is_one):
        return Answer(404)
    data: Json = [*names] if is_list else {"collectionName": named, "collectionID": 0, "fields": [key]}
    return Answer(200, body=strict_json.dump({"code": 200 if call.method == "GET" else 0, "data": data}))
