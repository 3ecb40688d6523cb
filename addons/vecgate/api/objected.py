"""What can a request for access not become, and how is that said?"""

from typing import Final

from vecgate.access.aftermath import stage
from vecgate.access.request import Request
from vecgate.policy.language.values import lasting
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.rules.offers import Offer
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused


def check_mask(policies: PolicySet, found: Request, mask: str) -> None:
    """Whether the rule's own mask hides all that the one that was asked for does. Raises CallRefused."""
    profiles, asked = policies.profiles, found.terms.mask
    if mask == asked or mask not in profiles or asked not in profiles:
        return  # another one than these two is more by its name
    one, other = profiles[mask], profiles[asked]
    fields = all(one.fields.get(at) == spec for at, spec in other.fields.items() if spec.name != "keep")
    if not (fields and one.hides_all_that(other)):
        raise objected("wider", found)


def check_ahead(found: Offer, left: float, longest: float) -> None:
    """Whether with what is `left` of a grant no more lies ahead than could be asked for at once. Raises CallRefused."""
    if left > 0 and left + found.terms.seconds > longest:
        more = (
            f"{lasting(max(longest - left, 0.0))} more now, as {lasting(left)} are left of {lasting(longest)} at most"
        )
        raise CallRefused(refuse("access.too_wide", widest=more))


def settled(found: Request, state: str) -> CallRefused:
    return CallRefused(refuse("access.settled", request_id=found.id, id=found.id, state=_STATES.get(state, state)))


_STATES: Final = {
    "twice": "approved by you",
    "given_back": "given back",
    "moved": "ended when another server took over its state",
    "used_up": "used up",
    "begun": "granted, and waits for its first use",
    "": "pending",
}


def objected(why: str, found: Request) -> CallRefused:
    if why in ("self", "agent", "group", "later", "over", "filled"):
        return _not_theirs(why, found)
    match why:
        case "unsigned":
            return CallRefused(refuse("access.unsigned", request_id=found.id, id=found.id))
        case "requester":
            return CallRefused(refuse("access.not_yours", request_id=found.id, id=found.id))
        case "wider":
            return CallRefused(refuse("access.wider", request_id=found.id, id=found.id))
        case "reason":
            return CallRefused(refuse("access.needs", rule=found.rule, what="reason"))
        case "another":
            return CallRefused(refuse("access.changed", request_id=found.id, id=found.id, rule=found.rule))
        case "lasts":
            state = found.how or found.state
            return CallRefused(refuse("access.no_debrief", request_id=found.id, id=found.id, state=state))
    return settled(found, why)


def _not_theirs(why: str, found: Request) -> CallRefused:
    approvers = found.asking.approvers
    if why == "agent":
        return CallRefused(refuse("access.agent", request_id=found.id, id=found.id))
    if why in ("self", "group"):
        return CallRefused(refuse("access.not_approver", request_id=found.id, id=found.id, approvers=approvers.words))
    waits = str(approvers.stages[stage(found)])
    return CallRefused(refuse("access.not_now", request_id=found.id, id=found.id, waits=waits))
