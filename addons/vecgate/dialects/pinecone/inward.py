"""What goes into Pinecone with a request? Metadata that is stored, texts that are searched for, values compared with."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from vecgate.dialects.pinecone import filters
from vecgate.dialects.pinecone.meaning import items_of, members_of
from vecgate.dialects.pinecone.results import is_vector
from vecgate.dialects.pinecone.surfaces import REQUESTS, STORED
from vecgate.domain.call import Json
from vecgate.domain.inlets import (
    NO_INLETS,
    AnyOf,
    Condition,
    Each,
    EachSite,
    Example,
    Field,
    Home,
    How,
    Inlets,
    Site,
    named,
    pointer,
    worded,
)
from vecgate.domain.operation import Operation
from vecgate.parsing.forms import unreadable

type Tree = dict[str, Json]

#: Where a body has a filter, by its steps.
_SITES: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("query", "fetch_by_metadata", "delete", "update", "stats", "search_documents", "fetch_documents",
         "update_documents", "delete_documents"),
        ("filter",),
    ),
    "search_records": ("query", "filter"),
}  # fmt: skip
_INLETS: Final[Mapping[str, Inlets]] = {
    "upsert": Inlets(("/vectors/*/metadata",), names=("/vectors/*/id",), surface=STORED),
    "update": Inlets(("/setMetadata",), surface=STORED),
    "upsert_records": Inlets(("/records",), names=("/records/*/id", "/records/*/_id"), surface=STORED),
    "upsert_documents": Inlets(("/documents",), names=("/documents/*/_id",), surface=STORED),
    "update_documents": Inlets(("/documents", "/set_fields"), surface=STORED),
    "search_records": Inlets(query=("/query/inputs", "/rerank/query"), surface=STORED),
    "search_documents": Inlets(query=("/score_by/*/query",), surface=STORED),
    "embed": Inlets(query=("/inputs",), surface=REQUESTS["embed"]),
    "rerank": Inlets(query=("/query", "/documents"), surface=REQUESTS["rerank"]),
    **dict.fromkeys(("create_index", "create_index_for_model", "configure_index"),
                    Inlets(("/tags",), surface=REQUESTS["create_index"])),
    "create_backup": Inlets(("/description",), surface=REQUESTS["create_backup"]),
}  # fmt: skip


def inlets(name: str) -> Inlets:
    """Where what goes in stands in the body of an operation."""
    return _INLETS.get(name, Inlets(surface=STORED) if name in _SITES else NO_INLETS)


def _home(name: str) -> Callable[[str], Home]:
    if name.endswith("_documents"):
        return lambda key: ("documents", 0, key)
    if name.endswith("_records"):
        return lambda key: ("records", 0, key)
    return lambda key: ("vectors", 0, "metadata", key)


def _id_home(name: str) -> Home:
    """Where an id stands in what is stored."""
    if name.endswith("_documents"):
        return ("documents", 0, "_id")
    return ("records", 0, "_id") if name.endswith("_records") else ("vectors", 0, "id")


def mapped(name: str, tree: Tree, each: EachSite) -> Tree:
    """The body with every filter put through `each`, also where one could stand and none does."""
    steps = _SITES.get(name)
    return _mapped(tree, steps, "", each) if steps else tree


def _mapped(tree: Tree, steps: tuple[str, ...], at: str, each: EachSite) -> Tree:
    key, *rest = steps
    if rest:
        return (
            {**tree, key: _mapped(members_of(tree.get(key)), tuple(rest), f"{at}/{key}", each)} if key in tree else tree
        )
    new = each(Site(f"{at}/{key}", "select", tree.get(key)))
    if new is None:
        return {k: v for k, v in tree.items() if k != key} if key in tree else tree
    return {**tree, key: new}


def rewritten(name: str, tree: Tree, each: Each, words: Sequence[str] = ()) -> Tree:
    """The body with every value of its filters, and every id it is asked by, put through `each`.

    `words`: the fields of which the index has sparse vectors of a model's: a text that is searched for finds its words.
    """
    new = _worded(_compared(name, tree, each), _home(name), each)
    if (text := _sought(name, tree)) is not None and words:
        now = worded("query.inputs.text", text, [((key,), _home(name)(key)) for key in words], each)
        new = {**new, "query": {**members_of(new["query"]), "inputs": {"text": now}}} if now != text else new
    return _asked_by(new, "", _id_home(name), each) if name in _SITES else new


def _compared(name: str, tree: Tree, each: Each) -> Tree:
    def site(one: Site) -> Json | None:
        if one.filter is None:
            return None
        return filters.rewritten(one.filter, one.at.strip("/").replace("/", "."), each, _home(name))

    return mapped(name, tree, site)


def _worded(tree: Tree, home: Callable[[str], Home], each: Each) -> Tree:
    """The body with every text whose words are looked for put through `each`: it occurs in a field, or not."""

    def score(one: Json, at: str) -> Json:
        said, fields = members_of(one), _looked_into(members_of(one))
        if said.get("type") != "text" or not isinstance(said.get("query"), str):
            return one
        return {**said, "query": worded(at, str(said["query"]), [((key,), home(key)) for key in fields], each)}

    if "score_by" not in tree:
        return tree
    return {
        **tree,
        "score_by": [score(one, f"score_by[{i}].query") for i, one in enumerate(items_of(tree["score_by"]))],
    }


def _sought(name: str, tree: Tree) -> str | None:
    """The text that a search of records looks for."""
    text = members_of(members_of(tree.get("query")).get("inputs")).get("text") if name == "search_records" else None
    return text if isinstance(text, str) else None


def _looked_into(score: Tree) -> list[str]:
    """The fields whose words are looked for, in either spelling."""
    one = score.get("field")
    return [*map(str, items_of(score.get("fields"))), *([one] if isinstance(one, str) else [])]


def _asked_by(tree: Tree, at: str, home: Home, each: Each) -> Tree:
    def meant(id: Json, at: str) -> list[Json]:
        new = each(Condition(at, home, "equal", str(id), ("id",), outright=True))
        return [*new.values] if isinstance(new, AnyOf) else [new]

    new = {**tree}
    if isinstance(tree.get("query"), dict):
        new["query"] = _asked_by(members_of(tree["query"]), "query.", home, each)
    if isinstance(tree.get("id"), str):
        one = meant(tree["id"], f"{at}id")
        if len(one) > 1:
            unreadable(f"'{at}id' stands for several ids that may be stored")
        new["id"] = one[0]
    if isinstance(tree.get("ids"), list):
        new["ids"] = [one for i, id in enumerate(items_of(tree["ids"])) for one in meant(id, f"{at}ids[{i}]")]
    return new


def fields(name: str, tree: Tree, words: Sequence[str] = ()) -> Iterator[Field]:
    """Every field that a body's filters compare with, that its answer is to show, and that it writes."""
    if _sought(name, tree) is not None:
        yield from (Field("/query/inputs/text", (key,), "text", "part") for key in words)
    found: list[Field] = []

    def note(condition: Condition) -> Json:
        how: How = condition.how
        word = {"part": "text", "expression": "text", "order": "order"}.get(how, "filter")
        found.append(Field(pointer(condition.at), condition.path, word, how))
        return condition.value

    _compared(name, tree, note)
    yield from found
    for at, keys in _named(name, tree):
        for i, one in enumerate(keys):
            if isinstance(one, str) and one != "*":
                yield Field(f"{at}/{i}", (one,), "show", "")
    yield from _written(name, tree)
    yield from _scored(name, tree)


