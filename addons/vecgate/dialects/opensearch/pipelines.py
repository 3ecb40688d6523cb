"""What may a search pipeline do to a search? Bring the scores of a hybrid query together; what reads or changes records is refused.

Without one, the hits of a hybrid query come as each part found them, some twice and some with scores that are none. A
search names one that stands at the server, brings its own, or goes through the one that its index says (`facts.md`).
https://docs.opensearch.org/latest/search-plugins/search-pipelines/
"""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from vecgate.dialects.base import asking
from vecgate.dialects.base.dialect import Ask
from vecgate.dialects.base.lucene.names import FRESH_SECONDS, Before, Index
from vecgate.dialects.base.lucene.values import BOOL, NAME, NUMBER, TEXT, Tree, list_of, members_of, whole, word
from vecgate.parsing.forms import ByType, Elsewhere, Form, Left, ListOf, Members, Shape, harmful

NONE: Final = "_none"
#: The setting of an index that says through which its searches go.
_OF_INDEX: Final = "index.search.default_pipeline"
_OWN_WORDS: Final = {**dict.fromkeys(("tag", "description"), Left(TEXT)), "ignore_failure": Left(BOOL)}
_WEIGHTS: Final = Members({"weights": Left(ListOf(NUMBER))})
_BOUNDS: Final = {**dict.fromkeys(("lower_bounds", "upper_bounds"), Left(ListOf(Members({"mode": TEXT, "min_score": Left(NUMBER), "max_score": Left(NUMBER)}))))}  # fmt: skip
#: What brings scores together: it looks at nothing else.
_TOGETHER: Final[dict[str, Form]] = {
    "normalization-processor": Members(
        {
            "normalization": Left(
                Members({"technique": word("min_max", "l2", "z_score"), "parameters": Left(Members(_BOUNDS))})
            ),
            "combination": Left(
                Members(
                    {
                        "technique": word("arithmetic_mean", "geometric_mean", "harmonic_mean"),
                        "parameters": Left(_WEIGHTS),
                    }
                )
            ),
            **_OWN_WORDS,
        }
    ),
    "score-ranker-processor": Members(
        {
            "combination": Members(
                {"technique": word("rrf"), "rank_constant": Left(whole(1)), "parameters": Left(_WEIGHTS)},
                ("technique",),
            ),
            **_OWN_WORDS,
        },
        ("combination",),
    ),
}
_CHANGES: Final = Elsewhere(
    "changes what is searched for, or what is answered; 'phase_results_processors' alone, which bring scores together, are taken"
)
PIPELINE: Final = Members(
    {
        "description": Left(TEXT),
        "version": Left(whole()),
        "phase_results_processors": Left(ListOf(Members(_TOGETHER, one_of=(tuple(_TOGETHER),)))),
        **dict.fromkeys(("request_processors", "response_processors"), _CHANGES),
    }
)
#: How a search says through which it goes.
SAID: Final = ByType(
    f"the name of a pipeline, '{NONE}', or an object that is one",
    {str: Shape("the name of a pipeline", lambda value: value == NONE or NAME.fits(value), ("norm", NONE)), dict: PIPELINE},
)  # fmt: skip
#: What only leaves hits out, or puts them in another order: harmless where an operator made an index go through it.
_NARROWS: Final = frozenset({"filter_query", "oversample", "truncate_hits", "collapse", "sort"})
_STAGES: Final = ("request_processors", "phase_results_processors", "response_processors")


class Pipelines:
    """What those of one server do, as remembered for some seconds while `quiet` says so."""

    def __init__(self, quiet: Callable[[], bool], now: Callable[[], float] = time.monotonic) -> None:
        self._quiet, self._now = quiet, now
        self._known: dict[str, tuple[float, frozenset[str]]] = {}

    async def check(self, ask: Ask, before: Before, searches: Iterable[Tree], indices: Iterable[Index]) -> None:
        """Refuse searches that go through one which does more than is known here. Raises CallRefused, Unavailable.

        `before` is called before the server is asked, as of names (`names.Names.of`).
        """
        own = await self._own(ask, before, indices)
        for search in searches:
            said = search.get("search_pipeline")
            if said is None:
                continue
            for name, index in own.items():
                if name != said and await self._more(ask, before, name):
                    harmful(
                        f"'search_pipeline' would take the place of '{name}', by which an operator keeps what index '{index}' shows; leave it out"
                    )
            if isinstance(said, str) and said != NONE and (more := await self._more(ask, before, said)):
                harmful(
                    f"the search pipeline '{said}' has {_words(more)}, which changes what is searched for or answered; name one that brings scores together alone, or write it out"
                )

    async def _own(self, ask: Ask, before: Before, indices: Iterable[Index]) -> dict[str, str]:
        """The pipelines that indices say, and an index of each. Raises as `check`."""
        said_by = {str(said): one.name for one in indices if (said := one.settings.get(_OF_INDEX))}
        own = {name: index for name, index in said_by.items() if name != NONE}
        for name, index in own.items():
            more = await self._more(ask, before, name)
            if more and len(said_by) > 1:
                harmful(
                    f"its indices say different search pipelines, so that the server takes none, and not '{name}' of index '{index}' either; search each index in a call of its own"
                )
            if more := more - _NARROWS:
                harmful(
                    f"index '{index}' goes through the search pipeline '{name}', with {_words(more)}, past which masks and rows are not known to hold; an operator may take it from the index"
                )
        return own

    async def _more(self, ask: Ask, before: Before, name: str) -> frozenset[str]:
        """What one does beside bringing scores together; of none that is there, nothing: the server says so itself."""
        known = self._known.get(name)
        if known is not None and self._now() < known[0] and self._quiet():
            return known[1]
        await before()
        tree = members_of(await asking.get(ask, "_search", "pipeline", name))
        more = frozenset(_processors(members_of(tree.get(name)))) - _TOGETHER.keys()
        if name in tree and self._quiet():
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[name] = (self._now() + FRESH_SECONDS, more)
        return more

    def forget(self) -> None:
        """Drop them all."""
        self._known.clear()


_MOST_REMEMBERED: Final = 256


def _processors(tree: Tree) -> Iterator[str]:
    for stage in _STAGES:
        yield from (kind for one in list_of(tree.get(stage)) for kind in members_of(one))


def _words(kinds: Iterable[str]) -> str:
    return ", ".join(f"'{one}'" for one in sorted(kinds)[:5])
