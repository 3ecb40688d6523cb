"""Does a mask leave what a rule allows without use? Warnings about what may not be asked (`oracle.field`)."""

from collections.abc import Iterator
from typing import Final

from vecgate.domain.fields import ordered, takes
from vecgate.domain.profiles import ENTITIES, MaskProfile
from vecgate.policy.rules.compiled import CompiledRule
from vecgate.policy.rules.evaluate import PolicySet

type Found = Iterator[tuple[str, str]]

#: Kinds that choose their records by a filter, and in no other way.
_BY_FILTER: Final = frozenset({"delete_filter", "update_filter"})


def useless(policies: PolicySet) -> Found:
    """Rules that allow what their own mask refuses, or that exempt what it does not hide."""
    for rule in policies.rules:
        shown = policies.profiles.get(rule.rule.mask or "")
        if shown is not None:
            for said in (*_every_filter(rule, shown), *_exempt(rule, shown), *_untranslated(rule, shown, policies)):
                yield rule.place, f"rule '{rule.rule.name}' {said}"


def _every_filter(rule: CompiledRule, shown: MaskProfile) -> Iterator[str]:
    hides_all = any(not glob.strip("*.") and spec.name != "keep" for glob, spec in shown.fields.items())
    if hides_all and rule.rule.oracles is None and (kinds := sorted(_BY_FILTER & rule.kinds)):
        said = f"allows {', '.join(kinds)}, but its mask '{shown.name}' hides every field, so no filter passes"
        yield f"{said}; name fields that may be filtered by in 'oracles: {{allow: [...]}}'"


def _exempt(rule: CompiledRule, shown: MaskProfile) -> Iterator[str]:
    if rule.rule.oracles is None or any(shown.operator(entity).name != "keep" for entity in ENTITIES):
        return
    hides = [pattern for pattern, spec in ordered(shown.fields) if spec.name != "keep"]
    for name in rule.rule.oracles.allow:
        places = {"#document": ("documents",), "#uri": ("uris",)}.get(name, (f"metadatas.{name}", f"payload.{name}"))
        if not any(takes(pattern, place.casefold()) for pattern in hides for place in places):
            yield f"exempts '{name}' under 'oracles', but its mask '{shown.name}' does not hide it; leave it out"


def _untranslated(rule: CompiledRule, shown: MaskProfile, policies: PolicySet) -> Iterator[str]:
    inputs = rule.inputs
    stored = policies.profiles.get(inputs.profile or "") if inputs.filters == "translate" else None
    for glob, spec in shown.fields.items() if stored is not None else ():
        kept = stored.fields.get(glob) if stored is not None else None
        if kept is not None and spec.name != "keep" and (kept.name == "keep" or not kept.words.joins):
            said = f"translates filters, but '{glob}' is stored by '{inputs.profile}' with '{kept.name}'"
            yield f"{said}, which stands for many values, so that none on it passes; store a hash, pseudonym or token"
