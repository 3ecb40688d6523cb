"""Which stored records does a write go over, how are they stored now, and how is it told to keep what is stored?"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from vecgate.dialects.pinecone import results
from vecgate.dialects.pinecone.guarded import WRITES, PineconeGuards, changing, fields_of, with_fields
from vecgate.dialects.pinecone.meaning import items_of, members_of
from vecgate.domain.call import Call, Json
from vecgate.domain.inlets import Fields, Kept, Overwriting, longest_differs
from vecgate.domain.operation import Operation
from vecgate.refusals.errors import Part, Unavailable

type Tree = dict[str, Json]

_FIELDS: Final = "fields"
_VECTOR: Final = ("values", "sparseValues")


def overwriting(guards: PineconeGuards, call: Call, operation: Operation) -> Overwriting | None:
    """What a write changes of what is stored; records that a filter chooses cannot be compared."""
    tree, name = members_of(call.tree), operation.name
    key, under, found = _written(name, tree)
    sent = {i: Kept(id, {_FIELDS: told}, _vector(one)) for i, (id, told, one) in enumerate(found) if told}
    if not sent:
        return None
    blind = frozenset(i for i, one in sent.items() if not one.id)
    told = guards.recalled(call, operation, [])
    if told is None:
        return None
    read = told[1]

    def reading(names: list[str]) -> Call:
        asked = guards.recalled(call, operation, names)
        assert asked is not None
        return asked[0]

    within = partial(_within, whole=name == "upsert_documents") if name.endswith("_documents") else None
    return Overwriting(sent, read, reading, _kept(read.name), _put(tree, key, under), blind, _FIELDS, within)


def _vector(one: Tree) -> Json:
    """What a record is found by: both of its vectors, which are made of one text."""
    return {name: one[name] for name in _VECTOR if one.get(name)} or None


def _within(_number: int, sent: Fields, now: Fields, stored: Fields, *, whole: bool) -> Fields:
    """A document, in which vectors are fields, with those that are stored; `whole`: it is replaced, not changed."""
    if not longest_differs(sent[_FIELDS], now[_FIELDS]):
        return now
    fields, had = members_of(now[_FIELDS]), members_of(stored[_FIELDS])
    vectors = {key: one for key, one in had.items() if results.is_vector(key, one)}
    return {_FIELDS: fields | {key: one for key, one in vectors.items() if key in fields or whole}}


def _written(name: str, tree: Tree) -> tuple[str, str, list[tuple[str, Tree, Tree]]]:
    """Where the records of a write stand (the empty key: it is about one, or about what a filter selects), and each."""
    if changes := changing(name, tree):
        return "", changes, [(str(tree.get("id") or ""), members_of(tree.get(changes)), tree)]
    if name not in WRITES:
        return "", "", []
    key, under = WRITES[name]
    trees = [members_of(one) for one in items_of(tree.get(key))]
    return key, under, [(str(one.get("id", one.get("_id"))), dict(fields_of(one, under) or {}), one) for one in trees]


def _kept(name: str) -> Callable[[Json], Sequence[Kept]]:
    under = "" if name == "fetch_documents" else "metadata"

    def kept(answer: Json) -> Sequence[Kept]:
        if answer is None:
            return []
        found = results.records(name, answer)
        if found is None:
            raise Unavailable(Part.UPSTREAM, "an answer without records")
        trees = [members_of(one) for one in (found.values() if isinstance(found, dict) else found)]
        return [
            Kept(str(one.get("id", one.get("_id"))), {_FIELDS: dict(fields_of(one, under) or {})}, _vector(one))
            for one in trees
        ]

    return kept


def _put(tree: Tree, key: str, under: str) -> Callable[[Mapping[int, Kept]], Tree]:
    def put(changed: Mapping[int, Kept]) -> Tree:
        if not changed:
            return tree
        if not key:  # of one record some parts are set, and of its vectors those that are sent
            vectors = {name: one for name, one in members_of(changed[0].vector).items() if name in tree}
            return {**tree, under: changed[0].fields[_FIELDS], **vectors}
        items = [*items_of(tree.get(key))]
        for number, one in changed.items():
            item = members_of(with_fields(members_of(items[number]), under, members_of(one.fields[_FIELDS])))
            if one.vector is not None:
                item = {key: value for key, value in item.items() if key not in _VECTOR} | members_of(one.vector)
            items[number] = item
        return {**tree, key: items}

    return put
