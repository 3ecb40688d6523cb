"""What does this kind want to know of an upstream's credential, beside what every minted one does?"""

from pydantic import Field

from vecgate.credentials.minted.options import MintedOptions


class Options(MintedOptions):
    """A user and a role of Milvus for each lease; `admin` holds `username` and `password` of an administrator."""

    most: int = Field(
        default=8,
        ge=2,
        description="Users and roles there may be at once; beside those that you made, below `proxy.maxUserNum` (100) and `proxy.maxRoleNum` (10 by default).",
    )
    grant_seconds: float = Field(
        default=20.0, gt=0, description="How long what was granted may take to count; it is probed until then."
    )
