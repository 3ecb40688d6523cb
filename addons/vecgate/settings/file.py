"""Which file says how this gateway runs? YAML -> one frozen Settings; every mistake is reported at once.

The file is named by `VECGATE_SETTINGS`. Relative paths in it are relative to the file itself.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from vecgate import __version__
from vecgate.parsing import yaml_source
from vecgate.parsing.mistakes import mistakes, noun
from vecgate.parsing.yaml_source import Source
from vecgate.refusals.errors import SettingsError
from vecgate.settings.section import Seconds, Section
from vecgate.settings.sections import Hold, Limits, Listen, Masking, Recording, State, Telemetry

__all__ = [
    "ENVIRONMENT_NAME",
    "Credential",
    "Hold",
    "Issuer",
    "Limits",
    "Listen",
    "Masking",
    "Recording",
    "Settings",
    "State",
    "Telemetry",
    "UpstreamSettings",
    "Vault",
    "Vouch",
    "from_environment",
    "load",
]

ENVIRONMENT_NAME: Final = "VECGATE_SETTINGS"


class Issuer(Section):
    """One login service whose tokens are accepted (OIDC or anything that signs JWTs)."""

    issuer: str = Field(description="The exact `iss` of its tokens.")
    audience: str = Field(description="The `aud` its tokens must carry.")
    algorithms: tuple[
        Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"], ...
    ] = Field(default=("ES256", "RS256"), min_length=1, description="Signature algorithms that are accepted.")
    jwks_url: str | None = Field(
        default=None, description="Where its keys are. Left out: found by OIDC discovery under `issuer`."
    )
    ca: Path | None = Field(
        default=None, description="PEM file of the CA that signs the issuer's TLS certificate; left out: the system's."
    )
    user_claim: str = Field(
        default="sub", description="The claim that names the user in records and policies; in objects: `a.b`."
    )
    groups_claim: str = Field(
        default="groups", description="The claim that lists the user's groups; in objects: `realm_access.roles`."
    )
    types: tuple[str, ...] = Field(
        default=("at+jwt", "application/at+jwt", "jwt"),
        description="Accepted `typ` headers, in lower case; 'none' stands for a token without one.",
    )
    clients: tuple[str, ...] = Field(default=(), description="Accepted `azp`/`client_id` values; empty: any.")
    max_lifetime: Seconds = Field(default=43200, description="Longest accepted `exp` - `iat`.")
    leeway: Annotated[float, Field(ge=0, le=120)] = Field(default=30, description="Clock difference that is tolerated.")
    keys_fresh: Seconds = Field(default=300, description="Age after which keys are fetched anew in the background.")
    keys_stale: Seconds = Field(
        default=3600, description="Age up to which known keys are used while the issuer is away."
    )
    keys_cooldown: Seconds = Field(default=10, description="Pause between fetches that an unknown key can cause.")
    timeout: Seconds = Field(default=3, description="Longest wait for the issuer.")


class Credential(Section):
    """How the gateway proves itself to one database."""

    kind: str = Field(default="vault_pki", description="Which kind: the name of a module in `credentials/`.")
    role: str = Field(description="The role there for a person's own lease.")
    gateway_role: str = Field(description="The role there for the gateway's own lookups.")
    mount: str = Field(default="pki", description="Mount path of the secrets engine.")
    ttl: Seconds = Field(default=600, description="Life of a lease; never longer than the caller's token.")


class UpstreamSettings(Section):
    """One database behind the gateway."""

    dialect: str = Field(description="What it speaks: the name of a module in `dialects/`.")
    url: str = Field(pattern=r"^https?://[^/]+$", description="Where the gateway sends: scheme, host and port.")
    server_name: str | None = Field(
        default=None, description="Name its certificate must carry; left out: the host of `url`."
    )
    ca: Path | None = Field(
        default=None, description="PEM file of the CA that signs its certificate; left out: the system's."
    )
    hosts: tuple[str, ...] = Field(
        min_length=1, description="Names a client may use for it (SNI and Host header), in lower case."
    )
    destinations: tuple[str, ...] = Field(
        default=(),
        description="Where a client may connect to in transparent or regular mode, as it does: `address:port` of the redirected connection, or the `name:port` that it asks a proxy for. Without any, no client reaches it in these modes.",
    )
    credential: Credential
    timeout: Seconds = Field(default=30, description="Longest wait for its whole answer.")


class Vouch(Section):
    """How the gateway vouches at Vault/OpenBao for who calls: with a JWT of its own, at a mount that trusts no other key."""

    key_file: Path | None = Field(
        default=None,
        description="File (0600) with the private key, PEM: EC P-256 or Ed25519. Either this or `transit_key`.",
    )
    transit_key: str | None = Field(
        default=None, description="Key of the transit engine that signs (type `ecdsa-p256`). Either this or `key_file`."
    )
    transit_mount: str = Field(default="transit", description="Mount of that engine.")
    mount: str = Field(default="vecgate", description="Mount of the JWT auth method that trusts this key and no other.")
    role: str = Field(default="vecgate-person", description="Role there for a person's lease.")
    gateway_role: str = Field(default="vecgate-gateway", description="Role there for the gateway's own lookups.")
    issuer: Annotated[str, Field(min_length=1)] = Field(
        default="vecgate", description="The `iss` of these JWTs; the mount must be bound to it."
    )
    audience: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="Their `aud`; the roles must be bound to it. Left out: `vault.url`."
    )

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if (self.key_file is None) == (self.transit_key is None):
            raise ValueError("name the key that signs: either 'key_file' or 'transit_key'")
        return self


class Vault(Section):
    """The Vault/OpenBao that issues every credential."""

    url: str = Field(pattern=r"^https?://[^/]+$", description="Its address.")
    ca: Path | None = Field(default=None, description="PEM file of the CA that signs its certificate.")
    vouch: Vouch
    jwt_mount: str = Field(
        default="jwt", description="Mount of the JWT auth method auditors log in with, on their own."
    )
    auditor_role: str = Field(default="vecgate-auditor", description="Role there that may unseal recordings.")
    approle_mount: str = Field(default="approle", description="Mount of the gateway's own login.")
    role_id_file: Path = Field(description="File with the gateway's AppRole role id.")
    secret_id_file: Path = Field(description="File with the gateway's AppRole secret id.")
    timeout: Seconds = Field(default=3, description="Longest wait for an answer.")


class Settings(Section):
    """Everything the gateway is told."""

    issuers: tuple[Issuer, ...] = Field(min_length=1)
    upstreams: dict[str, UpstreamSettings] = Field(min_length=1)
    policies: Path = Field(description="Folder with the policy files.")
    vault: Vault
    state: State
    recording: Recording
    listen: Listen
    hold: Hold = Hold()
    masking: Masking = Masking()
    limits: Limits = Limits()
    telemetry: Telemetry = Telemetry()


def _problems(error: ValidationError, source: Source) -> Iterator[tuple[int, str]]:
    for path, said in mistakes(error, source, Settings):
        newer = (
            f" This is vecgate {__version__}; leave out what only a newer one knows." if "unknown key" in said else ""
        )
        yield source.line(path), f"{'.'.join(str(part) for part in path) or '(top)'}: {said}{newer}"


def load(path: Path) -> Settings:
    """The settings in a file. Raises SettingsError naming every mistake, each with its line."""
    try:
        source = yaml_source.read(path.read_bytes().decode("utf-8"), str(path), nulls=True, aliases=True)
    except OSError as e:
        raise SettingsError([f"{path}: {e.strerror}"]) from e
    except UnicodeDecodeError as e:
        raise SettingsError([f"{path}: not UTF-8"]) from e
    problems = list(source.problems)
    if not problems and not isinstance(source.tree, dict):
        problems = [(1, f"settings are a mapping, such as {{listen: ...}}; this is {noun(source.tree)}")]
    settings = None
    if isinstance(source.tree, dict):
        try:
            settings = Settings.model_validate(source.tree, context={"base": path.resolve().parent})
        except ValidationError as e:
            problems += _problems(e, source)
    if problems or settings is None:
        raise SettingsError([f"{path}:{line}: {said}" for line, said in sorted(set(problems))])
    return settings


def from_environment() -> Settings:
    """The settings named by VECGATE_SETTINGS. Raises SettingsError when it is not set."""
    name = os.environ.get(ENVIRONMENT_NAME)
    if not name:
        raise SettingsError([f"{ENVIRONMENT_NAME} is not set: point it to a settings file"])
    return load(Path(name))
