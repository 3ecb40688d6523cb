"""What do kinds that mint a key for each lease want to know of an upstream's credential? A section of their options."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from vecgate.settings.section import Seconds
from vecgate.settings.upstreams import Credential


class MintedOptions(Credential):
    """A key of its own for each lease, minted through the database's own admin API and revoked there."""

    role: str = Field(default="scoped", description="Not looked at: what a key may do follows from what was decided.")
    gateway_role: str = Field(default="scoped", description="Not looked at: the gateway's own key may read.")
    admin: str = Field(
        pattern=r"^[\w./-]+/data/[\w./-]+$",
        description="Path in the KV engine (version 2) of the secret with which the gateway mints, such as `secret/data/vecgate/tickets`.",
    )
    admin_url: str | None = Field(
        default=None, pattern=r"^https://[^/]+$", description="Where its admin API is; left out: the upstream's `url`."
    )
    admin_ca: Path | None = Field(
        default=None,
        description="PEM file of the CA that signs the certificate at `admin_url`; left out: the system's.",
    )
    name_prefix: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]{2,11}$")] = Field(
        default="vecgate",
        description="How names of minted keys begin. What begins so and is no lease of these gateways is revoked, so gateways with a Valkey of their own that share a database need one each.",
    )
    most: Annotated[int, Field(ge=2)] = Field(
        default=1000, description="Keys there may be at once; beyond that the one used least lately is given back."
    )
    rotate: Seconds | None = Field(
        default=None,
        description="After how long the gateway changes its own password there, where the database lets it; left out: never.",
    )
