"""Is a grant proven? What its approvers signed are its terms; its times must follow from when they did."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from vecgate.access.request import Request, is_less
from vecgate.consent.enrolled import Unproven, stated
from vecgate.consent.proof import FRESH, Proof
from vecgate.domain.call import Json
from vecgate.domain.grant import Terms

_TERMS: Final = TypeAdapter(Terms)
#: What is asked and by whom, when it may begin, and how long it may wait.
_SIGNED: Final = ("id", "rule", "login", "user", "created", "reason", "ticket", "begins", "extends", "follows")


def facts(one: Request, said: Mapping[str, Any]) -> dict[str, Json]:
    """What a yes to a request is signed for, with its terms as they are."""
    asking = one.asking
    return {
        "vecgate": "yes to access",
        **{name: getattr(one, name) for name in _SIGNED},
        "names": [*one.names],
        "terms": _TERMS.dump_python(one.terms, mode="json"),
        "asking": {"pending": asking.pending, "starts": asking.starts, "mask": asking.mask},
        "asked": [str(stage) for stage in asking.approvers.stages],
        "stage": said["stage"],
        "at": said["at"],
    }


def _narrowed(one: Request, said: Mapping[str, Any]) -> dict[str, Json]:
    """The same as it was when somebody signed: whoever came later may have granted less, and nobody more."""
    try:
        terms = _TERMS.validate_python(said.get("terms"))
    except ValidationError as e:
        raise Unproven("what is signed has no terms") from e
    then = replace(one, terms=terms)
    if not is_less(one.terms, then):
        raise Unproven("more is granted than was signed")
    return facts(then, said)


def unproven(one: Request, proof: Proof) -> str:
    """Why what is granted is not proven; empty: it is. That those were asked who must be, the policy knows."""
    why = proof.unproven(one.case, lambda said: _narrowed(one, said), one.votes)
    if why:
        return why
    signed = [stated(vote.signed.statement) for vote in one.votes if vote.signed is not None]
    if _TERMS.validate_python(signed[-1]["terms"]) != one.terms:
        return "it is granted otherwise than was signed last"
    latest = max(float(said["at"]) for said in signed) + FRESH
    begins = max(latest, one.begins, one.follows)
    ends = begins + one.terms.seconds + (one.asking.pending if one.asking.starts == "first_use" else 0.0)
    if (one.begun or 0.0) < one.begins or (one.expires if one.ends is None else one.ends) > ends:
        return "its times are others than follow from when it was signed"
    return ""
