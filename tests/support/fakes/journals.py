"""Journals without a vault, for tests that are about files."""

from vecgate.recording.journal import Journal
from vecgate.recording.seal import DataKey, Sealer

SESSION = "20261123T141500-alice-8f3a"


class Clock:
    def __init__(self) -> None:
        self.now = 1_795_443_300.0

    def __call__(self) -> float:
        return self.now


class LocalSealer(Sealer):
    """Data keys made here: for tests that are about files, not about sealing."""

    def __init__(self) -> None:
        self.made: list[DataKey] = []
        self.fail: Exception | None = None

    async def new_key(self) -> DataKey:
        if self.fail is not None:
            raise self.fail
        key = DataKey(bytes([len(self.made)]) * 32, f"vault:v1:{len(self.made)}")
        self.made.append(key)
        return key


def fill(journal: Journal, entries: int) -> None:
    for i in range(entries):
        journal.append(1_795_443_300.0 + i, "request.sent", f"x{i}", b'{"status":%d}' % i, b"original %d" % i)
