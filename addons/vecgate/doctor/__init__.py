"""Is this gateway in order, and can the database be reached around it? Checks in plain words, each with what to do."""

from vecgate.doctor.examine import Asked, examine
from vecgate.doctor.finding import Finding, Level

__all__ = ["Asked", "Finding", "Level", "examine"]
