"""What does this kind want to know of an upstream's credential, beside what every kind does?"""

from pydantic import Field

from vecgate.settings.upstreams import Credential


class Options(Credential):
    """A token (JWT) of Vault/OpenBao's identity engine, in the person's name; the roles are those of `identity/oidc`."""

    mount: str = Field(default="identity", description="Mount path of the identity engine.")

    def path(self, role: str) -> str:
        """Where a token of a role is read."""
        return f"{self.mount}/oidc/token/{role}"
