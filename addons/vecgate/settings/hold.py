"""How long does a request wait for approval, and what is a yes good for?"""

from typing import Annotated

from pydantic import Field

from vecgate.settings.section import Seconds, Section


class Hold(Section):
    """How long a held request waits."""

    wait: Seconds = Field(
        default=20, description="How long the connection is kept waiting; stay under client time-outs."
    )
    pending: Seconds = Field(default=3600, description="How long an approver has to decide.")
    grant: Seconds = Field(default=300, description="How long an approval can be used once it is given.")
    growth: Annotated[float, Field(ge=0, le=1)] = Field(
        default=0.05,
        description="By how much the record count may grow between asking and executing, where a yes is not bound to records (`bind_ids`).",
    )
    bind_ids: Annotated[int, Field(ge=0)] = Field(
        default=10_000,
        description="Up to so many records, a yes to a call by filter is for those that were counted and for no others; above, for as many and `growth`.",
    )
    open_per_user: Annotated[int, Field(ge=1)] = Field(
        default=32,
        description="Requests of one person that may wait for approval, or use one, at a time, at all workers together; over it: `limit.holds`.",
    )
