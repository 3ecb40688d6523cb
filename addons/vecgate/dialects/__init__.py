"""Which databases can the gateway speak to (dialects)? Every folder here but base/ is one; there is no list to edit."""

from collections.abc import Callable, Mapping, Sequence

from vecgate.dialects.base.dialect import Ask, Dialect, Room
from vecgate.dialects.base.doors import Knock
from vecgate.dialects.base.guarded import GUARDS
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.routing import Route
from vecgate.dialects.base.server_versions import Versions
from vecgate.dialects.base.versions import NONE_TESTED, Tested
from vecgate.domain.lease import Way
from vecgate.settings.plugins import DATABASES
from vecgate.settings.upstreams import UpstreamSettings

__all__ = [
    "Ask",
    "Dialect",
    "Knock",
    "Port",
    "Room",
    "Route",
    "Tested",
    "Versions",
    "doors",
    "kind",
    "load",
    "names",
    "rowless",
    "tested",
    "unguarded",
    "versions",
    "ways",
]

names = DATABASES.names


def kind(name: str) -> type[Dialect]:
    """The dialect of that name, of which each upstream has one.

    Raises LookupError for a name that is not there, or a folder whose `dialect.py` does not keep to its name.
    """
    return DATABASES.only(DATABASES.load(name), Dialect)  # type: ignore[type-abstract]


def load(name: str, told: UpstreamSettings | None = None) -> Dialect:
    """A new one; one per upstream, as it remembers names of that one server. `told`: its section. Raises LookupError."""
    made = kind(name)()
    if told is not None:
        made.asks = told.names == "asked"
        made.told(told)
    return made


def ways(upstreams: Mapping[str, UpstreamSettings]) -> dict[str, tuple[Way, ...]]:
    """How each of these databases takes a key. Raises LookupError."""
    return {name: kind(one.dialect).ways for name, one in upstreams.items()}


def unguarded(name: str) -> dict[str, frozenset[str]]:
    """By guard the kinds of operation that a database has and of which every call is refused under it. Raises LookupError."""
    dialect, found, kept = load(name), dict[str, set[str]](), dict[str, set[str]]()
    for route in dialect.routes:
        refused = dialect.unguarded(route)
        for guard in GUARDS if not route.refused else ():
            (found if guard in refused else kept).setdefault(guard, set()).add(route.kind)
    return {guard: frozenset(kinds - kept.get(guard, set())) for guard, kinds in found.items()}


def doors(name: str) -> Sequence[Knock]:
    """What lies beside a server of that name's: `DOORS` in its `server.py`, where it has one."""
    found = DATABASES.beside(name, "server") if name in names() else None
    return getattr(found, "DOORS", ())


def tested(name: str) -> Tested:
    """With which servers that dialect was tested: `TESTED` in its `server.py`, where it has one."""
    found = DATABASES.beside(name, "server") if name in names() else None
    told = getattr(found, "TESTED", NONE_TESTED)
    return told if isinstance(told, Tested) else NONE_TESTED


def versions(specs: Mapping[str, UpstreamSettings], ask: Callable[[str], Ask], now: Callable[[], float]) -> Versions:
    """What is known of the versions of these databases. Raises SettingsError as `Versions` does."""
    strict = frozenset(name for name, one in specs.items() if one.versions == "tested")
    return Versions({name: tested(one.dialect) for name, one in specs.items()}, strict, ask, now)


def rowless(name: str) -> frozenset[str]:
    """The kinds of operation that a database has and that no call of it can be kept to rows. Raises LookupError."""
    dialect = load(name)
    told = [(route.kind, dialect.scope_of(route)) for route in dialect.routes if not route.refused]
    return frozenset(kind for kind, _ in told) - {kind for kind, scope in told if scope != "refused"}
