"""Does this text hold what a profile shows in the place of something? Told by the forms of its operators, at once.

Of a date that was moved, a year or a range nothing tells that it is a mask: there any digit may be one.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from vecgate.domain.call import Json
from vecgate.domain.profiles import ENTITIES, MaskProfile
from vecgate.masking.apply.operators import form
from vecgate.masking.apply.operators._base import SHAPELESS, MarkForm
from vecgate.masking.apply.operators.redact import MARK
from vecgate.masking.apply.record_ids import HINT
from vecgate.masking.inputs.alike import STARS, TOLD, Alike, alike, plain

_ESCAPED: Final = re.compile(r"\\+u00([0-7][0-9A-Fa-f])").sub
#: The two angle brackets by name or number, and however often that was escaped again.
_IN_PAGES: Final = re.compile(r"&(?:amp;){0,4}(?:(lt|#0{0,5}60|#[xX]0{0,5}3[cC])|gt|#0{0,5}62|#[xX]0{0,5}3[eE]);?").sub
_IN_LINKS: Final = re.compile(r"%(?:25){0,4}(?:(3[cC])|3[eE])").sub
_ALWAYS: Final = (re.escape(MARK), re.escape(HINT))


class Forms:
    """The forms of one profile's marks. `any`: there are some at all."""

    def __init__(self, profile: MaskProfile) -> None:
        specs = [profile.operator(entity) for entity in ENTITIES] + [*profile.fields.values()]
        named = [(spec.name, made) for spec in specs if (made := form(spec)) is not None]
        used = [made for _, made in named]
        self._drops = any(spec.name == "drop" for spec in specs)
        self.any = bool(used) or self._drops
        self.shapeless = SHAPELESS in used
        self._find = re.compile("|".join(dict.fromkeys([*_ALWAYS, *(one.pattern for one in used)]))).finditer
        self._quick: Callable[[str], bool] = _quick(used)
        self._stars = any(spec.name == "partial" for spec in specs)
        fixed = [one.pattern for name, one in named if (name not in TOLD or not one.parts) and one is not SHAPELESS]
        self._fixed = re.compile("|".join(dict.fromkeys(fixed)), re.IGNORECASE).finditer if fixed else None

    def of(self, text: str) -> set[str]:
        """The marks in a text."""
        text = _unescaped(text)
        return {found[0] for found in self._find(text)} if self._quick(text) else set()

    def like(self, text: str) -> Iterator[Alike]:
        """The marks in a text, and what would be one but for how it is written."""
        text = plain(_unescaped(text))
        yield from (one for one in alike(text) if self._stars or one.mark != STARS)
        for found in self._fixed(text) if self._fixed is not None else ():
            yield Alike(found[0].casefold(), found[0])

    def are_in(self, node: Json) -> bool:
        """Whether any text or key below holds such a mark, or what could have been one."""
        return self._somewhere(node, lambda text: next(self.like(text), None) is not None)

    def must_be_in(self, node: Json) -> bool:
        """Whether any text or key below holds such a mark as it is shown, or is nothing but what could have been."""
        return self._somewhere(node, lambda text: any(one.spelt == plain(text).strip() for one in self.like(text)))

    def _somewhere(self, node: Json, maybe: Callable[[str], bool]) -> bool:
        if isinstance(node, str):
            text = _unescaped(node)
            if self._drops and text.lstrip().startswith(("{", "[")):
                return True  # of a member that is gone from JSON nothing tells
            return (self._quick(text) and next(self._find(text), None) is not None) or maybe(node)
        if isinstance(node, dict):
            return any(self._somewhere(key, maybe) or self._somewhere(value, maybe) for key, value in node.items())
        if isinstance(node, list):
            return any(self._somewhere(item, maybe) for item in node)
        return self.shapeless and isinstance(node, int | float) and not isinstance(node, bool)


def _unescaped(text: str) -> str:
    """In JSON some write `<` as an escape; what comes back from a page or an editor has it as `&lt;`, or `%3C`."""
    if "%" in text:
        text = _IN_LINKS(lambda found: "<" if found[1] else ">", text)
    if "\\u00" in text:
        text = _ESCAPED(lambda found: chr(int(found[1], 16)), text)
    return _IN_PAGES(lambda found: "<" if found[1] else ">", text) if "&" in text else text


def _quick(used: list[MarkForm]) -> Callable[[str], bool]:
    """Nearly every text is told by this."""
    if not all(one.parts for one in used):
        return lambda _: True
    parts = {*(part for one in used for part in one.parts), MARK, HINT}
    return lambda text: any(part in text for part in parts)
