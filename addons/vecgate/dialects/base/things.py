"""What do the names in a request for access stand for now? Each database is asked, with the gateway's own credential."""

from collections.abc import Callable, Iterable, Mapping

from vecgate.dialects.base.particulars import Particulars
from vecgate.dialects.base.shapes import Ask
from vecgate.domain.grant import Terms
from vecgate.domain.upstream import Upstream


class Things:
    """The databases there are, and how each is asked."""

    def __init__(
        self, upstreams: Iterable[Upstream], dialects: Mapping[str, Particulars], ask: Callable[[Upstream], Ask]
    ) -> None:
        self._upstreams = {one.name: one for one in upstreams}
        self._dialects, self._ask = dialects, ask

    async def of(self, terms: Terms) -> tuple[tuple[str, str], ...]:
        """What is called by each name that is no pattern, where its database tells. Raises Unavailable."""
        dialect, ask = self._dialects[terms.upstream], self._ask(self._upstreams[terms.upstream])
        place, found = terms.place(dialect.home), list[tuple[str, str]]()
        for name in terms.exact:
            if thing := await dialect.identity(ask, place, name):
                found.append((name, thing))
        return tuple(found)
