"""Which collections does a set stand for? Rules name it in `sets`; its patterns take its place."""

from collections.abc import Iterator, Mapping
from typing import Any

from vecgate.parsing.yaml_source import Path
from vecgate.policy.language.model import CollectionSet, Except, Rule, Where

type Sets = Mapping[str, CollectionSet]


def named(rule: Any) -> Iterator[tuple[Path, str]]:
    """Where a rule names a set, and which. Tolerates any shape."""
    places: list[tuple[Path, Any]] = [((), rule)]
    excepts = rule.get("except") if isinstance(rule, dict) else None
    places += [(("except", i), one) for i, one in enumerate(excepts if isinstance(excepts, tuple) else ())]
    for path, part in places:
        where = part.get("where") if isinstance(part, dict) else None
        sets = where.get("sets") if isinstance(where, dict) else None
        for i, name in enumerate(sets if isinstance(sets, tuple) else ()):
            if isinstance(name, str):
                yield (*path, "where", "sets", i), name


def expanded(rule: Rule, sets: Sets) -> Rule:
    """The rule with the patterns of its sets beside its collections; the rule itself where it names none."""
    where = rule.where if isinstance(rule.where, str) else _where(rule.where, sets)
    excepts = tuple(_except(one, sets) for one in rule.excepts)
    if where is rule.where and all(a is b for a, b in zip(excepts, rule.excepts, strict=True)):
        return rule
    return rule.model_copy(update={"where": where, "excepts": excepts})


def _except(one: Except, sets: Sets) -> Except:
    where = _where(one.where, sets) if one.where is not None else None
    return one if where is one.where else one.model_copy(update={"where": where})


def _where(where: Where, sets: Sets) -> Where:
    if not where.sets:
        return where
    patterns = (pattern for name in where.sets for pattern in sets[name].patterns)
    return where.model_copy(update={"collections": tuple(dict.fromkeys((*where.collections, *patterns))), "sets": ()})
