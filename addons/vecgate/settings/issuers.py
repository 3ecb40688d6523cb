"""Whose login tokens are accepted, and how are an issuer's keys (JWKS) fetched and kept?"""

import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, model_validator

from vecgate.settings.section import Seconds, Section

#: Where a login service of many tenants says whose a token is: in its `iss`, and in its metadata.
TENANT: Final = "{tenantid}"

#: How the name of a trust domain begins, whose workloads are known by their `sub`.
SPIFFE: Final = "spiffe://"

Word = Annotated[str, Field(min_length=1)]
_CLAIM: Final = re.compile(r"\{[\w.]+\}")


class Client(Section):
    """As whom the gateway asks somebody, and where the secret of that client lies."""

    client_id: Word = Field(description="As whom the gateway asks.")
    secret_file: Path | None = Field(
        default=None,
        description="File with that client's secret; read for each question. Either this or `secret_path`.",
    )
    secret_path: Annotated[str, Field(pattern=r"^[^/\s]+(/[^/\s]+)+$")] | None = Field(
        default=None,
        description="Where it lies in Vault/OpenBao's KV, such as `secret/data/vecgate/introspection`; read on the "
        "gateway's own token, anew after a minute.",
    )
    secret_field: Word = Field(default="secret", description="Field there that holds it.")

    @model_validator(mode="after")
    def _one_secret(self) -> Self:
        if (self.secret_file is None) == (self.secret_path is None):
            raise ValueError("name where the client's secret is: either 'secret_file' or 'secret_path'")
        return self


class Introspection(Client):
    """How its issuer is asked about tokens that say nothing themselves (RFC 7662)."""

    url: Annotated[str, Field(pattern=r"^https?://")] = Field(
        description="Where it is asked; over TLS, as `issuer` is."
    )
    cache: Seconds = Field(default=30, description="How long an answer counts, and so a token that was revoked.")


class Overage(Client):
    """Where the groups of somebody are asked for whose token holds too many to list them, as Microsoft Graph is."""

    url: Annotated[str, Field(pattern=r"^https?://[^{}/?#@]+/[^?#]+$")] = Field(
        description="Where; posted to. Claims of the token stand in it in braces, such as "
        "`https://graph.microsoft.com/v1.0/users/{oid}/getMemberObjects`. The address in the token is never called."
    )
    token_url: Annotated[str, Field(pattern=r"^https?://")] = Field(
        description="Where the gateway gets its own token for that (client credentials)."
    )
    scope: Word = Field(default="https://graph.microsoft.com/.default", description="What that token is for.")
    security_groups: bool = Field(default=True, description="Only groups that are made for access (`securityEnabled`).")
    ca: Path | None = Field(
        default=None, description="PEM file of the CA that signs the certificates of both; left out: the issuer's."
    )
    cache: Seconds = Field(
        default=300, description="How long an answer counts, and so a group that somebody was taken out of."
    )

    @model_validator(mode="after")
    def _of_somebody(self) -> Self:
        bare = _CLAIM.sub("", self.url.replace(TENANT, ""))
        if "{" in bare or "}" in bare or bare == self.url.replace(TENANT, ""):
            raise ValueError(
                "'url' names whose groups they are by a claim in braces, such as {oid}: or all had the same"
            )
        return self


class Scopes(Section):
    """Which words of a token's scope let it do what. Each word stands for itself: who may write need not read."""

    claim: Word = Field(default="scope", description="The claim with the words, a text or a list; with Entra: `scp`.")
    read: tuple[Word, ...] = Field(default=("read",), description="One of these, and it may read.")
    write: tuple[Word, ...] = Field(
        default=("write",), description="One of these, and it may write and delete records."
    )
    admin: tuple[Word, ...] = Field(
        default=("admin",), description="One of these, and it may do all else: schemas, snapshots, reveals, decisions."
    )


