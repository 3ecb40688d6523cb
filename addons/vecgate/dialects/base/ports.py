"""Which ports does a database open by itself, so that the doctor can knock there? Rows of a dialect."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Port:
    """A port a database opens: what it is, what to ask for there, and where its vendor says so."""

    number: int
    what: str
    path: str
    source: str
