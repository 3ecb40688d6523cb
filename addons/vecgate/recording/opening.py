"""How does a journal begin? With a data key of its own, a new file, and an entry that says whose it is."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vecgate.domain.call import Json
from vecgate.recording.journal import Journal, encode, free_bytes, make_folder, moment
from vecgate.recording.seal import DataKey, Sealer
from vecgate.recording.session import Caller, new_id
from vecgate.refusals.errors import Part, Unavailable
from vecgate.settings.recording import Recording

ANONYMOUS: Final = "anonymous"
PERSON: Final = "person"
UNSEALED: Final = "unsealed"
_TRIES: Final = 8


class JournalOpener:
    """Opens journals in one folder. `now` gives seconds since the epoch."""

    def __init__(
        self,
        settings: Recording,
        seal: Sealer,
        now: Callable[[], float],
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._settings, self._seal, self._now, self._free = settings, seal, now, free

    def check(self) -> None:
        """Could an entry be written now? Raises Unavailable('journal')."""
        folder = self._settings.folder
        make_folder(folder)
        try:
            free = self._free(folder)
        except OSError as e:
            raise Unavailable(Part.JOURNAL, e.strerror or type(e).__name__) from e
        if not os.access(folder, os.W_OK | os.X_OK):
            raise Unavailable(Part.JOURNAL, "its folder cannot be written to")
        if free < self._settings.min_free:
            raise Unavailable(Part.JOURNAL, "too little free space")

    async def open(self, who: Caller) -> Journal:
        """A new journal for them. Raises Unavailable('vault') without a data key, Unavailable(Part.JOURNAL)."""
        make_folder(self._settings.folder)
        key = await self._seal.new_key() if who.principal else None
        return begin(
            self._settings, self._now(), who, key, kind=PERSON if who.principal else ANONYMOUS, free=self._free
        )


def begin(
    settings: Recording,
    at: float,
    who: Caller,
    key: DataKey | None,
    *,
    kind: str,
    free: Callable[[Path], int] = free_bytes,
) -> Journal:
    """A new journal with its first entry. Raises Unavailable('journal'), and leaves no file then."""
    journal = _new_file(settings, at, who.user, key, free)
    wrapped: Json = None
    if key is not None:
        wrapped = {"mount": settings.transit_mount, "name": settings.transit_key, "wrapped": key.wrapped}
    body: dict[str, Json] = {
        "session": journal.session,
        "kind": kind,
        "user": who.user,
        "principal": who.principal,
        "client": who.client,
        "agent": who.agent,
        "key": wrapped,
    }
    journal.opened = body | {"opened": moment(at)}
    try:
        journal.append(at, "session.opened", "", encode(body))
    except Unavailable:
        journal.discard()
        raise
    return journal


def _new_file(settings: Recording, at: float, user: str, key: DataKey | None, free: Callable[[Path], int]) -> Journal:
    for _ in range(_TRIES):
        name = new_id(at, user)
        try:
            return Journal(
                settings.folder,
                name,
                key,
                min_free=settings.min_free,
                sync=settings.sync,
                part_bytes=settings.part_bytes,
                free=free,
            )
        except FileExistsError:
            continue
    raise Unavailable(Part.JOURNAL, "no free session id")
