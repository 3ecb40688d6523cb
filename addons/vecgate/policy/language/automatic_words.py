"""How is it written what no person answers? The `automatic` of `approvers`: yes or no by condition, or its shadow."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from vecgate.parsing.yaml_source import Path
from vecgate.policy.language.strict import Part
from vecgate.policy.language.times import Hours
from vecgate.policy.language.values import LastingText, Name, OperationWord, Word
from vecgate.policy.language.whens import When, WhenText

type Bare = dict[str, Any]
type Problems = Iterator[tuple[Path, str]]

MOST: Final = 16
#: What it can turn on.
CONDITIONS: Final = frozenset({"operations", "masks", "up_to", "over", "hours", "when"})
#: What `when` can ask of a request for access: there is no call yet.
OF_ACCESS: Final = (
    *("principal.user", "principal.groups", "principal.issuer", "principal.claims", "upstream", "tenant", "database"),
    *("collections", "impact.records", "time"),
)
#: What `when` asks of a call alone.
_OF_CALLS: Final = (
    "operation.kind",
    "operation.group",
    "operation.limit",
    "operation.vectors",
    "fields",
    "source.address",
)


class Amounts(Part):
    """How long and how much."""

    lasting: LastingText | None = Field(
        default=None, alias="for", description="Access for so long, from the moment it begins."
    )
    records: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="So many records: of access its budget, of a held call those that it touches."
    )
    opened: Annotated[int, Field(ge=1)] | None = Field(default=None, description="So many opened tokens, of access.")


class Automatic(Part):
    """One answer by condition: all that is said holds. The first that fits counts."""

    name: Name = Field(description="Names it in records, refusals and where it is shown.")
    answer: Literal["approve", "deny"] = Field(description="What is answered.")
    operations: tuple[OperationWord, ...] = Field(
        default=(), min_length=1, description="`approve`: all that is asked for is among these; `deny`: any of it is."
    )
    masks: tuple[Word, ...] = Field(default=(), min_length=1, description="The mask asked for is one of these.")
    up_to: Amounts | None = Field(
        default=None, description="To `approve`: no more than all of these. Unlimited is more."
    )
    over: Amounts | None = Field(default=None, description="To `deny`: more than any of these. Unlimited is more.")
    hours: tuple[Hours, ...] = Field(
        default=(), min_length=1,
        description="`approve`: all of its time, from its begin to its end, is within these; `deny`: any of it is.",
    )  # fmt: skip
    when: WhenText | None = Field(default=None, description="And this condition in CEL holds.")
    shadow: bool = Field(default=False, description="It only says what it would have answered; people are asked.")


def automatic_fit(rule: Bare) -> Problems:
    """What is wrong with what needs no person's answer."""
    asked = rule.get("approvers")
    listed = asked.get("automatic") if isinstance(asked, dict) else None
    grant = rule.get("grant")
    if listed is not None and isinstance(grant, dict) and "break_glass" in grant:
        yield ("approvers", "automatic"), "with 'break_glass' nobody is asked before, and people review it"
    seen = set[str]()
    for at, one in enumerate(listed if isinstance(listed, tuple) else ()):
        if isinstance(one, dict):
            for path, said in _fits(one, str(rule.get("effect"))):
                yield ("approvers", "automatic", at, *path), said
            name = str(one.get("name"))
            if name in seen:
                yield ("approvers", "automatic", at, "name"), f"'{name}' stands here twice"
            seen.add(name)


def _fits(one: Bare, effect: str) -> Problems:
    answer = one.get("answer")
    if CONDITIONS.isdisjoint(one) and answer in ("approve", "deny"):
        does = "approves all of it, so nobody is ever asked" if answer == "approve" else "denies all of it"
        instead = f"{does}; say 'effect: {'allow' if answer == 'approve' else 'deny'}'"
        yield (), f"without a condition it {instead}, or say when: {', '.join(sorted(CONDITIONS))}"
    for key, of in (("up_to", "approve"), ("over", "deny")):
        if key in one and answer in ("approve", "deny") and answer != of:
            yield (key,), f"'{key}' is for 'answer: {of}'"
        if one.get(key) == {}:
            yield (key,), f"'{key}' is empty; say 'for', 'records' or 'opened'"
        for name in ("for", "opened") if effect == "hold" and isinstance(one.get(key), dict) else ():
            if name in one[key]:
                yield (key, name), f"a held call has no '{name}', only 'records'"
    when = one.get("when") if effect == "request" else None
    if isinstance(when, str) and (odd := [name for name in _OF_CALLS if name in when]):
        yield ("when",), f"'{odd[0]}' is of a call; of a request for access can be asked {', '.join(OF_ACCESS)}"


def asks_records(when: When | None) -> bool:
    """Whether a condition turns on how many records there are."""
    return when is not None and "impact.records" in when.needs
