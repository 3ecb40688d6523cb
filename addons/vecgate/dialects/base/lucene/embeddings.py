"""Which vectors stand in a record, and how do those that are stored stay where the text does that they were made of?

They are fields among others, and only the mapping says which (OpenSearch, Elasticsearch). One that stands in an item of a list was
made of the texts of that item, if it has any.
"""

from dataclasses import dataclass
from typing import Final

from vecgate.dialects.base.lucene.names import Index
from vecgate.dialects.base.lucene.results import is_vector
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.dialects.base.lucene.vectors import fields, shown
from vecgate.domain.call import Json
from vecgate.domain.inlets import leaves, longest_differs
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

_UNSEEN: Final = ", and the vector that is stored with it is shown to nobody ('_source' of its mapping leaves it out), so that it would be lost"  # fmt: skip


@dataclass(frozen=True, slots=True)
class Staying:
    """Puts stored vectors in the place of those that were made of a mask.

    `fields`: which fields hold them, None where nobody remembers the index (then every list of numbers does). `unseen`:
    those that are in no record that is read. `whole`: the record is replaced, so that what is not sent is gone. `at`: where
    it stands, for refusals.
    """

    fields: frozenset[str] | None
    unseen: frozenset[str]
    whole: bool
    at: str

    def put(self, sent: Tree, now: Tree, stored: Tree) -> Tree:
        """A record as it goes in. Raises CallRefused (`input.masked`) where what is stored cannot be read."""
        return self._tree(sent, now, stored, "", longest_differs(sent, now))

    def _tree(self, sent: Tree, now: Tree, stored: Tree, above: str, kept: bool) -> Tree:
        was = [*sent.values()]  # its keys may be masked ones; they come first, in their order
        new: Tree = {}
        for turn, (key, value) in enumerate(now.items()):
            there, path = _below(stored, key), f"{above}{key}"
            if self._is_vector(path, value):
                new[key] = self._kept(value, there, path) if kept else value
            else:
                new[key] = self._inner(was[turn] if turn < len(was) else None, value, there, f"{path}.", kept)
        if kept and self.whole and self.fields:
            rest = [field[len(above) :] for field in self.fields if field.startswith(above)]
            new |= {key: stored[key] for key in rest if key not in new and _below(new, key) is None and key in stored}
        return new

    def _inner(self, sent: Json, now: Json, stored: Json, above: str, kept: bool) -> Json:
        if isinstance(now, dict):
            return self._tree(members_of(sent), now, members_of(stored), above, kept)
        if not isinstance(now, list) or not any(isinstance(one, dict) for one in now):
            return now
        was, there = list_of(sent), list_of(stored)
        if len(was) == len(now) == len(there):
            return [
                self._inner(*one, above, longest_differs(one[0], one[1]) if leaves(one[1]) else kept)
                for one in zip(was, now, there, strict=True)
            ]
        # Pieces of a text that stand beside it, in another number: all of the stored ones stay.
        bare = kept and there and not leaves(now)
        return stored if bare and any(one.startswith(above) for one in self.fields or ()) else now

    def _is_vector(self, path: str, value: Json) -> bool:
        return is_vector(value) if self.fields is None else path in self.fields

    def _kept(self, sent: Json, stored: Json, path: str) -> Json:
        if sent is None or stored is not None:
            return None if sent is None else stored
        if path in self.unseen:
            raise CallRefused(refuse("input.masked", where=self.at, detail=_UNSEEN))
        return sent  # there was none


def staying(index: Index | None, whole: bool, at: str) -> Staying:
    """The same for a record of an index."""
    if index is None:
        return Staying(None, frozenset(), whole, at)
    embedded, source = frozenset(fields(index.mappings)), members_of(index.mappings.get("_source"))
    unseen = frozenset(one for one in embedded if source.get("enabled") is False or not shown(source, one))
    return Staying(embedded, unseen, whole, at)


def _below(node: Tree, key: str) -> Json:
    """What stands at a key, whether keys are written with dots or within each other."""
    if key in node:
        return node[key]
    head, dot, rest = key.partition(".")
    if dot and isinstance(node.get(head), dict):
        return _below(members_of(node[head]), rest)
    return {name[len(key) + 1 :]: one for name, one in node.items() if name.startswith(f"{key}.")} or None


def merged(one: Json, more: Json) -> Json:
    """A record of two readings of it, of which each may show what the other does not."""
    if isinstance(one, dict) and isinstance(more, dict):
        return one | {key: merged(one[key], value) if key in one else value for key, value in more.items()}
    if isinstance(one, list) and isinstance(more, list) and len(one) == len(more):
        return [merged(*both) for both in zip(one, more, strict=True)]
    return one
