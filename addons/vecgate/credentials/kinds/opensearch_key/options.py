"""What does this kind want to know of an upstream's credential, beside what every minted one does?"""

from pydantic import Field

from vecgate.credentials.minted.options import MintedOptions


class Options(MintedOptions):
    """An API key of OpenSearch (3.7 and later) for each lease; `admin` holds `username` and `password` of an administrator."""

    most: int = Field(
        default=90,
        ge=2,
        description="Keys there may be at once; below `api_tokens.max_tokens` of its security plugin, which is 100 by default.",
    )
