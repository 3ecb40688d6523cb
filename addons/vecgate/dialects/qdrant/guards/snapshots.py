"""How is a collection of Qdrant's kept before something is done to it, and brought back? By its own snapshots."""

from collections.abc import Mapping
from typing import ClassVar

from vecgate.dialects.base import asking
from vecgate.dialects.base.shapes import Ask
from vecgate.dialects.base.snapshots import Snapshots
from vecgate.dialects.qdrant.names import names_of
from vecgate.dialects.qdrant.sites import tree_of
from vecgate.refusals.errors import Part, Unavailable


class QdrantSnapshots(Snapshots):
    """They lie in the server's own folder; of a collection that is dropped they are kept, and its aliases are not."""

    snapshots: ClassVar[bool] = True

    async def snapshot(self, ask: Ask, collection: str) -> str:
        if await asking.get(ask, "collections", collection) is None:
            return ""
        said = await asking.post(ask, "collections", collection, "snapshots", tree={})
        name = tree_of(tree_of(said).get("result")).get("name")
        if not isinstance(name, str) or not name:
            raise Unavailable(Part.UPSTREAM, "no snapshot was taken")
        return name

    async def aliases(self, ask: Ask) -> Mapping[str, str]:
        return await names_of(ask)
