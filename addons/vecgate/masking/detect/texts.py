"""What goes to the workers? A string, what its field is called, how closely to look, and how readily to suspect."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Final, Literal, NamedTuple

from vecgate.domain.profiles import Sensitivity

type Look = Literal["patterns", "text"]
#: Lets in whoever waits with a short text.
type Breathe = Callable[[], None]

SHORT: Final = 200
#: Characters of a text that is long enough for others to come in between.
LONG: Final = 32_000


def at_ease[T](items: Iterable[T], text: str, breathe: Breathe | None) -> Iterable[T]:
    """The items; of a long text, with a breath before each."""
    return items if breathe is None or len(text) <= LONG else _breathing(items, breathe)


def _breathing[T](items: Iterable[T], breathe: Breathe) -> Iterator[T]:
    for item in items:
        breathe()
        yield item


class Text(NamedTuple):
    """One string to analyse. `look`: validated patterns only, or these and the model. `hint` names its field.

    `level`: how readily the model takes a word for a name.
    """

    value: str
    look: Look = "text"
    hint: str = ""
    level: Sensitivity = "normal"

    def __repr__(self) -> str:
        return f"Text({len(self.value)} characters, {self.look})"

    def digest(self, key: bytes, version: str) -> bytes:
        """A keyed hash under which its findings are remembered: tells nothing about the text without the key.

        Raises UnicodeEncodeError for a lone surrogate.
        """
        mark = _begun(key, version, self.look, self.level, self.hint).copy()
        mark.update(self.value.encode())
        return mark.digest()


@lru_cache(maxsize=1024)
def _begun(key: bytes, version: str, look: str, level: str, hint: str) -> blake2b:
    """The hash of what most texts share. No part of it can slip into the next."""
    head = f"{version}\0{look}\0{level}\0{len(hint)}\0{hint}\0"
    return blake2b(head.encode(), key=key, digest_size=16)
