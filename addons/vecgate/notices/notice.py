"""What is said in a notice, and is it still so? Pure: made of how a held call or a request for access stands.

No record, no filter's value and no id of a record: who asks for what, of which collection, how many, why (masked), and
where one answers.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final, Literal

from vecgate.access.aftermath import stage
from vecgate.access.ledger import Entry
from vecgate.access.request import Request
from vecgate.approvals.standing import OPEN, Standing
from vecgate.domain.approval import Approvers
from vecgate.domain.call import Json
from vecgate.settings.notices import KINDS, Kind

#: How long before the end of a grant its holder is told, in seconds.
AHEAD: Final = 600.0
#: Nothing in a notice is longer, in characters.
LONGEST: Final = 300

type What = Literal["call", "access"]
type Stand = Standing | Entry


@dataclass(frozen=True, slots=True)
class Job:
    """That something is to be told: of which kind, about what. `mark` tells apart what may happen twice to one."""

    kind: Kind
    what: What
    id: str
    mark: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.what} {self.id} {self.mark}"

    @classmethod
    def of(cls, text: str) -> "Job":
        """The job of its text. Raises ValueError."""
        kind, what, id, mark = text.split(" ")
        for one in KINDS:
            if one == kind and what in ("call", "access"):
                return cls(one, "call" if what == "call" else "access", id, mark)
        raise ValueError("not a job")

    @property
    def name(self) -> str:
        """The same however often, and by whichever worker, it is sent: whoever gets it can tell that it is one."""
        return f"msg_{hashlib.sha256(str(self).encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told. `asked`: those whose answer is waited for; `asker`: who asks; `at`: when it came to be so."""

    job: Job
    title: str
    facts: dict[str, str]
    asker: str
    asked: tuple[str, ...]
    at: float
    data: dict[str, Json] = field(default_factory=dict)

    @property
    def readers(self) -> tuple[str, ...]:
        """Whom it concerns, as approvers are named: who is to answer, or who asked."""
        return self.asked if self.job.kind in ("asked", "glass") else (f"user:{self.asker}",)


def jobs(what: What, stand: Stand) -> Iterator[tuple[Job, float]]:
    """What is to be told of it as it stands, and when: 0.0 for now."""
    one = stand.request if isinstance(stand, Entry) else stand
    if isinstance(stand, Entry) and stand.request.glass:
        yield from _of_glass(stand.request)
    elif one.state == "pending":
        yield Job("asked", what, one.id, str(one.stage)), 0.0
    elif one.state in ("approved", "granted", "denied"):
        yield Job("decided", what, one.id), 0.0
    elif one.state in ("withdrawn", "expired", "ended"):
        yield Job("ended", what, one.id), 0.0
    end = _deadline(stand)
    if end is not None:
        yield Job("ended", what, one.id), end
    if (ahead := _ahead(stand)) is not None:
        yield Job("ending", what, one.id), ahead


def _of_glass(one: Request) -> Iterator[tuple[Job, float]]:
    """What those who review it are told: that it was broken, is over, and was not reviewed in time."""
    if one.state == "granted":
        yield Job("glass", "access", one.id, "broken"), 0.0
        return
    yield Job("ended", "access", one.id), 0.0
    if not one.verdict:
        yield Job("glass", "access", one.id, "review"), 0.0
    elif one.verdict == "late":
        yield Job("glass", "access", one.id, "late"), 0.0


def again(job: Job, stand: Stand) -> float | None:
    """When a job is to be looked at anew, as what it tells is not so yet; None: it is, or never will be."""
    state = stand.request.state if isinstance(stand, Entry) else stand.state
    is_open = state in ("pending", "approved", "granted")
    if job.kind == "ended" and is_open:
        return _deadline(stand)
    if job.kind == "ending" and is_open and (ahead := _ahead(stand)) is not None and ahead > _now(stand):
        return ahead
    return None


def names(stand: Stand) -> list[str]:
    """The names in it that people made up: they are shown as names of collections are anywhere else."""
    if isinstance(stand, Entry):
        return [*stand.request.terms.collections]
    return [*stand.held.called]


def renamed(stand: Stand, shown: Mapping[str, str]) -> Stand:
    """The same with its names as they may be shown."""
    if isinstance(stand, Entry):
        terms = stand.request.terms
        terms = replace(terms, collections=tuple(shown[name] for name in terms.collections))
        return replace(stand, request=replace(stand.request, terms=terms))
    return replace(stand, held=stand.held.renamed(shown))


def notice(job: Job, stand: Stand, link: str | None = None) -> Notice | None:
    """What is said; None: it is not so any more, as it was answered or has ended meanwhile."""
    one = stand.request if isinstance(stand, Entry) else stand
    so = {
        "asked": one.state == "pending" and str(one.stage) == job.mark,
        "decided": one.state in ("approved", "granted", "denied", "spent", "used"),
        "ending": one.state == "granted",
        "ended": one.state in ("withdrawn", "expired", "ended"),
        "glass": isinstance(stand, Entry) and _is_so(job.mark, stand.request),
    }
    if not so[job.kind]:
        return None
    return _of_access(job, stand, link) if isinstance(stand, Entry) else _of_call(job, stand, link)


def _is_so(mark: str, one: Request) -> bool:
    return {
        "broken": one.state == "granted",
        "review": one.state not in OPEN and not one.verdict,
        "late": one.verdict == "late",
    }.get(mark, False)


