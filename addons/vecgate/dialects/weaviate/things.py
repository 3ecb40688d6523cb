"""Which class is meant by this name (it may be an alias), and how was it made? Asked of the server, remembered shortly.

Asked for by an alias, the server describes the class behind it, under its own name. In another case than its own no
class is found: the server would destroy the data of one all the same, so what is not found is refused.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.weaviate.values import Tree, as_tree, list_of
from vecgate.domain.call import Answer, Call, Json
from vecgate.domain.operation import Operation
from vecgate.parsing import strict_json
from vecgate.parsing.forms import unreadable
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Part, Unavailable

FRESH_SECONDS: Final = 10.0
MOST: Final = 4096

_CHANGES_NAMES: Final = frozenset({"schema", "destroy", "admin"})

type Before = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Described:
    """A class: its own name, what it is known by, whether it has tenants, and its properties as they are described.

    `embeds`: the server makes vectors of its texts, of whichever name. `vectors`: the names of those that have one.
    """

    name: str
    thing: str
    tenants: bool
    properties: dict[str, Tree]
    embeds: bool
    vectors: tuple[str, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The properties that words are looked for in."""
        return [name for name in self.properties if self.type_of(name) in ("text", "text[]", "string", "string[]")]

    def type_of(self, name: str) -> str:
        """The type of a property; several classes, or one, for a reference; empty: there is none of that name."""
        return ",".join(map(str, list_of(self.properties.get(name, {}).get("dataType"))))

    def whole(self, name: str) -> bool:
        """Whether a value is compared with all that stands in a property, and not with its words."""
        return self.properties.get(name, {}).get("tokenization") == "field" or (
            name in self.properties and name not in self.texts
        )

    def refers(self, name: str) -> bool:
        """Whether a property is a reference: types of its own begin with a small letter, names of classes do not."""
        return self.type_of(name)[:1].isupper()


def unknown() -> CallRefused:
    return CallRefused(refuse("collection.unknown"))


async def described(ask: Ask, name: str) -> Described | None:
    """The class behind a name; None: there is none. Raises Unavailable."""
    found = as_tree(await asking.get(ask, "v1", "schema", name))
    if not found:
        return None
    own = found.get("class")
    if not isinstance(own, str) or not own:
        raise Unavailable(Part.UPSTREAM, "an answer that describes no class")
    properties = {str(one.get("name")): one for one in map(as_tree, list_of(found.get("properties")))}
    tenants = as_tree(found.get("multiTenancyConfig")).get("enabled") is True
    named = tuple(as_tree(found.get("vectorConfig")))
    return Described(own, _thing(own, found), tenants, properties, _embeds(found), named)


def _embeds(found: Tree) -> bool:
    """Whether the server makes vectors of texts for this class, by whichever model."""
    named = [as_tree(as_tree(one).get("vectorizer")) for one in as_tree(found.get("vectorConfig")).values()]
    return found.get("vectorizer") not in (None, "", "none") or any(kind != "none" for one in named for kind in one)


def _thing(name: str, found: Tree) -> str:
    """There are no numbers: by its name, and how it was made."""
    made: Json = {
        key: found.get(key)
        for key in ("properties", "multiTenancyConfig", "vectorConfig", "vectorizer", "shardingConfig")
    }
    return f"{name}#{sha256(strict_json.dump(strict_json.ordered(made))).hexdigest()[:16]}"


async def target(ask: Ask, alias: str) -> str:
    """The class that an alias stands for; empty: there is no such alias. Raises Unavailable."""
    return str(as_tree(await asking.get(ask, "v1", "aliases", alias)).get("class") or "")


async def classes(ask: Ask) -> list[str]:
    """The names of all classes. Raises Unavailable."""
    found = as_tree(await asking.get(ask, "v1", "schema"))
    return [str(as_tree(one).get("class")) for one in list_of(found.get("classes"))]


async def resembles(ask: Ask, name: str) -> bool:
    """Whether a class has this name but for its case: a deletion would destroy the data of it. Raises Unavailable."""
    return name.casefold() in map(str.casefold, await classes(ask))


class Known:
    """Classes by name, for one server. Never longer than `fresh` seconds, and only while `quiet` says so."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        fresh: float = FRESH_SECONDS,
        quiet: Callable[[], bool] = lambda: True,
    ) -> None:
        self._now, self._fresh, self._quiet = now, fresh, quiet
        self._known: OrderedDict[str, tuple[Described, float]] = OrderedDict()
        self._age = 0
        self._outgrown, self._writes = set[str](), 0

    async def of(self, ask: Ask, name: str, before: Before, *, anew: bool = False) -> Described | None:
        """The class behind a name; None: there is none. `before` is called before the server is asked.

        Raises Unavailable.
        """
        if not anew and name not in self._outgrown and (found := self._fresh_one(name)) is not None:
            return found
        await before()
        age, writes = self._age, self._writes
        found = await described(ask, name)
        if found is not None and age == self._age:
            self._keep(name, found)
            self._keep(found.name, found)
            self._outgrown |= {name, found.name} if writes != self._writes else set()
        return found

    def _fresh_one(self, name: str) -> Described | None:
        return self.recalled(name) if self._now() < self._known.get(name, (None, 0.0))[1] else None

    def recalled(self, name: str) -> Described | None:
        """What a name of a call that was just read was taken for, however long the call has been under way since."""
        return self._known.get(name, (None, 0.0))[0] if self._quiet() else None

    def texts(self, *names: str) -> list[str]:
        """What a search looks into that names no property, in the class of one of these names. Raises CallRefused."""
        found = next(filter(None, map(self.recalled, names)), None)
        if found is None:
            unreadable("names of classes change just now; name the properties that words are looked for in")
        return found.texts

    def whole(self, names: Sequence[str], field: str) -> bool:
        """Whether the class of one of these names compares with all that stands in a property; unknown, it may not."""
        found = next(filter(None, map(self.recalled, names)), None)
        return found is not None and found.whole(field)

    def _keep(self, name: str, found: Described) -> None:
        if not self._quiet():
            return
        self._known[name] = (found, self._now() + self._fresh)
        self._known.move_to_end(name)
        self._outgrown.discard(name)
        while len(self._known) > MOST:
            self._outgrown.discard(self._known.popitem(last=False)[0])

    def after(self, operation: Operation) -> None:
        """What was done may have made untrue what is remembered: names, or the properties of classes that were written.

        A server that finds new properties in an object gives them to its class (`autoschema`). What is remembered of it
        still serves writes that are under way, and no read.
        """
        if operation.group in _CHANGES_NAMES:
            self.forget()
        elif operation.group == "write":
            self._writes += 1
            names = {name for each in (operation, *operation.also) for name in each.collections}
            self._outgrown |= {key for key, (one, _) in self._known.items() if one.name in names}

    def forget(self) -> None:
        """Drop them all."""
        self._age += 1
        self._known.clear()
        self._outgrown.clear()


def offline(call: Call, tenants: bool) -> Answer:
    """What a server would say, if it had a class of each name that is asked for, and no alias."""
    parts = call.path.split("/")[1:]
    if parts[:2] != ["v1", "schema"] or len(parts) != 3:
        return Answer(404)
    said: Json = {"class": parts[2], "properties": [], "multiTenancyConfig": {"enabled": tenants}}
    return Answer(200, body=strict_json.dump(said))
