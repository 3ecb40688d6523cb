"""Where in a text is something personal, and what is it?"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of personal data: character offsets (end exclusive), its entity, and what found it."""

    start: int
    end: int
    entity: str
    source: str = field(default="", compare=False)
