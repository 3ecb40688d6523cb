"""Which databases (upstreams) are there, and how does the gateway prove itself to each?"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from vecgate.domain.lease import Reach
from vecgate.settings.plugins import CREDENTIALS, DATABASES
from vecgate.settings.section import Seconds, Section, read_as_chosen


class Credential(Section):
    """How the gateway proves itself to one database; a kind may want to know more (`options.py` in its folder)."""

    kind: str = Field(
        default="vault_pki", description="Which kind: the name of a folder in `credentials/kinds/`, or of a plug-in."
    )
    role: str = Field(description="The role there for a person's own lease.")
    write_role: str | None = Field(
        default=None, description="The role for calls that write or delete records; left out: `role`."
    )
    admin_role: str | None = Field(
        default=None, description="The role for calls that do more than that; left out: as `write_role`."
    )
    gateway_role: str = Field(description="The role there for the gateway's own lookups.")
    vouch_role: str | None = Field(
        default=None, description="Role at the vouched mount for people's logins here; left out: `vault.vouch.role`."
    )
    gateway_vouch_role: str | None = Field(
        default=None, description="The same for the gateway's own lookups; left out: `vault.vouch.gateway_role`."
    )
    ttl: Seconds = Field(default=600, description="Life of a lease; never longer than the caller's token.")

    def role_for(self, reach: Reach) -> str:
        """The role of a person's lease for calls that reach so far."""
        if reach is Reach.READ:
            return self.role
        write = self.write_role or self.role
        return write if reach is Reach.WRITE else self.admin_role or write

    @classmethod
    def chosen(cls, tree: Mapping[str, Any]) -> type[Section]:
        return CREDENTIALS.section(cls, tree.get("kind", cls.model_fields["kind"].default))


class UpstreamSettings(Section):
    """One database behind the gateway; what it speaks may want to know more (`options.py` in its folder)."""

    dialect: str = Field(description="What it speaks: the name of a folder in `dialects/`, or of a plug-in.")
    url: str = Field(
        pattern=r"^https?://[^/?#@\s]+$", description="Where the gateway sends: `https://`, host and port."
    )
    grpc: bool = Field(
        default=False,
        description="Whether its clients may speak HTTP/2, and gRPC where its dialect can; without it, clients of gRPC are told that REST is spoken here.",
    )
    grpc_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/?#@\s]+$",
        description="Where the gateway sends what came over gRPC: scheme, host and port; left out: `url`. With `http`, HTTP/2 is spoken at once, in the clear.",
    )
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
    credential: Annotated[Credential, read_as_chosen(Credential)]
    timeout: Seconds = Field(default=30, description="Longest wait for its whole answer.")
    names: Literal["remembered", "asked"] = Field(
        default="remembered",
        description="What decides on a read: what a name, an alias or an id stood for up to 10 seconds ago (`remembered`), or what it stands for now (`asked`: one small question more for each read). For a database whose collections are renamed, or aliases pointed elsewhere, around the gateway; what writes asks each time.",
    )
    versions: Literal["any", "tested"] = Field(
        default="any",
        description="Which versions of its server are spoken to: `tested`, those alone that its dialect was tested with (others are refused: `upstream.untested`); `any`, and of another one it is told, in the log at the start and by `vecgate doctor`.",
    )

    @classmethod
    def chosen(cls, tree: Mapping[str, Any]) -> type[Section]:
        return DATABASES.section(cls, tree.get("dialect"))


AnyUpstream = Annotated[UpstreamSettings, read_as_chosen(UpstreamSettings)]
