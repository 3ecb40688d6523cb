"""Whom is a rule about? Groups, users, claims, and whoever uses a person's token."""

from typing import Self

from pydantic import Field, model_validator

from vecgate.policy.language.strict import Part
from vecgate.policy.language.values import Agent, Claim, Word


class Who(Part):
    """Whom a rule is about. All given criteria must hold; in a list one is enough."""

    groups: tuple[Word, ...] = Field(default=(), min_length=1, description="The caller is in one of these groups.")
    users: tuple[Word, ...] = Field(default=(), min_length=1, description="The caller is one of these users.")
    user: Word | None = Field(default=None, description="The caller is this user.")
    claims: dict[Word, Claim] = Field(
        default={}, min_length=1, description="Claims of the token and the value, or list of values, they may have."
    )
    agents: tuple[Agent, ...] = Field(
        default=(),
        min_length=1,
        description="One of these uses the caller's token (`act`, `client_id`, `azp`, `appid`, `cid`); `*`: whoever "
        "acts. Only in deny and hold rules.",
    )
    agent: Agent | None = Field(
        default=None,
        description="This one acts for the caller now: the outermost `act`, not who is behind it, nor the client; "
        "`*`: whoever acts. Only in deny and hold rules.",
    )
    except_groups: tuple[Word, ...] = Field(
        default=(), min_length=1, description="The caller is in none of these groups. Only in deny and hold rules."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.user is not None and self.users:
            raise ValueError("name them all in 'users'; 'user' is one alone")
        return self

    @property
    def called(self) -> tuple[str, ...]:
        """The users, one of whom the caller is."""
        return self.users if self.user is None else (self.user,)

    @property
    def acting(self) -> tuple[str, ...]:
        """Agents of which one uses the token, whether it acts now or not."""
        return self.agents if self.agent is None else (*self.agents, self.agent)
