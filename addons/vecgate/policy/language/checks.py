"""Do the values of a rule fit together? Run on the bare tree, so that a typo elsewhere hides nothing."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

from vecgate.domain.kinds import LOCK, OPERATION_KINDS, POLICIES, SESSIONS, UNMASK
from vecgate.domain.profiles import ON_REQUEST, UNSAFE_NOTHING
from vecgate.parsing.yaml_source import Path
from vecgate.policy.language import times
from vecgate.policy.language.approver_checks import approvers_fit
from vecgate.policy.language.automatic_words import automatic_fit
from vecgate.policy.language.except_checks import excepts_fit
from vecgate.policy.language.row_checks import claims_fit, rows_fit, rows_have_records, tenants_fit
from vecgate.policy.language.strict import exact, no_claim
from vecgate.policy.language.values import OPENING, lasting, parse_lasting

type Bare = dict[str, Any]
type Problems = Iterator[tuple[Path, str]]

_NOT_IN_DENY: Final = {
    "mask": "a deny rule gives no answer to mask",
    "inputs": "a deny rule lets nothing in",
    "limits": "a deny rule has nothing to limit",
    "vectors": "a deny rule gives no answer",
    "require_proof": "a deny rule lets nobody in",
    "scores": "a deny rule gives no answer",
    "quarantine": "a deny rule lets nothing in or out",
    "stamp": "a deny rule lets nothing in",
    "show_stamp": "a deny rule gives no answer",
    "budget": "a deny rule has nothing to count",
    "canaries": "a deny rule gives no answer",
    "oracles": "a deny rule gives no answer",
}
_ONLY_IN_HOLD: Final = {
    "approvers": "only hold and request rules have approvers",
    "wait": "only a hold rule makes a caller wait",
    "snapshot_first": "only a hold rule takes a snapshot first",
}


_NOT_IN_REQUEST: Final = {
    "wait": "a request waits as long as its 'grant' says in 'pending'; no call is kept waiting",
    "snapshot_first": "only a hold rule takes a snapshot first",
}


#: A right may be called `tickets:*`; nothing is called `tick*`.
_RIGHT: Final = re.compile(r"(?<=.)[:./]\*")


def _effect_fits(rule: Bare) -> Problems:
    effect = rule.get("effect")
    if effect == "hold" and "approvers" not in rule:
        yield ("effect",), "a hold rule needs 'approvers', such as {groups: [data-owners]}"
    if effect in ("allow", "hold", "request") and "mask" not in rule:
        yield ("effect",), f"this rule needs 'mask', a mask profile; to mask nothing, say '{UNSAFE_NOTHING.name}'"
    if effect == "deny":
        yield from (((key,), why) for key, why in _NOT_IN_DENY.items() if key in rule)
    if effect in ("allow", "deny"):
        yield from (((key,), why) for key, why in _ONLY_IN_HOLD.items() if key in rule)


def _who_fits(rule: Bare) -> Problems:
    who = rule.get("who")
    if who == {}:
        yield ("who",), "'who' is empty; to mean everybody with a valid token, say 'who: anyone'"
    if isinstance(who, dict) and "except_groups" in who and rule.get("effect") in OPENING:
        # A token that lacks its groups would be allowed more than one that has them.
        said = f"{'an allow' if rule['effect'] == 'allow' else 'a request'} rule cannot have 'except_groups'"
        yield ("who", "except_groups"), f"{said}; name the groups that are allowed"
    if isinstance(who, dict) and (pattern := exact(who.get("user"))):
        yield ("who", "user"), pattern
    if isinstance(who, dict) and rule.get("effect") in OPENING:
        why = "an agent may do what its person may, and never more: say what it may not, in a deny or hold rule"
        for key in [key for key in ("agents", "agent") if key in who]:
            yield ("who", key), f"{why}; that rule's 'except' lists what is left to it"


def _can_match(rule: Bare) -> Problems:
    who, approvers = rule.get("who"), rule.get("approvers")
    named = [("who", who, key) for key in ("groups", "users", "except_groups")] + [("approvers", approvers, "groups")]
    for part, tree, key in named:
        names = tree.get(key) if isinstance(tree, dict) else None
        for i, name in enumerate(names if isinstance(names, tuple) else ()):
            if said := exact(name):
                yield (part, key, i), said
    claims = who.get("claims") if isinstance(who, dict) else None
    for name, value in claims.items() if isinstance(claims, dict) else ():
        if said := no_claim(name):
            yield ("who", "claims", name), said
        for text in value if isinstance(value, tuple) else (value,):
            if said := exact(text, _RIGHT):
                yield ("who", "claims", name), said


def _where_fits(rule: Bare) -> Problems:
    where = rule.get("where")
    if where == {}:
        yield ("where",), "'where' is empty; to mean every database, say 'where: anywhere'"
    if isinstance(where, dict) and "without_collection" in where and not {"collections", "sets"}.isdisjoint(where):
        yield ("where", "without_collection"), "a rule is about 'collections' or 'without_collection', not both"


def _inputs_fit(rule: Bare) -> Problems:
    inputs = rule.get("inputs")
    if not isinstance(inputs, dict):
        return
    for key in ("payload", "query"):
        if inputs.get(key) in ("mask", "refuse") and "profile" not in inputs:
            yield ("inputs", key), f"'{key}: {inputs[key]}' needs 'profile', a mask profile that says what is personal"
    if "profile" in inputs and all(inputs.get(key, "keep") == "keep" for key in ("payload", "query", "filters")):
        yield ("inputs", "profile"), "this profile is not used: 'payload', 'query' and 'filters' keep all"
    if inputs.get("profile") == UNSAFE_NOTHING.name:
        yield ("inputs", "profile"), f"'{UNSAFE_NOTHING.name}' masks nothing; leave 'inputs' out to keep all"
    if inputs.get("embeddings") == "refuse" and inputs.get("payload") != "mask":
        yield ("inputs", "embeddings"), "embeddings are only judged with 'payload: mask'"
    if inputs.get("filters") == "refuse" and rule.get("mask") == UNSAFE_NOTHING.name:
        yield ("inputs", "filters"), f"with 'mask: {UNSAFE_NOTHING.name}' there is nothing that could be guessed"


def _limits_fit(rule: Bare) -> Problems:
    limits = rule.get("limits")
    if isinstance(limits, dict) and "when_over" in limits and "max_results" not in limits:
        yield ("limits", "when_over"), "'when_over' needs 'max_results': without it nothing is ever over"


def _guards_fit(rule: Bare) -> Problems:
    for name in ("budget", "canaries", "oracles"):
        if rule.get(name) == {}:
            yield (name,), f"'{name}' is empty; say what it is about, or leave it out"
    budget = rule.get("budget")
    if isinstance(budget, dict) and "within" in budget and "similar" not in budget:
        yield ("budget", "within"), "'within' needs 'similar', the number of such searches"
    if "oracles" in rule and rule.get("mask") == UNSAFE_NOTHING.name:
        yield ("oracles",), f"with 'mask: {UNSAFE_NOTHING.name}' every field may be asked for; leave it out"


def _times_fit(rule: Bare) -> Problems:
    if not {"from", "until"} <= rule.keys():
        return
    try:
        begins, ends = times.parse_moment(rule.get("from"), end=False), times.parse_moment(rule.get("until"), end=True)
    except ValueError:
        return  # told as a mistake of its own
    if ends <= begins:
        yield ("until",), f"it is over at {times.said(ends)}, before it begins at {times.said(begins)}"


def _grant_fits(rule: Bare) -> Problems:
    if rule.get("effect") != "request":
        if "grant" in rule:
            yield ("grant",), "only a request rule has 'grant'"
        return
    for key, example in (("grant", "{longest: 8h}"), ("approvers", "{groups: [data-owners]}")):
        if key not in rule:
            yield ("effect",), f"a request rule needs '{key}', such as {example}"
    yield from (((key,), why) for key, why in _NOT_IN_REQUEST.items() if key in rule)
    approvers, grant = rule.get("approvers"), rule.get("grant")
    if isinstance(approvers, dict) and "above" in approvers:
        yield ("approvers", "above"), "a request names no records that could be counted; it is always asked about"
    if isinstance(grant, dict) and isinstance(masks := grant.get("masks"), tuple) and rule.get("mask") in masks:
        yield ("grant", "masks", masks.index(rule.get("mask"))), "this is the rule's own mask; name others here"


#: What breaking the glass leaves no room for, and why.
_NOT_IN_GLASS: Final = {
    "starts": "its time runs from the moment it is broken",
    "pending": "it waits for nobody",
    "covers_holds": "nobody is asked in an emergency, so it covers what hold rules hold anyway",
    "reason": "its reason is always required",
    "ticket": "a ticket may be named, and must not be",
}
#: The longest that it lasts, and that its review may take, in seconds.
_LONGEST_GLASS: Final = 8 * 3600.0
_LONGEST_REVIEW: Final = 14 * 86400.0


def _glass_fits(rule: Bare) -> Problems:
    grant = rule.get("grant")
    if not isinstance(grant, dict) or not isinstance(said := grant.get("break_glass"), dict):
        return
    yield from (
        (("grant", key), f"with 'break_glass', {why}; leave it out")
        for key, why in _NOT_IN_GLASS.items()
        if key in grant
    )
    bounds = (("longest",), grant, _LONGEST_GLASS), (("break_glass", "review_within"), said, _LONGEST_REVIEW)
    for path, tree, most in bounds:
        with suppress(ValueError):  # told as a mistake of its own
            if parse_lasting(str(tree.get(path[-1]))) > most:
                yield ("grant", *path), f"with 'break_glass' this is {lasting(most)} at most"


def _unmask_fits(rule: Bare) -> Problems:
    where, operations = rule.get("where"), rule.get("operations")
    words = {word for word in operations if isinstance(word, str)} if isinstance(operations, tuple) else set()
    named = isinstance(where, dict) and next((key for key in ("collections", "sets") if key in where), None)
    if named and not words.isdisjoint({UNMASK, OPERATION_KINDS[UNMASK]}):
        yield ("where", named), f"a token tells no collection, so a rule about '{UNMASK}' cannot name any"


#: Why a rule about each of these holds everywhere.
_EVERYWHERE: Final = {
    LOCK: "a lock on a person holds everywhere",
    SESSIONS: "a session goes over all databases",
    POLICIES: "policies are about all databases",
}


def _everywhere_fits(rule: Bare) -> Problems:
    operations, is_deny = rule.get("operations"), rule.get("effect") == "deny"
    for kind in operations if isinstance(operations, tuple) and rule.get("where") != "anywhere" else ():
        if kind in _EVERYWHERE and not (is_deny and kind == SESSIONS):  # which hides the calls there
            yield ("where",), f"{_EVERYWHERE[kind]}, so a rule about '{kind}' says 'where: anywhere'"


_CHECKS: Final[tuple[Callable[[Bare], Problems], ...]] = (
    _effect_fits,
    _who_fits,
    _can_match,
    _where_fits,
    _inputs_fit,
    _limits_fit,
    _guards_fit,
    _times_fit,
    excepts_fit,
    _grant_fits,
    _glass_fits,
    approvers_fit,
    automatic_fit,
    _unmask_fits,
    _everywhere_fits,
    claims_fit,
    tenants_fit,
    rows_fit,
    rows_have_records,
)


def rule_problems(rule: Any) -> Problems:
    """(path inside the rule, message) for every pair of values that does not fit. Tolerates any shape."""
    if isinstance(rule, dict):
        for check in _CHECKS:
            yield from check(rule)


def profile_problems(name: str, profile: Any) -> Problems:
    """What is wrong with a profile as a whole. Tolerates any shape."""
    if name == UNSAFE_NOTHING.name:
        yield (), f"'{name}' is built in and cannot be defined"
    if isinstance(profile, dict):
        yield from _listed_for_nothing(profile)
        yield from _tokens_of_nothing(profile)


def _listed_for_nothing(profile: Bare) -> Problems:
    named, default = _mapping(profile, "entities"), profile.get("default", "replace")
    for entity in _mapping(profile, "deny"):
        if _operator(named.get(entity, "keep" if entity in ON_REQUEST else default)) == "keep":
            yield ("deny", entity), f"{entity} is kept here, so these texts would be shown; list it in 'entities' too"


def _tokens_of_nothing(profile: Bare) -> Problems:
    for field, operator in _mapping(profile, "fields").items():
        if _operator(operator) == "token" and not (isinstance(operator, dict) and "as" in operator):
            said = "who may open a token is said by its entity; name it, as in {operator: token, as: EMAIL}"
            yield ("fields", field), said


def _mapping(profile: Bare, key: str) -> Bare:
    value = profile.get(key)
    return value if isinstance(value, dict) else {}


def _operator(value: Any) -> Any:
    return value.get("operator") if isinstance(value, dict) else value
