"""Under which circumstances is this call made? The time, for rules that ask for it; looked at only where one does."""

import time

from vecgate.domain.exchange import Exchange
from vecgate.gate import Gate
from vecgate.policy.rules.circumstances import UNKNOWN, Circumstances


def circumstances(gate: Gate, exchange: Exchange) -> Circumstances:
    """As they are at this moment: a call that waited is decided on anew."""
    return Circumstances(time.time()) if gate.policies.current.conditional else UNKNOWN
