"""What does the caller see of this answer, and what may be recorded of it (`RECORD_PROFILE`)? Operators applied."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import batched
from typing import Final

from vecgate.background import Pace
from vecgate.domain.call import Json
from vecgate.domain.finding import Finding
from vecgate.domain.profiles import ENTITIES, REPLACE, MaskProfile
from vecgate.domain.surface import Surface
from vecgate.domain.tenant import NOBODY, Tenant
from vecgate.masking.apply.embedded.edits import Edit
from vecgate.masking.apply.filling import TURN, turns
from vecgate.masking.apply.keys import Keys
from vecgate.masking.apply.marks import is_ours
from vecgate.masking.apply.operators._base import DROP, Block, Drop, Shown
from vecgate.masking.apply.operators.redact import MARK
from vecgate.masking.apply.operators.token import TOKEN
from vecgate.masking.apply.operators.token import is_ours as token_is_ours
from vecgate.masking.apply.places import Places
from vecgate.masking.apply.plan import Ours, Painted, Plan, Unproved, plan
from vecgate.masking.apply.record_ids import token
from vecgate.masking.apply.unmask import OLDEST
from vecgate.masking.apply.walk import Walk
from vecgate.masking.detect.hidden import UNREAD
from vecgate.masking.detect.texts import Text
from vecgate.masking.pool.limit import Limit
from vecgate.masking.pool.pool import Workers
from vecgate.refusals.errors import MaskFailed, MaskRefused

#: What a field policy hides is counted, and named, as this.
FIELD: Final = "FIELD"
#: For journals: whatever is found is replaced, whoever may see it in answers.
RECORD_PROFILE: Final = MaskProfile("record", dict.fromkeys(ENTITIES, REPLACE))
_EVERYTHING: Final = Surface()
_PLANS: Final = 256
#: For profiles without an operator that needs a key.
_NO_KEY: Final = b""
_LAYOUTS: Final = 512
#: A text with more findings, or more characters, is settled and painted in a thread.
_FINDINGS: Final = 256
_LONG: Final = 32_000
#: After so many texts the clock is looked at: may others have their turn?
_TEXTS: Final = 8


class Counts(dict[str, int]):
    """How often each entity was masked; `rules`: how often each rule was why."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: Counter[str] = Counter()

    def add(self, entity: str, rule: str, times: int = 1) -> None:
        """Count one more masked value, which stands in so many places."""
        self[entity] = self.get(entity, 0) + times
        self.rules[rule] += times


class TooMuchNew(Exception):
    """There is more text to analyse than was to be analysed now."""


