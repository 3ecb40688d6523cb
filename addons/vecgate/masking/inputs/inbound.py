"""What becomes of personal data on its way in? It is masked or refused, before anything is embedded or stored."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from vecgate.domain.call import Json
from vecgate.domain.decision import Inputs
from vecgate.domain.inlets import Each, Inlets, Pointers, changed, chosen, cut, has_text, leaves, paste
from vecgate.domain.profiles import MaskProfile
from vecgate.domain.surface import Surface
from vecgate.masking.inputs.filters import Filters, Tools
from vecgate.masking.inputs.joining import Derived, is_joined
from vecgate.masking.inputs.personal import personal
from vecgate.masking.inputs.rewritten import kept
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused, MaskFailed

type Tree = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Entry:
    """A request's body, and how its dialect reads it: see `Dialect.inlets`, `.rewritten` and `.unclean_vectors`.

    `restored`: the same with what is stored in the place of its masks; that goes in as it is.
    """

    tree: Tree
    inlets: Inlets
    rewritten: Callable[[Tree, Each], Tree]
    unclean: Callable[[Tree, Tree], int]
    restored: Tree | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule asks for. `stored`: how stored data is cleaned."""

    rule: str
    inputs: Inputs
    stored: MaskProfile | None


class Inbound:
    """Cleans request bodies."""

    def __init__(self) -> None:
        self._derived = Derived()

    async def clean(self, entry: Entry, asked: Asked, tools: Tools) -> tuple[Tree, dict[str, int]]:
        """The body as it may go in, and how often each entity was masked in it.

        Raises CallRefused (`input.*`), MaskFailed, Unavailable(Part.MASKER); there is no half-cleaned body.
        """
        return await _Cleaning(entry, asked, tools, self._derived).done()


@lru_cache(maxsize=256)
def _but_names(surface: Surface) -> Surface:
    """The same, where names that stand among what is stored are left for later: they must stay different."""
    return replace(surface, names=(), keep=(*surface.keep, *surface.names)) if surface.names else surface


class _Cleaning:
    """One body on its way in. `tree` is what has become of it so far."""

    def __init__(self, entry: Entry, asked: Asked, tools: Tools, derived: Derived) -> None:
        self.entry, self.asked, self.tools, self.derived = entry, asked, tools, derived
        self.tree = entry.tree
        self.counts: Counter[str] = Counter()

    async def done(self) -> tuple[Tree, dict[str, int]]:
        inlets, inputs = self.entry.inlets, self.asked.inputs
        how = inputs.payload if inlets.payload else inputs.query
        if how != "keep" and has_text(self.tree, inlets.opaque):
            raise MaskFailed("mask.opaque")
        if inputs.payload == "refuse":
            await self._refuse((*inlets.payload, *inlets.names))
        if inputs.query == "refuse":
            await self._refuse(inlets.query)
        await self._payload()
        if inputs.query == "mask":
            await self._mask(inlets.query)
        if inputs.query != "keep" or inputs.filters == "translate":
            await self._filters()
        return self.tree, dict(self.counts)

    async def _refuse(self, pointers: Pointers) -> None:
        part = cut(self.tree, pointers)
        if part is None:
            return
        profile = self.derived.finding(self.asked.stored)
        shown, found = await self.tools.mask(part, self.entry.inlets.surface, profile)
        if found:
            raise personal(found, changed(part, shown), self.asked.rule)

    async def _payload(self) -> None:
        masks, before = self.asked.inputs.payload == "mask", self.entry.restored or self.entry.tree
        if masks:
            await self._mask(self.entry.inlets.payload)
        if self.entry.restored is not None:
            self.tree = kept(self.entry.tree, self.entry.restored, self.tree)  # type: ignore[assignment]
        if not masks:
            return
        unclean = self.entry.unclean(before, self.tree)
        if unclean and self.asked.inputs.embeddings == "refuse":
            raise CallRefused(refuse("input.embedding", count=unclean, rule=self.asked.rule))
        await self._names()

    async def _names(self) -> None:
        """Two records must not become one: a name is masked by what still tells it from others, or refused."""
        inlets = self.entry.inlets
        names = cut(self.tree, inlets.names)
        if names is None:
            return
        new, found = await self.tools.mask(names, inlets.surface, self.derived.joining(self.asked.stored))
        if not is_joined(new) or len({*leaves(new)}) < len({*leaves(names)}):
            raise personal(found, changed(names, new), self.asked.rule)
        self._put(inlets.names, await self._as_stored(names, new), found)

    async def _as_stored(self, names: Json, new: Json) -> Json:
        """The masked names, or what they were masked to before where a record has that: it must not become two."""
        if names == new or self.asked.stored is None:
            return new
        surface, joining = self.entry.inlets.surface, self.derived.joining(self.asked.stored)
        old = [(await mask(names, surface, joining))[0] for mask in await self.tools.former()]
        maybe = {name for tree in (new, *old) for name in leaves(tree)} - {*leaves(names)}
        return chosen(new, old, await self.tools.there(sorted(maybe))) if old else new

    async def _mask(self, pointers: Pointers) -> None:
        part = cut(self.tree, pointers)
        if part is None:
            return
        if self.asked.stored is None:
            raise MaskFailed("a rule that masks what goes in names no profile")
        new, found = await self.tools.mask(part, _but_names(self.entry.inlets.surface), self.asked.stored)
        self._put(pointers, new, found)

    def _put(self, pointers: Pointers, after: Json, found: Mapping[str, int]) -> None:
        try:
            tree = paste(self.tree, pointers, after)
        except ValueError as e:
            raise MaskFailed("a part of the request is gone") from e
        if not isinstance(tree, dict):
            raise MaskFailed("a body became something else")
        self.tree = tree
        self.counts.update(found)

    async def _filters(self) -> None:
        asked, surface = self.asked, self.entry.inlets.surface
        filters = Filters(self.tree, self.entry.rewritten, surface, self.tools)
        if not filters.found:
            return
        self.counts.update(await self._stored(filters))
        keyed = asked.stored is not None and asked.stored.keyed
        others = []
        for mask in await self.tools.former() if keyed else ():
            others.append(Filters(self.tree, self.entry.rewritten, surface, replace(self.tools, mask=mask)))
            await self._stored(others[-1])
        self.tree = filters.tree(*others)

    async def _stored(self, filters: Filters) -> Mapping[str, int]:
        """The values of filters become what is stored of them, under one version of the key."""
        asked, counts = self.asked, dict[str, int]()
        if asked.inputs.query != "keep":
            how = self.derived.joining if asked.inputs.query == "mask" else self.derived.finding
            counts.update(await filters.clean(how(asked.stored), asked.rule))
        if asked.inputs.filters == "translate":
            await filters.translate(self.derived.joining(asked.stored) if asked.stored else None)
        return counts
