"""How long may masking one answer take? Long enough for its size; then it is given up."""

import asyncio
import math
from types import TracebackType
from typing import Final, Self

from vecgate.masking.pool.line import patience
from vecgate.masking.pool.process import PART
from vecgate.refusals.errors import Unavailable

#: So many values of a tree are worth a second more of walking.
_VALUES_PER_SECOND: Final = 100_000
#: For less than that, in seconds, no timer is set anew.
_WORTH_MORE: Final = 0.05


class Limit:
    """How long one masking may take: at least so many seconds (None: as long as it takes), and more for more.

    The clock is set when it is told for the first time how much there is: nothing may wait before that. Raises
    Unavailable("masker") at its end.
    """

    def __init__(self, least: float | None) -> None:
        self._since = asyncio.get_running_loop().time()
        self._least, self._seconds = least, -math.inf
        self._values = self._characters = 0
        self._limit = asyncio.timeout(None)

    def more(self, values: int = 0, characters: int = 0) -> None:
        """There are so many more values to walk over, and characters to look at."""
        self._values += values
        self._characters += characters
        if self._least is not None:
            seconds = patience(self._least, self._characters) + self._values / _VALUES_PER_SECOND
            if seconds - self._seconds > _WORTH_MORE:
                self._seconds = seconds
                self._limit.reschedule(self._since + seconds)

    async def __aenter__(self) -> Self:
        await self._limit.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._limit.__aexit__(kind, error, trace)
        except TimeoutError as e:
            error = e
        if isinstance(error, TimeoutError):
            raise Unavailable(PART, "masking took too long") from error
