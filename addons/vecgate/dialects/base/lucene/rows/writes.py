"""What does a write do to the fields that tell whose a record is? Put in, left alone, or refused.

Keys with dots are spellings of keys in keys (`{"a.b": 1}` is `{"a": {"b": 1}}`), and a list of values makes a record
everybody's of whom one is in it: a field of a row is one value, in one place.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from vecgate.dialects.base.lucene import lines
from vecgate.dialects.base.lucene.meaning import body
from vecgate.dialects.base.lucene.rows import answers
from vecgate.dialects.base.lucene.values import Tree, list_of, members_of
from vecgate.dialects.base.reading import JSON_HEADERS
from vecgate.dialects.base.routing import Match
from vecgate.domain.call import Call, Json
from vecgate.domain.decision import Decision
from vecgate.domain.row import Row
from vecgate.domain.scoped import Owned, Scoped, unscopable, wrong_field
from vecgate.parsing import paths
from vecgate.parsing.strict_json import dump

_AT_ONCE: Final = 500


def ids(match: Match, tree: Tree) -> tuple[str, ...]:
    """The ids of records that a write may make somebody's."""
    if match.route.name == "bulk":
        return tuple(str(meta["_id"]) for _, meta, _ in lines.actions(tree) if "_id" in meta)
    return (match.values["id"],) if "id" in match.values and match.route.name in ("index", "create", "update") else ()


def kept(match: Match, call: Call, decision: Decision) -> Scoped:
    """A write to the caller's own records only, that leaves them the caller's. Raises CallRefused."""
    name, tree = match.route.name, body(call)
    if any(key.startswith("if_") for key, _ in call.query):
        unscopable(name, decision, "it names a number that all writes share")
    if name == "bulk":
        return _bulk(match, call, tree, decision)
    new, fresh = _document(name, tree, "", decision)
    sent = call if name == "delete" else replace(call, body=dump(new), tree=new)
    named = [match.values["id"]] if "id" in match.values else []
    return Scoped(sent, answers.done, _owned(match.values["index"], named, decision, fresh=fresh))


def _document(action: str, doc: Tree, at: str, decision: Decision) -> tuple[Tree, bool]:
    """What one write brings, with the fields of the rows in it; and whether its record need not be there."""
    if action == "delete":
        return doc, False
    if action != "update":
        return _whole(doc, at, decision), True
    makes = doc.get("doc_as_upsert") is True
    place = f"{at}.doc" if at else "doc"
    partial_ = (
        _whole(members_of(doc["doc"]), place, decision) if makes else _part(members_of(doc["doc"]), place, decision)
    )
    new: Tree = {**doc, "doc": partial_}
    if "upsert" in doc:
        new["upsert"] = _whole(members_of(doc["upsert"]), f"{at}.upsert" if at else "upsert", decision)
    return new, makes or "upsert" in doc


def _bulk(match: Match, call: Call, tree: Tree, decision: Decision) -> Scoped:
    items, named, made = list[Json](), dict[tuple[str, bool], list[str]](), set[tuple[str, str]]()
    for i, (action, meta, doc) in enumerate(lines.actions(tree)):
        if "if_seq_no" in meta or "if_primary_term" in meta:
            unscopable("bulk", decision, "it names a number that all writes share")
        new, fresh = _document(action, doc, f"items[{i}].doc", decision)
        items.append({action: meta} if action == "delete" else {action: meta, "doc": new})
        if "_id" in meta:
            index, id = str(meta.get("_index", match.values.get("index", ""))), str(meta["_id"])
            if fresh:
                made.add((index, id))
            # What a line before it makes is the caller's by then.
            named.setdefault((index, fresh or (index, id) in made), []).append(id)
    body_: Tree = {**tree, "items": items}
    owned = [one for (index, fresh), some in named.items() for one in _owned(index, some, decision, fresh=fresh)]
    return Scoped(replace(call, body=dump(body_), tree=body_), answers.done, tuple(owned))


def _owned(index: str, named: Sequence[str], decision: Decision, *, fresh: bool) -> tuple[Owned, ...]:
    """The records must be the caller's, or where `fresh` nobody's: the server is asked for what it has at this moment."""
    if not named:
        return ()
    fields: list[Json] = [row.field for row in decision.rows]

    def asked(some: Sequence[str], shown: Json) -> Call:
        tree: Tree = {"docs": [{"_id": one, "_source": shown} for one in some]}
        return Call("POST", paths.join((index, "_mget")), headers=JSON_HEADERS, body=dump(tree), tree=tree)

    there, mine = partial(asked, shown=False), partial(asked, shown=fields)
    found = partial(answers.mine, rows=decision.rows)
    return (Owned(index, tuple(dict.fromkeys(named)), there, mine, found, _AT_ONCE, fresh),)


def _reaching(doc: Json, path: Sequence[str]) -> list[tuple[str, ...]]:
    """The keys of a document that lead to a field, to what it is in, or to something in it; each as its steps."""
    found = list[tuple[str, ...]]()
    for key in members_of(doc):
        steps = tuple(key.split("."))
        if steps == tuple(path[: len(steps)]) or tuple(path) == steps[: len(path)]:
            found.append(steps)
    return found


def _part(doc: Tree, at: str, decision: Decision) -> Tree:
    """What is put over a part of a record: it may say a row's field only as it is."""
    for row in decision.rows:
        _check(doc, row.field.split("."), row, at, decision)
    return doc


def _check(node: Json, path: Sequence[str], row: Row, at: str, decision: Decision) -> None:
    if not path:
        if not row.fits(node):
            wrong_field(at or "the record", decision)
        return
    if not isinstance(node, dict):  # nothing, or a list, in the place of what holds the field
        wrong_field(at or "the record", decision)
    for steps in _reaching(node, path):
        if len(steps) > 1 or len(steps) > len(path):  # one spelling only
            wrong_field(at or "the record", decision)
        _check(node[steps[0]], path[1:], row, at, decision)


def _whole(doc: Tree, at: str, decision: Decision) -> Tree:
    """A record that is all there will be, with the fields of the rows in it."""
    new = doc
    for row in decision.rows:
        _check(new, row.field.split("."), row, at, decision)
        new = _with(new, row.field.split("."), row, at, decision)
    for row in decision.rows:  # where two are about one field, its value must fit both
        _check(new, row.field.split("."), row, at, decision)
    return new


def _with(node: Tree, path: Sequence[str], row: Row, at: str, decision: Decision) -> Tree:
    key = path[0]
    if len(path) > 1:
        return {**node, key: _with(members_of(node.get(key, {})), path[1:], row, at, decision)}
    if key in node:
        return node
    if row.values[1:]:
        wrong_field(at or "the record", decision)
    return {**node, key: row.values[0]}


__all__ = ["ids", "kept", "list_of"]
