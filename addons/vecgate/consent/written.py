"""Who signed what a record holds, and is that all it takes? From the record and the roots of the settings alone.

Whom it takes is part of what each of them signed, so they are judged here as they were when they said it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from vecgate.consent.enrolled import Enrolled, Roots, Unproven, stated
from vecgate.consent.judge import Case, Objection, is_over, yes
from vecgate.consent.proof import principal_of, read_back
from vecgate.domain.approval import Approvers, Signed, Vote
from vecgate.domain.call import Json
from vecgate.domain.people import folded

_TEXTS: Final = frozenset({"statement", "signature", "enrolment"})
_APPROVERS: Final = TypeAdapter(Approvers)
_OBJECTED: Final = {
    "self": "who asked signed it themselves",
    "group": "somebody signed it who was not asked",
    "twice": "one person signed it twice",
}


@dataclass(frozen=True, slots=True)
class Written:
    """One yes: whose, and what they signed."""

    by: Enrolled
    said: Mapping[str, Any]


def spelt(approvers: Approvers) -> Json:
    """Whom it takes, as it is signed."""
    found: Json = _APPROVERS.dump_python(approvers, mode="json", exclude_defaults=True)
    return found


def asked_in(tree: Any) -> Approvers:
    """Whom it takes, by what was signed. Raises Unproven."""
    try:
        return _APPROVERS.validate_python(tree)
    except ValidationError as e:
        raise Unproven("whom it takes cannot be read") from e


def written(
    proofs: Any, about: Mapping[str, Any], roots: Roots, names: Sequence[str] | None = None, *, whole: bool = True
) -> list[Written]:
    """Each yes that a record holds, and whether that is all it takes. Raises Unproven.

    `names`: by whom the record says that they are. `whole`: whether nobody's may be missing.
    """
    if not isinstance(proofs, list) or not proofs:
        raise Unproven("nobody signed it")
    found = [_one(proof, about, roots) for proof in proofs]
    if any(len({folded(getattr(one.by, whose)) for one in found}) < len(found) for whose in ("person", "user")):
        raise Unproven(_OBJECTED["twice"])
    if all(isinstance(one.said.get("asked"), dict) for one in found):
        votes, case = _judged(found)
        if whole and not is_over(case, votes):
            raise Unproven(f"somebody's yes is missing: it takes {case.approvers}")
        if names is not None and [*names] != [vote.who for vote in votes]:
            raise Unproven("the record names others than those who signed")
    return found


def _one(proof: Any, about: Mapping[str, Any], roots: Roots) -> Written:
    if not isinstance(proof, dict) or proof.keys() != _TEXTS or not all(isinstance(v, str) for v in proof.values()):
        raise Unproven("a proof cannot be read")
    return Written(read_back(Signed(**proof), about, roots), stated(proof["statement"]))


def _judged(found: Sequence[Written]) -> tuple[tuple[Vote, ...], Case]:
    """The votes that they come to. Raises Unproven."""
    first = found[0].said
    if any(one.said["asked"] != first["asked"] or one.said.get("names") != first.get("names") for one in found):
        raise Unproven("they did not sign the same question")
    names, since = first.get("names"), first.get("created")
    known = frozenset(map(str, names)) if isinstance(names, list) else frozenset()
    case = Case(asked_in(first["asked"]), known, float(since) if isinstance(since, int | float) else 0.0)
    votes: tuple[Vote, ...] = ()
    for one in found:
        try:
            vote = yes(case, votes, principal_of(one.by), float(one.said["at"]))
        except Objection as e:
            raise Unproven(_OBJECTED.get(e.why, "somebody signed it who was not asked then")) from e
        if vote.stage != one.said.get("stage"):
            raise Unproven("a yes is for another stage")
        votes = (*votes, vote)
    return votes, case
