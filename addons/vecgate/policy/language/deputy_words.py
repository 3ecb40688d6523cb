"""How is it written who answers in somebody's place while they are away? `deputies`, each from one day to another."""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from vecgate.domain.approval import Deputy
from vecgate.domain.people import folded
from vecgate.policy.language.strict import Part, exact
from vecgate.policy.language.times import FromText, UntilText
from vecgate.policy.language.values import Word


def _named(text: str) -> str:
    if said := exact(text):
        raise ValueError(said)
    return text


Named = Annotated[Word, AfterValidator(_named)]


class Substitute(Part):
    """Who answers in whose place, and when."""

    of: Named = Field(alias="for", description="Who is away, as approvers are named.")
    by: Named = Field(description="Who answers in their place: a user's name, or `ISSUER#SUBJECT`.")
    begins: FromText = Field(alias="from", description="Not before this moment.")
    until: UntilText = Field(description="And not from this one on; of a date the day still counts.")
    groups: tuple[Named, ...] = Field(
        default=(), min_length=1, description="For these groups of approvers as well, which they are in."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if folded(self.of) == folded(self.by):
            raise ValueError("nobody is their own deputy")
        if self.until <= self.begins:
            raise ValueError("it is over before it begins")
        return self

    def deputy(self) -> Deputy:
        """The same as the gateway knows it."""
        return Deputy(self.of, self.by, self.begins, self.until, self.groups)
