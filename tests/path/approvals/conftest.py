"""Collections to ask about."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from demo.stack import Stack
from support.tools.direct import Collection, collection

_NUMBERS = itertools.count(1)

type Make = Callable[..., Collection]


@pytest.fixture
def tickets(stack: Stack) -> Iterator[Make]:
    """Makes collections of the given kind, with 20 closed tickets if not told otherwise."""
    with ExitStack() as made:
        yield lambda kind, records=20: made.enter_context(collection(stack, f"{kind}-{next(_NUMBERS)}", records))
