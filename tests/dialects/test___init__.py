"""Is a dialect found because it is there, and only under its own name?"""

from types import ModuleType

import pytest

from vecgate import dialects
from vecgate.dialects import Dialect
from vecgate.dialects.chroma.dialect import Chroma
from vecgate.settings.plugins import DATABASES


def test_names_are_sorted_and_helpers_are_none_of_them() -> None:
    assert dialects.names() == tuple(sorted(dialects.names()))
    assert "chroma" in dialects.names()
    assert "base" not in dialects.names()


@pytest.mark.parametrize("name", ["", "chrom", "base", "Chroma", "chroma.x"])
def test_an_unknown_name_says_which_are_known(name: str) -> None:
    with pytest.raises(LookupError, match=r"Known: .*chroma"):
        dialects.load(name)


def test_each_upstream_gets_its_own() -> None:
    assert dialects.load("chroma") is not dialects.load("chroma")


def module(name: str, *classes: type) -> ModuleType:
    made = ModuleType(f"vecgate.dialects.{name}.dialect")
    for number, cls in enumerate(classes):
        cls.__module__ = made.__name__
        setattr(made, f"C{number}", cls)
    return made


def only(module: ModuleType) -> type[Dialect]:
    return DATABASES.only(module, Dialect)


def dialect(name: str) -> type:
    return type("Another", (Chroma,), {"name": name})


def test_a_module_must_define_the_one_dialect_it_is_named_for() -> None:
    good = dialect("weaviate")
    assert only(module("weaviate", good)) is good
    for bad in (
        module("weaviate"),
        module("weaviate", dialect("weaviat")),
        module("weaviate", dialect("weaviate"), dialect("weaviate")),
    ):
        with pytest.raises(LookupError, match=r"dialects/weaviate/dialect\.py must define one dialect"):
            only(bad)


def test_an_imported_dialect_does_not_count() -> None:
    made = ModuleType("vecgate.dialects.weaviate.dialect")
    made.Chroma = Chroma  # type: ignore[attr-defined]
    with pytest.raises(LookupError, match="it defines none"):
        only(made)
