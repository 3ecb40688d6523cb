"""Do the values of a rule fit together? Run on the bare tree, so that a typo elsewhere hides nothing."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from vecgate.policy.source import Path
from vecgate.profiles import ON_REQUEST, UNSAFE_NOTHING

type Bare = dict[str, Any]
type Problems = Iterator[tuple[Path, str]]

_NOT_IN_DENY: Final = {
    "mask": "a deny rule gives no answer to mask",
    "limits": "a deny rule has nothing to limit",
    "vectors": "a deny rule gives no answer",
}
_ONLY_IN_HOLD: Final = {
    "approvers": "only a hold rule has approvers",
    "wait": "only a hold rule makes a caller wait",
}


def _effect_fits(rule: Bare) -> Problems:
    effect = rule.get("effect")
    if effect == "hold" and "approvers" not in rule:
        yield ("effect",), "a hold rule needs 'approvers', such as {groups: [data-owners]}"
    if effect in ("allow", "hold") and "mask" not in rule:
        yield ("effect",), f"this rule needs 'mask', a mask profile; to mask nothing, say '{UNSAFE_NOTHING.name}'"
    if effect == "deny":
        yield from (((key,), why) for key, why in _NOT_IN_DENY.items() if key in rule)
    if effect in ("allow", "deny"):
        yield from (((key,), why) for key, why in _ONLY_IN_HOLD.items() if key in rule)


def _who_fits(rule: Bare) -> Problems:
    who = rule.get("who")
    if who == {}:
        yield ("who",), "'who' is empty; to mean everybody with a valid token, say 'who: anyone'"
    if isinstance(who, dict) and "except_groups" in who and rule.get("effect") == "allow":
        # A token that lacks its groups would be allowed more than one that has them.
        yield ("who", "except_groups"), "an allow rule cannot have 'except_groups'; name the groups that are allowed"


def _where_fits(rule: Bare) -> Problems:
    where = rule.get("where")
    if where == {}:
        yield ("where",), "'where' is empty; to mean every database, say 'where: anywhere'"
    if isinstance(where, dict) and {"collections", "without_collection"} <= set(where):
        yield ("where", "without_collection"), "a rule is about 'collections' or 'without_collection', not both"


_CHECKS: Final[tuple[Callable[[Bare], Problems], ...]] = (_effect_fits, _who_fits, _where_fits)


def rule_problems(rule: Any) -> Problems:
    """(path inside the rule, message) for every pair of values that does not fit. Tolerates any shape."""
    if isinstance(rule, dict):
        for check in _CHECKS:
            yield from check(rule)


def profile_problems(name: str, profile: Any) -> Problems:
    """The one name that cannot be given to a profile, and texts it lists for nothing. Tolerates any shape."""
    if name == UNSAFE_NOTHING.name:
        yield (), f"'{name}' is built in and cannot be defined"
    if not isinstance(profile, dict):
        return
    entities = profile.get("entities")
    named = entities if isinstance(entities, dict) else {}
    default = "keep" if _is_keep(profile.get("default", "replace")) else "replace"
    for entity in profile["deny"] if isinstance(profile.get("deny"), dict) else ():
        if _is_keep(named.get(entity, "keep" if entity in ON_REQUEST else default)):
            yield (
                ("deny", entity),
                f"{entity} is kept by this profile, so these texts would be shown; list it in 'entities'",
            )


def _is_keep(operator: Any) -> bool:
    return operator == "keep" or (isinstance(operator, dict) and operator.get("operator") == "keep")
