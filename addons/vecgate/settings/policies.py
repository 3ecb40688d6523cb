"""Where do the policies lie, and must people have signed them?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from vecgate.settings.approvals import word
from vecgate.settings.section import Moment, Section, seconds_of


class Policies(Section):
    """The policies; the folder alone can be written in its place: `policies: FOLDER`."""

    folder: Path = Field(description="Folder with the policy files.")
    signed: Annotated[Literal["off", "accept", "require"], BeforeValidator(word)] = Field(
        default="off",
        description="Whether two people sign the policies (two keys of enrolled people): not at all; if they wish, and the log says whether they have; or no others are loaded.",
    )
    signers: tuple[str, ...] = Field(
        default=(), description="Groups of whose people the signatures count; left out: everybody who is enrolled."
    )

    signed_after: Moment | None = Field(
        default=None,
        description="What was signed before this moment does not count, such as `2026-11-01`. A gateway remembers beside its CA what was in force; a new host remembers nothing.",
    )

    @property
    def after(self) -> float:
        """From when on signatures count, in seconds since the epoch."""
        return 0.0 if self.signed_after is None else seconds_of(self.signed_after)

    @model_validator(mode="before")
    @classmethod
    def _folder_alone(cls, value: Any) -> Any:
        return value if isinstance(value, Mapping) else {"folder": value}
