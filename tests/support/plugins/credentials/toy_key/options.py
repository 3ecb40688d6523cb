"""What this kind wants to know: where its secret is."""

from pathlib import Path

from pydantic import Field

from vecgate.settings.upstreams import Credential


class Options(Credential):
    """A key in a header of the toy."""

    secret_file: Path = Field(description="File with the secret that keys are made of.")
