"""Of which version is each server, was its dialect tested with that, and are calls refused where it was not (versions)?

Asked on the gateway's own lease: at the start, and again while the gateway runs, as servers are upgraded under it.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from vecgate.dialects.base.shapes import Ask
from vecgate.dialects.base.versions import Tested
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, Part, SettingsError, Unavailable, VecgateError

log = logging.getLogger(__name__)

#: Seconds for which a version is taken as it was told.
FRESH_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server told of its version, and when. `version` None: nothing that is one."""

    version: str | None
    at: float


class Versions:
    """Lives in one event loop. `strict`: upstreams of which other versions are refused. Clock: seconds that never go back.

    Raises SettingsError for a strict one that cannot be asked.
    """

    def __init__(
        self, tested: Mapping[str, Tested], strict: frozenset[str], ask: Callable[[str], Ask], now: Callable[[], float]
    ) -> None:
        self._tested, self._strict, self._ask, self._now = tested, strict, ask, now
        self._seen: dict[str, Seen] = {}
        self._locks = {name: asyncio.Lock() for name in tested}
        if wrong := [
            f"upstreams.{name}.versions: {tested[name].unasked}" for name in sorted(strict) if not tested[name].call
        ]:
            raise SettingsError(wrong)

    async def check(self, name: str) -> None:
        """Raises CallRefused (`upstream.untested`) where its version is none that may be; Unavailable where it cannot be asked."""
        if name not in self._strict:
            return
        tested, version = self._tested[name], (await self._fresh(name)).version
        if version is None or not tested.covers(version):
            raise CallRefused(refuse("upstream.untested", upstream=name, version=told(version), tested=listed(tested)))

    async def look(self, name: str) -> None:
        """Ask, if it was not asked lately, and say in the log what was not tested. Raises nothing."""
        if self._tested[name].call is None:
            return
        try:
            await self._fresh(name)
        except VecgateError:
            return  # that it is away is told elsewhere

    async def _fresh(self, name: str) -> Seen:
        async with self._locks[name]:
            seen = self._seen.get(name)
            if seen is not None and self._now() - seen.at < FRESH_SECONDS:
                return seen
            before, tested = seen, self._tested[name]
            if tested.call is None:
                raise Unavailable(Part.UPSTREAM, "its version cannot be asked")
            made = self._seen[name] = Seen(tested.told(await self._ask(name)(tested.call)), self._now())
            if before is None or before.version != made.version:
                _say(name, tested, made.version)
            return made


def told(version: str | None) -> str:
    """A version, as a part of a sentence."""
    if version is None:
        return "of a version that it does not tell"
    return version if version.startswith("of ") else f"of version {version}"


def listed(tested: Tested) -> str:
    """Those that were tested, as a part of a sentence."""
    return " and ".join(tested.versions)


def _say(name: str, tested: Tested, version: str | None) -> None:
    if version is not None and tested.covers(version):
        log.info("%s: its server is %s", name, told(version))
    else:
        log.warning("%s: its server is %s; this gateway was tested with %s", name, told(version), listed(tested))
