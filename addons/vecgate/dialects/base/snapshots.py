"""Can this database keep a copy of a collection before something is done to it? By itself it is taken to have none."""

from collections.abc import Mapping
from typing import ClassVar

from vecgate.dialects.base.shapes import Ask


class Snapshots:
    """What a dialect says of snapshots; where it `snapshots`, it takes one."""

    snapshots: ClassVar[bool] = False
    #: Why it takes none, where there is more to be said of that, as a sentence goes on.
    keeps_none: ClassVar[str] = ""

    async def snapshot(self, ask: Ask, collection: str) -> str:
        """Take one, and say its name; empty where there is no such collection. Raises Unavailable: there is none."""
        return ""

    async def aliases(self, ask: Ask) -> Mapping[str, str]:
        """The collection behind each alias, of which snapshots know nothing. Raises Unavailable."""
        return {}
