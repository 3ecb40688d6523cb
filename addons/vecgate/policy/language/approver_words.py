"""How is it written who must say yes? The `approvers` of a rule: one stage in short, or ordered `stages`."""

from typing import Annotated, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from vecgate.domain.approval import NOBODY, Approvers, Circle, Stage
from vecgate.policy.language.automatic_words import MOST, Automatic
from vecgate.policy.language.strict import Part
from vecgate.policy.language.values import Issuers, LastingText, Name, Word

MOST_PEOPLE = 10


def _need(value: object) -> object:
    if value in ("any", "all") or (type(value) is int and 1 <= value <= MOST_PEOPLE):
        return value
    raise ValueError(f"'need' is any, all, or a number from 1 to {MOST_PEOPLE}")


Need = Annotated[
    Literal["any", "all"] | int,
    PlainValidator(_need),
    WithJsonSchema({"anyOf": [{"enum": ["any", "all"]}, {"type": "integer", "minimum": 1, "maximum": MOST_PEOPLE}]}),
]


class Others(Part):
    """People, by their groups and names."""

    groups: tuple[Word, ...] = Field(default=(), min_length=1, description="People in these groups.")
    users: tuple[Word, ...] = Field(default=(), min_length=1, description="And these users.")

    def circle(self) -> Circle:
        """The same as the gateway knows it."""
        return Circle(self.groups, self.users)


class Later(Others):
    """Who is asked as well, once a stage has waited for so long."""

    after: LastingText = Field(description="How long the stage has waited by then: `30min`, `4h`.")


class Staged(Part):
    """Whose yes it takes before the next stage is asked."""

    name: Name | None = Field(default=None, description="Names the stage where it is shown.")
    groups: tuple[Word, ...] = Field(default=(), min_length=1, description="People in these groups.")
    users: tuple[Word, ...] = Field(default=(), min_length=1, description="And these users.")
    owners: Literal[True] | None = Field(
        default=None, description="And the owners of each collection that is touched, as `collections` names them."
    )
    claims: tuple[Word, ...] = Field(
        default=(), min_length=1, description="And users whom these claims of the requester name, such as `manager`."
    )
    on_call: tuple[Name, ...] = Field(
        default=(),
        min_length=1,
        description="And who is on call, by names of `approvals.on_call` in the settings.",
    )
    fallback: Others | None = Field(default=None, description="Who is asked where all that comes to nobody.")
    escalate: Later | None = Field(default=None, description="Who is asked as well, after a time.")
    up_to: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="They agree to so many records at most; to more, or who knows how many, `escalate` or `fallback`.",
    )
    need: Need = Field(
        default="any", description="`any` one of them, so many of them, or `all`: each user, and one of each group."
    )

    def stage(self) -> Stage:
        """The same as the gateway knows it."""
        need = 1 if self.need == "any" else self.need
        later = self.escalate
        return Stage(
            Circle(self.groups, self.users), need, self.name or "", bool(self.owners), self.claims,
            self.fallback.circle() if self.fallback else NOBODY,
            later.circle() if later else NOBODY, later.after if later else 0.0, self.up_to, self.on_call,
        )  # fmt: skip


class Reasons(Part):
    """Who must say why."""

    asking: Literal["required", "optional"] = Field(
        default="optional", description="Who asks; of a held call in the header `Vecgate-Reason`."
    )
    denying: Literal["required", "optional"] = Field(default="optional", description="Who says no.")


class Approval(Part):
    """Who may say yes. It is never the caller, nor anybody whom the caller's token says acts with them."""

    groups: tuple[Word, ...] = Field(
        default=(), min_length=1, description="An approver is in one of these groups; short for one stage."
    )
    count: Annotated[int, Field(ge=1, le=MOST_PEOPLE)] = Field(
        default=1, description="How many different people of `groups` must say yes."
    )
    stages: tuple[Staged, ...] = Field(
        default=(), min_length=1, max_length=MOST_PEOPLE,
        description="In place of `groups`: who is asked first, and who then; different people in all stages.",
    )  # fmt: skip
    issuer: Issuers = Field(
        default=(), description="An approver logged in at this `iss`, or at one of a list; left out: at any."
    )
    above: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None,
        description="Up to so many records nobody is asked, for callers who may `count` with the same filter.",
    )
    automatic: tuple[Automatic, ...] = Field(
        default=(), min_length=1, max_length=MOST,
        description="What is answered without them, by condition; the first that fits counts.",
    )  # fmt: skip
    expires: LastingText | None = Field(
        default=None,
        description="How long a held call waits for them; left out: `hold.pending` of the settings.",
    )
    reason: Reasons = Field(default=Reasons(), description="Whether who asks, or who says no, must say why.")

    def approvers(self) -> Approvers:
        """The same as the gateway knows it."""
        reasons = tuple(name for name, said in self.reason if said == "required")
        short = Stage(Circle(tuple(sorted(self.groups))), self.count)
        stages = tuple(stage.stage() for stage in self.stages) or (short,)
        return Approvers(stages, tuple(sorted(self.issuer)), self.above, reasons, self.expires or 0.0)
