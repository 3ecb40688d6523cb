"""What is shown in a finding's place? An operator a module: its words in profiles, its marks, and what it does.

A module holds `WORDS`, `form(params)` and `build(params, key)`; parameters were checked when the profile was made
(`vecgate.domain.profiles`). Nothing else names it: what lies here is there, and `operators` in VECGATE_PLUGINS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from vecgate.domain.profiles import OperatorSpec, OperatorWords
from vecgate.masking.apply.operators._base import Build, MarkForm, MarkFormOf, Operator, PerAnswer
from vecgate.settings.plugins import modules


@dataclass(frozen=True, slots=True)
class _Made:
    """What one file says."""

    words: OperatorWords
    form: MarkFormOf
    build: Build


@cache
def _found() -> Mapping[str, _Made]:
    """Operators by name. Raises TypeError for a file that is none, SettingsError for a folder that cannot be used."""
    found = {}
    for name, module in modules(__name__, "operators", "masking operator").items():
        words, form, build = (getattr(module, part, None) for part in ("WORDS", "form", "build"))
        if not isinstance(words, OperatorWords) or not callable(form) or not callable(build):
            raise TypeError(f"operators/{name}.py must hold WORDS, form and build")
        found[name] = _Made(words, form, build)
    return found


def words() -> Mapping[str, OperatorWords]:
    """What profiles may say of each, by name."""
    return MappingProxyType({name: made.words for name, made in _found().items()})


def build(spec: OperatorSpec, key: bytes) -> Operator:
    """The operator a profile asks for. `key` is what keyed operators use."""
    return _found()[spec.name].build(spec.params, key)


def form(spec: OperatorSpec) -> MarkForm | None:
    """What its marks look like; None where it puts nothing in the place of anything."""
    return _found()[spec.name].form(spec.params)


def fresh(operator: Operator) -> Operator:
    """The operator for one answer: one that remembers begins anew, any other is the same."""
    return operator.fresh() if isinstance(operator, PerAnswer) else operator
