"""Which failure becomes which refusal? An exception -> a code of the catalogue, in one table for each kind of it.

What is not here is a bug: `steps/_base.py` makes it `gate.failed`.
"""

from collections.abc import Mapping
from typing import Final

from vecgate.refusals.catalogue import Refusal, named, refuse
from vecgate.refusals.errors import (
    AnswerTooLarge,
    AnswerWaited,
    CallRefused,
    LoginRefused,
    MaskFailed,
    MaskRefused,
    NameRefused,
    NotVouched,
    OddStatus,
    OutcomeUnknown,
    Part,
    PartlyDone,
    TokenInvalid,
    Unavailable,
    VaultDenied,
    WireRefused,
)

#: By what is away. Parts that only commands meet are not here.
AWAY: Final[Mapping[Part, str]] = {
    Part.ISSUER_KEYS: "identity.unavailable",
    Part.STATE: "state.unavailable",
    Part.VAULT: "lease.unavailable",
    Part.MASKER: "mask.unavailable",
    Part.MASKING_KEY: "mask.key",
    Part.JOURNAL: "record.unavailable",
    Part.POLICY: "policy.unavailable",
    Part.UPSTREAM: "upstream.unreachable",
}
#: By exception, where there is nothing more to say; what it is a kind of comes after it.
PLAIN: Final[Mapping[type[Exception], str]] = {
    NotVouched: "lease.not_vouched",
    VaultDenied: "lease.denied",
    LoginRefused: "upstream.login",
    WireRefused: "wire.refused",
    AnswerWaited: "answer.waited",
    OutcomeUnknown: "upstream.outcome_unknown",
    MaskFailed: "answer.unreadable",
}


def refusal_for(e: BaseException, *, upstream: str, sent: bool, answer_body: int) -> Refusal | None:
    """The refusal that a failure becomes; None for one that nobody foresaw. `sent`: at least a part of it was."""
    if isinstance(e, Unavailable) and not isinstance(e, LoginRefused):
        return _away(e, upstream=upstream, sent=sent)
    if (told := _told(e, upstream, answer_body)) is not None:
        return told
    code = next((code for kind, code in PLAIN.items() if isinstance(e, kind)), None)
    return refuse(code, upstream=upstream) if code else None


def _told(e: BaseException, upstream: str, answer_body: int) -> Refusal | None:
    """The refusal that says more than that it failed."""
    match e:
        case CallRefused():
            return e.refusal
        case TokenInvalid():
            return refuse(e.code, detail=str(e))
        case NameRefused():
            return refuse("lease.user_name", upstream=upstream, user=named(e.user))
        case MaskRefused():
            return refuse(e.code)
        case AnswerTooLarge():
            return refuse("answer.too_large", limit=e.limit or f"{answer_body} bytes")
        case OddStatus():
            return refuse("answer.status", upstream=upstream, status=e.status)
        case PartlyDone():
            return refuse("upstream.partly", upstream=upstream, done=e.done, parts=e.parts)
    return None


def _away(e: Unavailable, *, upstream: str, sent: bool) -> Refusal | None:
    if e.part is Part.JOURNAL and sent:
        return refuse("answer.withheld")
    return refuse(AWAY[e.part], retry_after=e.retry_after, upstream=upstream) if e.part in AWAY else None
