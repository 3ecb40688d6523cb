"""How does a request for access go on? A state machine without a clock of its own: each move is told the time.

    pending -> granted -> ended (expired | revoked | given_back | used_up | moved)
    pending -> denied | withdrawn | expired            granted, never used -> expired
    (glass is broken) granted -> ended; what follows then: aftermath.py

Two clocks: `expires` runs from asking, `ends` from the last yes (or `begins`), or from the first use. A yes may narrow
the terms, and nothing widens them. Who may answer, and which stage follows, says consent/judge.py.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from vecgate.access.agreed import Things, bound, is_less
from vecgate.consent.judge import Case, Objection, is_over, may_answer, no, waiting, yes
from vecgate.domain.approval import Approvers, Signed, Vote
from vecgate.domain.grant import Grant, Terms
from vecgate.domain.people import folded
from vecgate.domain.principal import Principal

type State = Literal["pending", "granted", "denied", "withdrawn", "expired", "ended"]
#: States out of which something may still become.
OPEN: Final = frozenset({"pending", "granted"})
#: How something ends that nobody ends.
UNASKED: Final = frozenset({"expired", "moved"})


@dataclass(frozen=True, slots=True)
class Asking:
    """Who answers, and which clock runs: what a request takes from its rule when it is made.

    `named`: as the rule names them, where it does not say at once who they are. `rota`: who was on call then, by name;
    `word`: the gateway's own for that.
    """

    approvers: Approvers
    pending: float
    starts: Literal["approval", "first_use"]
    mask: str
    named: Approvers | None = None
    rota: tuple[tuple[str, tuple[str, ...]], ...] = ()
    word: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, with all that became of it. Times are seconds of the shared state's clock.

    `asked` is what was asked for, `terms` what is left of it. `begins`: not before; 0: at once. `extends` names the
    grant that this one carries on, `follows`: when that one ends. `again` names the request it is a copy of.
    `names`: all behind who asks, folded; `acting`: who acts for them. `how` it ended, by whom (`ended_by`), and why,
    in their words; `told`: that time alone ended it is written down. `read`: who has acknowledged what was done.
    `glass`: nobody was asked, as in an emergency (by `command` or by a `call`); who reviewed it, what they `found`, and
    the `verdict`. `word`: the gateway's own, for what nobody signed; `nonce`: the same that it was asked, and where.
    `automatic`: which condition of the rule answered it, and no person; `would`: what one that is tried out would have.
    `seen`: when it was read. `things`: what the names in `terms` stood for at the last yes.
    """

    id: str
    rule: str
    login: str
    user: str
    asked: Terms
    terms: Terms
    asking: Asking
    created: float
    expires: float
    reason: str = ""
    ticket: str = ""
    begins: float = 0.0
    extends: str = ""
    follows: float = 0.0
    again: str = ""
    state: State = "pending"
    votes: tuple[Vote, ...] = ()
    granted: float = 0.0
    begun: float | None = None
    ends: float | None = None
    how: str = ""
    ended_by: str = ""
    why: str = ""
    ended: float = 0.0
    told: bool = False
    names: tuple[str, ...] = ()
    acting: tuple[str, ...] = ()
    read: tuple[Vote, ...] = ()
    glass: Literal["", "command", "call"] = ""
    review_within: float = 0.0
    reviews: tuple[Vote, ...] = ()
    found: str = ""
    verdict: Literal["", "justified", "unjustified", "late"] = ""
    word: str = ""
    automatic: str = ""
    would: str = ""
    seen: float = field(default=0.0, compare=False)
    things: Things = ()
    nonce: str = ""

    @property
    def case(self) -> Case:
        """What is judged of it."""
        names = frozenset((folded(self.login), folded(self.user), *self.names))
        return Case(self.asking.approvers, names, self.created, self.seen)

    @property
    def stage(self) -> int:
        """The stage whose people are asked now."""
        return waiting(self.asking.approvers, self.votes)

    @property
    def proofs(self) -> tuple[Signed, ...]:
        """Of each yes that was signed."""
        return tuple(vote.signed for vote in self.votes if vote.signed is not None)

    def may_decide(self, principal: Principal) -> str:
        """Why this person may not answer; empty: they may."""
        return may_answer(self.case, principal)

    @property
    def is_settled(self) -> bool:
        """Whether nothing of what follows is left to do: it was read, and broken glass reviewed."""
        return self.is_read and (not self.glass or self.verdict in ("justified", "unjustified"))

    @property
    def is_read(self) -> bool:
        """Whether its holder and one who may answer it have acknowledged what was done."""
        return len({vote.login == self.login for vote in self.read}) == 2

    def owes_reading(self, principal: Principal) -> bool:
        """Whether this person is still to acknowledge it: as its holder, or as one of those who may answer it."""
        if self.state in OPEN or not self.granted or not self.visible_to(principal):
            return False
        is_holder = principal.key == self.login
        return all((vote.login == self.login) is not is_holder for vote in self.read)

    def visible_to(self, principal: Principal) -> bool:
        """Theirs, or theirs to answer."""
        return principal.key == self.login or not self.may_decide(principal)

    def grant(self) -> Grant | None:
        """What it gives, from when to when; nothing while it is not granted."""
        if self.state != "granted" or self.begun is None:
            return None
        by = tuple(vote.who for vote in self.votes)
        return Grant(
            self.id, self.rule, self.login, self.terms, self.begun, self.ends, self.reason, by, self.expires,
            self.glass, self.things, self.automatic, self.proofs,
        )  # fmt: skip

    @property
    def deadline(self) -> float:
        """When time alone ends it, as it stands."""
        return self.expires if self.state == "pending" or self.ends is None else self.ends

    @property
    def review_until(self) -> float:
        """Until when it is to be reviewed, once it is over."""
        return self.over + self.review_within

    @property
    def due(self) -> float:
        """When somebody has to see to it, if nothing happens before; 0: nobody ever has."""
        if self.state in OPEN:
            return self.deadline
        return self.review_until if self.glass and not self.verdict else 0.0

    @property
    def over(self) -> float:
        """When it will be over for certain, however it goes on; in the past for what has ended."""
        if self.state not in OPEN:
            return self.ended
        if self.ends is not None:
            return self.ends
        return self.expires + self.asked.seconds if self.state == "granted" else self.expires


