"""With which short-lived credential does a call go out?"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Lease:
    """A short-lived credential for (principal, upstream, role). `id` is safe to record; the rest is not shown."""

    id: str
    principal: str
    upstream: str
    expires_at: float
    material: Any = field(repr=False, compare=False)
