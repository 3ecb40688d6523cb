"""Which row of a dialect's routes does a call fall on?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from vecgate.parsing.forms import Form

_REMEMBERED: Final = 256  # clients ask for the same few again and again


@dataclass(frozen=True, slots=True)
class Route:
    """One row of a dialect: what `method path` means, and the vendor's page that says so.

    `kind` is a key of `OPERATION_KINDS` (domain/kinds.py) and `danger` runs from 0 to 4 as in `domain/operation.py`; both
    may be refined by the body. `body` None: the route takes none. `query` and `headers`: those of a client's that go on.
    `refused`: why it is never let through; the empty text: it may be. `raw`: it answers with stored data as it lies, which nothing can mask.
    `grpc`: no server has it; only a message is read into it, and over REST it is not known.
    """

    method: str
    path: str
    name: str
    kind: str
    danger: int
    url: str
    query: tuple[str, ...] = ()
    body: Form | None = None
    refused: str = ""
    headers: tuple[str, ...] = ()
    raw: bool = False
    grpc: bool = False

    @property
    def has_body(self) -> bool:
        return self.body is not None


@dataclass(frozen=True, slots=True)
class Match:
    """The row a path fell on, and what stood at its placeholders."""

    route: Route
    values: Mapping[str, str]


@lru_cache(maxsize=1024)
def parts_of(path: str) -> tuple[str, ...]:
    """The segments of a row's path; the root has none."""
    return () if path == "/" else tuple(path[1:].split("/"))


def is_placeholder(part: str) -> bool:
    """Whether anything may stand there."""
    return part.startswith("{") and part.endswith("}")


class Router:
    """Finds the row of a call by whole segments; where two rows fit, the one that is literal first wins."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._rows: dict[tuple[str, int], list[tuple[tuple[str, ...], Route]]] = {}
        for route in routes:
            parts = parts_of(route.path)
            self._rows.setdefault((route.method, len(parts)), []).append((parts, route))
        for rows in self._rows.values():
            rows.sort(key=lambda row: [is_placeholder(part) for part in row[0]])
        self._found: dict[tuple[str, tuple[str, ...]], Match] = {}

    def find(self, method: str, segments: tuple[str, ...]) -> Match | None:
        """The row and its values, or None."""
        found = self._found.get((method, segments))
        if found is None and (found := self._search(method, segments)) is not None:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[method, segments] = found
        return found

    def _search(self, method: str, segments: tuple[str, ...]) -> Match | None:
        for parts, route in self._rows.get((method, len(segments)), ()):
            if all(is_placeholder(part) or part == got for part, got in zip(parts, segments, strict=True)):
                values = {p[1:-1]: got for p, got in zip(parts, segments, strict=True) if is_placeholder(p)}
                return Match(route, values)
        return None


@cache
def router(kind: type) -> Router:
    """The one of a dialect: a database has hundreds of rows, and whoever serves two of its servers has two dialects."""
    return Router(kind.routes)  # type: ignore[attr-defined]
