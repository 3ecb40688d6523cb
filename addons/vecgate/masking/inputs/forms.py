"""Does this text hold what a profile shows in the place of something? Told by the forms of its operators, at once.

Of a date that was moved, a year or a range nothing tells that it is a mask: there any digit may be one.
"""

import re
from collections.abc import Callable
from typing import Final

from vecgate.domain.call import Json
from vecgate.domain.profiles import ENTITIES, MaskProfile, OperatorSpec
from vecgate.masking.apply.operators.redact import MARK
from vecgate.masking.apply.record_ids import HINT

_KINDS: Final = "|".join([*ENTITIES, "FIELD", "UNSERVED"])
_WORDS: Final = _KINDS.lower().replace("_", "-")
_SHAPELESS: Final = (r"[0-9]", "")
#: By operator: what its marks look like, and a part that all of them have, which is quick to look for.
_FORMS: Final[dict[str, tuple[str, str]]] = {
    "replace": (rf"<(?:{_KINDS})(?:_[0-9]+)?>|\*\*\*", ""),
    "redact": (re.escape(MARK), MARK),
    "hash": (rf"<(?:{_KINDS}):[a-z2-7]{{8,52}}>", "<"),
    "token": (rf"<(?:{_KINDS})#[A-Za-z0-9_-]{{22,}}>", "<"),
    "pseudonym": (rf"(?:{_WORDS})-[a-z2-7]{{20}}", "-"),
    "date_shift": _SHAPELESS,
    "year_only": _SHAPELESS,
    "generalise": _SHAPELESS,
}
_ESCAPED: Final = re.compile(r"\\+u00([0-7][0-9A-Fa-f])").sub
_ALWAYS: Final = (re.escape(MARK), re.escape(HINT))


class Forms:
    """The forms of one profile's marks. `any`: there are some at all."""

    def __init__(self, profile: MaskProfile) -> None:
        specs = [profile.operator(entity) for entity in ENTITIES] + [*profile.fields.values()]
        used = [spec for spec in specs if spec.name not in ("keep", "block", "drop")]
        self._drops = any(spec.name == "drop" for spec in specs)
        self.any = bool(used) or self._drops
        self.shapeless = any(_FORMS.get(spec.name) is _SHAPELESS for spec in used)
        forms = dict.fromkeys([*_ALWAYS, *map(_form, used)])
        self._find = re.compile("|".join(forms)).finditer
        self._quick: Callable[[str], bool] = _quick(used)

    def of(self, text: str) -> set[str]:
        """The marks in a text."""
        text = _unescaped(text)
        return {found[0] for found in self._find(text)} if self._quick(text) else set()

    def are_in(self, node: Json) -> bool:
        """Whether any text or key below holds such a mark."""
        if isinstance(node, str):
            text = _unescaped(node)
            if self._drops and text.lstrip().startswith(("{", "[")):
                return True  # of a member that is gone from JSON nothing tells
            return self._quick(text) and next(self._find(text), None) is not None
        if isinstance(node, dict):
            return any(self.are_in(key) or self.are_in(value) for key, value in node.items())
        if isinstance(node, list):
            return any(map(self.are_in, node))
        return self.shapeless and isinstance(node, int | float) and not isinstance(node, bool)


def _unescaped(text: str) -> str:
    """In JSON some write `<` as an escape."""
    return _ESCAPED(lambda found: chr(int(found[1], 16)), text) if "\\u00" in text else text


def _form(spec: OperatorSpec) -> str:
    if spec.name == "replace" and "with" in spec.params:
        return rf"{re.escape(str(spec.params['with']))}|\*\*\*"
    if spec.name == "partial":
        return rf"(?:{re.escape(str(spec.params.get('char', '*')))})+"
    return _FORMS[spec.name][0]


def _quick(used: list[OperatorSpec]) -> Callable[[str], bool]:
    """Nearly every text is told by this."""
    names = {spec.name for spec in used}
    if any(_FORMS.get(name) is _SHAPELESS for name in names) or any("with" in spec.params for spec in used):
        return lambda _: True
    chars = {str(spec.params.get("char", "*")) for spec in used if spec.name == "partial"} | {"<", "**", "[RED"}
    parts = (*chars, *(["-"] if "pseudonym" in names else []))
    return lambda text: any(part in text for part in parts)
