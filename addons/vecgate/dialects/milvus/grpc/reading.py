"""How is a search or a query over gRPC read into its REST twin, and printed from it?"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from vecgate.dialects.base.grpc.messages import Message, Messages
from vecgate.dialects.milvus.grpc import functions, options, paging, pairs, placeholders, tuning
from vecgate.dialects.milvus.grpc.members import place, put_place, refuse_unspoken
from vecgate.dialects.milvus.grpc.words import LEVELS
from vecgate.dialects.milvus.results import DEFAULT
from vecgate.dialects.milvus.values import COUNT_ALL, as_tree, counts, list_of
from vecgate.domain.call import Call, Json
from vecgate.parsing.forms import unreadable

type Tree = dict[str, Json]

_EXPRESSION: Final = 1
#: What a search wants to know of a collection that it has asked about itself.
_SPARE: Final = ("collection_id",)
_QUERY: Final = frozenset(
    {"base", "db_name", "collection_name", "expr", "output_fields", "partition_names", "guarantee_timestamp", "query_params",
     "not_return_all_meta", "consistency_level", "use_default_consistency", "expr_template_values"}
)  # fmt: skip
_SEARCH: Final = frozenset(
    {"base", "db_name", "collection_name", "partition_names", "dsl", "placeholder_group", "dsl_type", "output_fields",
     "search_params", "guarantee_timestamp", "nq", "not_return_all_meta", "consistency_level", "use_default_consistency",
     "expr_template_values"}
)  # fmt: skip
_HYBRID: Final = frozenset(
    {"base", "db_name", "collection_name", "partition_names", "requests", "rank_params", "guarantee_timestamp",
     "not_return_all_meta", "output_fields", "consistency_level", "use_default_consistency", "function_score"}
)  # fmt: skip


class Twin(NamedTuple):
    """The body of a twin, and what rides beside it."""

    tree: Tree
    beside: dict[str, str]


# what both say


def _read_by(message: Message) -> Twin:
    """Where, with which fields, and how fresh."""
    tree = place(message)
    if message.output_fields:
        tree["outputFields"] = [COUNT_ALL] if counts([*message.output_fields]) else [*message.output_fields]
    if message.partition_names:
        tree["partitionNames"] = [*message.partition_names]
    if not message.use_default_consistency:
        level = message.consistency_level
        if not 0 <= level < len(LEVELS):
            unreadable("'consistency_level' is none that is known")
        tree["consistencyLevel"] = LEVELS[level]
    at = message.guarantee_timestamp
    return Twin(tree, {options.GUARANTEED: str(at) if at else ""})


def _put_by(message: Message, call: Call, tree: Tree) -> None:
    put_place(message, tree)
    message.output_fields.extend(str(one) for one in list_of(tree.get("outputFields")))
    message.partition_names.extend(str(one) for one in list_of(tree.get("partitionNames")))
    level = tree.get("consistencyLevel")
    if level is None:
        message.use_default_consistency = True
    else:
        message.consistency_level = LEVELS.index(str(level))
    message.guarantee_timestamp = int(options.of(call, options.GUARANTEED) or 0)


def condition(text: str, templates: Mapping[str, Any]) -> Tree:
    """A filter and what its templates stand for. Raises CallRefused."""
    told: Tree = {"filter": text} if text else {}
    if templates:
        told["exprParams"] = {key: _template(value) for key, value in templates.items()}
    return told


def _template(value: Any) -> Json:
    kind = value.WhichOneof("val")
    if kind == "array_val":
        inner = value.array_val.WhichOneof("data")
        if inner in (None, "bool_data", "long_data", "double_data", "string_data"):
            return [*getattr(value.array_val, inner).data] if inner else []
    elif kind is not None and kind != "bytes_val":
        found: Json = getattr(value, kind)
        return found
    unreadable("a template stands for something that is not spoken here")


# queries


def query(message: Message) -> Twin:
    """The twin of a query. Raises CallRefused."""
    refuse_unspoken(message, _QUERY)
    tree, beside = _read_by(message)
    tree |= condition(message.expr, message.expr_template_values)
    said = pairs.Said(message.query_params, "query_params")
    limit, offset = said.whole("limit"), said.whole("offset")
    paged, stops = said.true("iterator"), said.true("reduce_stop_for_best")
    beside[options.GROWN] = "true" if said.true("ignore_growing") else ""
    said.drop(*_SPARE)
    said.end()
    if limit is not None and limit < 1:
        unreadable("'limit' of 'query_params' must be a whole number from 1")
    if limit is None and tree.get("outputFields") != [COUNT_ALL]:
        beside[options.WHOLE] = "true"
    if "outputFields" not in tree:
        beside[options.KEY] = "true"
    tree |= {"limit": limit} if limit is not None else {}
    tree |= {"offset": offset} if offset else {}
    if paged or stops:
        beside[options.PAGED] = ",".join(word for word, is_so in (("iterator", paged), ("stop", stops)) if is_so)
    return Twin(tree, beside)


def put_query(message: Message, call: Call, tree: Tree) -> None:
    """The message of a query, whoever made it."""
    _put_by(message, call, tree)
    if "outputFields" not in tree:
        message.output_fields.append("*")
    message.expr = str(tree.get("filter", ""))
    paged = options.of(call, options.PAGED)
    limit = tree.get("limit")
    if limit is None and not options.of(call, options.WHOLE) and tree.get("outputFields") != [COUNT_ALL]:
        limit = DEFAULT
    pairs.put(
        message.query_params,
        limit=limit or None, offset=tree.get("offset"), ignore_growing=tuning.said_so(options.of(call, options.GROWN) != ""),
        iterator="True" if "iterator" in paged else None, reduce_stop_for_best="True" if "stop" in paged else None,
    )  # fmt: skip


# searches


def _searched(messages: Messages, message: Message) -> tuple[Tree, str]:
    """Vectors and filter of one search, and the kind of the vectors."""
    if message.dsl and message.dsl_type != _EXPRESSION:
        unreadable("'dsl' must be an expression")
    kind, vectors = placeholders.read(messages, message.placeholder_group)
    if message.nq and message.nq != len(vectors):
        unreadable("'nq' is another number than that of the vectors")
    return {"data": vectors, **condition(message.dsl, message.expr_template_values)}, kind


def search(messages: Messages, message: Message) -> Twin:
    """The twin of a search. Raises CallRefused."""
    refuse_unspoken(message, _SEARCH)
    tree, beside = _read_by(message)
    searched, kind = _searched(messages, message)
    said = pairs.Said(message.search_params, "search_params")
    tree |= {**searched, **tuning.read(said, "searchParams"), **tuning.grouped(said)}
    beside[options.VECTORS] = kind
    beside[options.PAGED] = paging.read(said, tree)
    said.end()
    return Twin(tree, beside)


def put_search(messages: Messages, message: Message, call: Call, tree: Tree) -> None:
    """The message of a search. Raises CallRefused."""
    _put_by(message, call, tree)
    _put_searched(messages, message, tree, options.of(call, options.VECTORS))
    tuning.put(message.search_params, tree, "searchParams")
    tuning.put_grouped(message.search_params, tree)
    paging.put(message.search_params, call, tree, DEFAULT)


def _put_searched(messages: Messages, message: Message, tree: Tree, told: str) -> None:
    vectors = list_of(tree.get("data"))
    message.dsl, message.dsl_type, message.nq = str(tree.get("filter", "")), _EXPRESSION, len(vectors)
    message.placeholder_group = placeholders.group(messages, placeholders.kind_of(told, vectors), vectors)


# searches of searches


def hybrid(messages: Messages, message: Message) -> Twin:
    """The twin of a hybrid search: each search within it is of the same place. Raises CallRefused."""
    refuse_unspoken(message, _HYBRID)
    tree, beside = _read_by(message)
    said = pairs.Said(message.rank_params, "rank_params")
    beside[options.ROUNDED] = tuning.rounded(said)
    ranked = _ranked(said)
    kinds, subs = list[str](), list[Json]()
    for one in message.requests:
        refuse_unspoken(one, _SEARCH)
        for name in ("db_name", "collection_name"):
            if getattr(one, name) not in ("", getattr(message, name)):
                unreadable("a search within a search is of another place than that")
        if one.partition_names and [*one.partition_names] != [*message.partition_names]:
            unreadable("a search within a search is of other partitions than that")
        searched, kind = _searched(messages, one)
        said = pairs.Said(one.search_params, "search_params")
        subs.append({**searched, **tuning.read(said, "params")})
        if (group := tuning.grouped(said)) and any(ranked.get(key) != value for key, value in group.items()):
            unreadable("a search within a search is grouped otherwise than that")  # clients repeat it in each
        said.end()
        kinds.append(kind)
    tree["search"] = subs
    beside[options.VECTORS] = ",".join(kinds)
    if message.HasField("function_score"):
        if "rerank" in ranked:
            unreadable("a search is ranked by a strategy and by a function")
        ranked |= functions.ranker(message.function_score)
    return Twin(tree | ranked, beside)


def _ranked(said: pairs.Said) -> Tree:
    tree: Tree = {}
    for name in ("limit", "offset"):
        if (number := said.whole(name)) or (number == 0 and name == "limit"):
            tree[name] = number
    strategy, params = said.text("strategy"), said.object("params")
    if strategy:
        tree["rerank"] = {"strategy": strategy, **({"params": params} if params else {})}
    elif params:
        unreadable("'rank_params' has parameters of no strategy")
    tree |= tuning.grouped(said)
    said.drop(*_SPARE)
    said.end()
    return tree


def put_hybrid(messages: Messages, message: Message, call: Call, tree: Tree) -> None:
    """The message of a hybrid search. Raises CallRefused."""
    _put_by(message, call, tree)
    kinds = options.of(call, options.VECTORS).split(",")
    subs: Iterable[Tree] = map(as_tree, list_of(tree.get("search")))
    for i, sub in enumerate(subs):
        one = message.requests.add()
        put_place(one, tree)
        one.partition_names.extend(message.partition_names)
        one.use_default_consistency = message.use_default_consistency
        one.consistency_level, one.guarantee_timestamp = message.consistency_level, message.guarantee_timestamp
        _put_searched(messages, one, sub, kinds[i] if i < len(kinds) else "")
        tuning.put(one.search_params, sub, "params")
    ranked = as_tree(tree.get("rerank"))
    pairs.put(
        message.rank_params,
        strategy=ranked.get("strategy"), params=ranked.get("params"), limit=tree.get("limit", DEFAULT),
        offset=tree.get("offset"), round_decimal=options.of(call, options.ROUNDED) or tuning.AS_IT_IS,
    )  # fmt: skip
    tuning.put_grouped(message.rank_params, tree)
