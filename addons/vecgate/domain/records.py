"""Which records are in this body? A dialect takes an answer or a write apart, and puts it together again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from vecgate.domain.call import Json

type Metadata = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its id, and what the body holds of it. `texts` are (where, what): documents, uris and such.

    `metadata` is None where the body holds none of it. `of`: the collection, where it is another than the call's.
    Of a write: `whole`, it replaces all metadata that there is; `placed`, more can be written beside it.
    """

    id: str | None
    texts: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    metadata: Metadata | None = field(default=None, repr=False)
    of: str = field(default="", repr=False)
    whole: bool = field(default=False, repr=False)
    placed: bool = field(default=True, repr=False)


@dataclass(frozen=True, slots=True)
class Records:
    """All of them, in the order of the body. `without` gives the body with those alone whose turn says so; `described`
    gives it with this metadata for each (None: as it is).
    """

    listed: tuple[Record, ...]
    without: Callable[[Sequence[bool]], Json]
    described: Callable[[Sequence[Metadata | None]], Json]
