"""Whose login tokens are accepted, and how are an issuer's keys (JWKS) fetched and kept?"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from vecgate.settings.section import Seconds, Section


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
