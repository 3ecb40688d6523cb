"""What does the caller see of this answer? The same tree, with every wanted entity's text put through its operator."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from vecgate.errors import MaskFailed
from vecgate.masking.operators._base import Operator
from vecgate.masking.plan import Plan, plan
from vecgate.masking.pool import Workers
from vecgate.masking.spans import merge
from vecgate.masking.texts import Text
from vecgate.masking.walk import Walk
from vecgate.profiles import ENTITIES, REPLACE, MaskProfile
from vecgate.surface import Surface
from vecgate.terms import Finding, Json

#: What a field policy hides is counted, and named, as this.
FIELD: Final = "FIELD"
#: For journals: whatever is found is replaced, whoever may see it in answers.
RECORD_PROFILE: Final = MaskProfile("record", dict.fromkeys(ENTITIES, REPLACE))
_EVERYTHING: Final = Surface()
_PLANS: Final = 64


class Masker:
    """Masks trees and texts. `hash_key` is what hashes are keyed with: one per gateway, so that values join."""

    def __init__(self, workers: Workers, hash_key: bytes) -> None:
        """Raises ValueError for a key shorter than 16 bytes."""
        if len(hash_key) < 16:
            raise ValueError("the hash key must have at least 16 bytes")
        self._workers = workers
        self._hash_key = hash_key
        self._plans: dict[int, tuple[MaskProfile, Plan]] = {}

    async def mask_tree(self, tree: Json, surface: Surface, profile: MaskProfile) -> tuple[Json, dict[str, int]]:
        """The masked tree, of the same shape, and how often each entity was masked in it.

        Field policies come first and hide whole values (numbers too); then each distinct string is analysed
        once. Raises MaskFailed or Unavailable("masker"); there is no half-masked tree.
        """
        ready = self._plan(profile)
        wanted: dict[Text, None] = {}
        Walk(surface, ready.field, lambda text: _note(wanted, text), lambda text, _: text).tree(tree)
        texts = list(wanted)
        found = await self._workers.analyse(texts) if ready.entities else [()] * len(texts)
        painter = _Painter(ready, dict(zip(texts, found, strict=True)))
        shown = Walk(surface, ready.field, painter.mask, painter.whole).tree(tree)
        return shown, dict(painter.counts)

    def _plan(self, profile: MaskProfile) -> Plan:
        known = self._plans.get(id(profile))
        if known is not None and known[0] is profile:
            return known[1]
        try:
            ready = plan(profile, self._hash_key)
        except ValueError as e:
            raise MaskFailed(f"profile '{profile.name}' cannot be carried out") from e
        if len(self._plans) >= _PLANS:  # those of policy sets that are gone
            self._plans.clear()
        self._plans[id(profile)] = profile, ready
        return ready

    async def mask_text(self, text: str, profile: MaskProfile) -> str:
        """One text, such as an error message, masked. Raises MaskFailed or Unavailable("masker")."""
        shown, _ = await self.mask_tree(text, _EVERYTHING, profile)
        if not isinstance(shown, str):
            raise MaskFailed("a text became something else")
        return shown


def _note(wanted: dict[Text, None], text: Text) -> str:
    wanted[text] = None
    return text.value


class _Painter:
    """Puts operators to work on what was found, and counts."""

    def __init__(self, ready: Plan, found: Mapping[Text, tuple[Finding, ...]]) -> None:
        self._plan = ready
        self._found = found
        self._done: dict[Text, tuple[str, list[str]]] = {}
        self.counts: Counter[str] = Counter()

    def mask(self, text: Text) -> str:
        if text not in self._done:
            self._done[text] = self._paint(text)
        shown, entities = self._done[text]
        for entity in entities:
            self.counts[entity] += 1
        return shown

    def whole(self, text: str, operator: Operator) -> str:
        shown = operator(text, FIELD)
        if shown != text:
            self.counts[FIELD] += 1
        return shown

    def _paint(self, text: Text) -> tuple[str, list[str]]:
        if text not in self._found:
            raise MaskFailed("a string was not analysed")
        if not self._found[text]:
            return text.value, []
        try:
            spans = merge(text.value, self._found[text], self._plan.entities)
        except ValueError as e:
            raise MaskFailed("a finding does not fit its text") from e
        parts, at = [], 0
        for span in spans:
            operator = self._plan.entities[span.entity]
            parts += [text.value[at : span.start], operator(text.value[span.start : span.end], span.entity)]
            at = span.end
        return "".join([*parts, text.value[at:]]), [span.entity for span in spans]
