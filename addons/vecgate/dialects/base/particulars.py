"""What else does a database bring, beside what its calls mean: headers with keys, ports, settings, its status?"""

from collections.abc import Mapping
from typing import ClassVar

from vecgate.dialects.base.cursors import Continuing
from vecgate.dialects.base.grpc.protocol import Grpc
from vecgate.dialects.base.ports import Port
from vecgate.dialects.base.shapes import Ask
from vecgate.domain.call import Call
from vecgate.domain.lease import BASIC, BEARER, Way
from vecgate.settings.upstreams import UpstreamSettings


class Particulars(Continuing):
    """What is particular to one database. Whatever is not said is as with most."""

    #: One honest sentence: against which server which tests held this, and what nothing was held against.
    status: ClassVar[str]
    #: Paths as one of its clients writes them, and as all others do: such a call is read and sent as the latter.
    same_paths: ClassVar[Mapping[str, str]] = {}
    #: Headers, in lower case, in which its clients put their key: a login token may come in each.
    token_headers: ClassVar[frozenset[str]] = frozenset()
    #: How its servers take a key, the usual one first: a credential that is one is sent in such a way.
    ways: ClassVar[tuple[Way, ...]] = (BASIC, BEARER)
    #: Where a server of it listens by itself; the doctor looks whether somebody answers there around the gateway.
    ports: ClassVar[tuple[Port, ...]] = ()
    #: A call that costs the server next to nothing and shows that it is there; None: there is no such call.
    alive: ClassVar[Call | None] = None

    #: The longest that official clients wait for an answer, in seconds, with some room; None: as long as it takes.
    patience: ClassVar[float | None] = None
    #: Of calls of which no number of records can be told: by the names of their rows, why that is so.
    uncounted: ClassVar[Mapping[str, str]] = {}
    #: What its answers say where something was done; errors aside, an answer of any other status is withheld.
    successes: ClassVar[frozenset[int]] = frozenset({200})
    #: Headers that its clients look for in an answer of success; those of its server go no further.
    answer_headers: ClassVar[tuple[tuple[str, str], ...]] = ()
    #: Where its collections are listed by name, page by page where it has `{offset}`, and under which keys of the answer.
    lists_at: ClassVar[str] = ""
    lists_under: ClassVar[tuple[str, ...]] = ()
    #: Whether the server is asked what a name stands for before each read, too (`names` of its upstream).
    asks: bool = False
    #: How it is spoken to over gRPC; None: over REST alone.
    grpc: Grpc | None = None
    #: Bytes of the largest request that is read; whoever makes one of these says so.
    largest: int = 40 * 1024 * 1024
    #: Tenant and database of clients that name none.
    home: ClassVar[tuple[str, str]] = ("", "")

    async def identity(self, ask: Ask, place: tuple[str, str], name: str, known: str = "") -> str:
        """What its server knows a collection by: another one of the same name has another. Empty: there is none.

        `place`: tenant and database; `known`: what a call of it has told already. Raises Unavailable.
        """
        return ""

    def outgoing(self, call: Call) -> Call:
        """The call as its server gets it: the body in a form that is no JSON, or for another server of its (`Call.origin`).

        What it says is decided by then. Raises CallRefused where that other server is not known.
        """
        return call

    def told(self, settings: UpstreamSettings) -> None:
        """What the settings say of its server; a dialect with an `options.py` of its own gets that section."""
