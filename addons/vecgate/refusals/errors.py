"""Which errors are there (exceptions)? An error is an outage or a bad input; a plain "no" is a Refusal.

Which refusal each becomes on the path is in mapping.py; drawn, with its code:

    VecgateError
    ├─ SettingsError                the gateway does not start
    │  └─ PolicyError
    ├─ TokenInvalid                 its own `code`: identity.invalid, identity.expired, identity.ambiguous
    ├─ CallRefused                  its own `refusal`
    ├─ Unavailable                  by its `part`: identity.unavailable, state.unavailable, lease.unavailable, ...
    │  ├─ LoginRefused              upstream.login
    │  └─ NotKept
    ├─ VaultDenied                  lease.denied
    │  ├─ NotVouched                lease.not_vouched
    │  └─ NameRefused               lease.user_name
    ├─ MaskFailed                   answer.unreadable
    │  └─ MaskRefused               its own `code`: mask.blocked, mask.language, mask.too_much
    ├─ WireRefused                  wire.refused
    └─ OutcomeUnknown               upstream.outcome_unknown
       ├─ AnswerWaited              answer.waited
       ├─ OddStatus                 answer.status
       ├─ PartlyDone                upstream.partly
       └─ AnswerTooLarge            answer.too_large
"""

from enum import StrEnum

from vecgate.refusals.catalogue import Refusal


class Part(StrEnum):
    """What can be away. The first ones are on the path; the others are met by commands only."""

    ISSUER_KEYS = "issuer keys"
    STATE = "state"
    VAULT = "vault"
    MASKER = "masker"
    MASKING_KEY = "masking key"
    JOURNAL = "journal"
    POLICY = "policy"
    UPSTREAM = "upstream"
    # commands
    GATE = "gate"
    SUPERVISOR = "supervisor"
    VIEWER = "viewer"
    SESSIONS = "sessions"
    UNSEAL = "unseal"
    FETCH = "fetch"


class VecgateError(Exception):
    """Root of everything vecgate raises on purpose."""


class SettingsError(VecgateError):
    """The settings cannot be used. `problems` lists every mistake, each with its place."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("invalid configuration:\n" + "\n".join(f"  {p}" for p in problems))


class PolicyError(SettingsError):
    """The policies cannot be used."""


class TokenInvalid(VecgateError):
    """A token is ours to check and is bad. `code` is the refusal it becomes; the token is never in the text."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


class CallRefused(VecgateError):
    """A call cannot be brought into canonical form. Carries the refusal."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(str(refusal))


class Unavailable(VecgateError):
    """Something we need is away: `part` says what; `retry_after`, in whole seconds, when it may be there, if known."""

    def __init__(self, part: Part, detail: str = "", *, retry_after: int | None = None) -> None:
        self.part, self.retry_after = part, retry_after
        super().__init__(f"{part}: {detail}" if detail else part)


class LoginRefused(Unavailable):
    """The database does not take the gateway's own login, or does not let it look up what it must know."""


def unanswered(status: int) -> Unavailable:
    """What it means that a question of the gateway's own is answered with this status, which is no success."""
    kind = LoginRefused if status in (401, 403) else Unavailable
    return kind(Part.UPSTREAM, f"status {status}")


class NotKept(Unavailable):
    """The shared state did a step, and did not confirm that it keeps it. `answer` is what the step gave."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        super().__init__(Part.STATE, "not kept")


class VaultDenied(VecgateError):
    """Vault/OpenBao answered, and the answer was no. `said`: its sentence, scrubbed, for the operator's log only.

    `may_be_token`: whether it may be said of the token that was shown, and not only of what was asked.
    """

    def __init__(self, detail: str, said: str = "", *, may_be_token: bool = True) -> None:
        self.said, self.may_be_token = said, may_be_token
        super().__init__(detail)


class NotVouched(VaultDenied):
    """Vault/OpenBao does not take the gateway's word for who calls."""


class NameRefused(VaultDenied):
    """Vault/OpenBao makes no credential for somebody of that name."""

    def __init__(self, detail: str, said: str, user: str) -> None:
        self.user = user
        super().__init__(detail, said)


class MaskFailed(VecgateError):
    """An answer could not be masked; it must not leave."""


class MaskRefused(MaskFailed):
    """A mask profile says that this answer must not leave. `code` is the refusal it becomes."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class WireRefused(VecgateError):
    """Something tried to leave without a valid ticket."""


class OutcomeUnknown(VecgateError):
    """The upstream failed after bytes were sent: it may have executed."""


class AnswerWaited(OutcomeUnknown):
    """The answer is large, and others were before it for too long; the call was executed."""


class PartlyDone(OutcomeUnknown):
    """Of a call that goes out in parts, the first `done` were executed; of the next one it may not be known."""

    def __init__(self, done: int, parts: int) -> None:
        self.done, self.parts = done, parts
        super().__init__(f"{done} of {parts} parts")


class OddStatus(OutcomeUnknown):
    """The upstream answered with a status that it has for nothing: neither success nor error."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"status {status}")


class AnswerTooLarge(OutcomeUnknown):
    """The answer is over the bound; the call was executed. `limit`: a number and of what; empty: its bytes."""

    def __init__(self, detail: str, limit: str = "") -> None:
        self.limit = limit
        super().__init__(detail)
