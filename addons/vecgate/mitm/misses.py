"""Which connections came to an address that the settings lack? The operator is told once; the client was refused."""

import logging
from collections.abc import Iterable
from typing import Final

from vecgate.domain.upstream import Upstream
from vecgate.egress.upstreams import REVERSE_SUFFIX

log = logging.getLogger(__name__)

#: So many are told of; the next start begins anew.
_MOST: Final = 100


class Misses:
    """One for each process."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str, int]] = set()

    def note(self, upstreams: Iterable[Upstream], names: Iterable[str | None], destination: tuple[str, int]) -> None:
        """Somebody asked for these names at that destination. Only names of the settings are written into the log."""
        host, port = destination[0].lower(), destination[1]
        asked = {name.lower() for name in names if name}
        for upstream in upstreams:
            known = (host, port) in upstream.destinations or host == f"{upstream.name}{REVERSE_SUFFIX}"
            if known or asked.isdisjoint(upstream.hosts) or len(self._told) >= _MOST:
                continue
            if (upstream.name, host, port) not in self._told:
                self._told.add((upstream.name, host, port))
                said = "%s was asked for at %s:%d and refused: its 'destinations' do not have that address"
                log.warning(said, upstream.name, host, port)
