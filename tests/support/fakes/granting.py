"""Short ways to say what is asked for, and by whom it was granted."""

from dataclasses import replace
from typing import Any, Final

from support.fakes.approvals import ALICE, BOB
from vecgate.access import request
from vecgate.access.request import Asking, Request
from vecgate.domain.approval import Approvers
from vecgate.domain.grant import Grant, Terms

TERMS: Final = Terms("db", ("count", "search"), ("tickets*",), 7200.0, "strict", records=100)
ASKING: Final = Asking(Approvers.of("data-owners"), 86400.0, "approval", "strict")


def asked(id: str = "r1", now: float = 1000.0, **over: Any) -> Request:
    """alice asks, at 1000."""
    plain = Request(id, "may-look", ALICE.key, ALICE.user, TERMS, TERMS, ASKING, now, now + ASKING.pending, "INC-7")
    return replace(plain, **over)


def granted(id: str = "r1", now: float = 1000.0, **over: Any) -> Request:
    """bob has agreed, at once."""
    return request.approve(asked(id, now, **over), BOB, now)


def grant(**over: Any) -> Grant:
    """What alice has then."""
    made = granted().grant()
    assert made is not None
    return replace(made, **over)
