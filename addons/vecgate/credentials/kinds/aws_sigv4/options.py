"""What does this kind want to know: which keys, and for which region and service calls are signed?"""

from typing import Literal

from pydantic import Field

from vecgate.settings.upstreams import Credential


class Options(Credential):
    """Calls are signed (SigV4) with short-lived keys of Vault's AWS engine; the roles are those of that engine."""

    mount: str = Field(default="aws", description="Mount path of the secrets engine.")
    region: str = Field(pattern=r"^[a-z0-9-]+$", description="Region of the domain, such as `eu-central-1`.")
    service: Literal["es", "aoss"] = Field(default="es", description="`es`: a domain; `aoss`: serverless.")

    def path(self, role: str) -> str:
        """Where keys of a role are read."""
        return f"{self.mount}/sts/{role}"
