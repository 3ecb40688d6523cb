"""What does this kind want to know of an upstream's credential, beside what every minted one does?"""

from pydantic import Field

from vecgate.credentials.minted.options import MintedOptions


class Options(MintedOptions):
    """An API key of Pinecone for each lease; `admin` holds `client_id` and `client_secret` of a service account."""

    admin_url: str | None = Field(
        default="https://api.pinecone.io", pattern=r"^https://[^/]+$", description="Where its admin API is."
    )
    login_url: str = Field(
        default="https://login.pinecone.io",
        pattern=r"^https://[^/]+$",
        description="Where a service account gets its token.",
    )
    project: str = Field(pattern=r"^[\w-]+$", description="The id of the project that keys are for.")
    role: str = Field(default="DataPlaneViewer", description="Pinecone's role of a key for reads.")
    write_role: str | None = Field(default="DataPlaneEditor", description="Its role of a key for writes.")
    admin_role: str | None = Field(default="ProjectEditor", description="Its role of a key for more than that.")
    gateway_role: str = Field(default="ProjectViewer", description="Its role of the gateway's own key.")
