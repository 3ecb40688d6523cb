"""People and held calls for the tests of approvals."""

from dataclasses import replace
from hashlib import sha256
from typing import Any, Final

from vecgate.approvals.held import Held
from vecgate.domain.approval import Approvers, Impact, Stage
from vecgate.domain.people import behind
from vecgate.domain.principal import Principal
from vecgate.settings.hold import Hold

LONG: Final = Hold(pending=600, grant=300)

BINDING: Final = sha256(b"delete tickets").hexdigest()


def person(subject: str, *groups: str, issuer: str = "https://login.example", user: str = "") -> Principal:
    return Principal(issuer, subject, user or subject, frozenset(groups), expires_at=4e9)


def wide(name: str) -> str:
    """The same name in full width."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in name)


ALICE: Final = person("alice", "analysts")
BOB: Final = person("bob", "data-owners")
CAROL: Final = person("carol", "data-owners", "security")
MALLORY: Final = person("mallory", "analysts")

HELD: Final = Held(
    requester=ALICE.key,
    user=ALICE.user,
    upstream="chroma",
    rule="bulk deletes need a second person",
    operation="delete_filter",
    target="tickets",
    method="POST",
    path="/api/v2/tenants/t/databases/d/collections/c/delete",
    binding=BINDING,
    approvers=Approvers.of("data-owners"),
    names=behind(ALICE),
    impact=Impact(412, 500, "tickets"),
)


def held(
    *, groups: tuple[str, ...] = ("data-owners",), needed: int = 1, issuers: tuple[str, ...] = (), **changes: Any
) -> Held:
    asked = Approvers.of(*groups, count=needed, issuers=issuers)
    return replace(HELD, **{"approvers": asked, **changes})


def staged(*stages: Stage, **more: Any) -> Held:
    """The same, with these stages."""
    return replace(HELD, approvers=Approvers(stages, **more))