class Issuer(Section):
    """One login service whose tokens are accepted (OIDC or anything that signs JWTs)."""

    issuer: str = Field(
        description="The exact `iss` of its tokens; with `{tenantid}` in it, that of each of `tenants`."
    )
    tenants: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]+$")], ...] = Field(
        default=(), description="The tenants of a login service of many whose tokens are accepted; no others are."
    )
    audience: Word | Annotated[tuple[Word, ...], Field(min_length=1)] = Field(
        description="The `aud` its tokens must carry; of a list, one of it."
    )
    audience_claim: Word = Field(
        default="aud",
        description="The claim that holds it where its tokens have no `aud`, as Cognito's have `client_id`; a token with "
        "both must fit by both.",
    )
    algorithms: tuple[
        Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"], ...
    ] = Field(default=("ES256", "RS256"), min_length=1, description="Signature algorithms that are accepted.")
    jwks_url: str | None = Field(
        default=None, description="Where its keys are. Left out: found by OIDC discovery under `issuer`."
    )
    introspection: Introspection | None = Field(
        default=None, description="Ask it about tokens that are no JWT; of one issuer only."
    )
    overage: Overage | None = Field(
        default=None,
        description="Ask a directory where a token has too many groups to list them. Left out: it is refused.",
    )
    keys_token_file: Path | None = Field(
        default=None,
        description="File with a token for fetching its keys, such as a pod's own for its cluster's.",
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
    groups_split: Literal["comma", "space", "none"] | None = Field(
        default=None,
        description="How groups stand in one text: `comma`, `space`, or `none` for a text that is one group. Left out: "
        "by commas, and a text with spaces inside of a name is refused.",
    )
    subjects: tuple[Word, ...] = Field(
        default=(),
        description="Accepted `sub`, by pattern, such as `system:serviceaccount:rag:*`; empty: any.",
    )
    actors: Annotated[int, Field(ge=0, le=8)] = Field(
        default=4, description="How many may act in a row for the user (`act` within `act`); 0: nobody may."
    )
    actor_issuers: tuple[Word, ...] = Field(default=(), description="Whose logins `act.iss` may name, beside its own.")
    upstream_claim: Word | None = Field(
        default="upstream",
        description="The claim that names the one of `upstreams` that a token is for, or some in a list: elsewhere it is "
        "refused. `null`: it means nothing here.",
    )
    scopes: Scopes | None = Field(
        default=None,
        description="Hold each of its tokens to its scope. Left out: those that name an upstream are, by `read`, `write` "
        "and `admin`, where they have a scope.",
    )
    types: tuple[str, ...] = Field(
        default=("at+jwt", "application/at+jwt", "jwt"),
        description="Accepted `typ` headers, in lower case; 'none' stands for a token without one.",
    )
    clients: tuple[str, ...] = Field(
        default=(), description="Accepted clients, by `client_id`, `azp`, `appid` (Entra) or `cid` (Okta); empty: any."
    )
    require_proof: Literal["dpop", "mtls", "any"] | None = Field(
        default=None,
        description="Its tokens must be bound to a key (`cnf`), and whoever sends one prove to hold it: by `dpop`, by the "
        "client's TLS certificate (`mtls`), or by `any`. Left out: those that are bound must.",
    )
    proof_seconds: Annotated[float, Field(gt=0, le=600)] = Field(default=60, description="How old a DPoP proof may be.")
    proof_nonce: bool = Field(
        default=False, description="A DPoP proof must have the gateway's nonce, so that none can be made in advance."
    )
    logout_audience: Word | Annotated[tuple[Word, ...], Field(min_length=1)] | None = Field(
        default=None,
        description="The `aud` of its logout tokens (the client's id there), which it may then send to "
        "`/.vecgate/v1/logout`. Left out: it may send none.",
    )
    max_lifetime: Seconds = Field(default=43200, description="Longest accepted `exp` - `iat`.")
    leeway: Annotated[float, Field(ge=0, le=120)] = Field(default=30, description="Clock difference that is tolerated.")
    keys_fresh: Seconds = Field(default=300, description="Age after which keys are fetched anew in the background.")
    keys_stale: Seconds = Field(
        default=3600, description="Age up to which known keys are used while the issuer is away."
    )
    keys_cooldown: Seconds = Field(default=10, description="Pause between fetches that an unknown key can cause.")
    timeout: Seconds = Field(default=3, description="Longest wait for the issuer.")

    @property
    def audiences(self) -> tuple[str, ...]:
        """Every `aud` of which one is enough."""
        return (self.audience,) if isinstance(self.audience, str) else self.audience

    @model_validator(mode="after")
    def _pinned(self) -> Self:
        asked, groups = self.introspection, self.overage
        places = {"introspection.url": asked.url} if asked else {}
        places |= {"overage.url": groups.url, "overage.token_url": groups.token_url} if groups else {}
        for name, place in places.items():
            if self.issuer.startswith("https:") and not place.startswith("https:"):
                raise ValueError(f"'{name}' is asked over TLS, as the issuer is: write https://")
        if TENANT in self.issuer and not self.tenants:
            raise ValueError(f"an issuer with '{TENANT}' in it needs 'tenants': whose tokens are accepted, one by one")
        if self.tenants and TENANT not in self.issuer:
            raise ValueError(f"'tenants' needs '{TENANT}' in 'issuer', where a tenant's id stands in the 'iss'")
        return self

    def each(self) -> tuple[Self, ...]:
        """It, or one for each of its tenants."""
        return tuple(self._for(tenant) for tenant in self.tenants) if self.tenants else (self,)

    def _for(self, tenant: str) -> Self:
        keys = self.jwks_url.replace(TENANT, tenant) if self.jwks_url else None
        more: dict[str, Any] = {"issuer": self.issuer.replace(TENANT, tenant), "jwks_url": keys, "tenants": (tenant,)}
        if (groups := self.overage) is not None:
            places = {name: getattr(groups, name).replace(TENANT, tenant) for name in ("url", "token_url")}
            more["overage"] = groups.model_copy(update=places)
        return self.model_copy(update=more)
