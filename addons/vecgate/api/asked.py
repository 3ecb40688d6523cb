"""How is it read what somebody asks for, and shown? The body of a request for access, and the document it becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

from pydantic import ValidationError

from vecgate.access.aftermath import owes_review
from vecgate.access.ledger import Entry
from vecgate.access.request import OPEN, Request
from vecgate.api.approving import asked_of
from vecgate.domain.call import Json
from vecgate.domain.grant import Terms
from vecgate.domain.kinds import OPERATION_KINDS, UNMASK
from vecgate.domain.principal import Principal
from vecgate.parsing.words import did_you_mean
from vecgate.policy.language.values import OPERATIONS, parse_lasting
from vecgate.policy.rules.offers import MOST, Wish
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused

LONGEST_LINE: Final = 500
#: So far ahead something may begin, in seconds.
AHEAD: Final = 90 * 86400.0
_MORE: Final = ("reason", "ticket", "from")
#: The words for opening tokens, which no access to certain collections lets anybody do.
_OPENING: Final = frozenset({UNMASK, OPERATION_KINDS[UNMASK]})
#: What of an ACCESS is written down.
RECORDED: Final = (
    *("id", "state", "how", "rule", "holder", "upstream", "operations", "collections", "seconds", "mask"),
    *("records", "opened", "reason", "ticket", "approvals", "ended_by", "why", "ends_at", "extends"),
    *("glass", "review_until", "verdict", "found", "automatic", "would"),
)


def unreadable(detail: str) -> CallRefused:
    return CallRefused(refuse("body.unreadable", cause="said", detail=detail))


@dataclass(frozen=True, slots=True)
class From:
    """What is said beside the terms. `begins`: since the epoch; 0: at once. `amounts`: terms that are said anew."""

    reason: str = ""
    ticket: str = ""
    begins: float = 0.0
    amounts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, tree: dict[str, Any], *known: str) -> Self:
        """Of a body that has these members and no others. Raises CallRefused."""
        members(tree, *known)
        amounts: dict[str, Any] = {name: _number(name, tree[name]) for name in ("records", "opened") if name in tree}
        if "for" in tree:
            try:
                amounts["seconds"] = parse_lasting(str(tree["for"]))
            except ValueError as e:
                raise unreadable("'for' is a time such as '30min', '2h' or '7d'") from e
        return cls(line(tree.get("reason", "")), line(tree.get("ticket", "")), _moment(tree.get("from")), amounts)

    def check(self, now: float) -> None:
        """Whether it begins at a time that can be waited for. Raises CallRefused."""
        if self.begins > now + AHEAD:
            raise unreadable(f"'from' lies more than {AHEAD / 86400:.0f} days ahead")


def wished(tree: dict[str, Any]) -> tuple[Wish, From]:
    """What is asked for, and what is said beside it. Raises CallRefused."""
    more = From.read({name: tree[name] for name in _MORE if name in tree}, *_MORE)
    rest = {name: tuple(v) if isinstance(v, list) else v for name, v in tree.items() if name not in _MORE}
    try:
        wish = Wish.model_validate(rest)
    except ValidationError as e:
        first = e.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(map(str, first["loc"])) or "the request"
        # What was sent there is not repeated: it is the caller's own text.
        if first["type"] == "missing":
            raise unreadable(f"'{place}' is missing; see 'Access for two hours' in the documentation") from e
        raise unreadable(_meant(place, first["loc"], tree)) from e
    if not _OPENING.isdisjoint(wish.operations) and wish.collections and "*" not in wish.collections:
        raise unreadable(f"a token tells no collection; ask for '{UNMASK}' by itself, and name none")
    return wish, more


def _meant(place: str, at: tuple[Any, ...], tree: Mapping[str, Any]) -> str:
    """What is to stand there."""
    match at:
        case ("operations", int(number)):
            close = did_you_mean(tree["operations"][number], OPERATIONS)
            meant = f" ({close.strip()})" if close else ""
            return f"'{place}' is none of the kinds of operation, or of their groups, that policies know{meant}"
        case ("operations",) if tree["operations"] == []:
            return "'operations' is empty: name at least one kind of operation, such as 'search'"
        case ("operations" | "collections" as name,):
            return f"'{name}' is a list of names, at most {MOST}"
        case ("for",):
            return "'for' is a time such as '30min', '2h' or '7d'"
        case ("records" | "opened" as name,):
            return f"'{name}' is a whole number from 1"
    return f"'{place}' is not what it must be; see 'Access for two hours' in the documentation"


def members(tree: Json, *known: str) -> dict[str, Any]:
    """The members of an object; nothing is one without any. Raises CallRefused for what has others, or is none."""
    if tree is None:
        return {}
    if not isinstance(tree, dict) or not tree.keys() <= set(known):
        raise unreadable(f"expected an object with {', '.join(known) or 'nothing'}")
    return tree


def line(value: Json) -> str:
    """One printable line: it is shown on other people's terminals. Raises CallRefused."""
    if not isinstance(value, str) or len(value) > LONGEST_LINE or not value.isprintable():
        raise unreadable(f"'reason' and 'ticket' are one line of at most {LONGEST_LINE} characters")
    return value.strip()


