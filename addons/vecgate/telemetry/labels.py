"""Under which few words is an exchange counted? Upstream, operation and outcome, each out of a closed list.

Metrics keep one number per combination for ever, and traces leave the host: so neither a user, a
collection, a path nor anything else that a client can choose is ever a label.
"""

from typing import Final, NamedTuple

from vecgate.domain.exchange import Exchange
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.operation import Operation
from vecgate.refusals.catalogue import CATALOGUE

OK: Final = "ok"
#: Not reached: the request was refused before this was known.
NONE: Final = "none"
#: A word that is on no list. There should be none; if there is, it is not repeated.
OTHER: Final = "other"
#: Neither answered nor refused: the client left, or the request could not be read.
UNFINISHED: Final = "unfinished"
#: What the gateway's own API is counted as; every other kind is in OPERATION_KINDS.
OWN_KIND: Final = "requests"


class Labels(NamedTuple):
    """The labels of one exchange."""

    upstream: str
    operation: str
    outcome: str


def labels_of(exchange: Exchange, *, gone: bool) -> Labels:
    """The labels of an exchange that has ended. `gone`: its flow ended with an error instead of an answer."""
    upstream = exchange.upstream.name if exchange.upstream else NONE
    return Labels(upstream, _operation(exchange.operation), _outcome(exchange, gone))


def _operation(operation: Operation | None) -> str:
    if operation is None:
        return NONE
    return operation.kind if operation.kind in OPERATION_KINDS or operation.kind == OWN_KIND else OTHER


def _outcome(exchange: Exchange, gone: bool) -> str:
    if exchange.refusal is not None:
        return exchange.refusal.code if exchange.refusal.code in CATALOGUE else OTHER
    return UNFINISHED if gone else OK
