"""What is a filter's value, or an id, in the database? Opened where it is a token, masked where what is stored is.

A value is masked as it would be where it is stored: in the same field, by the same profile. So both a
plain value that the caller knows and the mark he was shown find what was stored under its mark.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from vecgate.domain.call import Json
from vecgate.domain.inlets import AnyOf, Condition, Each, Home
from vecgate.domain.profiles import MaskProfile
from vecgate.domain.surface import Surface
from vecgate.masking.apply.marks import has_mark, is_mark
from vecgate.masking.inputs.joining import is_joined
from vecgate.masking.inputs.personal import personal
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

type Tree = dict[str, Json]
type Mask = Callable[[Json, Surface, MaskProfile], Awaitable[tuple[Json, Mapping[str, int]]]]
type Rewritten = Callable[[Tree, Each], Tree]

#: What stands where a value was, when it or its field is gone.
GONE: Final = object()


async def _none() -> Sequence[Mask]:
    return ()


async def _nowhere(_ids: Sequence[str]) -> Collection[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Tools:
    """What is done with one tenant's keys. `mask`: see Masker.mask_tree; `opened`: a text with its tokens opened.

    `opened` raises ValueError for a token that was not made here. `former`: `mask` as it was under each version of the
    key that stored marks may have been made with before. Raises Unavailable. `there`: which of these ids records
    have now. Raises CallRefused, Unavailable.
    """

    mask: Mask
    opened: Callable[[str], Awaitable[str]]
    former: Callable[[], Awaitable[Sequence[Mask]]] = _none
    there: Callable[[Sequence[str]], Awaitable[Collection[str]]] = _nowhere


class Filters:
    """The filters of one body: `found` in the order of the body, and what each value has become so far.

    Raises CallRefused where one cannot be read in full.
    """

    def __init__(self, tree: Tree, rewritten: Rewritten, surface: Surface, tools: Tools) -> None:
        self._tree, self._rewritten, self._surface, self._tools = tree, rewritten, surface, tools
        self.found: list[Condition] = []
        rewritten(tree, self._note)
        self.values: list[Any] = [condition.value for condition in self.found]

    def _note(self, condition: Condition) -> Json:
        self.found.append(condition)
        return condition.value

    def tree(self, *others: "Filters") -> Tree:
        """The body with the values as they are now; or, where others have other ones, with any of these."""
        new = iter(map(_any_of, zip(self.values, *(one.values for one in others), strict=True)))
        return self._rewritten(self._tree, lambda _: next(new))

    async def clean(self, profile: MaskProfile, rule: str) -> Mapping[str, int]:
        """Masks what is searched for inside of texts; refuses what is then not joined. Counts by entity.

        Raises CallRefused (`input.personal`).
        """
        queries = [i for i, condition in enumerate(self.found) if condition.is_query]
        masked, counts = await self.at_home(queries, profile)
        for i, value in zip(queries, masked, strict=True):
            condition = self.found[i]
            # An expression that is masked is another expression.
            if value != condition.value and (condition.how == "expression" or not is_joined(value) or value is GONE):
                raise personal(counts, [condition.at], rule)
            self.values[i] = value
        return counts

    async def translate(self, joining: MaskProfile | None) -> None:
        """Turns values into what is stored of them; `joining` None: all is stored as it came.

        Raises CallRefused (`input.filter`) for a value that nothing stored stands for alone.
        """
        before = list(self.values)
        self.values = [await self._opened(c, value) for c, value in zip(self.found, before, strict=True)]
        if joining is None:
            self._refuse_marks()
            return
        new, _ = await self.at_home(range(len(self.found)), joining)
        rows = zip(self.found, before, self.values, new, strict=True)
        self.values = [_in_store(*row) for row in rows]

    async def _opened(self, condition: Condition, value: Any) -> Any:
        try:
            return await self._tools.opened(value) if isinstance(value, str) else value
        except ValueError as e:
            raise _untranslatable(condition, "its token was not made here") from e

    def _refuse_marks(self) -> None:
        for condition, value in zip(self.found, self.values, strict=True):
            if is_mark(value) or (condition.is_query and has_mark(value)):
                raise _untranslatable(condition, "a pseudonym cannot be turned back into its value")

    async def at_home(self, chosen: Sequence[int], profile: MaskProfile) -> tuple[list[Any], Mapping[str, int]]:
        """The chosen values, masked as they would be where they are stored. Raises MaskFailed, Unavailable."""
        if not chosen:
            return [], {}
        homes = [_in_record(self.found[i].home, number) for number, i in enumerate(chosen)]
        records: dict[str, Any] = {}
        for home, i in zip(homes, chosen, strict=True):
            _put(records, home, self.values[i], len(homes))
        masked, counts = await self._tools.mask(records, self._surface, profile)
        return [_at(masked, home) for home in homes], counts


def _any_of(values: Sequence[Any]) -> Any:
    found = tuple({(type(value), value): value for value in values}.values())
    return found[0] if len(found) == 1 else AnyOf(found)


def _in_store(condition: Condition, before: Any, opened: Any, new: Any) -> Any:
    """What stands in the database for a value that was `before`, is `opened`, and would be stored as `new`."""
    if is_mark(opened):
        return opened
    if new is GONE or not is_joined(new):
        raise _untranslatable(condition, "what is stored of it stands for other values, too")
    if new != opened and condition.how in ("order", "expression", "field"):
        raise _untranslatable(condition, "what is stored of it has neither its order nor its letters")
    # Inside of a text it may be a token that is stored as it is: by itself, without what is around it, it tells little.
    return before if new == opened and condition.is_query else new


def _untranslatable(condition: Condition, detail: str) -> CallRefused:
    return CallRefused(refuse("input.filter", where=condition.at, detail=detail))


def _in_record(home: Home, number: int) -> Home:
    """The home in the record of that number."""
    first = next(i for i, part in enumerate(home) if isinstance(part, int))
    return (*home[:first], number, *home[first + 1 :])


def _put(records: dict[str, Any], home: Home, value: Any, length: int) -> None:
    """Puts a value at its home; lists on the way are as long as there are records."""
    node: Any = records
    for part, following in zip(home, (*home[1:], None), strict=True):
        if following is None:
            node[part] = value
        elif not isinstance(part, str) or part not in node:  # a list is made once, not for each of its records
            node[part] = [None] * length if isinstance(following, int) else {}
        node = node[part]


def _at(tree: Any, home: Home) -> Any:
    """What stands there now, or GONE."""
    for part in home:
        try:
            tree = tree[part]
        except (KeyError, IndexError, TypeError):
            return GONE
    return tree