class Masker:
    """Masks trees and texts. `keys` are what hashes and tokens are made with: one per tenant, so that values join.

    `timeout`: how long masking one tree may take, in seconds; a large one may take longer. None: as long as it takes.
    """

    def __init__(self, workers: Workers, keys: Keys, timeout: float | None = None) -> None:
        self._workers = workers
        self._keys = keys
        self._timeout = timeout
        self._plans: dict[tuple[int, Tenant | None], tuple[MaskProfile, Plan]] = {}
        self._layouts: dict[tuple[int, int], Places] = {}

    async def mask_tree(
        self,
        tree: Json,
        surface: Surface,
        profile: MaskProfile,
        tenant: Tenant = NOBODY,
        collection: str = "",
        *,
        at_most: int | None = None,
        spare: bool = False,
    ) -> tuple[Json, Counts]:
        """The masked tree, of the same shape, and how often each entity was masked in it. `tenant`: whose data it is.

        `collection`: what the server knows it by; ids of records that are personal become tokens of it.
        Field policies come first and hide whole values (numbers too); then each distinct string is analysed
        once. Raises MaskFailed, MaskRefused or Unavailable ("masker", "key"); there is no half-masked tree.
        Raises TooMuchNew when more than `at_most` characters were never seen before; nothing is analysed then.
        `spare`: when nobody else wants a worker, however long it takes.
        """
        ready = await self.prepare(profile, tenant)
        painter = _Painter(ready)
        async with Limit(None if spare else self._timeout) as time:
            walk = Walk(tree, self._places(surface, ready), ready.level, painter.whole, painter.unread)
            for _ in walk.go():
                time.more(values=TURN)
                await asyncio.sleep(0)
            texts = walk.texts
            pace = Pace()
            for some in turns(texts):
                time.more(characters=sum([len(text.value) for text in some]))
                await pace.breathe()
            found = await self._findings(texts, at_most, spare) if ready.entities else dict.fromkeys(texts, ())
            shown = await self._paint(painter, texts, found, tenant)
            if any(text is None or shown[text] != text.value for _, _, _, text in walk.ids):
                walk.fill_ids(shown, partial(token, key=await self._keys.of(tenant), collection=collection))
            for box, at, name, text in walk.names:
                if shown[text] != text.value:
                    box[at] = painter.name(name, text.value, found[text])
            for _ in walk.fill(shown, lambda text: painter.parts(text.value, found[text])):
                await asyncio.sleep(0)
        return walk.result, painter.counts

    async def texts(self, tree: Json, surface: Surface, profile: MaskProfile) -> list[Text]:
        """What masking such a tree would have analysed, each text once. Raises as `prepare` does."""
        ready = await self.prepare(profile)
        if not ready.entities:
            return []
        walk = Walk(tree, self._places(surface, ready), ready.level, lambda text, _field: text)
        for _ in walk.go():
            await asyncio.sleep(0)
        return list(walk.texts)

    async def _findings(self, texts: Iterable[Text], at_most: int | None, spare: bool) -> dict[Text, Sequence[Finding]]:
        """What is in each text; nobody is waited for when all of it is remembered."""
        found: dict[Text, Sequence[Finding]] = {}
        unknown: list[Text] = []
        pace = Pace()
        for number, text in enumerate(texts, 1):
            if number % _TEXTS == 0:
                await pace.breathe()
            known = self._workers.remembered(text)
            if known is None:
                unknown.append(text)
            else:
                found[text] = known
        if unknown and at_most is not None and sum(len(text.value) for text in unknown) > at_most:
            raise TooMuchNew
        if unknown:
            asked = self._workers.analyse(unknown, spare=True) if spare else self._workers.analyse(unknown)
            for some in batched(zip(unknown, await asked, strict=True), TURN):
                found.update(some)
                await pace.breathe()
        return found

    async def _paint(
        self, painter: "_Painter", texts: Mapping[Text, int], found: Mapping[Text, Sequence[Finding]], tenant: Tenant
    ) -> dict[Text, str | Drop]:
        """What is shown of each text; in a thread where that takes long, so that others have their turn."""
        shown: dict[Text, str | Drop] = {}
        pace = Pace()
        for number, (text, there) in enumerate(found.items(), 1):
            if number % _TEXTS == 0:
                await pace.breathe()
            if not there and not painter.denies:
                shown[text] = text.value
                continue
            try:
                if len(text.value) <= _LONG and len(there) <= _FINDINGS:
                    shown[text] = painter.text(text.value, there, texts[text])
                else:
                    shown[text] = await asyncio.to_thread(painter.text, text.value, there, texts[text])
            except Unproved:
                painter.ours = await self._proof(tenant)
                shown[text] = await asyncio.to_thread(painter.text, text.value, there, texts[text])
        return shown

    async def _proof(self, tenant: Tenant) -> Ours:
        """Tells whether what looks like a mark was made with one of the tenant's keys. Raises Unavailable."""
        keys = [await self._keys.of(tenant)]
        while len(keys) <= OLDEST and (older := await self._keys.older(tenant, len(keys))) is not None:
            keys.append(older)
        return lambda text: any(is_ours(text, key) or token_is_ours(text, key) for key in keys)

    def _places(self, surface: Surface, ready: Plan) -> Places:
        # Both are held by the places, so that no other object can have their identity meanwhile.
        known = self._layouts.get((id(surface), id(ready)))
        if known is None:
            if len(self._layouts) >= _LAYOUTS:
                self._layouts.clear()
            known = self._layouts[id(surface), id(ready)] = Places(surface, ready)
        return known

    async def prepare(self, profile: MaskProfile, tenant: Tenant = NOBODY) -> Plan:
        """The profile made ready for a tenant's data. Raises MaskFailed, or Unavailable when it needs one."""
        for whose in (None, tenant):  # without an operator that needs a key, it is the same for all
            known = self._plans.get((id(profile), whose))
            if known is not None and known[0] is profile:
                return known[1]
        key, whose = (await self._keys.of(tenant), tenant) if profile.keyed else (_NO_KEY, None)
        try:
            ready = plan(profile, key, next((made for known, made in self._plans.values() if known is profile), None))
        except ValueError as e:
            raise MaskFailed(f"profile '{profile.name}' cannot be carried out") from e
        if len(self._plans) >= _PLANS:  # those of policy sets that are gone
            self._plans.clear()
        self._plans[id(profile), whose] = profile, ready
        return ready

    async def mask_text(self, text: str, profile: MaskProfile) -> str:
        """One text, such as an error message, masked. Raises MaskFailed or Unavailable("masker")."""
        shown, _ = await self.mask_tree(text, _EVERYTHING, profile)
        if not isinstance(shown, str):
            raise MaskFailed("a text became something else")
        return shown


