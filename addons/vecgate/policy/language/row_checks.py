"""Do the `rows` and claims of a rule fit the rest of it? And do claims stand only where they can be filled in?"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from vecgate.domain.kinds import OPERATION_KINDS, ROWLESS
from vecgate.parsing.yaml_source import Path
from vecgate.policy.language.strict import no_claim
from vecgate.policy.language.values import CLAIM

type Bare = dict[str, Any]
type Problems = Iterator[tuple[Path, str]]

#: Where a claim is filled in: everywhere else the braces would stand for themselves.
_CLAIMED: Final = frozenset({("where", "tenants"), ("rows", "equals"), ("rows", "any_of")})


def _items(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def claims_fit(rule: Bare) -> Problems:
    """Claims that can be none, and claims where nothing fills them in."""
    for path, text in _texts(rule):
        if not (found := CLAIM.search(text)):
            continue
        if tuple(step for step in path if isinstance(step, str)) not in _CLAIMED:
            said = "a claim is filled in under 'tenants' and 'rows' only"
            yield path, f"'{text}' stands for itself here: {said}. To ask for a claim, write it under 'who.claims'."
        elif found[0] == text and (wrong := no_claim(found[1])):
            yield path, wrong


def _texts(node: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict | tuple):
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
            if key != "description":
                yield from _texts(inner, (*path, key))


def rows_fit(rule: Bare) -> Problems:
    """Rows that tell nothing, or stand in a rule that has none to tell."""
    rows = _items(rule.get("rows"))
    for i, row in enumerate(rows):
        if isinstance(row, dict) and ("equals" in row) == ("any_of" in row):
            yield ("rows", i), "a field of 'rows' has either 'equals', a value, or 'any_of', a list of values"
    often = Counter(row["field"] for row in rows if isinstance(row, dict) and isinstance(row.get("field"), str))
    for i, row in enumerate(rows):
        if isinstance(row, dict) and often.get(row.get("field"), 0) > 1:
            yield ("rows", i, "field"), f"'{row['field']}' stands here twice; name its values in one 'any_of'"


def rows_have_records(rule: Bare) -> Problems:
    """Rows beside what is about no records."""
    if "rows" not in rule:
        return
    if rule.get("effect") == "deny":
        yield (
            ("rows",),
            "a deny rule denies calls whole; name in an allow rule the rows that it is about",
        )
    where = rule.get("where")
    if isinstance(where, dict) and where.get("without_collection"):
        yield ("where", "without_collection"), "a call that names no collection is about no rows"
    for i, word in enumerate(_items(rule.get("operations"))):
        if isinstance(word, str) and (word in ROWLESS or OPERATION_KINDS.get(word) in ROWLESS):
            said = "is never about some rows alone, so it would always be refused; allow it in a rule without 'rows'"
            yield ("operations", i), f"'{word}' {said}"


def tenants_fit(rule: Bare) -> Problems:
    """A deny rule about the tenant of a claim: it would deny nobody who lacks the claim."""
    where = rule.get("where")
    tenants = _items(where.get("tenants")) if isinstance(where, dict) else ()
    for i, pattern in enumerate(tenants if rule.get("effect") == "deny" else ()):
        if isinstance(pattern, str) and CLAIM.search(pattern):
            said = "a deny rule about the tenant of a claim denies nothing to whoever is in another one"
            yield ("where", "tenants", i), f"{said}; allow what they may do in their own"
