"""Was this text analysed before? Findings under a keyed hash of the text; the text itself is not kept."""

import os
from collections import OrderedDict
from typing import Final

from vecgate.domain.finding import Finding
from vecgate.masking.detect.texts import Text

#: What one remembered text takes up, and each finding in it, in bytes: as measured with tracemalloc, rounded up.
ENTRY: Final = 200
EACH: Final = 144


def weight(findings: tuple[Finding, ...]) -> int:
    """What remembering a text with these findings takes up, in bytes."""
    return ENTRY + EACH * len(findings)


class Cache:
    """The most recently used findings: at most `entries` texts, and at most `size` bytes.

    Left out, its key lives and dies with the process.
    """

    def __init__(self, entries: int, size: int = 64 * 1024 * 1024, key: bytes | None = None) -> None:
        self._entries = entries
        self._size = size
        self._key = key or os.urandom(32)
        self._known: OrderedDict[bytes, tuple[Finding, ...]] = OrderedDict()
        self.weight = 0

    def __len__(self) -> int:
        return len(self._known)

    def digest(self, text: Text, version: str) -> bytes:
        """Where the findings of a text are kept. Raises UnicodeEncodeError for a lone surrogate."""
        return text.digest(self._key, version)

    def get(self, digest: bytes) -> tuple[Finding, ...] | None:
        """What was found, or None if that is not known; then it is the last to be forgotten."""
        found = self._known.get(digest)
        if found is not None:
            self._known.move_to_end(digest)
        return found

    def find(self, text: Text, version: str) -> tuple[Finding, ...] | None:
        """What was found in it. Raises UnicodeEncodeError for a lone surrogate."""
        return self.get(text.digest(self._key, version))

    def put(self, digest: bytes, findings: tuple[Finding, ...]) -> None:
        """Remember it, and forget what was not asked for longest. What is too large alone is not remembered."""
        old = self._known.pop(digest, None)
        if old is not None:
            self.weight -= weight(old)
        more = weight(findings)
        if more > self._size or self._entries == 0:
            return
        self._known[digest] = findings
        self.weight += more
        while len(self._known) > self._entries or self.weight > self._size:
            _, gone = self._known.popitem(last=False)
            self.weight -= weight(gone)
