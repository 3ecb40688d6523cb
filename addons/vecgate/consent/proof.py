"""Is this yes proven? Who said it signed what was asked, with a key that the settings lead to; no less is believed.

A vote brings its statement, signature and enrolment. The statement is made anew here, of what is known for certain, and
must be the one that was signed; then the votes are judged once more, as those whom their enrolments name.
"""

import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from vecgate.consent.enrolled import LONGEST, Enrolled, Roots, Unproven, canonical, stated
from vecgate.consent.judge import Case, Objection, is_over, yes
from vecgate.domain.approval import Signed, Vote
from vecgate.domain.principal import Principal

if TYPE_CHECKING:  # desks sign, too, and have no settings
    from vecgate.settings.approvals import Approvals

#: How old a statement may be when it arrives, in seconds; and how far ahead of our clock.
FRESH: Final = 600.0
_AHEAD: Final = 60.0

#: What must be signed, of what says that it is: `stage` (counted from 0) and `at` may be read there. Raises Unproven.
type Facts = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Proof:
    """What signatures are worth here. `off`: nothing is asked for, and nothing is looked at.

    `key`: which all workers of this gateway have, and nobody else: for what they decide and are asked.
    """

    signed: Literal["off", "accept", "require"]
    roots: Roots
    now: Callable[[], float] = time.time
    key: bytes = field(default=b"", repr=False)

    @classmethod
    def of(cls, settings: "Approvals", key: bytes = b"", now: Callable[[], float] = time.time) -> "Proof":
        """What the settings say."""
        return cls(settings.signed, Roots.of(settings, now), now, key)

    def word(self, facts: Mapping[str, Any]) -> str:
        """The gateway's own word for what nobody signs; it is worth something where the same key is."""
        key = hmac.digest(self.key, b"vecgate: word", sha256)
        return hmac.digest(key, canonical(facts).encode(), sha256).hex() if self.key else ""

    @property
    def gateway(self) -> str:
        """Which gateway this is, by its key; empty: none that could be told from another."""
        return hmac.digest(self.key, b"vecgate: gateway", sha256).hex()[:16] if self.key else ""

    def is_ours(self, facts: Mapping[str, Any], word: str) -> bool:
        """Whether it is."""
        return bool(self.key) and hmac.compare_digest(self.word(facts).encode(), word.encode())

    def to_sign(self, facts: Facts, stage: int) -> str:
        """What an approver signs now; empty where nothing is signed."""
        return "" if self.signed == "off" else canonical(facts({"stage": stage, "at": int(self.now())}))

    def taken(self, vote: Vote, facts: Facts, signed: Signed | None, principal: Principal) -> Vote:
        """The vote with its proof. Raises Objection (unsigned), Unproven."""
        if self.signed == "off" or (signed is None and self.signed == "accept"):
            return vote
        if signed is None:
            raise Objection("unsigned")
        at, enrolled = self._checked(signed, facts, vote.stage)
        if not self.now() - FRESH <= at <= self.now() + _AHEAD:
            raise Unproven("what is signed is too old; sign what is asked now")
        if (enrolled.person, enrolled.user) != (principal.key, principal.user):
            raise Unproven("the key is enrolled for another login")
        return replace(vote, signed=signed)

    def unproven(self, case: Case, facts: Facts, votes: Sequence[Vote]) -> str:
        """Why these votes are not proven to be all it takes; empty: they are."""
        try:
            self._judged(case, facts, votes)
        except (Unproven, Objection) as e:
            return str(e)
        return ""

    def _judged(self, case: Case, facts: Facts, votes: Sequence[Vote]) -> None:
        proven: tuple[Vote, ...] = ()
        for vote in votes:
            if vote.signed is None or not 0 <= vote.stage < len(case.approvers.stages):
                raise Unproven("a yes is not signed")
            at, enrolled = self._checked(vote.signed, facts, vote.stage)
            judged = yes(case, proven, principal_of(enrolled), at)
            if judged.stage != vote.stage:
                raise Unproven("a yes is for another stage")
            proven = (*proven, judged)
        if not is_over(case, proven):
            raise Unproven("somebody's yes is missing")

    def _checked(self, signed: Signed, facts: Facts, stage: int) -> tuple[int, Enrolled]:
        said = stated(signed.statement)
        at = said.get("at")
        if type(at) is not int or said.get("stage") != stage or canonical(facts(said)) != signed.statement:
            raise Unproven("what is signed is not what is asked")
        enrolled = self.roots.enrolled(_document(signed.enrolment))
        self.roots.check(enrolled.key, signed.statement, signed.signature)
        return at, enrolled


#: Nothing is asked for.
UNSIGNED: Final = Proof("off", Roots(()))


def _document(text: str) -> Any:
    if len(text) > LONGEST:
        raise Unproven("the enrolment is too long")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as e:
        raise Unproven("the enrolment cannot be read") from e


def principal_of(enrolled: Enrolled) -> Principal:
    """Whoever an enrolment names, as a login would."""
    issuer, _, subject = enrolled.person.partition("#")
    return Principal(issuer, subject, enrolled.user, enrolled.groups, enrolled.until)


def read_back(signed: Signed, about: Mapping[str, Any], roots: Roots) -> Enrolled:
    """Who has signed what a record holds, and that it says what it must (`about`). Raises Unproven."""
    said = stated(signed.statement)
    if any(said.get(name) != value for name, value in about.items()) or type(said.get("at")) is not int:
        raise Unproven("what is signed is something else")
    enrolled = roots.enrolled(_document(signed.enrolment), said["at"])
    roots.check(enrolled.key, signed.statement, signed.signature)
    return enrolled