def as_of(one: Request, now: float) -> Request:
    """What its clocks have made of it by now."""
    if one.state == "pending" and now >= one.expires:
        return replace(one, state="expired", how="expired", ended=one.expires)
    if one.state == "granted" and one.ends is None and now >= one.expires:  # nobody has used it
        return replace(one, state="expired", how="expired", ended=one.expires)
    if one.state == "granted" and one.ends is not None and now >= one.ends:
        return replace(one, state="ended", how="expired", ended=one.ends)
    return one


type Seal = Callable[[Request, Vote], Vote]


def approve(
    one: Request, principal: Principal, now: float, terms: Terms | None = None, seal: Seal | None = None,
    things: Things = (),
) -> Request:  # fmt: skip
    """One more yes; to less, where `terms` are given, and to what the names stand for now. `seal` puts the proof to it.

    Raises Objection.
    """
    one = _open(one, now, "pending")
    vote = yes(one.case, one.votes, principal, now)
    if terms is not None and not is_less(terms, one.terms, one.asking.mask):
        raise Objection("wider")
    less = terms or one.terms
    one = replace(one, terms=less, things=bound(one.things, less, things))
    voted = replace(one, votes=(*one.votes, seal(one, vote) if seal else vote))
    return granted(voted, now) if is_over(one.case, voted.votes) else voted


def granted(one: Request, now: float) -> Request:
    begun = max(now, one.begins)
    if one.asking.starts == "first_use" and not one.extends:
        return replace(one, state="granted", granted=now, begun=begun, expires=begun + one.asking.pending)
    ends = max(begun, one.follows) + one.terms.seconds
    return replace(one, state="granted", granted=now, begun=begun, ends=ends)


def deny(one: Request, principal: Principal, now: float, why: str = "") -> Request:
    """A no; it ends it. Raises Objection."""
    one = _open(one, now, "pending")
    no(one.case, principal, why)
    return over(one, "denied", "denied", principal.user, why, now)


def withdraw(one: Request, principal: Principal, now: float) -> Request:
    """Take back one's own. Raises Objection."""
    one = _open(one, now, "pending")
    _is_theirs(one, principal)
    return over(one, "withdrawn", "withdrawn", principal.user, "", now)


def revoke(one: Request, principal: Principal, now: float, why: str = "") -> Request:
    """Take a grant away, as one of those who may answer it. Raises Objection."""
    one = _open(one, now, "granted")
    answers(one, principal)
    return over(one, "ended", "revoked", principal.user, why, now)


def stop(one: Request, principal: Principal, now: float, why: str) -> Request:
    """Deny what waits, revoke what is granted. Raises Objection."""
    return (deny if as_of(one, now).state == "pending" else revoke)(one, principal, now, why)


def follow(one: Request, principal: Principal, now: float, why: str = "") -> Request:
    """An extension goes with the grant that it carries on, whatever has become of it. Raises Objection."""
    if as_of(one, now).state == "pending":
        return over(one, "denied", "denied", principal.user, why, now)
    return over(_open(one, now, "granted"), "ended", "revoked", principal.user, why, now)


def give_back(one: Request, principal: Principal, now: float) -> Request:
    """End what one has been granted. Raises Objection."""
    one = _open(one, now, "granted")
    _is_theirs(one, principal)
    return over(one, "ended", "given_back", principal.user, "", now)


def used_up(one: Request, now: float) -> Request:
    """Its records or tokens are used up. Raises Objection."""
    return over(_open(one, now, "granted"), "ended", "used_up", "", "", now)


def use(one: Request, now: float) -> Request:
    """It is used: the first time, its time begins. Raises Objection."""
    one = _open(one, now, "granted")
    if one.ends is not None:
        return one
    if one.begun is None or now < one.begun:
        raise Objection("early")
    return replace(one, begun=now, ends=now + one.terms.seconds)


def extensions(of: str, requests: Iterable[Request]) -> list[Request]:
    """Those that carry on a grant, and those that carry on these."""
    known, found, names = [*requests], list[Request](), {of}
    while more := [one for one in known if one.extends in names and one not in found]:
        found += more
        names |= {one.id for one in more}
    return found


def _open(one: Request, now: float, wanted: State) -> Request:
    one = as_of(one, now)
    if one.state != wanted:
        raise Objection(one.how or one.state)
    return one


def answers(one: Request, principal: Principal) -> None:
    if why := one.may_decide(principal):
        raise Objection(why)


def _is_theirs(one: Request, principal: Principal) -> None:
    if principal.key != one.login:
        raise Objection("requester")


def over(one: Request, state: State, how: str, by: str, why: str, now: float) -> Request:
    return replace(one, state=state, how=how, ended_by=by, why=why, ended=now)
