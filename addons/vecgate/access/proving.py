"""Is a grant proven? What its approvers signed are its terms, and for which collections; its times follow from when."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from vecgate.access.agreed import Things, is_less, keeps
from vecgate.access.request import Request
from vecgate.consent.enrolled import Unproven, stated
from vecgate.consent.proof import FRESH, Proof
from vecgate.consent.written import spelt
from vecgate.domain.call import Json
from vecgate.domain.grant import Terms

_TERMS: Final = TypeAdapter(Terms)
_THINGS: Final[TypeAdapter[Things]] = TypeAdapter(Things)
#: What is asked and by whom, when it may begin, and how long it may wait.
_ASKED: Final = ("id", "rule", "login", "user", "created", "reason", "ticket", "begins", "extends", "follows")
#: The same, and which gateway it was asked at.
_SIGNED: Final = (*_ASKED, "nonce")


def facts(one: Request, said: Mapping[str, Any]) -> dict[str, Json]:
    """What a yes to a request is signed for, with its terms as they are."""
    asking = one.asking
    return {
        "vecgate": "yes to access",
        **{name: getattr(one, name) for name in _SIGNED},
        "names": [*one.names],
        "terms": _TERMS.dump_python(one.terms, mode="json"),
        **({"things": _pairs(one)} if one.terms.exact else {}),
        "asking": {"pending": asking.pending, "starts": asking.starts, "mask": asking.mask},
        "asked": spelt(asking.approvers),
        "stage": said["stage"],
        "at": said["at"],
    }


def _pairs(one: Request) -> list[Json]:
    return [[name, thing] for name, thing in one.things]


def _narrowed(one: Request, said: Mapping[str, Any]) -> dict[str, Json]:
    """The same as it was when somebody signed: whoever came later may have granted less, and nobody more or another."""
    terms, things = _signed(said)
    then = replace(one, terms=terms, things=things)
    if not is_less(one.terms, terms, one.asking.mask):
        raise Unproven("more is granted than was signed")
    if not keeps(things, one.terms, one.things):
        raise Unproven("it is for another collection of that name than was signed")
    if isinstance(said.get("asked"), list):  # whom it takes was once signed in words
        return facts(then, said) | {"asked": [str(stage) for stage in one.asking.approvers.stages]}
    return facts(then, said)


def _signed(said: Mapping[str, Any]) -> tuple[Terms, Things]:
    """Terms and things as somebody signed them. Raises Unproven."""
    try:
        terms = _TERMS.validate_python(said.get("terms"))
        if terms.exact and "things" not in said:  # before they were part of it; nobody knows by now which it was
            raise Unproven("for which collections it is was not part of what was signed; have it asked for anew")
        return terms, _THINGS.validate_python(said.get("things", ()))
    except ValidationError as e:
        raise Unproven("what is signed has no terms") from e


def _decided(one: Request) -> dict[str, Json]:
    """What the gateway gives its word for, where it granted something and nobody signed."""
    return {
        "vecgate": "granted by rule",
        **{name: getattr(one, name) for name in (*_SIGNED, "glass", "automatic", "granted", "review_within")},
        "names": [*one.names],
        "terms": _TERMS.dump_python(one.terms, mode="json"),
        "things": _pairs(one),
        "asking": {"pending": one.asking.pending, "starts": one.asking.starts},
    }


def _here(one: Request) -> dict[str, Json]:
    """What the gateway gives its word for when something is asked of it."""
    return {
        "vecgate": "asked here",
        **{name: getattr(one, name) for name in _ASKED},
        "names": [*one.names],
        "asked": _TERMS.dump_python(one.asked, mode="json"),
    }


def elsewhere(one: Request, proof: Proof) -> str:
    """Why a yes to it would be none here; empty: it was asked at this gateway, and as it is."""
    gateway, _, word = one.nonce.partition(".")
    if proof.signed != "require" or (proof.gateway == gateway and proof.is_ours(_here(one), word)):
        return ""
    return "it was not asked for at this gateway as it is; have it asked for anew, here"


def given(one: Request, proof: Proof) -> Request:
    """The same with the gateway's word for it."""
    one = asked_of(one, proof)
    return replace(one, word=proof.word(_decided(one)))


def _on_call(one: Request) -> dict[str, Json]:
    """What the gateway gives its word for, where a rule asks who is on call."""
    return {
        "vecgate": "on call when asked",
        **{name: getattr(one, name) for name in ("id", "rule", "login", "created")},
        "rota": [[name, [*people]] for name, people in one.asking.rota],
    }


def asked_of(one: Request, proof: Proof) -> Request:
    """The same with the gateway's word that it was asked here, and for who was on call then."""
    one = replace(one, nonce=f"{proof.gateway}.{proof.word(_here(one))}") if proof.signed != "off" else one
    return replace(one, asking=replace(one.asking, word=proof.word(_on_call(one)))) if one.asking.rota else one


def rota(one: Request, proof: Proof) -> Mapping[str, tuple[str, ...]] | None:
    """Who was on call when it was asked for; None: nobody proves who."""
    known = one.asking.rota and proof.is_ours(_on_call(one), one.asking.word)
    return dict(one.asking.rota) if known else None


def unproven(one: Request, proof: Proof) -> str:
    """Why what is granted is not proven; empty: it is. That those were asked who must be, the policy knows."""
    if one.word:
        if not proof.is_ours(_decided(one), one.word):
            return "it is not this gateway's word"
        return _mistimed(one, one.granted)
    if one.glass or one.automatic:
        return "what nobody was asked for has no signatures"
    if why := elsewhere(one, proof):
        return why
    why = proof.unproven(one.case, lambda said: _narrowed(one, said), one.votes)
    if why:
        return why
    signed = [stated(proof.statement) for proof in one.proofs]
    if _signed(signed[-1]) != (one.terms, one.things):
        return "it is granted otherwise than was signed last"
    return _mistimed(one, max(float(said["at"]) for said in signed) + FRESH)


def _mistimed(one: Request, latest: float) -> str:
    """Whether its times are others than follow from a yes by then; empty: they are those."""
    begins = max(latest, one.begins, one.follows)
    ends = begins + one.terms.seconds + (one.asking.pending if one.asking.starts == "first_use" else 0.0)
    if (one.begun or 0.0) < one.begins or (one.expires if one.ends is None else one.ends) > ends:
        return "its times are others than follow from when it was signed"
    return ""