def _deadline(stand: Stand) -> float | None:
    """When time alone ends it; None: it has ended, or what becomes of it is nobody's news."""
    if isinstance(stand, Entry):
        return stand.request.deadline if stand.request.state in ("pending", "granted") else None
    return stand.expires_at if stand.state in OPEN else None


def _ahead(stand: Stand) -> float | None:
    """Ten minutes before the end of what is granted for longer than that."""
    if not isinstance(stand, Entry) or stand.request.state != "granted" or stand.request.ends is None:
        return None
    begun = stand.request.begun or stand.request.granted
    return stand.request.ends - AHEAD if stand.request.ends - begun > AHEAD else None


def _now(stand: Stand) -> float:
    return stand.now if isinstance(stand, Entry) else stand.read_at


_OVER: Final = {
    "withdrawn": "was withdrawn by {by}",
    "expired": "has run out",
    "revoked": "was revoked by {by}",
    "given_back": "was given back by {by}",
    "used_up": "is used up",
    "moved": "has ended, as another server took over its state",
}


_GLASS: Final = {
    "broken": "{who} BROKE THE GLASS, and nobody was asked: {does}",
    "review": "Review what {who} did, who broke the glass: {does}",
    "late": "{who} is locked, as nobody has reviewed in time that they broke the glass: {does}",
}


def _title(kind: Kind, asker: str, does: str, how: str, by: str) -> str:
    match kind:
        case "asked":
            return f"{asker} asks: {does}"
        case "decided" if by == asker and how == "denied":
            return f"{asker} took back what they asked for: {does}"
        case "decided":
            return f"{by} said {'no' if how == 'denied' else 'yes'} to {asker}: {does}"
        case "ending":
            return f"In ten minutes it is over for {asker}: {does}"
        case _:
            return f"What {asker} asked for {_OVER.get(how, 'is over').format(by=by or asker)}: {does}"


def _of_call(job: Job, stand: Standing, link: str | None) -> Notice:
    held = stand.held
    # Others than approvers may read a channel, its requester among them: who may not count is not told here.
    does = held.effect_for(told=held.told)
    by = stand.ended_by if stand.state in ("denied", "withdrawn") else ", ".join(vote.who for vote in stand.votes)
    impact = held.impact if held.told else None
    said: dict[str, Json] = {
        "operations": [held.operation],
        "collections": [impact.collection if impact else held.target],
        "records": impact.touched if impact else None,
        "upstream": held.upstream,
        "rule": held.rule,
        "state": "approved" if job.kind == "decided" and stand.state in ("spent", "used") else stand.state,
        "ends_at": stand.expires_at,
    }
    why = stand.reason if stand.state == "denied" else ""
    less = f"; to less: {stand.approval.less}" if stand.approval.less and stand.state != "denied" else ""
    title = _title(job.kind, held.user, f"{held.operation} {does}{less}", stand.state, by)
    return _made(job, title, held.user, by, (held.why, why), held.approvers, stand.stage, said, link, stand.created_at)


def _of_access(job: Job, entry: Entry, link: str | None) -> Notice:
    one = entry.request
    by = one.ended_by or ", ".join(vote.who for vote in one.votes) or (f"rule '{one.rule}'" if one.automatic else "")
    where = ", ".join(one.terms.collections) or "no collection"
    does = f"{', '.join(one.terms.operations)} on {where} for {_span(one.terms.seconds)}"
    said: dict[str, Json] = {
        "operations": [*one.terms.operations],
        "collections": [*one.terms.collections],
        "records": one.terms.records,
        "upstream": one.terms.upstream,
        "rule": one.rule,
        "state": one.state,
        "ends_at": one.ended or one.deadline,
    }
    at = one.ended or one.granted or one.created
    title = _title(job.kind, one.user, does, one.how or one.state, by)
    if job.kind == "glass":
        title, said["ends_at"] = _GLASS[job.mark].format(who=one.user, does=does), one.review_until
    return _made(job, title, one.user, by, (one.reason, one.why), one.asking.approvers, stage(one), said, link, at)


def _made(
    job: Job,
    title: str,
    asker: str,
    by: str,
    words: tuple[str, str],
    approvers: Approvers,
    stage: int,
    said: dict[str, Json],
    link: str | None,
    at: float,
) -> Notice:
    where = "requests" if job.what == "call" else "access"
    command = f"vecgate {where} show {job.id}"
    url = f"{link.rstrip('/')}/{where}/{job.id}" if link else ""
    asked = approvers.stages[stage].circle if stage < len(approvers.stages) else None
    facts = {
        "Database": str(said["upstream"]),
        "Why": words[0],
        "They say": words[1],
        "Who answers": str(asked) if asked and job.kind in ("asked", "glass") else "",
        "Until": _clock(said["ends_at"]) if job.kind in ("asked", "ending", "glass") else "",
        "See": url or command,
    }
    data = said | {
        "id": job.id,
        "asker": asker,
        "by": by,
        "reason": words[0],
        "why": words[1],
        "approvers": str(asked) if asked else "",
        "command": command,
        "link": url,
    }
    shown = {name: line(text) for name, text in facts.items() if text}
    return Notice(job, line(title), shown, asker, asked.sources if asked else (), at, data)


def line(text: str) -> str:
    """One line of visible characters, cut."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"


def _clock(at: Json) -> str:
    return datetime.fromtimestamp(float(str(at)), UTC).strftime("%Y-%m-%d %H:%M UTC")


def _span(seconds: float) -> str:
    minutes = max(round(seconds / 60), 1)
    return f"{minutes // 60}h{minutes % 60}m".removesuffix("0m") if minutes >= 60 else f"{minutes}m"
