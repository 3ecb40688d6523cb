"""Kinds are found by their file, and a kind that does not keep to its name stops the start."""

from types import ModuleType

import pytest

from vecgate.credentials.kinds import CredentialKind, load, names
from vecgate.settings.plugins import CREDENTIALS


def module_with(name: str, *kinds: str) -> ModuleType:
    module = ModuleType(f"vecgate.credentials.kinds.{name}.kind")
    for number, kind in enumerate(kinds):
        made = type(f"Kind{number}", (CredentialKind,), {"name": kind, "__module__": module.__name__})
        setattr(module, made.__name__, made)
    return module


@pytest.mark.parametrize("name", ["", "nothing", "leases", "vouching", "_base", "base", "../vault"])
def test_what_is_not_a_kind_is_not_loaded(name: str) -> None:
    with pytest.raises(LookupError, match=r"Known: .*vault_pki"):
        load(name)


@pytest.mark.parametrize("kinds", [(), ("vault_kw",), ("vault_kv", "other")], ids=["none", "misspelt", "several"])
def test_a_module_defines_the_one_kind_it_is_named_for(kinds: tuple[str, ...]) -> None:
    with pytest.raises(LookupError, match="must define one kind, named 'vault_kv'"):
        CREDENTIALS.only(module_with("vault_kv", *kinds), CredentialKind)


def test_every_kind_there_is_loads_under_its_name() -> None:
    assert "vault_pki" in names()
    assert [load(name).name for name in names()] == list(names())
