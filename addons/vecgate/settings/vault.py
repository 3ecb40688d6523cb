"""Where is Vault/OpenBao, and how does the gateway log in there and vouch for people?"""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from vecgate.settings.section import Seconds, Section


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


class VaultServer(Section):
    """A Vault/OpenBao, and how this process logs in there."""

    url: str = Field(pattern=r"^https?://[^/?#@\s]+$", description="Its address.")
    nodes: tuple[Annotated[str, Field(pattern=r"^https?://[^/?#@\s]+$")], ...] = Field(
        default=(),
        description="Other nodes of its cluster, under the same CA. One that is away, sealed or a standby gives way to the "
        "next; a standby may send on to these and to `url`, and to no other address.",
    )
    ca: Path | None = Field(default=None, description="PEM file of the CA that signs its certificate.")
    namespace: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="Its namespace (header `X-Vault-Namespace`), for every call; left out: the root's."
    )
    login: Literal["approle", "kubernetes", "jwt", "token_file"] = Field(
        default="approle",
        description="How the gateway itself logs in: `approle` (two files), `kubernetes` (its service account), `jwt` (a token of a workload, in a file), `token_file` (a token that Vault Agent keeps in a file).",
    )
    approle_mount: str = Field(default="approle", description="Mount of the AppRole login.")
    role_id_file: Path | None = Field(default=None, description="File with the gateway's AppRole role id.")
    secret_id_file: Path | None = Field(default=None, description="File with the gateway's AppRole secret id.")
    login_mount: str | None = Field(
        default=None, description="Mount of the login by `kubernetes` or `jwt`; left out: named as that is."
    )
    login_role: str | None = Field(default=None, description="Role there.")
    jwt_file: Path | None = Field(
        default=None,
        description="File with that JWT, read for each login; left out: that of a pod's service account.",
    )
    token_file: Path | None = Field(
        default=None,
        description="File that Vault Agent keeps a token in (`sink`). It renews that; the gateway reads it.",
    )
    timeout: Seconds = Field(default=3, description="Longest wait for an answer.")

    @model_validator(mode="after")
    def _as_safe(self) -> Self:
        if self.url.startswith("https:") and any(not one.startswith("https:") for one in self.nodes):
            raise ValueError("'nodes' are reached over TLS, as 'url' is: write https://")
        return self

    @model_validator(mode="after")
    def _can_log_in(self) -> Self:
        wanted = {
            "approle": ("role_id_file", "secret_id_file"),
            "kubernetes": ("login_role",),
            "jwt": ("login_role", "jwt_file"),
            "token_file": ("token_file",),
        }
        if lacking := [repr(name) for name in wanted[self.login] if getattr(self, name) is None]:
            raise ValueError(f"login by {self.login} needs {' and '.join(lacking)}")
        return self

    @property
    def login_path(self) -> str:
        """The mount that the gateway itself logs in at."""
        return self.approle_mount if self.login == "approle" else self.login_mount or self.login


class Vault(VaultServer):
    """The Vault/OpenBao that issues every credential."""

    vouch: Vouch
    jwt_mount: str = Field(
        default="jwt", description="Mount of the JWT auth method auditors log in with, on their own."
    )
    auditor_role: str = Field(default="vecgate-auditor", description="Role there that may unseal recordings.")
