"""Are refusals by policy only observed (`mode: observe`), until when, and what is shown in their place?"""

from typing import Annotated

from pydantic import AfterValidator, Field

from vecgate.domain.profiles import UNSAFE_NOTHING
from vecgate.settings.section import Moment, Section, seconds_of


def _hides(name: str) -> str:
    if name == UNSAFE_NOTHING.name:
        raise ValueError(f"'{name}' masks nothing; name the strictest mask profile of the policies")
    return name


class Observing(Section):
    """What `mode: observe` takes."""

    mask: Annotated[str, AfterValidator(_hides)] | None = Field(
        default=None,
        description="Mask profile of the policies under which is shown what no rule allows; the strictest there is. Required with `mode: observe`.",
    )
    until: Moment | None = Field(
        default=None,
        description="When it ends by itself, such as `2026-12-31` (its first moment, UTC): from then on all is enforced.",
    )

    @property
    def ends(self) -> float | None:
        """When it ends, in seconds since the epoch."""
        if self.until is None:
            return None
        return seconds_of(self.until)

    def mask_at(self, at: float) -> str:
        """The profile that counts at this moment; empty: it is over."""
        return self.mask or "" if self.ends is None or at < self.ends else ""

    def words(self, at: float) -> str:
        """What people are told while it lasts; empty once it is over."""
        if not self.mask_at(at):
            return ""
        until = f"until {self.until}" if self.until else "and nothing ends this but the settings"
        return f"MODE OBSERVE: refusals by policy are only recorded, not enforced, {until}"