class _Painter:
    """Puts operators to work on what was found in one answer, and counts."""

    def __init__(self, ready: Plan) -> None:
        self._plan = ready
        self._entities, self._fields = ready.operators()
        #: Whether something is masked in which nothing was found.
        self.denies = bool(ready.lists.deny)
        self.ours: Ours | None = None
        self.counts = Counts()

    def text(self, text: str, found: Sequence[Finding], times: int) -> str | Drop:
        """What is shown of a text that stands in so many places. Raises MaskFailed."""
        painted = self._plan.painted(found) or self._painted(text, found)
        if not painted.why:
            return text
        counts, rules = self.counts, self.counts.rules
        for entity, rule, often in painted.why:
            counts[entity] = counts.get(entity, 0) + often * times
            rules[rule] = rules.get(rule, 0) + often * times
        if painted.gone:
            return DROP
        parts: list[str] = []
        at = 0
        for start, end, shown in painted.edits:
            parts += text[at:start], shown
            at = end
        parts.append(text[at:])
        return "".join(parts)

    def _painted(self, text: str, found: Sequence[Finding]) -> Painted:
        try:
            spans = self._plan.spans(text, found, self.ours)
        except ValueError as e:
            raise MaskFailed("a finding does not fit its text") from e
        edits: list[Edit] = []
        why: dict[tuple[str, str], int] = {}
        gone = False
        for start, end, entity, rule in spans:
            why[entity, rule] = why.get((entity, rule), 0) + 1
            shown = _allowed(self._entities[entity](text[start:end], entity))
            if isinstance(shown, Drop):
                gone = True
                break
            edits.append((start, end, shown))
        painted = Painted(found, edits, [(*one, often) for one, often in why.items()], gone)
        self._plan.keep(painted)
        return painted

    def parts(self, text: str, found: Sequence[Finding]) -> list[Edit]:
        """The same, stretch by stretch, of a text that was shown already and is not dropped."""
        spans = self._plan.spans(text, found, self.ours)
        return [(s, e, str(_allowed(self._entities[entity](text[s:e], entity)))) for s, e, entity, _ in spans]

    def name(self, name: str, text: str, found: Sequence[Finding]) -> str:
        """What stands for all of an id in which something was found: two that differ in one letter stay two."""
        entity = self._plan.spans(text, found, self.ours)[0].entity
        shown = str(_allowed(self._entities[entity](name, entity)))
        if TOKEN.fullmatch(shown):  # which comes back as that very id
            return shown
        exact = name.encode("utf-8", "surrogatepass").hex()
        return str(_allowed(self._entities[entity](exact, entity)))

    def unread(self, text: str) -> str:
        """What is shown of what lies too deep to be looked at."""
        if not self._plan.masks:
            return text
        self.counts.add(UNREAD, "unread")
        return MARK

    def whole(self, text: str, field: int) -> str | Drop:
        """What is shown of a value that a field policy takes whole."""
        shown = _allowed(self._fields[field](text, FIELD))
        if shown != text:
            self.counts.add(FIELD, "field")
        return shown


def _allowed(shown: Shown) -> str | Drop:
    if isinstance(shown, Block):
        raise MaskRefused("mask.blocked")
    return shown
