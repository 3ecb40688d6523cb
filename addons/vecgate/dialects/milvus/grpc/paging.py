"""How does a client go through what a search finds, page by page? What it says of that, and what an answer tells it.

Since Milvus 2.5 an answer tells the score that its page ended at, and the next call begins behind it (M-65). Servers keep
nothing between two calls, so the token that clients carry along is given to them and not sent on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from vecgate.dialects.base.grpc.messages import Message
from vecgate.dialects.milvus.grpc import options, pairs
from vecgate.dialects.milvus.values import BEGINS, as_tree
from vecgate.domain.call import Call, Json
from vecgate.parsing.forms import unreadable
from vecgate.parsing.strict_json import dump

type Tree = dict[str, Json]

_PAGED: Final = "iterator"
_NEWER: Final = "search_iter_v2"
_SIZE: Final = "search_iter_batch_size"
#: What says nothing of what is asked: a token, a moment that servers look for elsewhere, and what a client knows.
SPARE: Final = ("search_iter_id", "guarantee_timestamp", "collection_id")
#: What a client for Node writes among the parameters of the index as well.
WORDS: Final = (_PAGED, _NEWER, _SIZE, BEGINS, *SPARE)


@dataclass(frozen=True, slots=True)
class Ended:
    """Where a page of the newer way ended. `score`: what counts where nothing is shown."""

    token: str
    score: float


def read(said: pairs.Said, tree: Tree) -> str:
    """How a search is paged; where its page begins is put into its twin. Raises CallRefused."""
    paged, newer = said.true(_PAGED), said.true(_NEWER)
    size, begins = said.whole(_SIZE), said.number(BEGINS)
    if newer and not paged:
        unreadable(f"'{_NEWER}' says nothing without '{_PAGED}'")
    if not newer and (size is not None or begins is not None):
        unreadable(f"'{_SIZE}' and '{BEGINS}' say nothing without '{_NEWER}'")
    if size not in (None, tree.get("limit", size)):
        unreadable(f"'{_SIZE}' is another number than 'topk'")
    if not newer:
        return _PAGED if paged else ""
    if begins is not None:
        tree["searchParams"] = {**as_tree(tree.get("searchParams")), BEGINS: begins}
    return f"{_PAGED},{_NEWER}"


def around(rebuilt: Callable[[Call, Tree], Call], call: Call, tree: Tree) -> Call:
    """The call with another body, read as one over REST is; where its page begins is read over gRPC alone."""
    told = as_tree(tree.get("searchParams"))
    if BEGINS not in told or _NEWER not in options.of(call, options.PAGED):
        return rebuilt(call, tree)
    new = rebuilt(call, {**tree, "searchParams": {key: one for key, one in told.items() if key != BEGINS}})
    bare = as_tree(new.tree)
    begun: Tree = {**bare, "searchParams": {**as_tree(bare.get("searchParams")), BEGINS: told[BEGINS]}}
    return replace(new, body=dump(begun), tree=begun)


def put(into: Any, call: Call, tree: Tree, default: int) -> None:
    """How a search is paged, as pairs: a page is as long as the search asks for."""
    said = options.of(call, options.PAGED)
    newer = _NEWER in said
    pairs.put(
        into,
        iterator="True" if said else None,
        search_iter_v2="True" if newer else None,
        search_iter_batch_size=tree.get("limit", default) if newer else None,
        search_iter_last_bound=as_tree(tree.get("searchParams")).get(BEGINS) if newer else None,
    )


def ended(call: Call, results: Message) -> Ended | None:
    """Where the page of an answer ended, where that was asked for and its server tells it."""
    if _NEWER not in options.of(call, options.PAGED) or not results.HasField("search_iterator_v2_results"):
        return None
    told = results.search_iterator_v2_results
    return Ended(told.token, 0.0 if results.scores else told.last_bound)


def put_ended(results: Message, page: Ended | None) -> None:
    """The same, by the last score that is shown: of records that were taken out nobody hears."""
    if page is not None:
        told = results.search_iterator_v2_results
        told.token, told.last_bound = page.token, results.scores[-1] if results.scores else page.score
