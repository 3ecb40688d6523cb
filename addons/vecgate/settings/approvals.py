"""Must a yes be signed by whoever says it, and whose keys count? What the shared state says of it is not believed then."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from vecgate.settings.section import Seconds, Section


def _fingerprint(text: str) -> str:
    if not re.fullmatch(r"SHA256:[A-Za-z0-9+/]{43}", text):
        raise ValueError("a fingerprint is as 'ssh-keygen -lf KEY.pub' shows it: 'SHA256:' and 43 characters")
    return text


def word(value: Any) -> Any:
    """`off`, which YAML reads as a no."""
    return "off" if value is False else value


Fingerprint = Annotated[str, AfterValidator(_fingerprint)]


def _origin(text: str) -> str:
    """A browser's own form of it, and a host that a passkey may be bound to: a name."""
    found = re.fullmatch(r"(https?)://((?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*)(?::[0-9]{1,5})?", text)
    plain = found is not None and not text.endswith({"https": ":443", "http": ":80"}[found[1]])
    if found is None or not plain or (found[1] == "http" and found[2] != "localhost"):
        raise ValueError("an origin is as a browser names it: 'https://console.example.com'; no address, no path")
    return text


Origin = Annotated[str, AfterValidator(_origin)]


class Passkeys(Section):
    """Passkeys of browsers, with which a yes is signed in the web console."""

    origins: tuple[Origin, ...] = Field(
        default=(), description="Where people open the web console: passkeys made and used at no other place count."
    )
    synced: bool = Field(
        default=True,
        description="Whether passkeys count that are kept in an account and copied between devices; `false`: only those bound to one.",
    )


class OnCall(Section):
    """Who is on call by one name: a file that is written anew now and then, or what a signed webhook says."""

    file: Path | None = Field(
        default=None, description='JSON: `{"at": TIME, "people": [NAME]}`; only its owner, or root, may write it.'
    )
    secret_file: Path | None = Field(
        default=None,
        description="Instead: the secret (`whsec_...`) of a webhook to `/.vecgate/v1/on-call/NAME`, signed by Standard Webhooks.",
    )
    public_key: str = Field(
        default="", description="Instead: the public key (`whpk_...`) of such a webhook, whose sender alone can sign."
    )
    good_for: Seconds = Field(default=86400, description="How old `at` may be; what is older names nobody.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if [self.file is not None, self.secret_file is not None, bool(self.public_key)].count(True) != 1:
            raise ValueError("who is on call is told in one way: 'file', 'secret_file' or 'public_key'")
        return self


class Approvals(Section):
    """Signed decisions."""

    signed: Annotated[Literal["off", "accept", "require"], BeforeValidator(word)] = Field(
        default="off",
        description="Whether approvers sign their yes: not at all; if they wish; or nothing passes on a yes that is not signed.",
    )
    roots: tuple[Fingerprint, ...] = Field(
        default=(), description="Fingerprints of the keys that alone may enrol approvers; others do so in pairs."
    )
    revoked: tuple[Fingerprint, ...] = Field(
        default=(), description="Fingerprints of keys that count no more, whoever enrolled them."
    )
    passkeys: Passkeys = Passkeys()

    on_call: dict[str, OnCall] = Field(
        default={}, description="Who is on call, by the name that a stage says in `on_call`."
    )

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.signed == "require" and not self.roots:
            raise ValueError(
                "with 'signed: require', name in 'roots' whose keys enrol approvers, or nobody could say yes"
            )
        return self
