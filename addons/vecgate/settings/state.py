"""Where is the Valkey/Redis that workers share (URL: addresses.py), and when does a write to it count?"""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from vecgate.settings.addresses import Sentinels, StateUrl
from vecgate.settings.section import Seconds, Section


class State(Section):
    """The Valkey/Redis that workers share: approvals, rates, and the list of workers."""

    url: StateUrl = Field(
        description="Its address, for example `unix:///run/vecgate/valkey.sock`: one server, a proxy that follows the primary, or `sentinel://HOST:PORT,HOST:PORT/NAME` (`sentinels://`: with TLS to sentinels and servers; options after `?` as with `rediss://`)."
    )
    password_file: Path | None = Field(
        default=None, description="File with its password, when `url` holds none; read at start."
    )
    sentinel_user: str | None = Field(default=None, description="User at the sentinels, where they have users.")
    sentinel_password_file: Path | None = Field(
        default=None, description="File with the password of the sentinels, where they want one; read at start."
    )
    certificate_name: str | None = Field(
        default=None,
        description="The name that its certificate is for, where that is not its address: sentinels tell servers by address.",
    )
    prefix: str = Field(default="vecgate", description="First part of every key.")
    timeout: Seconds = Field(default=0.5, description="Longest wait for an answer.")
    replicas: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Replicas that must have a step of an approval before it counts."
    )
    sync: bool = Field(
        default=True,
        description="Wait until a step of an approval is on the server's disk (WAITAOF: Valkey or Redis >= 7.2 with `appendonly yes`).",
    )

    @property
    def sentinels(self) -> Sentinels | None:
        """Who tells where the primary is; None: `url` names it."""
        return Sentinels.of(self.url)

    @model_validator(mode="after")
    def _one_to_take_over(self) -> Self:
        if self.sentinels is not None and not self.replicas:
            raise ValueError("with sentinels, 'replicas' must be 1 or more: else what was said yes to may be lost")
        return self
