"""What is one call? Its route's names, query and body, and what its caller may."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from demo.qdrant_edge_shim import reading
from demo.qdrant_edge_shim.access import Access, Right
from demo.qdrant_edge_shim.faults import Fault
from demo.qdrant_edge_shim.reading import Bad
from demo.qdrant_edge_shim.store import Collection, Store

_PART: Final = re.compile(rb'name="snapshot"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Plain:
    """An answer without an envelope: a text, or a tree."""

    value: Any


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they are."""

    value: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """It was taken, and nobody waits for it."""


def file(path: Path) -> Raw:
    return Raw(path.read_bytes())


@dataclass(frozen=True, slots=True)
class Call:
    """`typed`: a route whose errors of reading are plain text."""

    store: Store
    params: dict[str, str]
    query: dict[str, str]
    headers: list[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)
    access: Access
    right: Right | None
    typed: bool = False

    @property
    def name(self) -> str:
        """The collection's name, or an alias, as it stands in the path."""
        return self.params["c"]

    @property
    def wait(self) -> bool:
        return self.query.get("wait") == "true"

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name), "")

    def collection(self, *more: str) -> Collection:
        """The collection, if the caller may, and may read the others, too. Raises Fault."""
        if self.right not in ("global", "manage"):
            self.access.check(self.right or "read", self.name)
        for other in more:
            self.access.check("read", other)
        return self.store.get(self.name)

    def read[T](self, read: Callable[[Any], T]) -> T:
        """The body, read. Raises Fault for what cannot be."""
        try:
            return read(reading.parse(self.body))
        except Bad as e:
            if self.typed:
                raise Fault(400, f"Json deserialize error: {e}", "text") from None
            raise Fault(400, f"Format error in JSON body: {e}") from None

    def uploaded(self) -> bytes:
        """The file of a form."""
        kind = self.header("content-type")
        if not kind.startswith("multipart/"):
            raise Fault(415, "Parsed Content-Type did not have 'multipart' top-level media type", "text")
        found = _PART.search(self.body)
        if found is None:
            raise Fault(400, "Required field is missing: snapshot", "text")
        return found[1]
