"""As what was a value stored before the key was moved on? Maskers under the versions of before."""

from collections.abc import Sequence

from vecgate.masking.apply.keys import Keys
from vecgate.masking.apply.masker import Masker
from vecgate.masking.pool.pool import Workers


class Former:
    """Knows a masker for each former version of the key; they share what was found in texts."""

    def __init__(self, workers: Workers, keys: Keys, timeout: float | None) -> None:
        self._workers, self._keys, self._timeout = workers, keys, timeout
        self._made: dict[int, Masker] = {}

    async def maskers(self) -> Sequence[Masker]:
        """One for each of them, newest first. Raises Unavailable('masking key')."""
        for version, keys in (await self._keys.former()).items():
            if version not in self._made:
                self._made[version] = Masker(self._workers, keys, self._timeout)
        return [*self._made.values()]
