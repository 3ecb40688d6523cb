"""How does a held call stand, and who may decide on it? Its state and votes, as read from the state (board.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from vecgate.approvals.held import Held
from vecgate.consent.judge import Case, may_answer, waiting
from vecgate.domain.approval import ALL, Approval, Turn, Vote
from vecgate.domain.call import Json
from vecgate.domain.principal import Principal

#: States in which a held call can still come to be executed.
OPEN: Final = frozenset({"pending", "approved"})
_VOTES: Final = TypeAdapter(tuple[Vote, ...])


@dataclass(frozen=True, slots=True)
class Standing:
    """How a held call stands, as read at `read_at` by the server's clock. Times in seconds since the epoch.

    `ended_by` names who denied or withdrew it, or the request that spent it; `reason` is their words.
    Of a plan: `turn` is the step whose turn it is, from 1, `running` the request that is at it. `snapshots` have their
    step, 0 where it is no plan, and the aliases of their collection. `seal`: by which workers know a plan that one of
    them took (nonces.py).
    """

    id: str
    held: Held
    state: str
    created_at: float
    expires_at: float
    read_at: float
    votes: tuple[Vote, ...] = ()
    ended_by: str = ""
    reason: str = ""
    snapshots: tuple[tuple[str, str, int, tuple[str, ...]], ...] = ()
    turn: int = 1
    running: str = ""
    seal: str = ""

    @property
    def seconds_left(self) -> float:
        """How long it stays open from the moment it was read; 0.0 when it has ended."""
        return max(0.0, self.expires_at - self.read_at) if self.state in OPEN else 0.0

    @property
    def approval(self) -> Approval:
        """The part the request path carries on."""
        return Approval(
            id=self.id,
            state=self.state,
            binding=self.held.binding,
            expires_at=self.expires_at,
            impact=self.held.impact,
            bound=self.held.bound,
            records=self.held.records,
            nonce=self.held.nonce,
            proofs=tuple(vote.signed for vote in self.votes if vote.signed is not None),
            approved_by=tuple(vote.who for vote in self.votes),
            reason=self.reason,
            ended_by=self.ended_by,
            less=self.votes[-1].less if self.votes else ALL,
        )

    def approval_at(self, step: int) -> Approval:
        """The same of one step of a plan; of what is none, all there is."""
        steps = self.held.steps
        if not 1 <= step <= len(steps):
            return self.approval
        one, then = steps[step - 1], steps[step].binding if step < len(steps) else ""
        of_step = replace(self.approval, binding=one.binding, impact=one.impact, bound=one.bound, records=one.records)
        return replace(of_step, turn=Turn(step, len(steps), self.held.binding, then))

    def asked_by(self, principal: Principal) -> bool:
        return principal.key == self.held.requester

    @property
    def case(self) -> Case:
        """What is judged of it."""
        return replace(self.held.case, since=self.created_at, at=self.read_at)

    @property
    def stage(self) -> int:
        """The stage whose people are asked now."""
        return waiting(self.held.approvers, self.votes)

    def facts(self, said: Mapping[str, Any]) -> dict[str, Json]:
        """What is signed at a stage."""
        return self.held.facts(self.id, said)

    def may_decide(self, principal: Principal) -> bool:
        """Whether this principal has a say in it, at whichever stage."""
        return not may_answer(self.case, principal)

    def visible_to(self, principal: Principal) -> bool:
        """Theirs, or theirs to decide on."""
        return self.asked_by(principal) or self.may_decide(principal)


def kept(votes: tuple[Vote, ...]) -> str:
    """The flat form in which votes are kept."""
    return _VOTES.dump_json(votes).decode()


def standing(fields: Mapping[str, str], read_at: float) -> Standing:
    """The standing in the fields of its hash. Raises KeyError or ValueError when they are not one."""
    return Standing(
        id=fields["id"],
        held=Held.of(fields),
        state=fields["state"],
        created_at=int(fields["created"]) / 1000,
        expires_at=int(fields["expires"]) / 1000,
        read_at=read_at,
        votes=_VOTES.validate_json(fields.get("said", "[]")),
        ended_by=fields.get("ended_by", ""),
        reason=fields.get("reason", ""),
        snapshots=tuple(
            (str(at), str(name), step, tuple(map(str, aliases)))
            for step in range(int(fields.get("last", "0")) + 1)
            for at, name, *aliases in orjson.loads(fields.get(f"snapshots:{step}", "[]"))
        ),
        turn=int(fields.get("turn", "1")),
        running=fields.get("running", ""),
        seal=fields.get("seal", ""),
    )
