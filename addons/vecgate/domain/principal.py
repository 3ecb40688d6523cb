"""Who is calling? The owner of a verified token, until their login ends; and a value that never shows itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


class Secret:
    """A value that never shows itself: not in `repr`, not in logs, not in a pickle."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value. Call it only where the value leaves for its one destination."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce__(self) -> str:
        raise TypeError("a Secret is never serialised")


#: How a token's sender has proven to hold its key: not at all, as it is bound to none; or not yet.
type Proof = Literal["", "wanted", "dpop", "mtls"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling: a verified token's owner. `expires_at` is in seconds since the epoch.

    `proof`: nothing is answered while it is still `wanted`. `upstreams`: the only databases that the token is for;
    `scope`: all that it may do there (`read`, `write`, `admin`); None: it does not say.
    """

    issuer: str
    subject: str
    user: str
    groups: frozenset[str]
    expires_at: float
    claims: Mapping[str, Any] = field(default_factory=dict, repr=False)
    proof: Proof = ""
    upstreams: frozenset[str] | None = None
    scope: frozenset[str] | None = None

    @property
    def key(self) -> str:
        """One person, across tokens: `issuer#subject`."""
        return f"{self.issuer}#{self.subject}"


#: How far an end reaches.
type Which = Literal["sid", "all", "bare"]


@dataclass(frozen=True, slots=True)
class End:
    """What ended: a session (`sid`), all tokens of a subject from before `before` (`all`), or those without `sid`.

    Until when that matters: `until`. Both in seconds since the epoch.
    """

    which: Which
    issuer: str
    name: str
    before: float
    until: float

    @property
    def key(self) -> tuple[Which, str, str]:
        """Where it is found."""
        return self.which, self.issuer, self.name
