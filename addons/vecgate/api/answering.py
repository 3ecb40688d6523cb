"""Who answers a request for access, and for how long can they? As its rule says, of who asks for what."""

from vecgate.access.request import Asking
from vecgate.api.own import Parts
from vecgate.domain.exchange import need
from vecgate.domain.principal import Principal
from vecgate.policy.rules.offers import Offer
from vecgate.policy.rules.whom import Nobody, asked
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused


def answering(parts: Parts, principal: Principal, found: Offer) -> Asking:
    """The people, and the clocks. Raises CallRefused (`access.nobody`)."""
    named, terms, rule = need(found.rule.approvers), found.terms, found.rule.rule
    try:
        people = asked(named, parts.policies.current, principal, terms.collections, terms.records)
    except Nobody as e:
        raise CallRefused(refuse("access.nobody", rule=rule.name, stage=str(e))) from e
    grant = need(rule.grant)
    return Asking(people, grant.pending, grant.starts, rule.mask or "", named)
