"""What the toy wants to know of its server."""

from pydantic import Field

from vecgate.settings.upstreams import UpstreamSettings


class Options(UpstreamSettings):
    """A toy database."""

    longest: int = Field(default=100, ge=1, description="Notes that are read at a time.")
