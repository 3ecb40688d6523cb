"""Which databases (upstreams) are there, and how does the gateway prove itself to each?"""

from pathlib import Path

from pydantic import Field

from vecgate.settings.section import Seconds, Section


class Credential(Section):
    """How the gateway proves itself to one database."""

    kind: str = Field(default="vault_pki", description="Which kind: the name of a module in `credentials/`.")
    role: str = Field(description="The role there for a person's own lease.")
    gateway_role: str = Field(description="The role there for the gateway's own lookups.")
    mount: str = Field(default="pki", description="Mount path of the secrets engine.")
    ttl: Seconds = Field(default=600, description="Life of a lease; never longer than the caller's token.")


class UpstreamSettings(Section):
    """One database behind the gateway."""

    dialect: str = Field(description="What it speaks: the name of a module in `dialects/`.")
    url: str = Field(pattern=r"^https?://[^/]+$", description="Where the gateway sends: scheme, host and port.")
    server_name: str | None = Field(
        default=None, description="Name its certificate must carry; left out: the host of `url`."
    )
    ca: Path | None = Field(
        default=None, description="PEM file of the CA that signs its certificate; left out: the system's."
    )
    hosts: tuple[str, ...] = Field(
        min_length=1, description="Names a client may use for it (SNI and Host header), in lower case."
    )
    destinations: tuple[str, ...] = Field(
        default=(),
        description="Where a client may connect to in transparent or regular mode, as it does: `address:port` of the redirected connection, or the `name:port` that it asks a proxy for. Without any, no client reaches it in these modes.",
    )
    credential: Credential
    timeout: Seconds = Field(default=30, description="Longest wait for its whole answer.")
