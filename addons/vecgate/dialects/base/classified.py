"""What must a dialect tell of what a call means? Its operation, with names that the server may have to be asked about."""

from abc import ABC, abstractmethod

from vecgate.dialects.base.shapes import Ask, May, Sees, may_ask
from vecgate.domain.call import Call
from vecgate.domain.operation import Operation


class Classified(ABC):
    """A part of `Dialect`."""

    @abstractmethod
    async def classify(self, call: Call, ask: Ask, *, anew: bool = False, may: May = may_ask) -> Operation:
        """What the call means. `anew`: nothing is taken from memory; without it, only a read may be told from there.

        `may` is told before anything is asked, or who may do nothing learns what is there. Raises CallRefused; Unavailable when the server must be asked and is away.
        """

    async def classify_seen(
        self, call: Call, ask: Ask, sees: Sees, *, anew: bool = False, may: May = may_ask
    ) -> Operation:
        """The same, where a pattern finds what its caller `sees` alone. By itself a database has no patterns."""
        return await self.classify(call, ask, anew=anew, may=may)

    async def located(self, call: Call, operation: Operation, ask: Ask) -> Operation:
        """The same with its things, where `classify` did not have to ask for them. Raises as `classify` does."""
        return operation
