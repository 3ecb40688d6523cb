"""What does this kind want to know: where the key lies, and how the database takes it?"""

from typing import Literal

from pydantic import Field

from vecgate.domain.lease import Way
from vecgate.settings.section import Seconds
from vecgate.settings.upstreams import Credential


class Options(Credential):
    """A static key out of Vault/OpenBao's KV, read anew for each lease; the roles are paths under the mount."""

    mount: str = Field(default="secret", description="Mount path of the secrets engine.")
    version: Literal[1, 2] = Field(default=2, description="Version of that engine.")
    field: str = Field(
        default="key",
        description="Field that holds the key; where it lacks: `username` and `password`, sent as `username:password`.",
    )
    way: str | None = Field(
        default=None,
        description="How the key is sent: `api_key`, `bearer`, `basic`, as its database takes it; left out: as is usual there.",
    )
    header: str | None = Field(
        default=None, description="Or the header it is sent in, where something else before the database asks for it."
    )
    scheme: str = Field(default="", description="Word before the key in that header.")
    reread: Seconds = Field(default=60, description="A changed key is noticed within this time, however long `ttl` is.")

    def path(self, role: str) -> str:
        """Where the key of a role is read."""
        return f"{self.mount}/data/{role}" if self.version == 2 else f"{self.mount}/{role}"

    def sent(self, ways: tuple[Way, ...]) -> Way | None:
        """The way it is sent, of those that the database knows; None where there is no such one."""
        if self.header is not None:
            return Way("header", self.header.lower(), self.scheme)
        return next((one for one in ways if self.way in (None, one.name)), None)
