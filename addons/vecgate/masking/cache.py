"""Was this text analysed before? Findings under a keyed hash of the text; the text itself is not kept."""

import os
from collections import OrderedDict

from vecgate.masking.texts import Text
from vecgate.terms import Finding


class Cache:
    """The most recently used findings, at most `entries` of them. Its key lives and dies with the process."""

    def __init__(self, entries: int, key: bytes | None = None) -> None:
        self._entries = entries
        self._key = key or os.urandom(32)
        self._known: OrderedDict[bytes, tuple[Finding, ...]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def digest(self, text: Text, version: str) -> bytes:
        """Where the findings of a text are kept. Raises UnicodeEncodeError for a lone surrogate."""
        return text.digest(self._key, version)

    def get(self, digest: bytes) -> tuple[Finding, ...] | None:
        found = self._known.get(digest)
        if found is not None:
            self._known.move_to_end(digest)
        return found

    def put(self, digest: bytes, findings: tuple[Finding, ...]) -> None:
        if self._entries == 0:
            return
        self._known[digest] = findings
        self._known.move_to_end(digest)
        if len(self._known) > self._entries:
            self._known.popitem(last=False)
