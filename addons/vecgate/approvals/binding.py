"""What is a yes good for? A digest of all decided, over `Operation.things`: holding.py has dialects find them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from vecgate.domain.call import Call
from vecgate.domain.decision import Decision
from vecgate.domain.operation import Operation
from vecgate.domain.people import chain
from vecgate.domain.principal import Principal
from vecgate.domain.profiles import MaskProfile


def binding(
    call: Call,
    principal: Principal,
    upstream: str,
    operation: Operation,
    decision: Decision,
    profiles: tuple[MaskProfile | None, ...],
) -> str:
    """The digest (SHA-256, hex) of who does what to which things, by which rule with which masks and limits."""
    # The version of the policies is not in it: an edit elsewhere does not change what was agreed to.
    asked = replace(decision, policy_version="", reason="", rate=None, wait_seconds=None)
    terms = orjson.dumps([operation, asked, profiles], default=_plain, option=orjson.OPT_SORT_KEYS)
    acting = chain(principal)  # a yes to what one program does for somebody is none to another, nor to themselves
    who = orjson.dumps([principal.key, *acting]).decode() if acting else principal.key
    return call.digest(who, upstream, terms.decode())


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)
