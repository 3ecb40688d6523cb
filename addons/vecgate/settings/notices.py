"""Who is told of what is asked, decided and over, and over which channel (webhook, Slack, Teams, mail)?"""

from pathlib import Path
from typing import Annotated, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from vecgate.settings.addresses import is_loopback
from vecgate.settings.section import Seconds, Section

type Kind = Literal["asked", "decided", "ending", "ended", "glass"]
KINDS: Final[tuple[Kind, ...]] = ("asked", "decided", "ending", "ended", "glass")
_ADDRESS: Final = r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+$"

Address = Annotated[str, Field(pattern=_ADDRESS, max_length=254)]


def _told_at(text: str) -> str:
    """A URL that a notice may be sent to, or that may stand in one."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as e:
        raise ValueError("its host or port cannot be read") from e
    if not host or parts.username is not None or parts.fragment or not text.isprintable() or " " in text:
        raise ValueError("it is 'https://HOST/PATH', without a login, a '#' or spaces")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError("it must begin with 'https://'; 'http://' only where the host is this machine")
    return text


Url = Annotated[str, AfterValidator(_told_at)]


class Sink(Section):
    """One place that is told over HTTP: no redirect is followed, no other host is ever asked."""

    kind: Literal["webhook", "slack", "teams"] = Field(
        description="`webhook`: signed, by standardwebhooks.com; `slack` and `teams`: as their incoming webhooks read it."
    )
    url: Url = Field(description="Where it is sent: `https://`, or `http://` on this machine.")
    path_file: Path | None = Field(
        default=None,
        description="File (0600) with what is to follow `url`: of Slack's and Teams' addresses the path is the secret.",
    )
    secret_file: Path | None = Field(
        default=None,
        description="File (0600) with the key `whsec_...` that signs; a `webhook` needs one, and only that.",
    )
    ca: Path | None = Field(
        default=None, description="PEM file of the CA that signs its certificate; left out: the system's."
    )
    tells: tuple[Kind, ...] = Field(
        default=KINDS,
        min_length=1,
        description="Of what: `asked`, `decided`, `ending` (ten minutes before), `ended`, `glass` (broken, to be reviewed).",
    )
    timeout: Seconds = Field(default=10, description="Longest wait for its answer.")

    @model_validator(mode="after")
    def _a_key_signs_webhooks(self) -> Self:
        if (self.kind == "webhook") != (self.secret_file is not None):
            raise ValueError("'secret_file' belongs to a sink of kind 'webhook', which needs one")
        return self


class Mail(Section):
    """Mail to those whom it is about: who is asked, and who asked."""

    host: str = Field(min_length=1, description="The mail server.")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(default=587, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="How the line is kept secret; `none` only where the server is this machine."
    )
    ca: Path | None = Field(
        default=None, description="PEM file of the CA that signs its certificate; left out: the system's."
    )
    user: str | None = Field(default=None, description="Login there; left out: none.")
    password_file: Path | None = Field(default=None, description="File (0600) with its password.")
    sender: Address = Field(description="Address that it comes from.")
    addresses: dict[str, tuple[Address, ...]] = Field(
        default={}, description="Addresses by `group:NAME` and `user:NAME`, as approvers are named in a rule."
    )
    users_at: tuple[str, ...] = Field(
        default=(),
        description="Domains: whose user name (the issuer's `user_claim`) is an address there gets mail at it, too.",
    )
    tells: tuple[Kind, ...] = Field(
        default=KINDS,
        min_length=1,
        description="Of what: `asked`, `decided`, `ending` (ten minutes before), `ended`, `glass` (broken, to be reviewed).",
    )
    timeout: Seconds = Field(default=10, description="Longest wait for each of its answers.")

    @model_validator(mode="after")
    def _kept_secret(self) -> Self:
        if self.security == "none" and not is_loopback(self.host):
            raise ValueError("'security: none' is for a server on this machine")
        if (self.user is None) != (self.password_file is None):
            raise ValueError("'user' and 'password_file' go together")
        if odd := [name for name in self.addresses if not name.startswith(("group:", "user:")) or name.endswith(":")]:
            raise ValueError(f"'addresses' has names such as 'group:data-owners', not {odd[0]!r}")
        return self


class Notices(Section):
    """Who is told, by which channel. Nothing of a record, a filter or an id of one is in a notice."""

    sinks: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")], Sink] = Field(
        default={}, description="Places that are told over HTTP, by a name of your own; not `mail`."
    )
    mail: Mail | None = Field(default=None, description="Mail to those whom it is about. Left out: none.")
    link: Url | None = Field(
        default=None,
        description="Address of the web console, for links in notices and of `hold.pending`. Left out: only the command is told.",
    )
    queue: Annotated[int, Field(ge=1)] = Field(
        default=1000, description="Notices that may wait for one sink; more are dropped and counted."
    )
    tries: Annotated[int, Field(ge=1)] = Field(
        default=12,
        description="How often one is tried, after growing pauses (12: for almost half an hour); then it is dropped and counted.",
    )

    @model_validator(mode="after")
    def _names(self) -> Self:
        if "mail" in self.sinks:
            raise ValueError("a sink cannot be called 'mail'")
        return self
