"""A yes to less: what of a held call may be left out of it, is that less, and did those who signed agree to just that?

What one approver leaves out stays out: whoever comes after can leave out more, and puts nothing back.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from vecgate.approvals.held import Held
from vecgate.approvals.standing import Standing
from vecgate.consent.enrolled import Unproven, stated
from vecgate.domain.approval import ALL, Less, Vote
from vecgate.domain.call import Json
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

#: So many ids of records can be chosen from, at the most: whoever chooses has to see them all.
CHOOSABLE: Final = 200
_LONGEST: Final = 200


def said(less: Less) -> dict[str, Json]:
    """As it is signed, shown and recorded: what is left as it is is not named."""
    told: dict[str, Json] = {"results": less.results} if less.results is not None else {}
    told |= {"mask": less.mask} if less.mask else {}
    return told | ({"ids": [*less.ids]} if less.ids is not None else {})


def read(tree: Json) -> Less:
    """What `said` says. Raises ValueError for anything else."""
    if not isinstance(tree, dict) or not tree.keys() <= {"results", "mask", "ids"}:
        raise ValueError("'narrow' has 'results', 'mask' or 'ids'")
    results, mask, ids = tree.get("results"), tree.get("mask", ""), tree.get("ids")
    if "results" in tree and (type(results) is not int or results < 1):
        raise ValueError("'results' is a whole number from 1")
    if "mask" in tree and not (isinstance(mask, str) and 0 < len(mask) <= _LONGEST):
        raise ValueError("'mask' is the name of a mask profile")
    chosen = [one for one in ids if isinstance(one, str)] if isinstance(ids, list) else []
    if "ids" in tree and (not chosen or not isinstance(ids, list) or len(chosen) != len(ids) or len(ids) > CHOOSABLE):
        raise ValueError(f"'ids' is a list of ids, from one to {CHOOSABLE}")
    return Less(
        results if isinstance(results, int) else None,
        mask if isinstance(mask, str) else "",
        tuple(sorted({*chosen})) if chosen else None,
    )


def standing(votes: Sequence[Vote]) -> Less:
    """What is agreed to so far."""
    return votes[-1].less if votes else ALL


def narrowed(found: Standing, less: Less) -> Less:
    """What a yes to that comes to, beside what was left out before. Raises CallRefused (`requests.not_less`)."""
    before = standing(found.votes)
    if less and (why := next(_not_less(found.held, before, less), "")):
        raise CallRefused(refuse("requests.not_less", request_id=found.id, id=found.id, why=why))
    ids = before.ids if less.ids is None else less.ids
    return Less(less.results or before.results, less.mask or before.mask, ids)


def _not_less(held: Held, before: Less, less: Less) -> Iterator[str]:
    """Why it is not, or cannot be told to be."""
    cuts = held.cuts
    if held.steps:
        yield "it is a plan, and each of its calls was counted on with the others as they are"
    if less.results is not None and cuts.results is None:
        yield "its answer is no list of records that could be cut"
    if less.results is not None and less.results > (most := before.results or cuts.results or less.results):
        yield f"{less.results} results are more than the {most} that there can be"
    if less.mask and less.mask not in cuts.masks:
        yield (
            f"a mask that hides no less is {', '.join(cuts.masks)}"
            if cuts.masks
            else "of no mask it is known that it hides no less"
        )
    if less.mask and before.mask not in ("", less.mask):
        yield f"the mask {before.mask} was agreed to already"
    among = cuts.ids if before.ids is None else before.ids
    if less.ids is not None and not {*less.ids} <= {*among}:
        yield "a record that is named is none of them" if among else "which of its records are meant cannot be chosen"


def is_less(less: Less, than: Less) -> bool:
    """Whether nothing is put back."""
    return (
        (than.results is None or (less.results is not None and less.results <= than.results))
        and than.mask in ("", less.mask)
        and (than.ids is None or (less.ids is not None and {*less.ids} <= {*than.ids}))
    )


def signed(votes: Sequence[Vote]) -> Less:
    """What those agreed to who signed, whose signatures were proven: it is this that runs. Raises Unproven."""
    agreed = ALL
    for vote in votes:
        if vote.signed is None:
            raise Unproven("a yes is not signed")
        less = of_statement(stated(vote.signed.statement))
        if less != vote.less or not is_less(less, agreed):
            raise Unproven("more is agreed to than was signed")
        agreed = less
    return agreed


def of_statement(statement: Any) -> Less:
    """What a signed yes is to. Raises Unproven."""
    try:
        return read(statement["narrowed"]) if "narrowed" in statement else ALL
    except ValueError as e:
        raise Unproven("what is signed says less in no known way") from e
