"""What is asked, how does it stand, who may decide? Made in handling/holding, of asking; shown by api/requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import orjson

from vecgate.domain.approval import Approval, Impact
from vecgate.domain.call import Json
from vecgate.domain.kinds import LOCK, OPERATION_KINDS, RENAME, SCAN, UNMASK
from vecgate.domain.people import folded
from vecgate.domain.principal import Principal

#: States in which a held call can still come to be executed.
OPEN: Final = frozenset({"pending", "approved"})

_VERBS: Final[Mapping[str, str]] = {
    "read": "reads",
    "write": "writes",
    "delete": "deletes",
    "schema": "changes",
    "destroy": "destroys",
    "snapshot": "hands out",
    "admin": "administers",
    "reveal": "opens",
    "egress": "sends out",
}
#: Kinds whose group says too little, or too much.
_OWN_VERBS: Final[Mapping[str, str]] = {
    RENAME: "renames",
    LOCK: "changes what is locked:",
    SCAN: "tells which kinds of data are in",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A call that waits for a yes. Everything here is shown to approvers: no secret, no personal data but `user`.

    `requester` is the principal's key, `user` its name. `operation` is one of OPERATION_KINDS, `target`
    what it works on in words. `path` is a masked summary, made by the caller.
    `approver_issuers`: approvers log in at one of these; empty: anywhere.
    `things` are what the server knows the target by (see domain/operation.py). `bound`: how many records, of those that
    were counted, the yes is for and for no others; None: it is for as many as were counted. `told`: whether its
    requester may be told the counts, because they could count as much themselves. `why` is the requester's reason,
    `body` what is sent, `samples` some of the records' ids: all masked and cut, made by the caller. `marks` are those
    of the records it is bound to (records.py); a board keeps them, and does not show them.
    `binding` is the digest of all that a yes is good for (binding.py; SHA-256, hex).
    Raises ValueError for a call that nobody could ever approve.
    """

    requester: str
    user: str
    upstream: str
    rule: str
    operation: str
    target: str
    method: str
    path: str
    binding: str
    approver_groups: frozenset[str]
    needed: int = 1
    impact: Impact | None = None
    approver_issuers: frozenset[str] = frozenset()
    things: tuple[str, ...] = ()
    bound: int | None = None
    told: bool = True
    marks: str = field(default="", repr=False, compare=False)
    why: str = ""
    body: Json = None
    samples: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        # Without groups or votes to wait for, "everyone in no group agreed" would be true.
        if not self.approver_groups or self.needed < 1:
            raise ValueError("a held call needs approver groups and at least one approver")
        if not self.requester or not self.binding:
            raise ValueError("a held call needs a requester and a binding")

    @property
    def effect(self) -> str:
        """What saying yes does, in words: `deletes 412 of 500 in tickets`."""
        return self.effect_for(told=True)

    def effect_for(self, *, told: bool) -> str:
        """The same; `told` False: for somebody who must not learn how many records a filter finds."""
        verb = _OWN_VERBS.get(self.operation) or _VERBS[OPERATION_KINDS[self.operation]]
        if self.impact is not None and not told:
            return f"{verb} {self.target}; approvers are told how many records"
        if self.impact is None:
            # The target of an unmask says how many, and a rename touches none.
            unknown = "" if self.operation in (LOCK, RENAME, SCAN, UNMASK) else ", number of records unknown"
            return f"{verb} {self.target}{unknown}"
        return f"{verb} {self.impact.touched} of {self.impact.total} in {self.impact.collection}"

    @property
    def deciders(self) -> str:
        """Who may decide, in words: `data-owners, logged in at https://login.example`."""
        groups, issuers = ", ".join(sorted(self.approver_groups)), " or ".join(sorted(self.approver_issuers))
        return f"{groups}, logged in at {issuers}" if issuers else groups

    def is_own(self, principal: Principal) -> bool:
        """Whether this is who asked, or may be: under another login of a like name, or the like of the same login."""
        return folded(principal.user) == folded(self.user) or folded(principal.key) == folded(self.requester)

    @property
    def index(self) -> str:
        """Where the identical call of the same principal finds this one (SHA-256, hex)."""
        # The requester is in it in case a binding was computed without; the approvers, because a policy may
        # ask others under the same rule name, and a yes of the former ones must not count then.
        asked = (*sorted(self.approver_groups), "", *sorted(self.approver_issuers))
        parts = (self.requester, self.binding, str(self.needed), *asked)
        return sha256(b"".join(len(raw).to_bytes(8, "big") + raw for raw in map(str.encode, parts))).hexdigest()

    def fields(self) -> dict[str, str]:
        """The flat form in which it is kept."""
        counts = (self.impact.touched, self.impact.total, self.impact.collection) if self.impact else ("", "", "")
        touched, total, counted = map(str, counts)
        return {
            **{name: getattr(self, name) for name in _TEXTS},
            "name": folded(self.user),
            "login": folded(self.requester),
            "groups": orjson.dumps(sorted(self.approver_groups)).decode(),
            "issuers": orjson.dumps(sorted(self.approver_issuers)).decode(),
            "needed": str(self.needed),
            "touched": touched,
            "total": total,
            "counted": counted,
            "things": orjson.dumps(self.things).decode(),
            "bound": "" if self.bound is None else str(self.bound),
            "told": str(int(self.told)),
            **({"marks": self.marks} if self.marks else {}),
            "why": self.why,
            "body": orjson.dumps(self.body).decode(),
            "samples": orjson.dumps(self.samples).decode(),
        }

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "Held":
        """The held call of its flat form. Raises KeyError or ValueError when it is not one."""
        impact = None
        if fields["touched"]:
            impact = Impact(int(fields["touched"]), int(fields["total"]), fields["counted"])
        return cls(
            **{name: fields[name] for name in _TEXTS},
            approver_groups=frozenset(orjson.loads(fields["groups"])),
            needed=int(fields["needed"]),
            impact=impact,
            approver_issuers=frozenset(orjson.loads(fields["issuers"])),
            things=tuple(orjson.loads(fields["things"])),
            bound=int(fields["bound"]) if fields["bound"] else None,
            told=fields["told"] == "1",
            why=fields["why"],
            body=orjson.loads(fields["body"]),
            samples=tuple(orjson.loads(fields["samples"])),
        )


