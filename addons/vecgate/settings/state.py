"""Where is the Valkey/Redis that workers share (URL: addresses.py), and when does a write to it count?"""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from vecgate.settings.addresses import StateUrl
from vecgate.settings.section import Seconds, Section


class State(Section):
    """The Valkey/Redis that workers share: approvals, rates, and the list of workers."""

    url: StateUrl = Field(
        description="Its address, for example `unix:///run/vecgate/valkey.sock`: one server, or a proxy that follows the primary."
    )
    password_file: Path | None = Field(
        default=None, description="File with its password, when `url` holds none; read at start."
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
