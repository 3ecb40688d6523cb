"""Which databases can the gateway speak to? Every folder here but base/ is one; there is no list to edit."""

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from types import ModuleType

from vecgate.dialects.base.dialect import Ask, Dialect, Room
from vecgate.dialects.base.routing import Route

__all__ = ["Ask", "Dialect", "Room", "Route", "load", "missing", "names"]


def names() -> tuple[str, ...]:
    """The dialects there are, sorted."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if m.ispkg and m.name != "base"))


def load(name: str) -> Dialect:
    """A new dialect of that name; one per upstream, as it remembers names of that one server.

    Raises LookupError for a name that is not there, or a folder whose `dialect.py` does not keep to its name.
    """
    if name not in names():
        raise LookupError(f"unknown dialect {name!r}. Known: {', '.join(names())}.")
    return dialect_in(import_module(f"{__name__}.{name}.dialect"))()


def missing(wanted: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the dialects that upstreams name, in words: `wanted` is by upstream."""
    for upstream, name in wanted.items():
        try:
            load(name)
        except LookupError as e:
            yield f"upstreams.{upstream}: {e}"


def dialect_in(module: ModuleType) -> type[Dialect]:
    """The one dialect a folder's `dialect.py` defines. Raises LookupError when it is none, several, or misnamed."""
    expected = module.__name__.split(".")[-2]
    found = [c for c in _classes(module) if issubclass(c, Dialect) and c.__module__ == module.__name__]
    if len(found) != 1 or found[0].name != expected:
        got = ", ".join(sorted(repr(c.name) for c in found)) or "none"
        raise LookupError(
            f"dialects/{expected}/dialect.py must define one dialect, named {expected!r}; it defines {got}"
        )
    return found[0]


def _classes(module: ModuleType) -> Iterable[type]:
    return [thing for thing in vars(module).values() if isinstance(thing, type)]
