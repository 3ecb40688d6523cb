"""What does a call mean? Kind, danger, collections by name, and by the server's ids (`Dialect.located`)."""

from dataclasses import dataclass

from vecgate.domain.kinds import OPERATION_KINDS


@dataclass(frozen=True, slots=True)
class Operation:
    """What a call means. `collections` are the names a policy decides on; all must be allowed.

    `things` are what the server itself knows them by, one for each name ("": there is none yet); where a call names
    no collection and touches them all, those of all. Where a server gives no ids, a thing is the resolved name
    with a fingerprint of its configuration and creation. Empty: not asked for. `also`: what the same call does
    besides; that must be allowed as well. `records`: how many records a write or delete names itself.
    `limit` is the number of results asked for (None: no bound given, or not a read); `page` the (offset, limit) of a
    list, which is cut by the gateway once it holds only what the caller may see.
    `danger` runs from 0 (no user data) to 4 (destroys, restores, or hands out raw storage).
    """

    dialect: str
    name: str
    kind: str
    danger: int
    tenant: str | None = None
    database: str | None = None
    collections: tuple[str, ...] = ()
    limit: int | None = None
    wants_vectors: bool = False
    things: tuple[str, ...] = ()
    records: int | None = None
    also: "tuple[Operation, ...]" = ()
    page: tuple[int, int | None] = (0, None)

    @property
    def unnamed(self) -> bool:
        """Whether it is about something of which only the id is known so far."""
        return len(self.things) > len(self.collections)

    @property
    def group(self) -> str:
        """The policy group of this kind: read, write, delete, schema, destroy, snapshot, admin."""
        return OPERATION_KINDS[self.kind]
