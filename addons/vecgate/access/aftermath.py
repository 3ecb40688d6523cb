"""What follows once access is over? Its debrief is read; broken glass is reviewed by others, or its holder is locked.

Moves of a request, pure as those of request.py.
"""

from dataclasses import replace

from vecgate.access.request import OPEN, UNASKED, Request, answers, as_of
from vecgate.consent.judge import Objection, is_over, waiting, yes
from vecgate.domain.approval import Vote
from vecgate.domain.principal import Principal


def acknowledge(one: Request, principal: Principal, now: float) -> Request:
    """What was done was read by its holder, or by one who may answer it. Raises Objection."""
    one = _over(one, now)
    if principal.key != one.login:
        answers(one, principal)
    if any(vote.login == principal.key for vote in one.read):
        return one
    return replace(one, read=(*one.read, Vote(principal.user, now, principal.key)))


def told(one: Request, _now: float) -> Request:
    """That nobody has ended it, but time or the loss of a server, is written down."""
    return replace(one, told=True) if one.how in UNASKED else one


def moved(one: Request, now: float) -> Request:
    """What is left of it where another server has taken over, which may lack what became of it."""
    if one.state not in OPEN:
        return one
    return replace(one, state="ended" if one.state == "granted" else "expired", how="moved", ended=now)


def review(one: Request, principal: Principal, now: float, justified: bool, why: str) -> Request:
    """What one of those who answer for the rule found; with the last that it takes, it is reviewed.

    One alone can find that it was not justified. Raises Objection.
    """
    one = _over(one, now)
    if not one.glass:
        raise Objection("whole")
    if one.verdict not in ("", "late"):
        raise Objection("reviewed")
    if not why:
        raise Objection("reason")
    case = replace(one.case, since=one.ended)
    votes = (*one.reviews, yes(case, one.reviews, principal, now))
    found = "unjustified" if not justified else "justified" if is_over(case, votes) else one.verdict
    return replace(one, reviews=votes, found=why, verdict=found)


def late(one: Request, now: float) -> Request:
    """Nobody has reviewed it in time."""
    return replace(one, verdict="late") if is_late(one, now) else one


def is_late(one: Request, now: float) -> bool:
    """Whether nobody has reviewed it, and the time for that is over."""
    return bool(one.glass) and one.state not in OPEN and not one.verdict and now >= one.review_until


def owes_review(one: Request, principal: Principal) -> bool:
    """Whether this person may be the one to review it."""
    if not one.glass or one.state in OPEN or one.verdict not in ("", "late") or one.may_decide(principal):
        return False
    return all(vote.login != principal.key for vote in one.reviews)


def stage(one: Request) -> int:
    """The stage whose people are asked now: for their yes, or for their review."""
    return waiting(one.asking.approvers, one.reviews if one.glass else one.votes)


def _over(one: Request, now: float) -> Request:
    one = as_of(one, now)
    if one.state in OPEN or not one.granted:
        raise Objection("lasts")
    return one
