"""What was decided? The rule, and all it asks for: masks, limits, approvers. Filled in by policy/rules/evaluate.py."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final, Literal

from vecgate.domain.approval import Approvers as Approvers
from vecgate.domain.grant import Grant
from vecgate.domain.guards import NO_GUARDS, Guards
from vecgate.domain.guards import Rate as Rate
from vecgate.domain.row import Row

#: Whether answers may carry embeddings; `zero`: each as so many zeros.
type Vectors = bool | Literal["zero"]


class Effect(StrEnum):
    """What a rule says. Deny wins over hold, hold over allow. What may be requested is no decision on a call."""

    ALLOW = "allow"
    HOLD = "hold"
    DENY = "deny"
    REQUEST = "request"


#: What is done with what goes in, from the mildest on.
_STRICTER: Final = ("keep", "restore", "translate", "mask", "refuse")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a rule does with personal data on its way in, before anything is stored, embedded or searched.

    `profile` names the mask profile that cleans it, and that stored data is taken to be cleaned with.
    """

    payload: Literal["keep", "mask", "refuse"] = "keep"
    query: Literal["keep", "mask", "refuse"] = "keep"
    filters: Literal["keep", "translate", "refuse"] = "keep"
    embeddings: Literal["keep", "refuse"] = "keep"
    profile: str | None = None
    write_back: Literal["restore", "refuse"] = "restore"

    @property
    def keeps_all(self) -> bool:
        """Whether everything that may go in goes in as it came."""
        return (self.payload, self.query) == ("keep", "keep") and self.filters != "translate"

    def beside(self, other: "Inputs") -> "Inputs":
        """What both come to for one call: the stricter of each. Cleaned in two ways, nothing personal goes in."""
        if self == other or other == AS_IT_CAME:
            return self
        apart = None not in (self.profile, other.profile) and self.profile != other.profile
        worse = {
            name: max(getattr(self, name), getattr(other, name), key=_STRICTER.index)
            for name in (f.name for f in fields(self) if f.name != "profile")
        }
        if apart:
            worse |= dict.fromkeys(("payload", "query", "filters"), "refuse")
        return Inputs(**worse, profile=self.profile or other.profile)

    def __str__(self) -> str:
        said = {f.name: getattr(self, f.name) for f in fields(self)}
        return ", ".join(f"{name} {value}" for name, value in said.items() if value not in (None, "keep", "restore"))


AS_IT_CAME: Final = Inputs()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the policy says about one operation of one principal, and which rule said it.

    `rows`: only records that fit all of these are there for the caller; empty: all are.
    `grant`: without which it would be another decision; when that ends, this one does not stand any more.
    """

    effect: Effect
    rule: str
    reason: str
    policy_version: str
    mask: str | None = None
    vectors: Vectors = False
    max_results: int | None = None
    max_records: int | None = None
    when_over: Literal["refuse", "cut"] = "refuse"
    rate: Rate | None = None
    approvers: Approvers | None = None
    wait_seconds: float | None = None
    snapshot_first: bool = False
    inputs: Inputs = AS_IT_CAME
    rows: tuple[Row, ...] = ()
    guards: Guards = NO_GUARDS
    grant: Grant | None = None
