"""Has the time of the rule passed by which a call was let through? Then its answer does not leave."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from math import inf
from typing import Final

from vecgate.domain.exchange import Exchange, need
from vecgate.refusals.catalogue import Refusal, refuse

_FOR_GOOD: Final = nullcontext()


def is_over(exchange: Exchange) -> bool:
    """Whether it would be decided otherwise by now, as rules have begun or ended meanwhile."""
    at = time.time()
    return exchange.stands is not None and exchange.stands(at) <= at


def over(exchange: Exchange) -> Refusal | None:
    """The refusal of such a call."""
    return refuse("policy.over", rule=need(exchange.decision).rule) if is_over(exchange) else None


def watched(exchange: Exchange, ended: Callable[[], None]) -> AbstractContextManager[None]:
    """Within the block, `ended` is called as soon as it is over."""
    return _FOR_GOOD if exchange.stands is None else _watched(exchange, ended)


@contextmanager
def _watched(exchange: Exchange, ended: Callable[[], None]) -> Iterator[None]:
    loop, handle = asyncio.get_running_loop(), list[asyncio.TimerHandle]()

    def look() -> None:
        at = time.time()
        until = inf if exchange.stands is None else exchange.stands(at)
        if until <= at:
            ended()
        elif until < inf:  # a clock that is set meanwhile is looked at again within the hour
            handle[:] = [loop.call_later(min(until - at, 3600.0), look)]

    look()
    try:
        yield
    finally:
        for one in handle:
            one.cancel()
