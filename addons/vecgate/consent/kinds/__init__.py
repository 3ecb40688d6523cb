"""With what is a decision signed? One kind of signature a file: keys of SSH, and passkeys of a browser.

A kind says which key it is (`plain`, `fingerprint`) and whether a text was signed with it. Which kind a key is of, and
no more, is known to `consent/keys.py`.
"""

from dataclasses import dataclass
from typing import Protocol


class Passkeys(Protocol):
    """Which passkeys count: what `approvals.passkeys` says; desks know this, and no settings."""

    @property
    def origins(self) -> tuple[str, ...]: ...

    @property
    def synced(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class NoPasskeys:
    """None counts, as they were made at no place that is named."""

    origins: tuple[str, ...] = ()
    synced: bool = True


class Unreadable(ValueError):
    """It is not a key, or not a signature, of this kind."""
