"""Are refusals by policy only observed (`mode: observe`), until when, and what is shown in their place?"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from vecgate.domain.profiles import UNSAFE_NOTHING
from vecgate.settings.section import Section


def _moment(text: str) -> str:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as e:
        raise ValueError("write it like '2026-12-31' or '2026-12-31T18:00:00+01:00'") from e
    if found.tzinfo is None and len(text) > len("2026-12-31"):
        raise ValueError("it lacks its time zone; write it like '2026-12-31T18:00:00+01:00'")
    return text


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
    until: Annotated[str, AfterValidator(_moment)] | None = Field(
        default=None,
        description="When it ends by itself, such as `2026-12-31` (its first moment, UTC): from then on all is enforced.",
    )

    @property
    def ends(self) -> float | None:
        """When it ends, in seconds since the epoch."""
        if self.until is None:
            return None
        found = datetime.fromisoformat(self.until)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()

    def mask_at(self, at: float) -> str:
        """The profile that counts at this moment; empty: it is over."""
        return self.mask or "" if self.ends is None or at < self.ends else ""

    def words(self, at: float) -> str:
        """What people are told while it lasts; empty once it is over."""
        if not self.mask_at(at):
            return ""
        until = f"until {self.until}" if self.until else "and nothing ends this but the settings"
        return f"MODE OBSERVE: refusals by policy are only recorded, not enforced, {until}"
