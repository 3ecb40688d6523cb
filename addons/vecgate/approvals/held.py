"""What is asked about a held call? Made in handling/holding, of asking; shown by api/requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from vecgate.consent.judge import Case
from vecgate.consent.written import spelt
from vecgate.domain.approval import AS_A_WHOLE, Approvers, Cuts, Impact
from vecgate.domain.call import Json
from vecgate.domain.kinds import EVERYWHERE, LOCK, OPERATION_KINDS, POLICIES, RENAME, SCAN, SESSIONS, UNMASK
from vecgate.domain.people import folded

#: A collection, the hour in which it was last read (seconds since the epoch), and by whom.
type LastUse = tuple[str, int, str]

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
    SESSIONS: "reads",
    POLICIES: "reads",
    SCAN: "tells which kinds of data are in",
    "snapshot_delete": "deletes snapshots of",
    "snapshot_restore": "puts a snapshot in the place of",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A call that waits for a yes. Everything here is shown to approvers: no secret, no personal data but `user`.

    `requester` is the principal's key, `user` its name. `operation` is one of OPERATION_KINDS, `target`
    what it works on in words. `path` is a masked summary, made by the caller.
    `names` are all that stand behind the requester, folded (domain/people.py): none of them decides.
    `acting` are those of them who act for the requester, whoever does so now first.
    `things` are what the server knows the target by (see domain/operation.py). `bound`: how many records, of those that
    were counted, the yes is for and for no others; None: it is for as many as were counted. `told`: whether its
    requester may be told the counts, because they could count as much themselves. `why` is the requester's reason,
    `body` what is sent, `samples` some of the records' ids: all masked and cut, made by the caller. `marks` are those
    of the records it is bound to (records.py), `records` their digest; a board keeps the marks, and does not show them.
    `nonce` makes this request another than any before (nonces.py); `policy` is the version of the policies.
    `note`: what no number says of what it touches, or why there is none.
    `would`: what an automatic answer that is tried out, or may not count now, would have been.
    `used`: when each collection was last read, to the hour, and by whom. `cuts`: how a yes can be to less of it.
    `steps`: it is a plan (plans.py): these calls, one after another, each of which is a held call itself.
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
    approvers: Approvers
    names: frozenset[str]
    acting: tuple[str, ...] = ()
    impact: Impact | None = None
    things: tuple[str, ...] = ()
    bound: int | None = None
    told: bool = True
    marks: str = field(default="", repr=False, compare=False)
    why: str = ""
    body: Json = None
    samples: tuple[str, ...] = ()
    nonce: str = ""
    policy: str = ""
    records: str = ""
    used: tuple[LastUse, ...] = ()
    note: str = ""
    steps: "tuple[Held, ...]" = ()
    would: str = ""
    cuts: Cuts = AS_A_WHOLE

    def __post_init__(self) -> None:
        # Without anybody to wait for, "all of no stages have agreed" would be true.
        stages = self.approvers.stages
        if not stages or any(stage.count < 1 or not stage.circle.sources for stage in stages):
            raise ValueError("a held call needs somebody to approve it at each stage")
        if not self.requester or not self.binding or not self.names:
            raise ValueError("a held call needs a requester and a binding")

    @property
    def effect(self) -> str:
        """What saying yes does, in words: `deletes 412 of 500 in tickets`."""
        return self.effect_for(told=True)

    def effect_for(self, *, told: bool) -> str:
        """The same; `told` False: for somebody who must not learn how many records a filter finds."""
        if self.steps:
            each = "; ".join(f"{n}. {step.effect_for(told=told)}" for n, step in enumerate(self.steps, 1))
            return f"of {len(self.steps)} calls: {each}"
        verb = _OWN_VERBS.get(self.operation) or _VERBS[OPERATION_KINDS[self.operation]]
        if self.impact is not None and not told:
            return f"{verb} {self.target}; approvers are told how many records"
        if self.impact is None:
            # The target of an unmask says how many, and a rename touches none.
            bare = self.operation in (*EVERYWHERE, RENAME, SCAN, UNMASK) and not self.note
            return f"{verb} {self.target}" + ("" if bare else f", {self.note or 'number of records unknown'}")
        note, counted = f" ({self.note})" if self.note else "", f"{self.impact.touched} of {self.impact.total}"
        if self.operation == RENAME:
            return f"{verb} {self.target}, with {counted} records{note}"
        return f"{verb} {counted} in {self.impact.collection}{note}"

    @property
    def called(self) -> tuple[str, ...]:
        """The names in it that people made up, those of a plan's steps among them."""
        own = (self.target, *([self.impact.collection] if self.impact else []))
        return tuple(dict.fromkeys((*own, *(name for step in self.steps for name in step.called))))

    def renamed(self, shown: Mapping[str, str]) -> "Held":
        """The same with these names in the place of its own, for people to read."""
        impact = self.impact and replace(self.impact, collection=shown[self.impact.collection])
        steps = tuple(step.renamed(shown) for step in self.steps)
        return replace(self, target=shown[self.target], impact=impact, steps=steps)

    @property
    def deciders(self) -> str:
        """Who may decide, in words: `data-owners, logged in at https://login.example`."""
        return self.approvers.words

    def facts(self, id: str, said: Mapping[str, Any]) -> dict[str, Json]:
        """What a yes is signed for (consent/proof.py): this request and no other, as it was shown."""
        return {
            "vecgate": "yes to a plan" if self.steps else "yes to a held call",
            **self._said,
            "id": id,
            "stage": said["stage"],
            "at": said["at"],
            "asked": spelt(self.approvers),
            "names": sorted(self.names),
            **({"steps": [step._said for step in self.steps]} if self.steps else {}),
            **({"narrowed": said["narrowed"]} if "narrowed" in said and not self.steps else {}),
        }

    @property
    def _said(self) -> dict[str, Json]:
        impact = self.impact
        return {
            **{name: getattr(self, name) for name in (*_TEXTS, "why", "bound")},
            "effect": self.effect,
            "impact": [impact.touched, impact.total, impact.collection] if impact else None,
            "reach": [*impact.collections, *impact.aliases] if impact else [],
            **({"acting": [*self.acting]} if self.acting else {}),
        }

    @property
    def case(self) -> Case:
        """What is judged of it."""
        return Case(self.approvers, self.names)

    @property
    def index(self) -> str:
        """Where the identical call of the same principal finds this one (SHA-256, hex)."""
        return index(self.requester, self.binding, self.approvers)

    def fields(self) -> dict[str, str]:
        """The flat form in which it is kept."""
        counts = (self.impact.touched, self.impact.total, self.impact.collection) if self.impact else ("", "", "")
        touched, total, counted = map(str, counts)
        return {
            **{name: getattr(self, name) for name in _TEXTS},
            "name": folded(self.user),
            "login": folded(self.requester),
            "approvers": _APPROVERS.dump_json(self.approvers).decode(),
            "names": orjson.dumps(sorted(self.names)).decode(),
            "touched": touched,
            "total": total,
            "counted": counted,
            "things": orjson.dumps(self.things).decode(),
            "bound": "" if self.bound is None else str(self.bound),
            "told": str(int(self.told)),
            **({"marks": self.marks} if self.marks else {}),
            **({"acting": orjson.dumps(self.acting).decode()} if self.acting else {}),
            "why": self.why,
            "note": self.note,
            "would": self.would,
            "cuts": _CUTS.dump_json(self.cuts).decode(),
            "body": orjson.dumps(self.body).decode(),
            "samples": orjson.dumps(self.samples).decode(),
            "around": orjson.dumps(self._around).decode(),
            **(self._planned if self.steps else {}),
        }

    @property
    def _planned(self) -> dict[str, str]:
        """The same of each step, and beside it what board.lua goes by."""
        kept: dict[str, str] = {"turn": "1", "last": str(len(self.steps)), "running": ""}
        bare = list[dict[str, str]]()
        for number, step in enumerate(self.steps, 1):
            kept |= {f"index:{number}": step.index, f"binding:{number}": step.binding}
            kept |= {f"marks:{number}": step.marks} if step.marks else {}
            bare.append({name: text for name, text in step.fields().items() if name != "marks"})
        return {**kept, "steps": orjson.dumps(bare).decode()}

    @property
    def _around(self) -> list[object]:
        impact = self.impact
        return [impact.collections if impact else (), impact.aliases if impact else (), self.used]

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> "Held":
        """The held call of its flat form. Raises KeyError or ValueError when it is not one."""
        impact, (collections, aliases, used) = None, orjson.loads(fields.get("around", "[[],[],[]]"))
        if fields["touched"]:
            names = tuple(collections), tuple(aliases)
            impact = Impact(int(fields["touched"]), int(fields["total"]), fields["counted"], None, *names)
        return cls(
            **{name: fields[name] for name in _TEXTS},
            approvers=_APPROVERS.validate_json(fields["approvers"]),
            names=frozenset(orjson.loads(fields["names"])),
            acting=tuple(orjson.loads(fields.get("acting", "[]"))),
            impact=impact,
            things=tuple(orjson.loads(fields["things"])),
            bound=int(fields["bound"]) if fields["bound"] else None,
            told=fields["told"] == "1",
            why=fields["why"],
            note=fields.get("note", ""),
            would=fields.get("would", ""),
            cuts=_CUTS.validate_json(fields.get("cuts", "{}")),
            body=orjson.loads(fields["body"]),
            samples=tuple(orjson.loads(fields["samples"])),
            used=tuple((str(name), int(at), str(by)) for name, at, by in used),
            steps=tuple(map(cls.of, orjson.loads(fields.get("steps", "[]")))),
        )


def digest(*parts: str) -> str:
    """SHA-256 (hex) of these texts, in this order and in no other division."""
    return sha256(b"".join(len(raw).to_bytes(8, "big") + raw for raw in map(str.encode, parts))).hexdigest()


def index(requester: str, binding: str, approvers: Approvers) -> str:
    """Where the identical call of the same principal finds what was asked about it.

    The requester is in it in case a binding was computed without; the approvers, because a policy may ask others under
    the same rule name, and a yes of the former ones must not count then.
    """
    return digest(requester, binding, _APPROVERS.dump_json(approvers).decode())


_APPROVERS: Final = TypeAdapter(Approvers)
_CUTS: Final = TypeAdapter(Cuts)
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
    "nonce",
    "policy",
    "records",
)
