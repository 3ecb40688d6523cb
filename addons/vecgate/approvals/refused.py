"""Why did the board not do it, and how is that told?"""

from vecgate.approvals.standing import Standing
from vecgate.consent.judge import OBJECTIONS
from vecgate.refusals.catalogue import Refusal, refuse
from vecgate.refusals.errors import CallRefused


def said(reason: str) -> str:
    """A reason, as it stands behind what it is the reason for."""
    return f', who says: "{reason}"' if reason else ""


class BoardRefused(CallRefused):
    """The board did not do it. `why`: none, many, requester, binding, turn, what judge.py objects, or its state."""

    def __init__(self, why: str, found: Standing | None, *, using: bool = False, most: int = 0) -> None:
        self.why = why
        self.standing = found
        super().__init__(_refusal(why, found, using, most))


def _refusal(why: str, found: Standing | None, using: bool, most: int) -> Refusal:
    if why == "many":
        return refuse("limit.holds", open=most)
    if found is None:
        return refuse("requests.unknown")
    if why in OBJECTIONS:
        return _objected(why, found)
    match why:
        case "requester":
            return refuse("requests.not_yours", request_id=found.id, id=found.id)
        case "binding":
            return refuse("wire.refused", request_id=found.id)
        case "turn":
            return refuse("plan.turn", request_id=found.id, id=found.id, step=found.turn, steps=len(found.held.steps))
        case "denied" | "expired" | "withdrawn" if using:
            return refuse(f"hold.{why}", request_id=found.id, id=found.id, by=found.ended_by, why=said(found.reason))
    state = {"twice": "approved by you", "explained": "explained, or agreed to by somebody"}.get(why, why)
    return refuse("requests.settled", request_id=found.id, id=found.id, state=state)


def _objected(why: str, found: Standing) -> Refusal:
    match why:
        case "agent":
            return refuse("requests.agent", request_id=found.id, id=found.id)
        case "unsigned":
            return refuse("requests.unsigned", request_id=found.id, id=found.id)
        case "self" | "group":
            return refuse("requests.not_approver", request_id=found.id, id=found.id, approvers=found.held.deciders)
        case "reason":
            return refuse("requests.needs_reason", request_id=found.id, rule=found.held.rule)
    waits = str(found.held.approvers.stages[found.stage])
    return refuse("requests.not_now", request_id=found.id, id=found.id, waits=waits)
