"""Do the words of `approvers` fit together? Run on the bare tree, as checks.py is."""

from collections.abc import Iterator
from typing import Any, Final

from vecgate.parsing.yaml_source import Path
from vecgate.policy.language.strict import exact

type Bare = dict[str, Any]
type Problems = Iterator[tuple[Path, str]]


_SHORT: Final = frozenset({"groups", "count"})


def approvers_fit(rule: Bare) -> Problems:
    """What is wrong with who is asked."""
    asked = rule.get("approvers")
    if not isinstance(asked, dict):
        return
    if "stages" in asked:
        yield from ((("approvers", key), f"with 'stages', '{key}' is said in a stage") for key in _SHORT & asked.keys())
    elif "groups" not in asked:
        yield ("approvers",), "say who is asked: 'groups', or 'stages' of groups and users"
    if rule.get("effect") == "request" and "expires" in asked:
        yield ("approvers", "expires"), "how long a request for access waits stands in 'grant', as 'pending'"
    reason = asked.get("reason")
    if rule.get("effect") == "request" and isinstance(reason, dict) and "asking" in reason:
        yield ("approvers", "reason", "asking"), "whether a request for access says why stands in 'grant', as 'reason'"
    for at, stage in enumerate(asked["stages"] if isinstance(asked.get("stages"), tuple) else ()):
        for path, said in _stage_fits(stage):
            yield ("approvers", "stages", at, *path), said


def _stage_fits(stage: Any) -> Problems:
    if not isinstance(stage, dict):
        return
    if not {"groups", "users", "owners", "claims", "on_call"} & stage.keys():
        yield (), "a stage says who is asked: 'groups', 'users', 'owners', 'claims' or 'on_call'"
    if "up_to" in stage and not {"escalate", "fallback"} & stage.keys():
        yield ("up_to",), "with 'up_to', say in 'escalate' or 'fallback' who is asked about more"
    for other in ("fallback", "escalate"):
        if isinstance(stage.get(other), dict) and not {"groups", "users"} & stage[other].keys():
            yield (other,), "say who they are: 'groups', 'users', or both"
    yield from _names_fit(stage)


def _names_fit(stage: Bare) -> Problems:
    for key in ("groups", "users"):
        names = stage.get(key)
        for i, name in enumerate(names if isinstance(names, tuple) else ()):
            if said := exact(name):
                yield (key, i), said
            if isinstance(names, tuple) and name in names[:i]:
                yield (key, i), f"'{name}' stands here twice"
