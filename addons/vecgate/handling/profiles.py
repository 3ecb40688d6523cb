"""With which mask profile is an answer shown, and data stored? The rule's. For records: masking/apply/masker.py."""

from vecgate.domain.decision import Decision
from vecgate.domain.profiles import MaskProfile
from vecgate.gate import Gate
from vecgate.masking.apply.masker import RECORD_PROFILE
from vecgate.policy.rules.evaluate import PolicySet


def shown_profile(policies: PolicySet, decision: Decision) -> MaskProfile:
    """The mask profile of a decision's rule, looked up with it: the set may be swapped before the answer."""
    return RECORD_PROFILE if decision.mask is None else policies.profile(decision.mask)


def stored_profile(policies: PolicySet, decision: Decision) -> MaskProfile | None:
    """The mask profile that stored data is cleaned with, by a decision's rule; looked up in the set it was made by."""
    name = decision.inputs.profile
    return None if name is None else policies.profile(name)


def readers(gate: Gate) -> list[MaskProfile]:
    """The profiles that somebody may read with, each once."""
    policies = gate.policies.loaded
    names = {name for rule in policies.rules for name in rule.masks or (None,)} if policies else set()
    return [RECORD_PROFILE if name is None or policies is None else policies.profile(name) for name in names]
