"""What does this kind want to know of an upstream's credential, beside what every kind does?"""

from pydantic import Field

from vecgate.settings.upstreams import Credential


class Options(Credential):
    """A client certificate of Vault/OpenBao's PKI, issued in the person's name."""

    mount: str = Field(default="pki", description="Mount path of the secrets engine.")

    @property
    def issuing(self) -> tuple[str, str]:
        """Where people's certificates are issued, and the gateway's own."""
        return f"{self.mount}/issue/{self.role}", f"{self.mount}/issue/{self.gateway_role}"
