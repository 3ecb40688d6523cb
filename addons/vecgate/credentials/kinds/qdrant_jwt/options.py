"""What does this kind want to know: which key of the transit engine is the server's?"""

from pydantic import Field

from vecgate.settings.upstreams import Credential


class Options(Credential):
    """A JWT of Qdrant. The roles are keys of the transit engine (type `hmac`), imported from the server's `api_key`."""

    mount: str = Field(default="transit", description="Mount path of the transit engine.")

    def path(self, role: str) -> str:
        """Where it is signed."""
        return f"{self.mount}/hmac/{role}/sha2-256"
