"""How often, in how long? So many of something in so many seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in so many seconds, for one principal under one rule."""

    requests: int
    seconds: float

    def __str__(self) -> str:
        unit = {1: "s", 60: "min", 3600: "h", 86400: "day"}.get(int(self.seconds))
        return f"{self.requests}/{unit}" if unit else f"{self.requests} in {self.seconds:g} s"