def _number(name: str, value: Json) -> int:
    if type(value) is not int or value < 1:
        raise unreadable(f"'{name}' is a whole number from 1")
    return value


def _moment(value: Json) -> float:
    if value is None:
        return 0.0
    said = "'from' is a time with its zone, such as '2026-11-28T14:00+01:00'"
    try:
        found = datetime.fromisoformat(str(value))
        begins = found.timestamp()
    except (ValueError, OverflowError) as e:
        raise unreadable(said) from e
    if found.tzinfo is None:
        raise unreadable(said)
    return begins


def document(entry: Entry, principal: Principal, doubt: str = "") -> dict[str, Json]:
    """An ACCESS, as one principal sees it.

    `state`: pending, granted, denied, withdrawn, expired, ended; `how` it ended: denied, withdrawn, expired, revoked,
    given_back, used_up, moved (another server took over). `asked` is what was asked for, where less was granted.
    `acting`: who asked for the holder, who did so at last first. `seconds_left`: until the clock that runs ends. Times
    that are not known yet are null. `debrief`: read or unread, once what was granted is over; `owes_reading`: whether
    it is still to be acknowledged by this caller. `glass`: it was taken without a yes, by `command` or by a `call`;
    then `approvals` are its reviews, `verdict` is unreviewed, justified, unjustified or late, `found` what they say.
    `automatic`: which condition of the rule answered; `would`: what one that is tried out would have answered, for who
    may decide. `unproven`: why what stands as granted gives nothing (`doubt`).
    """
    one, now = entry.request, entry.now
    end = one.expires if one.state == "pending" or one.ends is None else one.ends
    is_open = one.state in OPEN
    return {
        "id": one.id,
        "state": one.state,
        "how": one.how,
        "rule": one.rule,
        "holder": one.user,
        "acting": [*one.acting],
        **_terms(one.terms),
        "asked": None if one.terms == one.asked else _terms(one.asked),
        "reason": one.reason,
        "ticket": one.ticket,
        **asked_of(one.asking.approvers, one.reviews if one.glass else one.votes),
        "created_at": one.created,
        "expires_at": one.expires,
        "begins_at": one.begun if one.begun is not None else one.begins or None,
        "ends_at": one.ends,
        "ended_at": one.ended or None,
        "ended_by": one.ended_by,
        "unproven": doubt,
        "why": one.why,
        "seconds_left": max(end - now, 0.0) if is_open else 0.0,
        "extends": one.extends,
        "again": one.again,
        "yours": one.login == principal.key,
        "acknowledged": [{"by": vote.by, "at": vote.at} for vote in one.read],
        "debrief": None if is_open or not one.granted else "read" if one.is_read else "unread",
        "owes_reading": one.owes_reading(principal),
        "may_decide": is_open and not one.may_decide(principal),
        **_unasked(one, principal),
    }


def recorded(entry: Entry, done: Mapping[str, Json]) -> dict[str, Json]:
    """What of an ACCESS is written down, with what its approvers have signed: whoever has it can check that."""
    proofs: list[Json] = [proof.written for proof in entry.request.proofs]
    return {name: done[name] for name in RECORDED} | ({"signed": proofs} if proofs else {})


def _unasked(one: Request, principal: Principal) -> dict[str, Json]:
    """What was answered by no person before, and what came of that."""
    is_over = bool(one.glass) and one.state not in OPEN
    return {
        "automatic": one.automatic,
        "would": one.would if not one.may_decide(principal) else "",
        "glass": one.glass,
        "review_until": one.review_until if is_over else None,
        "verdict": one.verdict or ("unreviewed" if is_over else ""),
        "found": one.found,
        "owes_review": owes_review(one, principal),
    }


def _terms(terms: Terms) -> dict[str, Json]:
    return {
        "upstream": terms.upstream,
        "operations": [*terms.operations],
        "collections": [*terms.collections],
        "tenant": terms.tenant,
        "database": terms.database,
        "seconds": terms.seconds,
        "mask": terms.mask,
        "records": terms.records,
        "opened": terms.opened,
    }
