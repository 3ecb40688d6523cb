"""How many requests for access may one person have, and how long can one be looked up?"""

from typing import Annotated

from pydantic import Field

from vecgate.settings.section import Seconds, Section


class Access(Section):
    """Requests for access, by rules with `effect: request`."""

    open_per_user: Annotated[int, Field(ge=1)] = Field(
        default=16,
        description="Requests of one person that may be waiting or granted at a time; over it: `limit.requests`.",
    )
    kept: Seconds = Field(
        default=90 * 86400, description="How long a request can be looked up once it has been denied or has ended."
    )
