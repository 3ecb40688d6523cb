"""What is shown in a finding's place? An operator a module; parameters: domain/profiles.py, marks: inputs/forms.py.

A module holds `build(params, key)`; parameters were checked when the profile was made (`vecgate.domain.profiles`).
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from vecgate.domain.profiles import OPERATORS, OperatorSpec
from vecgate.masking.apply.operators._base import Build, Operator, PerAnswer


def discover() -> Mapping[str, Build]:
    """Operators by name. Raises TypeError if they are not those that a profile may name."""
    found: dict[str, Build] = {
        m.name: import_module(f"{__name__}.{m.name}").build
        for m in iter_modules(__path__)
        if not m.name.startswith("_")
    }
    if set(found) != set(OPERATORS):
        raise TypeError(f"operators here: {sorted(found)}; operators in profiles: {sorted(OPERATORS)}")
    return found


_BUILDS: Final = discover()


def build(spec: OperatorSpec, key: bytes) -> Operator:
    """The operator a profile asks for. `key` is what keyed operators use."""
    return _BUILDS[spec.name](spec.params, key)


def fresh(operator: Operator) -> Operator:
    """The operator for one answer: one that remembers begins anew, any other is the same."""
    return operator.fresh() if isinstance(operator, PerAnswer) else operator
