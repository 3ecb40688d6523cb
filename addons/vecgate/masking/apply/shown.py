"""As what may a text or a name be seen and recorded, by whoever looks? Masked; names are remembered."""

from typing import Final

from vecgate.domain.call import Json
from vecgate.domain.surface import Surface
from vecgate.masking.apply.masker import RECORD_PROFILE, Masker

_NAMES: Final = Surface(patterns=("/*",))
_NAMES_REMEMBERED: Final = 512  # people ask for the same few collections again and again


class Shown:
    """What approvers, operators and journals get to see. Each raises MaskFailed or Unavailable('masker')."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._known: dict[tuple[str, ...], list[Json]] = {}

    async def text(self, text: str) -> str:
        """A text as it may be seen and recorded."""
        return await self._masker.mask_text(text, RECORD_PROFILE)

    async def names(self, names: list[Json]) -> list[Json]:
        """Names as they may be seen and recorded: kept, but for what is certain to be personal or a secret."""
        known = self._known.get(tuple(map(str, names)))
        if known is not None:
            return [*known]
        tree, _ = await self._masker.mask_tree(names, _NAMES, RECORD_PROFILE)
        shown = tree if isinstance(tree, list) else []
        if len(self._known) >= _NAMES_REMEMBERED:
            self._known.clear()
        self._known[tuple(map(str, names))] = shown
        return [*shown]