def _named(name: str, tree: Tree) -> Iterator[tuple[str, list[Json]]]:
    if name == "search_records":
        yield "/fields", items_of(tree.get("fields"))
    yield "/include_fields", items_of(tree.get("include_fields"))


def _scored(name: str, tree: Tree) -> Iterator[Field]:
    """Fields whose words a search looks into, or makes scores of."""
    for i, one in enumerate(items_of(members_of(tree.get("rerank")).get("rank_fields"))):
        yield Field(f"/rerank/rank_fields/{i}", (str(one),), "formula", "rank")
    for i, score in enumerate(items_of(tree.get("score_by"))):
        for j, one in enumerate(items_of(members_of(score).get("fields"))):
            yield Field(f"/score_by/{i}/fields/{j}", (str(one),), "text", "part")
        if isinstance(one := members_of(score).get("field"), str):
            how = ("text", "part") if members_of(score).get("type") == "text" else ("formula", "knn")
            yield Field(f"/score_by/{i}/field", (one,), *how)


#: Where a body has records, and which of their members are no fields.
_RECORDS: Final[Mapping[str, frozenset[str]]] = {
    "records": frozenset({"_id", "id"}),
    "documents": frozenset({"_id", "_values"}),
}


def _written(name: str, tree: Tree) -> Iterator[Field]:
    for key in ("setMetadata", "set_fields"):
        for one in members_of(tree.get(key)):
            yield Field(pointer(named(key, one)), (one,), "write", "")
    stored = [members_of(one).get("metadata") for one in items_of(tree.get("vectors"))]
    for key in {key: None for one in stored for key in members_of(one)}:
        yield Field("/vectors", (key,), "write", "")
    for at, none in _RECORDS.items():
        for key in {key: None for one in items_of(tree.get(at)) for key in members_of(one) if key not in none}:
            yield Field(f"/{at}", (key,), "write", "")


def ids(name: str, tree: Tree) -> Iterator[tuple[str, Json]]:
    """Every id that a body names, and where."""
    for i, one in enumerate(items_of(tree.get("ids"))):
        yield f"/ids/{i}", one
    if isinstance(tree.get("id"), str):
        yield "/id", tree["id"]
    if isinstance(one := members_of(tree.get("query")).get("id"), str):
        yield "/query/id", one
    for key in ("vectors", "records", "documents"):
        for i, record in enumerate(items_of(tree.get(key))):
            for member in ("id", "_id"):
                if member in members_of(record) and (key != "documents" or member == "_id"):
                    yield f"/{key}/{i}/{member}", members_of(record)[member]


def unclean_vectors(name: str, before: Tree, after: Tree) -> int:
    """How many records bring a vector of the client's own beside what is masked now."""
    if name not in ("upsert", "upsert_documents"):
        return 0
    key = "vectors" if name == "upsert" else "documents"
    pairs = zip(items_of(before.get(key)), items_of(after.get(key)), strict=False)
    return sum(was != now and any(is_vector(*one) for one in members_of(was).items()) for was, now in pairs)


def examples(operation: Operation, tree: Tree) -> Iterator[Example]:
    """The stored record that a search starts from."""
    given = tree.get("id") if operation.name == "query" else members_of(tree.get("query")).get("id")
    if operation.kind == "search" and isinstance(given, str):
        yield Example("/id" if operation.name == "query" else "/query/id", given, None)
