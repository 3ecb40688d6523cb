"""Is this write a masked form of what is stored? Then the stored value stays: an original is never lost to its mask.

Whoever reads masked and writes back what he read (a status changed, a page rewritten) sends `<PERSON>` for a name. So
records that are sent with a mark in them are read as they are stored, masked as this caller sees them, and compared
field by field: what is equal keeps the stored value, what is not is the caller's own new value. A text that is JSON,
or JSON Lines, is compared leaf by leaf. A text, or leaf, that was both masked and changed is refused: neither form of
it would be right.

What was stored shows by what is kept and what is refused, so only what the caller may read now, alone, is told apart
from other texts. By how he might see it else (once somebody agrees, or under the rule he writes by) a mask is refused,
whatever is around it: else he could try out names there until one fits.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Final

from vecgate.background import Pace
from vecgate.domain.call import Call, Json
from vecgate.domain.inlets import Kept, Overwriting, longest_differs, named
from vecgate.domain.operation import Operation
from vecgate.domain.profiles import MaskProfile
from vecgate.masking.inputs.alike import Alike, plain
from vecgate.masking.inputs.forms import Forms
from vecgate.masking.inputs.rewritten import lines_in, rewritten, tree_in
from vecgate.masking.inputs.values import (
    TELLING,
    are_lists,
    has_null,
    is_mask,
    pieces,
    renamed,
    same,
    texts_in,
)
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: Stored records that are read at once.
PAGE: Final = 100
_BLIND: Final = ", and goes over records that a filter chooses or into a list, so it cannot be compared"

#: The database's answer for a call; and what somebody with that profile sees of an answer to such an operation.
type Profiles = Sequence[MaskProfile]
type Read = Callable[[Call], Awaitable[Json]]
type Mask = Callable[[Json, Operation, MaskProfile], Awaitable[Json]]


@dataclass(slots=True)
class Outcome:
    """What has become of it: values that keep what is stored, and marks that go in as the text they are."""

    tree: dict[str, Json] | None = None
    restored: int = 0
    as_text: int = 0
    places: list[str] = field(default_factory=list)

    def keep(self, place: str) -> None:
        """One more value keeps what is stored."""
        self.restored += 1
        self.places.append(place)

    @property
    def counts(self) -> dict[str, int]:
        """For the journal."""
        return {name: n for name, n in (("restored", self.restored), ("as_text", self.as_text)) if n}


class WriteBack:
    """Compares writes with what is stored."""

    def __init__(self) -> None:
        self._forms: dict[int, tuple[MaskProfile, Forms]] = {}

    def forms(self, profile: MaskProfile) -> Forms:
        """The marks of a profile."""
        known = self._forms.get(id(profile))
        if known is None or known[0] is not profile:
            if len(self._forms) > 64:  # those of policy sets that are gone
                self._forms.clear()
            known = self._forms[id(profile)] = profile, Forms(profile)
        return known[1]

    async def marked(self, sent: Mapping[int, Kept], views: Sequence[MaskProfile]) -> list[int]:
        """Which records hold a mark of one of these profiles. Costs little where none does; others run in between."""
        forms, found, pace = [made for made in map(self.forms, views) if made.any], list[int](), Pace()
        for number, record in sent.items() if forms else ():
            found += [number] * any(one.are_in(record.fields) for one in forms)
            await pace.breathe()
        return found

    async def compare(
        self, over: Overwriting, read: Read, mask: Mask, views: Profiles, unseen: Profiles = ()
    ) -> Outcome:
        """The body with what is stored in the place of its masks; `views`: by which profiles the caller reads.

        `unseen`: by which others a mask may have come about. Raises CallRefused (`input.masked`), Unavailable.
        """
        outcome, changed = Outcome(), dict[int, Kept]()
        seeing, views = len(views), [*views, *unseen]
        found = await self.marked(over.sent, views)
        forms = [self.forms(view) for view in views]
        for number in over.blind.intersection(found):
            if not any(form.must_be_in(over.sent[number].fields) for form in forms):
                continue
            raise CallRefused(refuse("input.masked", where=f"payload[{number}]", detail=_BLIND))
        marked = iter([number for number in found if number not in over.blind])
        while page := list(islice(marked, PAGE)):
            answer = await read(over.reading([over.sent[number].id for number in page]))
            stored = over.kept(answer)
            shown = [over.kept(await mask(answer, over.read, view)) for view in views]
            seen = {record.id: [one[i] for one in shown] for i, record in enumerate(stored)}
            there = {record.id: record for record in stored}
            for number in page:
                sent = over.sent[number]
                if sent.id not in there:
                    outcome.as_text += 1
                    continue
                record = _Record(number, there[sent.id], seen[sent.id], forms, seeing)
                now = record.compared(sent, over, outcome)
                if now is not None:
                    changed[number] = now
        if changed:
            outcome.tree = over.put(changed)
        return outcome


class _Record:
    """One stored record, and how it is seen under each profile: by the caller under the first `seeing` of them."""

    def __init__(self, number: int, stored: Kept, views: Sequence[Kept], forms: Sequence[Forms], seeing: int) -> None:
        self._number, self._stored, self._views, self._forms = number, stored, views, forms
        self._seeing = seeing
        self._takes_away = self._is_json = False
        self._own = {
            mark
            for view, form in zip(views, forms, strict=True)
            for text in texts_in(view.fields)
            for mark in form.of(text)
        } - {mark for form in forms for text in texts_in(stored.fields) for mark in form.of(text)}

    def compared(self, sent: Kept, over: Overwriting, outcome: Outcome) -> Kept | None:
        """The record with what is stored in the place of its masks; None where nothing of it is."""
        self._takes_away = has_null(sent.fields)
        before, fields, texts = outcome.restored, dict[str, Json](), list[bool]()
        for name, value in sent.fields.items():
            had, shown = self._stored.fields.get(name), [view.fields.get(name) for view in self._views]
            times = outcome.restored
            fields[name] = self._value(value, had, shown, f"{name}[{self._number}]", outcome)
            texts += [outcome.restored > times] * isinstance(value, str)
        if outcome.restored == before:
            return None
        # The vector is that of the first text, which is the document where there is one.
        part = over.embedded
        kept = texts[:1] == [True] or (part in fields and longest_differs(sent.fields[part], fields[part]))
        stays = sent.vector is not None and self._stored.vector is not None and kept
        if over.within is not None:
            fields = over.within(self._number, sent.fields, fields, self._stored.fields)
        return Kept(sent.id, fields, self._stored.vector if stays else sent.vector)

    def _value(self, sent: Json, stored: Json, shown: Sequence[Json], at: str, outcome: Outcome) -> Json:
        if isinstance(sent, dict):
            return self._map(sent, stored, shown, at, outcome)
        if isinstance(sent, list) and are_lists(len(sent), stored, shown):
            return [
                self._value(item, stored[i], [one[i] for one in shown], f"{at}[{i}]", outcome)  # type: ignore[index]
                for i, item in enumerate(sent)
            ]
        if is_mask(sent, stored, shown[: self._seeing]):
            outcome.keep(at)
            return stored
        if isinstance(sent, str) and any(not same(one, stored) for one in shown):
            inner = self._json(sent, stored, shown, at, outcome) or self._lines(sent, stored, shown, at, outcome)
            if inner is not None:
                return inner
        self._refuse_mixed(sent, stored, shown, at)
        outcome.as_text += any(form.of(text) for form in self._forms for text in texts_in(sent))
        return sent

    def _json(self, sent: str, stored: Json, shown: Sequence[Json], at: str, outcome: Outcome) -> str | None:
        """A text of JSON, leaf by leaf, if it is one and is shown as one."""
        if (new := tree_in(sent)) is None:
            return None
        trees = [tree_in(one) for one in shown]
        there, seen = tree_in(stored), [tree for tree in trees if tree is not None]
        if not seen or any(type(tree) is not type(new) for tree in (there, *seen)):
            return None
        with self._inside(trees):
            return rewritten(sent, new, self._value(new, there, seen, at, outcome))

    def _lines(self, sent: str, stored: Json, shown: Sequence[Json], at: str, outcome: Outcome) -> str | None:
        """A text of JSON Lines, line by line, if it is shown as one; further lines at its end are new."""
        all_seen = [lines_in(one) for one in shown]
        new, there, seen = lines_in(sent), lines_in(stored), [lines for lines in all_seen if lines is not None]
        if not new or not there or not seen or {*map(len, seen)} != {len(there)} or len(new) < len(there):
            return None
        with self._inside(all_seen):
            old = [(line, [lines[i] for lines in seen]) for i, line in enumerate(there)]
            old += [("", [])] * (len(new) - len(old))
            return "\n".join(
                str(self._value(line, was, now, f"{at}, line {number}", outcome))
                for number, (line, (was, now)) in enumerate(zip(new, old, strict=True), 1)
            )

    @contextmanager
    def _inside(self, seen: Sequence[object]) -> Iterator[None]:
        """Within a text that is written as a whole; `seen`: what it is in each view, None where it is not seen so."""
        around, self._is_json = (self._is_json, self._seeing), True
        self._seeing = sum(one is not None for one in seen[: self._seeing])
        yield
        self._is_json, self._seeing = around

    def _map(self, sent: dict[str, Json], stored: Json, shown: Sequence[Json], at: str, outcome: Outcome) -> Json:
        had = stored if isinstance(stored, dict) else {}
        names = {name: key for one in shown[: self._seeing] for name, key in renamed(stored, one)}
        # How each key is called in a view, and that view.
        views = [({k: name for name, k in renamed(stored, one)}, one if isinstance(one, dict) else {}) for one in shown]
        new: dict[str, Json] = {}
        for name, value in sent.items():
            key = name if name in had else names.get(name, name)
            lost = key not in had and (any(name in view for _, view in views) or self._holds_own(name))
            if lost or key in new:
                raise CallRefused(
                    refuse("input.masked", where=named(at, name), detail=", as a key that cannot be traced")
                )
            if key != name:
                outcome.keep(named(at, name))
            seen = [view.get(called.get(key, key)) for called, view in views]
            new[key] = self._value(value, had.get(key), seen, named(at, name), outcome)
        if self._is_json and any(isinstance(one, dict) for one in shown):
            # The text is written as a whole: what the caller was not shown is not his to take away.
            seeing = views[: self._seeing]
            kept = {k: had[k] for k in had if k not in new and not any(c.get(k, k) in view for c, view in seeing)}
            for key in kept:
                outcome.keep(named(at, key))
            new |= kept
        return new

    def _holds_own(self, text: str) -> bool:
        exact = any(mark in self._own for form in self._forms for mark in form.of(text) if self._tells(mark))
        marks, spelt = self._respelt
        return exact or any(one.mark in marks and one.spelt not in spelt for one in self._likes(text))

    @cached_property
    def _respelt(self) -> tuple[set[str], set[str]]:
        """What the marks of this record would be however they are written, and how its own texts have such."""
        stored = self._likes(self._stored.fields)
        shown = {one for view in self._views for one in self._likes(view.fields)}
        return {one.mark for one in shown - stored}, {one.spelt for one in stored}

    def _respells(self, sent: Json, stored: Json, seen: Sequence[Json], unseen: Sequence[Json]) -> bool:
        """A mask that is shown here, written otherwise; tags that the stored text has, too, are its writer's own."""
        if not (likes := self._likes(sent)):
            return False
        if any(not same(one, stored) for one in unseen):
            return True
        shown = [self._likes(view) for view in seen]
        had = self._likes(stored).intersection(*shown)
        marks, spelt = {one.mark for one in set().union(*shown) - had}, {one.spelt for one in had}
        return any(one.mark in marks and one.spelt not in spelt for one in likes)

    def _likes(self, node: Json) -> set[Alike]:
        return {one for form in self._forms for text in texts_in(node) for one in form.like(text)}

    def _tells(self, mark: str) -> bool:
        """A digit or one star is no mark for itself, and two stars may be a writer's own."""
        return len(mark) > TELLING or (len(mark) == TELLING and (mark in self._own or mark[0] != mark[1]))

    def _refuse_mixed(self, sent: Json, stored: Json, shown: Sequence[Json], at: str) -> None:
        """A mask of this record in a text that is not what was shown for it; or of another one over what is masked."""
        texts = [*texts_in(sent)]
        # What is masked here may be named elsewhere in the record, as long as nothing is taken away in its stead.
        own = (self._takes_away or self._is_json) and any(map(self._holds_own, texts))
        over = any(not same(one, stored) for one in shown) and any(
            self._tells(mark) for form in self._forms for text in texts for mark in form.of(text)
        )
        seen, unseen = shown[: self._seeing], shown[self._seeing :]
        part = any(plain(piece) in plain(text) for one in seen for piece in pieces(stored, one) for text in texts)
        if own or over or part or is_mask(sent, stored, unseen) or self._respells(sent, stored, seen, unseen):
            raise CallRefused(refuse("input.masked", where=at, detail=", and was changed or moved"))
