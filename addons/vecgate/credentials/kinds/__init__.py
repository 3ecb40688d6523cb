"""Which ways are there to prove oneself to a database? Every module here without an underscore is one; no list."""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import ModuleType

from vecgate.credentials.kinds._base import CredentialKind, Issued, Login

__all__ = ["CredentialKind", "Issued", "Login", "load", "missing", "names"]


def names() -> tuple[str, ...]:
    """The kinds there are, sorted."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")))


def load(name: str) -> type[CredentialKind]:
    """The kind of that name. Raises LookupError for one that is not there, or that does not keep to its name."""
    if name not in names():
        raise LookupError(f"unknown credential kind {name!r}. Known: {', '.join(names())}.")
    return kind_in(import_module(f"{__name__}.{name}"))


def missing(wanted: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the kinds that upstreams name, in words: `wanted` is by upstream."""
    for upstream, name in wanted.items():
        try:
            load(name)
        except LookupError as e:
            yield f"upstreams.{upstream}: {e}"


def kind_in(module: ModuleType) -> type[CredentialKind]:
    """The one kind a module defines. Raises LookupError when it is none, several, or misnamed."""
    expected = module.__name__.rpartition(".")[2]
    found = list(_kinds(module))
    if len(found) != 1 or found[0].name != expected:
        got = ", ".join(sorted(repr(c.name) for c in found)) or "none"
        raise LookupError(f"credentials/kinds/{expected}.py must define one kind, named {expected!r}; it defines {got}")
    return found[0]


def _kinds(module: ModuleType) -> Iterator[type[CredentialKind]]:
    for thing in vars(module).values():
        if isinstance(thing, type) and issubclass(thing, CredentialKind) and thing.__module__ == module.__name__:
            yield thing
