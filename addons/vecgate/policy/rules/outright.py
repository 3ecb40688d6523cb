"""Which collections does a rule name outright, not by a pattern?"""

import re
from functools import lru_cache
from typing import Final

from vecgate.policy.rules.evaluate import PolicySet

_NAME: Final = re.compile(r"[^*?\[\]{}]+")
_NONE: Final[frozenset[str]] = frozenset()


@lru_cache(maxsize=256)
def outright(policies: PolicySet, rule: str) -> frozenset[str]:
    """All its collections, where each is a name; none where one is a pattern, or it is about others by other words."""
    where = next((one.rule.where for one in policies.rules if one.rule.name == rule), "")
    if isinstance(where, str) or not all(map(_NAME.fullmatch, where.collections)):
        return _NONE
    return frozenset(where.collections)
