"""What is a registered database? Its name, what clients call it, and where it is: only what sends reads that."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Upstream:
    """One registered database. From `url` on it is for `egress/` only; `timeout` in seconds, for a whole answer.

    `grpc_url`: where gRPC goes; empty: it is not spoken.
    """

    name: str
    dialect: str
    hosts: frozenset[str]
    destinations: frozenset[tuple[str, int]]
    url: str = field(repr=False)
    server_name: str | None = field(repr=False)
    ca: Path | None = field(repr=False)
    timeout: float = field(repr=False)
    grpc_url: str = field(default="", repr=False)
