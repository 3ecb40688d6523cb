"""Do the exceptions of a rule fit it? And are those of what it allows such that nobody comes by more with less?"""

from collections.abc import Iterator
from typing import Any

from vecgate.parsing.yaml_source import Path
from vecgate.policy.language.strict import exact, no_claim
from vecgate.policy.language.values import OPENING

type Bare = dict[str, Any]
type Problems = Iterator[tuple[Path, str]]


def excepts_fit(rule: Bare) -> Problems:
    """What is wrong with each exception."""
    found = rule.get("except")
    for i, one in enumerate(found if isinstance(found, tuple) else ()):
        if not isinstance(one, dict):
            continue
        if not one or {} in (one.get("who"), one.get("where")):
            yield ("except", i), "an exception says what it is about: 'who', 'where' or 'operations'"
        who = one.get("who")
        for path, said in (*_nobody(who), *_lost(who, rule.get("effect"))) if isinstance(who, dict) else ():
            yield ("except", i, "who", *path), said


def _nobody(who: Bare) -> Problems:
    """Names that fit nobody, so that nothing would be excepted."""
    for key in ("groups", "users"):
        names = who.get(key)
        for i, name in enumerate(names if isinstance(names, tuple) else ()):
            if said := exact(name):
                yield (key, i), said
    if said := exact(who.get("user")):
        yield ("user",), said
    claims = who.get("claims")
    for name in claims if isinstance(claims, dict) else ():
        if said := no_claim(name):
            yield ("claims", name), said


def _lost(who: Bare, effect: Any) -> Problems:
    """What a token can lack: without it, its owner would be allowed more."""
    for key in {"agents", "agent"} & who.keys():
        yield (
            (key,),
            "whoever acts for another may name itself as it likes; name in 'who' the agents that are meant",
        )
    if "except_groups" in who:
        yield ("except_groups",), "an exception has no exceptions; say 'groups' in it instead"
    for key in {"groups", "claims"} & who.keys() if effect in OPENING else ():
        said = "whoever lacks it would be allowed more; except 'users', or deny them in a rule of its own"
        yield (key,), f"an exception cannot be about '{key}' here: {said}"
