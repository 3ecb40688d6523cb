"""What is the login service told? A settings file of its own: it is not the gateway, and opens nothing of it."""

from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError, model_validator

from vecgate.idp.redirects import Redirect
from vecgate.parsing import yaml_source
from vecgate.parsing.mistakes import mistakes
from vecgate.refusals.errors import SettingsError
from vecgate.settings.addresses import is_loopback
from vecgate.settings.issuers import Issuer, Word
from vecgate.settings.section import Seconds, Section
from vecgate.settings.state import State
from vecgate.settings.vault import VaultServer

#: A token of ours lives no longer, in seconds.
LONGEST: Final = 600.0


def _place(url: str) -> str:
    parts = urlsplit(url)
    host, _ = parts.hostname, parts.port
    if not host or parts.username is not None or parts.query or parts.fragment or url.endswith("/"):
        raise ValueError("write it like 'https://login.example.com', with nothing behind it")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError("it must begin with 'https://'; 'http://' only where the host is this machine")
    return url


def _bare(url: str) -> str:
    if urlsplit(_place(url)).path or url != url.lower():
        raise ValueError("write it as https://HOST:PORT, in lower case, and nothing behind it")
    return url


Url = Annotated[str, AfterValidator(_place)]
Scope = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:/-]{1,64}$")]
Life = Annotated[float, Field(ge=10, le=LONGEST)]


class SigningKey(VaultServer):
    """The Vault/OpenBao whose transit engine signs the tokens; the key never leaves it."""

    mount: str = Field(default="transit", description="Mount of the transit engine.")
    key: str = Field(
        default="vecgate-login",
        description="The key there, of type `ecdsa-p256`; with `auto_rotate_period` it rotates by itself.",
    )
    ahead: Seconds = Field(
        default=60,
        description="How long a new version of the key is published before it signs: longer than gateways may rest.",
    )


class Saml(Section):
    """The SAML identity provider at which people log in, and what of its assertions is read."""

    entity: Word = Field(description="Its entity id: the exact `Issuer` of what it signs.")
    sso_url: Url = Field(description="Where browsers are sent to log in (HTTP-Redirect).")
    logout_url: Url | None = Field(default=None, description="Where an answer to its logout requests is sent.")
    certificates: Annotated[tuple[Path, ...], Field(min_length=1, max_length=4)] = Field(
        description="PEM files of the certificates it signs with; two during a rollover. No other key counts."
    )
    user: Word = Field(
        default="NameID", description="Whose name that is: `NameID` (not a transient one), or the name of an attribute."
    )
    groups: Word = Field(default="groups", description="The attribute with the groups.")
    leeway: Annotated[float, Field(ge=0, le=120)] = Field(default=30, description="Clock difference that is tolerated.")


class Exchange(Section):
    """What an agent gets that comes with its own token and a person's (RFC 8693)."""

    agents: Annotated[tuple[Issuer, ...], Field(min_length=1)] = Field(
        description="Whose tokens prove an agent; as `issuers` of the gateway."
    )
    databases: Annotated[tuple[Word, ...], Field(min_length=1)] = Field(
        description="Which databases (`upstreams` of the gateway) a token may be for; each is for one."
    )
    scopes: tuple[Scope, ...] = Field(
        default=(), description="What agents may be given at most; empty: all of `scopes`."
    )
    seconds: Life = Field(default=300, description="Life of such a token.")

    @model_validator(mode="after")
    def _is_asked_for(self) -> Self:
        if any(one.proof_nonce for one in self.agents):
            raise ValueError(
                "agents: 'proof_nonce' is the gateway's alone; here a DPoP proof counts for 'proof_seconds'"
            )
        if any(how and how.secret_path for one in self.agents for how in (one.introspection, one.overage)):
            raise ValueError("agents: 'secret_path' is read by the gateway alone; put it into a 'secret_file'")
        return self


class Gateway(Section):
    """A gateway that is told when a login has ended, so that no token of it counts there any more."""

    url: Url = Field(description="Its `https://GATEWAY/.vecgate/v1/logout`.")
    ca: Path | None = Field(default=None, description="PEM file of the CA that signs its certificate.")
    audience: Word = Field(
        default="vecgate-cli", description="The `aud` of logout tokens, as its issuer's `logout_audience` has it."
    )


class LoginSettings(Section):
    """All that the login service is told."""

    url: Annotated[str, AfterValidator(_bare)] = Field(
        description="Where people and programs reach it; the `iss` of its tokens."
    )
    audience: Word = Field(
        default="vecgate", description="The `aud` of its tokens, as the gateway's `issuers` wants it."
    )
    clients: Annotated[tuple[Word, ...], Field(min_length=1)] = Field(
        default=("vecgate-cli",),
        description="Programs that may ask for a login by a code in a terminal (`client_id`); they hold no secret.",
    )
    redirects: dict[Word, Annotated[tuple[Redirect, ...], Field(min_length=1)]] = Field(
        default={"vecgate-cli": ("http://127.0.0.1/back",)},
        description="Programs that may send a browser here (code flow with PKCE), and where each may have it sent back "
        "to, to the letter; `http://127.0.0.1/PATH` stands for each port of the person's own machine.",
    )
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1)] = Field(
        default=("read", "write", "admin"), description="What tokens may be for; policies read it as the claim `scope`."
    )
    signing: SigningKey
    state: State
    people: Path | None = Field(
        default=None, description="File of people with passwords (`vecgate idp --add NAME`). Either this or `saml`."
    )
    saml: Saml | None = None
    exchange: Exchange | None = None
    gateways: tuple[Gateway, ...] = Field(
        default=(), description="Gateways that are told when a login has ended; without, its last token ends by itself."
    )
    token_seconds: Life = Field(default=LONGEST, description="Life of a token; it is renewed until the login ends.")
    login_seconds: Seconds = Field(
        default=28800,
        description="Life of a login, unless the identity provider ends it earlier (`SessionNotOnOrAfter`).",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        # One name must be one person: two sources of people might both know an `alice`.
        if (self.people is None) == (self.saml is None):
            raise ValueError("name who can log in: either 'people' or 'saml'")
        return self


def load(path: Path) -> LoginSettings:
    """The settings in a file. Raises SettingsError naming every mistake, each with its line."""
    try:
        source = yaml_source.read(path.read_bytes().decode("utf-8"), str(path), nulls=True, aliases=True)
    except OSError as e:
        raise SettingsError([f"{path}: {e.strerror}"]) from e
    except UnicodeDecodeError as e:
        raise SettingsError([f"{path}: not UTF-8"]) from e
    problems = [f"{path}:{line}: {said}" for line, said in source.problems]
    if not problems:
        try:
            return LoginSettings.model_validate(source.tree, context={"base": path.resolve().parent})
        except ValidationError as e:
            found = mistakes(e, source, LoginSettings)
            problems = [f"{path}:{source.line(at)}: {'.'.join(map(str, at)) or '(top)'}: {said}" for at, said in found]
    raise SettingsError(problems)
