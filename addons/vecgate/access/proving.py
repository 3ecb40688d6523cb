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


def _decided(one: Request) -> dict[str, Json]:
    """What the gateway gives its word for, where it granted something and nobody signed."""
    return {
        "vecgate": "granted by rule",
        **{name: getattr(one, name) for name in (*_SIGNED, "glass", "automatic", "granted", "review_within")},
        "names": [*one.names],
        "terms": _TERMS.dump_python(one.terms, mode="json"),
        "asking": {"pending": one.asking.pending, "starts": one.asking.starts},
    }


def given(one: Request, proof: Proof) -> Request:
    """The same with the gateway's word for it."""
    return replace(one, word=proof.word(_decided(one)))


def unproven(one: Request, proof: Proof) -> str:
    """Why what is granted is not proven; empty: it is. That those were asked who must be, the policy knows."""
    if one.word:
        if not proof.is_ours(_decided(one), one.word):
            return "it is not this gateway's word"
        return _mistimed(one, one.granted)
    why = proof.unproven(one.case, lambda said: _narrowed(one, said), one.votes)
    if why:
        return why
    signed = [stated(vote.signed.statement) for vote in one.votes if vote.signed is not None]
    if _TERMS.validate_python(signed[-1]["terms"]) != one.terms:
        return "it is granted otherwise than was signed last"
    return _mistimed(one, max(float(said["at"]) for said in signed) + FRESH)


def _mistimed(one: Request, latest: float) -> str:
    """Whether its times are others than follow from a yes by then; empty: they are those."""
    begins = max(latest, one.begins, one.follows)
    ends = begins + one.terms.seconds + (one.asking.pending if one.asking.starts == "first_use" else 0.0)
    if (one.begun or 0.0) < one.begins or (one.expires if one.ends is None else one.ends) > ends:
        return "its times are others than follow from when it was signed"
    return ""
