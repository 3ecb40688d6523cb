"""What can happen in a session? Every event code a journal may hold, and every field a body may have.

A code never changes. A body with a field that is not listed is refused: what is not meant to be recorded
(claims, credentials, answers before masking) cannot slip in under a name nobody looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from vecgate.domain.call import Json


class Phase(StrEnum):
    """Where in an exchange an event stands. BEGIN and END bracket what a session waits for."""

    SESSION = "session"
    BEGIN = "begin"
    MORE = "more"
    END = "end"


@dataclass(frozen=True, slots=True)
class Event:
    """One row: stable code, place in the exchange, one line of meaning."""

    code: str
    phase: Phase
    meaning: str


_ROWS: Final = (
    # a session
    Event("session.opened", Phase.SESSION, "First entry: whose session this is, from where, and its wrapped data key."),
    Event(
        "session.continued",
        Phase.SESSION,
        "First entry of a next part: the part before was full. Says whose it is, too.",
    ),
    Event("session.joined", Phase.SESSION, "Another client of the same person joins: they have too many sessions."),
    Event("session.closed", Phase.SESSION, "Last entry: the session ended, and why."),
    Event("session.overflow", Phase.SESSION, "Too many entries of unknown callers; further ones are counted."),
    Event("session.refused", Phase.SESSION, "How many more requests were refused, by code, since the minute began."),
    # what was asked
    Event("request.held", Phase.BEGIN, "The request waits for another person's approval."),
    Event("request.sent", Phase.BEGIN, "The request was allowed; written before its first byte goes out."),
    Event("request.observed", Phase.MORE, "In `mode: observe`: policies would have refused or held it; they did not."),
    Event("request.masked", Phase.MORE, "The masked body of a request that was too large to mask before it went out."),
    Event("answer.masked", Phase.MORE, "The masked form of an answer of which its reader was shown more."),
    Event(
        "rows.dropped", Phase.MORE, "Records came back that are not of the caller's rows; they were left out, and told."
    ),
    Event(
        "canary.found",
        Phase.MORE,
        "A canary was in an answer, which was withheld, or a search began at its id; whoever asked is locked.",
    ),
    Event("user.locked", Phase.MORE, "The caller was locked out: no request of theirs passes until somebody lifts it."),
    Event("lock.made", Phase.MORE, "A person locks another one, a group, a collection or everything; written before."),
    Event("lock.lifted", Phase.MORE, "A person lifts locks that others are under; written before."),
    Event("login.ended", Phase.MORE, "A login service says that logins have ended; written before they do here."),
    Event("approval.on_call", Phase.MORE, "A signed webhook says who is on call; written before it counts."),
    Event("access.asked", Phase.MORE, "The caller asked for access, or for more time."),
    Event("access.decided", Phase.MORE, "A person said yes or no to a request for access."),
    Event(
        "access.ended", Phase.MORE, "Access ended before its time: revoked, given back, used up; or it was withdrawn."
    ),
    Event("access.broke_glass", Phase.MORE, "The caller took access for an emergency, and nobody was asked."),
    Event("access.reviewed", Phase.MORE, "A person has reviewed what was taken for an emergency."),
    Event("access.unreviewed", Phase.MORE, "Nobody has reviewed that in time: whoever took it is locked."),
    # what came of it
    Event("access.expired", Phase.MORE, "Time alone ended access, or a request for it that nobody answered."),
    Event("access.acknowledged", Phase.MORE, "A person has read what was done under access that is over."),
    Event("request.local", Phase.END, "The gateway answered this request itself."),
    Event("request.refused", Phase.END, "The request was refused; nothing was sent."),
    Event("answer.released", Phase.END, "The masked answer; written before the client gets it."),
    Event("answer.withheld", Phase.END, "There was an answer, and it was not given to the client."),
    Event("answer.failed", Phase.END, "The request was sent and no whole answer came; it may have been executed."),
    Event("client.left", Phase.END, "The client went away before it had an answer."),
    # reading what was recorded
    Event("session.unsealed", Phase.SESSION, "A person is about to read the sealed originals of a session."),
    Event("session.verified", Phase.SESSION, "A person is about to check the MACs of sessions."),
    Event("session.unseal_denied", Phase.SESSION, "A person asked for the sealed originals and did not get them."),
)

EVENTS: Final[Mapping[str, Event]] = MappingProxyType({row.code: row for row in _ROWS})

#: What an exchange's body may hold.
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "who": "the caller: user, key, groups, who acts for them (now first), how the token's key was proven",
        "client": "network address the request came from; not the user agent, which is the client's own text",
        "upstream": "name of the database",
        "call": "method, path, query (list of pairs) and masked body, of vectors their size",
        "cleaned": "how many stretches were masked on their way in, by entity; `call` is what was left of it",
        "written_back": "values that kept what is stored (`restored`), and masks that went in as the text they are",
        "operation": "what the call means",
        "decision": "effect, rule, reason and policy version",
        "proposed": "what the policies in `proposed/` would have decided; never enforced",
        "observed": "refusals that `mode: observe` only notes: each code, with the rule that made it",
        "grant": "the grant that the call is under: id, rule, why, who agreed, what they signed, or how none had to",
        "access": "the request for access: id, rule, whose, terms, state, what was signed, how it ended, its review",
        "impact": "how many records it would touch, of how many",
        "bound": "in how many calls it went out, where a yes is for certain records; their ids are in the original",
        "ended": "logins that ended: issuer, and session (`sid`) or subject (`all`, or `bare`: without a session)",
        "on_call": "who is on call: by which name, who, and when the webhook says that was so",
        "locks": "what is locked or let in again: kind, name, why, since, rule, by whom",
        "stamped": "whether who wrote, when and by what went out with each record; it is in the sealed original",
        "instructions": "records sent whose text carries instructions to a model: place, score, families",
        "poisoned": "the same of the records of the answer, before any was withheld",
        "approval": "the held request: id, state, who approved it, and to what (`narrowed`); a plan's digest, step",
        "snapshots": "which were taken before it went out, as its rule wants: collection, name and aliases of each",
        "would": "what an automatic answer of the rule would have been, which is tried out or could not count then",
        "waived": "why nobody had to be asked, though a rule holds such calls",
        "lease": "id of the short-lived credential",
        "dropped": "how many records of an answer were not of the caller's rows, and were left out of it",
        "refusal": "stable code of the refusal",
        "facts": "numbers in the refusal's words, and names in them that are the operator's own, such as the rule's",
        "error": "what failed, without any value",
        "sent": "whether the request went out",
        "status": "HTTP status of the answer",
        "answer": "the answer as released, masked; what a reader was shown beyond that is sealed",
        "masked": "how many stretches were masked, by entity",
        "masked_by": "how many, by the rule that found them: a pattern, the model, a field policy, a list",
        "records": "how many records the answer holds",
        "notes": "what the answer's headers say it does not hold: records cut off, vectors removed or zero",
        "timings": "milliseconds spent in each step",
        "original_bytes": "length of the request's body before masking",
    }
)


def check(code: str, body: Json) -> Event:
    """The row of this code. Raises ValueError for an unlisted code or field; the text carries names only."""
    event = EVENTS.get(code)
    if event is None:
        raise ValueError(f"unlisted event code {code!r}")
    if event.phase is Phase.SESSION:
        return event
    if not isinstance(body, dict):
        raise ValueError(f"{code}: the body is not an object")  # noqa: TRY004  # the caller's mistake, one kind of error
    unlisted = sorted(body.keys() - FIELDS.keys())
    if unlisted:
        raise ValueError(f"{code}: unlisted fields {', '.join(unlisted)}")
    return event