_TEXTS: Final = (
    "requester",
    "user",
    "upstream",
    "rule",
    "operation",
    "target",
    "method",
    "path",
    "binding",
)


@dataclass(frozen=True, slots=True)
class Vote:
    """One yes: whose, and when (seconds since the epoch)."""

    by: str
    at: float


@dataclass(frozen=True, slots=True)
class Standing:
    """How a held call stands, as read at `read_at` by the server's clock. Times in seconds since the epoch.

    `ended_by` names who denied or withdrew it, or the request that spent it; `reason` is their words.
    """

    id: str
    held: Held
    state: str
    created_at: float
    expires_at: float
    read_at: float
    votes: tuple[Vote, ...] = ()
    ended_by: str = ""
    reason: str = ""

    @property
    def seconds_left(self) -> float:
        """How long it stays open from the moment it was read; 0.0 when it has ended."""
        return max(0.0, self.expires_at - self.read_at) if self.state in OPEN else 0.0

    @property
    def approval(self) -> Approval:
        """The part the request path carries on."""
        return Approval(
            id=self.id,
            state=self.state,
            binding=self.held.binding,
            expires_at=self.expires_at,
            impact=self.held.impact,
            bound=self.held.bound,
            approved_by=tuple(vote.by for vote in self.votes),
            reason=self.reason,
            ended_by=self.ended_by,
        )

    def asked_by(self, principal: Principal) -> bool:
        return principal.key == self.held.requester

    def deciding_group(self, principal: Principal) -> str | None:
        """The approver group through which this principal may decide; None for the requester and for outsiders.

        A person with two logins is known by the user name; a like name is taken for the same person.
        """
        issuers = self.held.approver_issuers
        if self.held.is_own(principal) or (issuers and principal.issuer not in issuers):
            return None
        return min(principal.groups & self.held.approver_groups, default=None)

    def visible_to(self, principal: Principal) -> bool:
        """Theirs, or theirs to decide on."""
        return self.asked_by(principal) or self.deciding_group(principal) is not None


def standing(fields: Mapping[str, str], read_at: float) -> Standing:
    """The standing in the fields of its hash. Raises KeyError or ValueError when they are not one."""
    votes = [
        Vote(name.removeprefix("vote:"), int(at) / 1000) for name, at in fields.items() if name.startswith("vote:")
    ]
    return Standing(
        id=fields["id"],
        held=Held.of(fields),
        state=fields["state"],
        created_at=int(fields["created"]) / 1000,
        expires_at=int(fields["expires"]) / 1000,
        read_at=read_at,
        votes=tuple(sorted(votes, key=lambda vote: (vote.at, vote.by))),
        ended_by=fields.get("ended_by", ""),
        reason=fields.get("reason", ""),
    )
