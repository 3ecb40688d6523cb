"""What is a minted key called? After the gateway and the person, with chance at its end; it fits the database."""

import re
import secrets
from dataclasses import dataclass
from typing import Final

_CHANCE: Final = 5  # bytes
_OTHER: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Names:
    """Names such as `vecgate-alice-0f3a5c7d9b`, of at most so many characters."""

    prefix: str
    joint: str = "-"
    longest: int = 64

    def new(self, user: str) -> str:
        """A name that nothing else has. What it shows of the user is what a name may hold."""
        chance = secrets.token_hex(_CHANCE)
        room = self.longest - len(self.prefix) - len(chance) - 2 * len(self.joint)
        said = _OTHER.sub(self.joint, user.lower()).strip(self.joint)[:room].strip(self.joint) or "x"
        return self.joint.join((self.prefix, said, chance))

    def ours(self, name: str) -> bool:
        """Whether it is such a name: what is called otherwise is somebody else's, and not touched."""
        form = rf"{self.prefix}{self.joint}[a-z0-9][a-z0-9{self.joint}]*{self.joint}[0-9a-f]{{{2 * _CHANCE}}}"
        return len(name) <= self.longest and re.fullmatch(form, name) is not None
