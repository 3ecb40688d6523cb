"""Where is an index (its host)? As the control plane says, never a caller; and what callers are told in its place.

Each index has a host of its own at the vendor's. Clients get the gateway's own name with a path of its own for each,
`/idx/NAME`, which all official REST clients keep; so one name and one certificate serve all of them.
"""

import re
import time
from collections.abc import Awaitable, Callable, Iterable
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import HEADERS, Ask
from vecgate.dialects.pinecone.control import NO_VERSION
from vecgate.dialects.pinecone.meaning import members_of
from vecgate.dialects.pinecone.routes import VERSION_HEADER
from vecgate.dialects.pinecone.values import NAME
from vecgate.domain.call import Call, Json
from vecgate.parsing import paths, strict_json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, MaskFailed, Part, Unavailable

#: Below this an index's own routes stand at the gateway.
BELOW: Final = "idx"
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
FRESH_SECONDS: Final = 10.0
MOST: Final = 1000
OWN_HEADERS: Final = (*HEADERS, (VERSION_HEADER, NO_VERSION))
_WHICH: Final = "it does not say for which index it is; an index's own routes are below /idx/NAME"
#: What of an index changes while it stays the same one.
_CHANGES: Final = ("status", "tags", "deletion_protection", "read_capacity")

type Before = Callable[[], Awaitable[None]]


class Hosts:
    """Which hosts may be an index's: names, or with a leading dot all below one. Any port that the server names."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = tuple(one.lower() for one in allowed)

    def origin(self, host: Json) -> str:
        """`https://host[:port]` for what the server calls an index's host. Raises ValueError for any other."""
        if not isinstance(host, str) or not host:
            raise ValueError("an index without a host")
        parts = urlsplit(host if "://" in host else f"https://{host}")
        name = (parts.hostname or "").lower()
        bare = (
            _HOST.fullmatch(name) is not None
            and parts.path in ("", "/")
            and not parts.query
            and not parts.fragment
            and "@" not in parts.netloc
        )
        port = f":{parts.port}" if parts.port else ""
        if parts.scheme != "https" or not bare or parts.netloc.lower() != f"{name}{port}" or not self._is_known(name):
            raise ValueError("a host that is none of an index's")
        return f"https://{name}{port}"

    def _is_known(self, name: str) -> bool:
        return any(name.endswith(one) and name != one if one.startswith(".") else name == one for one in self._allowed)


class Indexes:
    """Where each index is, for one server, as remembered for some seconds while `quiet` says so."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        fresh: float = FRESH_SECONDS,
        quiet: Callable[[], bool] = lambda: True,
    ) -> None:
        self._now, self._fresh, self._quiet = now, fresh, quiet
        #: The origin of each, and until when that is believed. A call that was decided on goes where it was last.
        self._known: dict[str, tuple[str, float]] = {}
        self._words: dict[str, tuple[str, ...]] = {}

    async def known(self, ask: Ask, hosts: Hosts, name: str, before: Before, *, anew: bool = False) -> bool:
        """Whether there is such an index, at a host that may be one; `anew`: as the server says now.

        `before` is called before it is asked. Raises Unavailable.
        """
        origin, until = self._known.get(name, ("", 0.0))
        if origin and not anew and self._now() < until and self._quiet():
            return True
        await before()
        told = await asking.get_as(ask, Call("GET", paths.join(("indexes", name)), headers=OWN_HEADERS))
        try:
            origin = hosts.origin(told.get("host")) if isinstance(told, dict) and told.get("name") == name else ""
        except ValueError:
            origin = ""
        self._known.pop(name, None)
        if origin:
            while len(self._known) >= MOST:
                self._known.pop(oldest := next(iter(self._known)))
                self._words.pop(oldest, None)
            self._words[name] = _searched_by_words(told)
            self._known[name] = origin, self._now() + self._fresh if self._quiet() else 0.0
        return bool(origin)

    def origin(self, name: str) -> str:
        """Where an index is that was asked for before. Raises CallRefused (`collection.unknown`)."""
        origin, _ = self._known.get(name, ("", 0.0))
        if not origin:
            raise CallRefused(refuse("collection.unknown"))
        return origin

    def words(self, *names: str) -> list[str]:
        """The fields of these indexes whose words a model of the server's makes sparse vectors of."""
        return [field for name in names for field in self._words.get(name, ())]

    def forget(self) -> None:
        """Ask anew next time."""
        self._known = {name: (origin, 0.0) for name, (origin, _) in self._known.items()}


def _searched_by_words(told: Json) -> tuple[str, ...]:
    """Of an index whose model makes sparse vectors: the fields that it makes them of."""
    index = members_of(told)
    embed = members_of(index.get("embed"))
    sparse = "sparse" in (embed.get("vector_type"), index.get("vector_type"))
    return tuple(map(str, members_of(embed.get("field_map")).values())) if sparse else ()


async def only(ask: Ask) -> str:
    """The name of the only index there is: what a call means that names none. Raises CallRefused, Unavailable."""
    tree = await asking.get_as(ask, Call("GET", "/indexes", headers=OWN_HEADERS))
    found = tree.get("indexes") if isinstance(tree, dict) else None
    names = [one.get("name") if isinstance(one, dict) else None for one in found] if isinstance(found, list) else []
    if len(names) != 1 or not NAME.fits(names[0]):
        raise CallRefused(refuse("route.refused", why=_WHICH))
    return str(names[0])


async def thing(ask: Ask, name: str) -> str:
    """What the server has under a name now, told from what it had there before; the empty text: nothing.

    Raises Unavailable.
    """
    told = await asking.get_as(ask, Call("GET", paths.join(("indexes", name)), headers=OWN_HEADERS))
    if told is None:
        return ""
    if not isinstance(told, dict):
        raise Unavailable(Part.UPSTREAM, "an answer that is no index")
    kept: Json = {key: value for key, value in told.items() if key not in _CHANGES}
    return f"{name}#{sha256(strict_json.dump(strict_json.ordered(kept))).hexdigest()[:16]}"


#: Members of an answer that tell where an index is.
_TOLD: Final = ("host", "private_host")


def shown(tree: Json, clients_at: str, hosts: Hosts) -> Json:
    """An answer of the control plane with the gateway's own address where an index's stood. Raises MaskFailed."""
    if isinstance(tree, dict) and isinstance(tree.get("indexes"), list):
        return {**tree, "indexes": [shown(one, clients_at, hosts) for one in tree["indexes"]]}  # type: ignore[union-attr]
    if not isinstance(tree, dict) or all(tree.get(key) is None for key in _TOLD):
        return tree
    name, new = tree.get("name"), dict(tree)
    if not NAME.fits(name):
        raise MaskFailed("the answer tells of an index without a name")
    for key in _TOLD:
        if tree.get(key) is None:
            continue
        try:
            hosts.origin(tree[key])
        except ValueError as e:
            raise MaskFailed("the answer names a host that is no index's") from e
        new[key] = f"{clients_at}/{BELOW}/{name}"
    return new
