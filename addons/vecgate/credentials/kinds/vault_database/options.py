"""What does this kind want to know: where users are made, and how the database takes one?"""

from pydantic import Field

from vecgate.domain.lease import Way
from vecgate.settings.upstreams import Credential


class Options(Credential):
    """A user that Vault/OpenBao makes at the database, and drops; the roles are those of its database engine."""

    mount: str = Field(default="database", description="Mount path of the secrets engine.")
    way: str | None = Field(
        default=None,
        description="How name and password are sent: `basic`, or `bearer` (`name:password`); left out: as is usual there.",
    )

    def path(self, role: str) -> str:
        """Where a user of a role is made."""
        return f"{self.mount}/creds/{role}"

    def sent(self, ways: tuple[Way, ...]) -> Way | None:
        """The way they are sent, of those that the database knows for them; None where there is no such one."""
        fit = [one for one in ways if one.header == "authorization" and self.way in (None, one.name)]
        return next(iter(fit), None)
