"""What is a request called? A short id that people read out and type, and nobody guesses."""

import secrets
from typing import Final

# Letters and digits that are not mistaken for each other when read out or typed; 50 bits.
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz0"
_LENGTH: Final = 10


def new_id() -> str:
    """A new one."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
