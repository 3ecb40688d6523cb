"""How can the gateway prove itself to a database? Every module here that holds a CredentialKind is one way; no list."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from vecgate.credentials._base import CredentialKind, Issued, Login

__all__ = ["CredentialKind", "Issued", "Login", "load", "names"]

# What serves every kind: not kinds themselves.
_SHARED = frozenset({"leases", "own_token", "vouching"})


def names() -> tuple[str, ...]:
    """The kinds there are, sorted."""
    found = (m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    return tuple(sorted(name for name in found if name not in _SHARED))


def load(name: str) -> type[CredentialKind]:
    """The kind of that name. Raises LookupError for one that is not there, or that does not keep to its name."""
    if name not in names():
        raise LookupError(f"unknown credential kind {name!r}. Known: {', '.join(names())}.")
    return kind_in(import_module(f"{__name__}.{name}"))


def kind_in(module: ModuleType) -> type[CredentialKind]:
    """The one kind a module defines. Raises LookupError when it is none, several, or misnamed."""
    expected = module.__name__.rpartition(".")[2]
    found = list(_kinds(module))
    if len(found) != 1 or found[0].name != expected:
        got = ", ".join(sorted(repr(c.name) for c in found)) or "none"
        raise LookupError(f"credentials/{expected}.py must define one kind, named {expected!r}; it defines {got}")
    return found[0]


def _kinds(module: ModuleType) -> Iterator[type[CredentialKind]]:
    for thing in vars(module).values():
        if isinstance(thing, type) and issubclass(thing, CredentialKind) and thing.__module__ == module.__name__:
            yield thing
